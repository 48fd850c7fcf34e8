"""`tflm play` under many clients, slow ones, and such that ask for too much."""

import functools
import http.client
import os
import pathlib
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.reliability import process
from benchmarks.reliability.trial import Row, Trial
from tflm.play.access import Access
from tflm.play.server import LOOPBACK, Server
from tflm.play.site import File

_CLIENTS, _SLOW = 200, 20
_REQUESTS = 50  # Of each client.
_MODEL_BYTES = 4_000_000
_SECONDS = 60.0
_MOST_MB = 50.0  # That the server may grow by.

_SITE = {
    "": File(b"<p>page", "text/html; charset=utf-8"),
    "model.tflite": File(bytes(_MODEL_BYTES), "application/octet-stream"),
}

# What is asked for, how, and the codes that are right; 0 for hanging up.
_ASKED = {
    "the page": ("GET", "/", {}, {200}),
    "the model": ("GET", "/model.tflite", {}, {200}),
    "what is not there": ("GET", "/../../etc/passwd", {}, {404}),
    "another's host": ("GET", "/", {"Host": "evil.example"}, {403}),
    "a body of 10 GB": ("POST", "/", {"Content-Length": "9" * 11}, {501}),
    "a path of 100 kB": ("GET", "/" + "a" * 100_000, {}, {414, 0}),
    "a header of 100 kB": ("GET", "/", {"X-Long": "a" * 100_000}, {431, 0}),
    "200 headers": (
        *("GET", "/"),
        {f"X-{n}": "a" for n in range(200)},
        {431, 0},
    ),
}
_WEIGHTS = {"the page": 4, "the model": 2}


def trials(place: pathlib.Path, short: bool) -> Iterator[Trial]:
    """Yields the one trial.

    Args:
        place: a folder for what it writes.
        short: whether few requests are enough.
    """
    requests = 3 if short else _REQUESTS
    yield Trial(f"play {requests}", functools.partial(_play, place, requests))


def _play(place: pathlib.Path, requests: int) -> list[Row]:
    place.mkdir(parents=True, exist_ok=True)
    port_file = place / "port"
    serve = functools.partial(_serve, port_file)
    serving = process.start(serve, place, place / "log.txt")
    try:
        port = _port(port_file)
        _ask(port, "the page")
        before = _megabytes(serving)
        clients, seconds = _load(port, requests)
        grown = _megabytes(serving) - before
    finally:
        os.kill(serving, signal.SIGKILL)
        os.waitpid(serving, 0)
    found = [each for client in clients for each in client]
    wrong = sorted({what for what, is_right in found if not is_right})
    count = sum(not is_right for _, is_right in found)
    if grown > _MOST_MB:
        wrong.append(f"the server grew by {grown:.0f} MB")
        count += 1
    p95 = 1000 * np.percentile(seconds, 95)
    return [
        Row(
            "requests, right ones and such that have to be refused",
            f"`tflm play`, {_CLIENTS} clients at once and {_SLOW} that never "
            f"end a request",
            len(found),
            count,
            f"the page in {p95:.0f} ms (p95), the server grew by {grown:.1f} "
            f"MB",
            tuple(wrong),
        )
    ]


def _serve(port_file: pathlib.Path) -> None:
    server = Server(_SITE, Access())
    part = port_file.with_suffix(".new")
    part.write_text(str(server.server_address[1]))
    part.rename(port_file)
    server.serve_forever()


def _port(path: pathlib.Path) -> int:
    end = time.monotonic() + _SECONDS
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    return int(path.read_text())


def _load(
    port: int, requests: int
) -> tuple[list[list[tuple[str, bool]]], list[float]]:
    """Returns what each client asked and whether the answer was right.

    And the seconds that the page took.
    """
    seconds: list[float] = []
    found: list[list[tuple[str, bool]]] = [[] for _ in range(_CLIENTS)]
    over = threading.Event()

    def client(number: int) -> None:
        chance = random.Random(number)
        weights = [_WEIGHTS.get(name, 1) for name in _ASKED]
        for what in chance.choices([*_ASKED], weights, k=requests):
            began = time.perf_counter()
            found[number].append((what, _ask(port, what)))
            if what == "the page":
                seconds.append(time.perf_counter() - began)

    def slow(number: int) -> None:
        with socket.create_connection((LOOPBACK, port)) as connection:
            head = b"GET / HTTP/1.1\r\n" if number % 2 else b"POST / HTTP/1.1"
            connection.sendall(head)
            while not over.wait(0.1):
                connection.sendall(b"X")

    dripping = [
        threading.Thread(target=slow, args=[n], daemon=True)
        for n in range(_SLOW)
    ]
    asking = [
        threading.Thread(target=client, args=[n]) for n in range(_CLIENTS)
    ]
    for thread in (*dripping, *asking):
        thread.start()
    for thread in asking:
        thread.join()
    over.set()
    return found, seconds


def _ask(port: int, what: str) -> bool:
    """Tells whether the answer to a request is the right one."""
    method, path, headers, right = _ASKED[what]
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_SECONDS)
    try:
        # In the path's own spelling, and with another's host where asked.
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        content = answer.read()
    except (ConnectionError, http.client.HTTPException):
        return 0 in right
    except OSError:
        return False
    finally:
        connection.close()
    is_whole = answer.status != 200 or content == _SITE[path[1:]].content
    return answer.status in right and is_whole


def _megabytes(process_id: int) -> float:
    pages = pathlib.Path(f"/proc/{process_id}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
