"""Standard error: our lines are on it, and those of others are kept aside.

TensorFlow and its kin write there what nobody can act on, from C++ and before
it can be forbidden. So file descriptor 2, which they and child processes have,
becomes a file without a name, and `sys.stderr` stays where it was. Whoever
ends badly leaves that file's lines behind.
"""

import atexit
import logging
import os
import pathlib
import signal
import sys
import tempfile

_OURS = str(pathlib.Path(__file__).parent) + os.sep


def own_lines() -> None:
    """Leaves standard error to the lines of this toolkit, for this process.

    Called before TensorFlow is imported. What others write is kept, and shown
    if the process dies by a signal or by an exception that nothing catches.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    real = os.dup(2)
    kept = tempfile.TemporaryFile()
    ended = _watch(kept.fileno(), real) if hasattr(os, "fork") else None
    os.dup2(kept.fileno(), 2)
    sys.stderr = os.fdopen(
        real, "w", buffering=1, encoding="utf-8", errors="backslashreplace"
    )
    _log(logging.StreamHandler(open(2, "w", closefd=False)))
    inner = sys.excepthook

    def show(*error) -> None:
        _copy(kept.fileno(), real)
        inner(*error)

    sys.excepthook = show
    if ended is not None:
        # The first to be registered is the last to run.
        atexit.register(os.write, ended, b".")


def all_lines() -> None:
    """Lets everything through, our lines as plain as otherwise."""
    _log(logging.StreamHandler())


def _log(others: logging.Handler) -> None:
    """Sends our log lines to standard error and those of others to `others`."""
    from absl import logging as absl_logging

    absl_logging.set_verbosity(absl_logging.INFO)
    # `app.run` would add it beside these.
    absl_logging.get_absl_handler().setLevel(logging.CRITICAL + 1)
    ours = _OurLines()
    ours.addFilter(_is_ours)
    others.addFilter(lambda record: not _is_ours(record))
    logging.root.handlers = [ours, others]
    logging.captureWarnings(True)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.pathname.startswith(_OURS)


class _OurLines(logging.Handler):
    """Writes records as plain lines, above a progress bar if there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if bars := sys.modules.get("tqdm"):
            bars.tqdm.write(line, file=sys.stderr)
        else:
            sys.stderr.write(line + "\n")


def _watch(kept: int, real: int) -> int:
    """Starts a process that shows what was kept if this one dies.

    Returns:
        Where this process writes a byte when it ends by itself.
    """
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        return writing
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for descriptor in (0, 1, 2, writing):
        os.close(descriptor)
    if not os.read(reading, 1):
        _copy(kept, real)
    os._exit(0)


def _copy(kept: int, real: int) -> None:
    size = os.fstat(kept).st_size
    os.write(real, os.pread(kept, size, 0))
