"""A foreign .tflite file, run in a process that may die of it.

The runtime is native code that believes its input. What looks sound and is not
may end the process that runs it, take its memory, or never return.
"""

import contextlib
import hashlib
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

_SLOW = (
    f"the runtime needs more than {_SECONDS} seconds for a step of zeros: the "
    f"file is damaged, or too large for this machine"
)

_sound: set[bytes] = set()  # Digests of what has come back.


def probe(content: bytes) -> None:
    """Proves that the runtime survives one step of each signature, of zeros.

    With and without XNNPACK, in a process of its own that is limited in memory
    and time. What it survives may still end it on another input, so this is no
    wall against somebody who wants that: run such a file in a container.

    Args:
        content: of a .tflite file.

    Raises:
        ValueError: it died, ran out of memory or time, or was refused.

    Examples:
        >>> tflm.probe(content)
    """
    digest = hashlib.sha256(content).digest()
    if digest in _sound:
        return
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _program()],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WAIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(_SLOW) from None
    if done.returncode:
        raise ValueError(_reason(done.returncode, done.stdout))
    _sound.add(digest)


def _program() -> str:
    # Isolated, so that nothing in the working directory is imported.
    paths = [str(pathlib.Path(__file__).parents[1]), *filter(None, sys.path)]
    return (
        f"import sys; sys.path[:] = {paths}; "
        f"from tflm import probing; probing.main()"
    )


def _reason(code: int, said: bytes) -> str:
    if code == _REFUSED:
        return said.decode("utf-8", "replace")
    if code == -getattr(signal, "SIGXCPU", 0):
        return _SLOW
    how = f"exit code {code}"
    if code < 0:
        how = signal.Signals(-code).name
    return (
        f"the runtime died on it ({how}): the file is damaged or no model of "
        f"this runtime; convert or download it again"
    )


def main() -> None:
    """Runs the file that is the input of this process."""
    from tflm import runtime

    content = sys.stdin.buffer.read()
    _limit(_FREE_BYTES + _COPIES * len(content))
    try:
        runtime.run_once(content)
    except (MemoryError, RuntimeError, ValueError) as error:
        sys.stdout.write(" ".join(str(error).split()) or "it takes the memory")
        sys.stdout.flush()
        os._exit(_REFUSED)
    os._exit(0)  # What is torn down then is no use to anybody.


def _limit(more: int) -> None:
    """Ends this process where it takes too long, or so many bytes more."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    with contextlib.suppress(OSError, ValueError):
        pages = pathlib.Path("/proc/self/statm").read_text().split()[0]
        limit = int(pages) * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
