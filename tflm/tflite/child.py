"""A conversion in a process of its own, which may crash and leak.

The protocol is a directory: the caller leaves there what the module's `main`
reads, and `main` leaves a `model.tflite`.
"""

import os
import pathlib
import signal
import subprocess
import sys

_TIMEOUT_SECONDS = 600


class ConversionError(RuntimeError):
    """The converter failed, or its file is not what was asked for."""


def run(module: str, directory: pathlib.Path, what: str) -> bytes:
    """Runs `python -m module directory`; returns the model.tflite it leaves.

    Args:
        module: it calls its `main` on the directory.
        directory: what `main` reads is there, and nothing of another run.
        what: is made, for the message of an error.

    Raises:
        ConversionError: it died, failed, left no file or took ten minutes.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(directory)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ConversionError(
            f"the converter took more than {_TIMEOUT_SECONDS} seconds for "
            f"{what}: convert a smaller model, or on a faster machine"
        ) from None
    output = directory / "model.tflite"
    if done.returncode or not output.exists():
        raise ConversionError(_reason(what, done))
    return output.read_bytes()


def _environment() -> dict[str, str]:
    root = str(pathlib.Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def _reason(what: str, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return f"the converter was killed by {name} while writing {what}"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit code {done.returncode}"
    return f"the converter failed on {what}: {last}"
