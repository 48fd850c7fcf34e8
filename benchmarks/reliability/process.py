"""Commands as processes that can be killed, and what they leave running.

Each is a fork of this process, which has imported TensorFlow by now and run
none of it: to start a new Python takes eight seconds of the processor.
"""

import contextlib
import ctypes
import importlib
import os
import pathlib
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable

from tflm import cli, directories

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_NEEDED = (
    "tf_keras",
    "tensorflow_model_optimization",
    "tflm.commands.compress",
    "tflm.experiment.run",
    "tflm.search.from_corpus",
    "tflm.model.workspace",
)


def prepare() -> None:
    """Imports what commands need, and adopts what they leave running."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    for module in _NEEDED:
        importlib.import_module(module)
    if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise ValueError("orphans cannot be counted: run this on Linux")


def command(arguments: list[str]) -> Callable[[], None]:
    """Returns what runs `tflm` with arguments, and ends the process."""

    def run() -> None:
        sys.argv = ["tflm", *arguments]
        cli.run()

    return run


def start(
    work: Callable[[], None], folder: pathlib.Path, log: pathlib.Path
) -> int:
    """Returns the id of a process that works in a folder.

    Args:
        work: what it does.
        folder: its temporary files are in `folder`/tmp.
        log: where it writes.
    """
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    if process := os.fork():
        return process
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
        said = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        directories.release()
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def ended(process: int, seconds: float) -> int | None:
    """Returns the exit code of a process, None after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def orphans(seconds: float) -> int:
    """Returns how many processes live on after so many; they are killed."""
    end = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                time.sleep(0.01)
    return _kill_all()


def _kill_all() -> int:
    count = 0
    while found := _children():  # Theirs are ours when they are dead.
        for process in found:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        count += len(found)
    return count


def _children() -> list[int]:
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name, which may hold anything: the state, the parent.
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found
