"""Runs compilers and the emulator, which come from the system."""

import pathlib
import shutil
import subprocess
from collections.abc import Sequence

# The Debian package of each.
_PACKAGES = {
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    "gcc": "gcc libc6-dev",
    "nm": "binutils",
    "qemu-aarch64": "qemu-user",
}


def require(*names: str) -> None:
    """Raises FileNotFoundError, with the cure, if a tool is missing."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        packages = " ".join(_PACKAGES[name] for name in missing)
        raise FileNotFoundError(
            f"{', '.join(missing)} not found: sudo apt-get install {packages}"
        )


def run(command: Sequence[str | pathlib.Path], **options) -> str:
    """Returns what a tool writes; `options` are those of `subprocess.run`.

    Raises:
        RuntimeError: it failed; says what it wrote.
    """
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )
    if done.returncode:
        name = pathlib.Path(command[0]).name
        raise RuntimeError(f"{name} failed: {done.stderr or done.stdout}")
    return done.stdout
