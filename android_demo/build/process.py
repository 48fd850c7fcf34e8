"""Runs the tools of the build, one process at a time where it must be."""

import contextlib
import fcntl
import pathlib
import subprocess
from collections.abc import Iterator, Sequence

from android_demo.build.versions import BUILD


class BuildError(Exception):
    """What keeps the APK from being built, for people."""


def run(command: Sequence[str | pathlib.Path], **options) -> str:
    """Returns what a tool writes; `options` are those of `subprocess.run`.

    Raises:
        BuildError: it failed; says what it wrote and which tool it was.
    """
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )
    if done.returncode:
        name = pathlib.Path(command[0]).name
        raise BuildError(f"{done.stdout}{name} ended with {done.returncode}")
    return done.stdout


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Lets other processes that do the same wait, as tests in parallel."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
