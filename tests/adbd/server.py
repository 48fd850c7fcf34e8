"""Serves phones on loopback, and runs a server of adb for the client."""

import asyncio
import contextlib
import os
import pathlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

from android_demo.build import tools
from tests.adbd.connection import Connection
from tests.adbd.phone import Phone


class Plug:
    """A phone at a port of this machine, in a thread of its own."""

    def __init__(self, phone: Phone):
        self.phone = phone
        self._connections: list[Connection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = self._wait(starting)
        host, port = self._server.sockets[0].getsockname()
        self.serial = f"{host}:{port}"
        phone.unplug = self._unplug

    def close(self) -> None:
        """Unplugs it and ends the thread."""
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.phone.app.stop()

    def unplug(self) -> None:
        """Pulls its cable out."""
        self._loop.call_soon_threadsafe(self._unplug)

    def _unplug(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.drop()

    async def _serve(self, reader, writer) -> None:
        connection = Connection(self.phone, reader, writer)
        self._connections.append(connection)
        await connection.serve()

    async def _end(self) -> None:
        self._unplug()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _wait(self, what):
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(10)


@contextlib.contextmanager
def plugged(phone: Phone) -> Iterator[Plug]:
    """Yields a phone that the server of adb knows, or tries to."""
    plug = Plug(phone)
    try:
        with subprocess.Popen(
            ["adb", "connect", plug.serial],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as connecting:
            if phone.is_mute:  # Its greeting never ends.
                _wait_until_listed(plug.serial)
            else:
                connecting.wait(10)
            yield plug
            _adb("disconnect", plug.serial)
            connecting.kill()
    finally:
        plug.close()


def _wait_until_listed(serial: str) -> None:
    while f"{serial} " not in _adb("devices", "-l"):
        time.sleep(0.02)


def _adb(*words: str) -> str:
    done = subprocess.run(["adb", *words], capture_output=True, text=True)
    return done.stdout


@contextlib.contextmanager
def adb_server(home: pathlib.Path) -> Iterator[dict[str, str]]:
    """Yields the environment in which `adb` has a server of its own.

    Its port is free and its keys are in `home`; it ends with the block.
    """
    tools.install("adb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    changes = {
        "ANDROID_ADB_SERVER_PORT": str(port),
        "HOME": str(home),
        "TMPDIR": str(home),  # For the server's log.
        "ADB_MDNS": "0",
    }
    environment = {**os.environ, **changes}
    environment.pop("ADB_VENDOR_KEYS", None)

    def adb(*words: str) -> None:
        subprocess.run(
            ["adb", *words], env=environment, capture_output=True, check=False
        )

    adb("start-server")
    try:
        yield changes
    finally:
        adb("kill-server")
