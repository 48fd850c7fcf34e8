"""Runs a program of this machine that never outlives its caller."""

import dataclasses
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

from tflm.device.runner import Stopped

_LOOK_SECONDS = 0.1  # How soon a program is ended after `stop`.


@dataclasses.dataclass(frozen=True)
class Ended:
    """What a program that has ended printed, and its exit code."""

    code: int
    output: str
    errors: str


class TookTooLong(Exception):
    """The program was ended, as its time was up."""


class Stop:
    """Ends what is running, once, so that cleaning up can still run."""

    def __init__(self, event: threading.Event | None = None):
        self._event = event or threading.Event()
        self._is_told = False

    def check(self) -> None:
        """Raises `Stopped` at the first call after the event."""
        if self._event.is_set() and not self._is_told:
            self._is_told = True
            raise Stopped("stopped")


def run(command: Sequence[str], timeout_s: float, stop: Stop) -> Ended:
    """Runs a program to its end; text that is no UTF-8 is replaced.

    It has a session of its own: Ctrl-C ends it by way of `stop` only, and
    does not end the programs that clean up.

    Raises:
        FileNotFoundError: there is no such program.
        Stopped: `stop` said so; the program was ended.
        TookTooLong: `timeout_s` have passed; the program was ended.
    """
    stop.check()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        output, errors = _wait(process, timeout_s, stop)
    except BaseException:
        _end(process)
        raise
    return Ended(process.returncode, output, errors)


def _wait(
    process: subprocess.Popen, timeout_s: float, stop: Stop
) -> tuple[str, str]:
    deadline = time.monotonic() + timeout_s
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TookTooLong
        try:
            return process.communicate(timeout=min(left, _LOOK_SECONDS))
        except subprocess.TimeoutExpired:
            stop.check()


def _end(process: subprocess.Popen) -> None:
    """Ends a program and those that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
