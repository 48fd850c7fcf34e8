"""A conversion in a process of its own, which may crash and leak.

The protocol is a directory: the caller leaves there what the module's `main`
reads, and `main` leaves a `model.tflite`.
"""

import pathlib
import signal
import subprocess
import sys

from tflm.tflite import forks

_TIMEOUT_SECONDS = 600
_FORKS = forks.Forks()


class ConversionError(RuntimeError):
    """The converter failed, or its file is not what was asked for."""


def run(module: str, directory: pathlib.Path, what: str) -> bytes:
    """Runs `main` of a module on a directory; returns the model.tflite.

    Args:
        module: its `main` leaves that file; as a program it calls `main`.
        directory: what `main` reads is there, and nothing of another run.
        what: is made, for the message of an error.

    Raises:
        ConversionError: it died, failed, left no file or took ten minutes.
    """
    start = _fork if sys.platform == "linux" else _program
    code = start(module, directory)
    if code is None:
        raise ConversionError(
            f"the converter took more than {_TIMEOUT_SECONDS} seconds for "
            f"{what}: convert a smaller model, or on a faster machine"
        )
    output = directory / "model.tflite"
    if code or not output.exists():
        raise ConversionError(_reason(what, code, directory))
    return output.read_bytes()


def _fork(module: str, directory: pathlib.Path) -> int | None:
    return _FORKS.run(module, directory, _TIMEOUT_SECONDS)


def _program(module: str, directory: pathlib.Path) -> int | None:
    """Does the same where a fork may not do what its parent could."""
    with open(directory / "stderr.txt", "wb") as said:
        try:
            return subprocess.run(
                [sys.executable, "-m", module, str(directory)],
                env=forks.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=_TIMEOUT_SECONDS,
            ).returncode
        except subprocess.TimeoutExpired:
            return None


def _reason(what: str, code: int, directory: pathlib.Path) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"the converter was killed by {name} while writing {what}"
    said = directory / "stderr.txt"
    text = said.read_text("utf-8", "replace") if said.exists() else ""
    lines = [line for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit code {code}"
    return f"the converter failed on {what}: {last}"
