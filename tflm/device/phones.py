"""Measures files on phones: all phones at once, files in interleaved rounds."""

import concurrent.futures
import dataclasses
import pathlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tflm.device import adb
from tflm.device.process import Stop
from tflm.device.runner import DeviceError
from tflm.device.session import Session
from tflm.device.settings import Settings
from tflm.latency.results import Measurement


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What was measured, and what was not.

    Attributes:
        measurements: in the order in which they were ready.
        failures: `device`, `model` (None: all of them) and `error`, a line.
    """

    measurements: list[Measurement]
    failures: list[dict[str, Any]]


def measure(
    files: Mapping[str, pathlib.Path],
    serials: Sequence[str | None],
    settings: Settings,
    on_result: Callable[[Measurement], None] = lambda measurement: None,
) -> Outcome:
    """Measures files on phones.

    Each phone measures all files in rounds, in another order each time, so
    that a phone that slows down is slow for all alike. What is copied to a
    phone is deleted there at the end, also after an error or Ctrl-C.

    Args:
        files: .tflite files and directories of bundles, by name.
        serials: of the phones; None is the only one there is.
        settings: what to do with each.
        on_result: is given each measurement when it is whole, in any thread
            but never in two at once.

    Raises:
        KeyboardInterrupt: the user has stopped it; all is cleaned up.
        ValueError: there is no file or no phone.
    """
    if not files or not serials:
        raise ValueError("give at least one file and one phone")
    outcome, lock = Outcome([], []), threading.Lock()

    def keep(measurement: Measurement) -> None:
        with lock:
            outcome.measurements.append(measurement)
            on_result(measurement)

    def fail(device: str, model: str | None, error: str) -> None:
        with lock:
            failure = {"device": device, "model": model, "error": error}
            outcome.failures.append(failure)

    stop = threading.Event()
    phones = [
        adb.Adb(serial, Stop(stop), settings.adb_seconds)
        for serial in _ready(serials, settings, fail)
    ]
    sessions = [Session(phone, files, settings, keep, fail) for phone in phones]
    _all_at_once([session.run for session in sessions], stop)
    return outcome


def _ready(
    serials: Sequence[str | None],
    settings: Settings,
    fail: Callable[[str, str | None, str], None],
) -> list[str]:
    """Returns the serials of those phones that are ready, each once."""
    found: list[str] = []
    for serial in dict.fromkeys(serials):
        try:
            chosen = adb.choose(serial, settings.adb_seconds)
        except DeviceError as error:
            fail(f"adb:{serial}" if serial else "adb", None, str(error))
        else:
            found += [] if chosen in found else [chosen]
    return found


def _all_at_once(
    tasks: Sequence[Callable[[], None]], stop: threading.Event
) -> None:
    if not tasks:
        return
    with concurrent.futures.ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            concurrent.futures.wait(futures)
        except BaseException:
            stop.set()  # The threads clean up; the pool waits for them.
            raise
    for future in futures:
        future.result()
