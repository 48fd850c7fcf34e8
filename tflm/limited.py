"""Native code that believes its input, in a process that may die of it.

A file that looks sound and is not may end the process which reads it, take its
memory, or never let it return. So a process of its own reads it first.
"""

import contextlib
import hashlib
import importlib
import os
import pathlib
import signal
import subprocess
import sys

try:
    import resource
except ModuleNotFoundError:  # As on Windows, where nothing is limited.
    resource = None  # type: ignore[assignment]

_SECONDS = 60  # Of the processor: a busy machine makes no file worse.
_WAIT_SECONDS = 600  # For a process that waits for something.
_FREE_BYTES = 2**30
_COPIES = 16  # Of the file: 4-bit weights as floats, and packed for kernels.
_REFUSED = 3

_sound: set[tuple[str, bytes]] = set()  # What has come back, of which module.


def survive(module: str, content: bytes, reader: str) -> None:
    """Proves that a module's `try_out` comes back from a file.

    In a process of its own, limited in memory and time. What it survives may
    still end this one, so this is no wall against somebody who wants that: read
    such a file in a container.

    Args:
        module: `try_out` of it takes the file, and raises a ValueError to
            refuse it.
        content: of the file.
        reader: the native code, for people.

    Raises:
        ValueError: it died, ran out of memory or time, or was refused.
    """
    known = module, hashlib.sha256(content).digest()
    if known in _sound:
        return
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _program(module)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WAIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(_slow(reader)) from None
    if done.returncode:
        raise ValueError(_reason(done.returncode, done.stdout, reader))
    _sound.add(known)


def _program(module: str) -> str:
    # Isolated, so that nothing in the working directory is imported.
    paths = [str(pathlib.Path(__file__).parents[1]), *filter(None, sys.path)]
    return (
        f"import sys; sys.path[:] = {paths}; "
        f"from tflm import limited; limited.main({module!r}, {_SECONDS})"
    )


def _slow(reader: str) -> str:
    return (
        f"{reader} needs more than {_SECONDS} seconds for it: the file is "
        f"damaged, or too large for this machine"
    )


def _reason(code: int, said: bytes, reader: str) -> str:
    if code == _REFUSED:
        return said.decode("utf-8", "replace")
    if code == -getattr(signal, "SIGXCPU", 0):
        return _slow(reader)
    how = f"exit code {code}"
    if code < 0:
        how = signal.Signals(-code).name
    return (
        f"{reader} died on it ({how}): the file is damaged or no model that "
        f"it reads; make or download it again"
    )


def main(module: str, seconds: int) -> None:
    """Tries out the file that is the input of this process."""
    try_out = importlib.import_module(module).try_out
    content = sys.stdin.buffer.read()
    limit(_FREE_BYTES + _COPIES * len(content), seconds)
    try:
        try_out(content)
    except (MemoryError, RuntimeError, ValueError) as error:
        sys.stdout.write(" ".join(str(error).split()) or "it takes the memory")
        sys.stdout.flush()
        os._exit(_REFUSED)
    os._exit(0)  # What is torn down then is no use to anybody.


def limit(more: int, seconds: int) -> None:
    """Ends this process where it takes so long, or so many bytes more."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # Or a lower limit stays.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with contextlib.suppress(OSError, ValueError):
        pages = pathlib.Path("/proc/self/statm").read_text().split()[0]
        limit = int(pages) * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
