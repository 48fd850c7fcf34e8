"""What made a number, without telling whose machine it was."""

import datetime
import pathlib
import platform
import re
import shlex
import subprocess
from typing import Any

from tflm import files, packages
from tflm.latency.machine import machine


def provenance(
    command: str, corpus: str = "", corpus_sha256: str = ""
) -> dict[str, Any]:
    """Returns what made a number: command, code, packages and hardware.

    Nothing in it tells whose machine it was: absolute paths in `command` and
    `corpus` become relative to the working directory, or else bare names.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "command": _without_machine(command),
        "date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(__file__),
        "corpus": _without_absolute_paths(corpus),
        "corpus_sha256": corpus_sha256,
        "versions": _versions(),
        "hardware": machine(),
    }


def commit(source: files.Path) -> str | None:
    """Returns the git commit of a source file, None outside a checkout.

    It ends in `-dirty` where tracked files differ from it.
    """
    path = pathlib.Path(source).resolve()
    listing = ("ls-files", "--error-unmatch", path.name)
    naming = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        # An installed copy may lie inside a checkout of something else.
        _git(path.parent, *listing)
        return _git(path.parent, *naming)
    except (OSError, subprocess.CalledProcessError):
        return None


def _versions() -> dict[str, str]:
    """Returns the versions of Python and of the packages that are there."""
    found = {"python": platform.python_version()}
    for name in (packages.DISTRIBUTION, *packages.PACKAGES):
        if version := packages.version(name):
            found[name] = version
    return found


def _git(directory: pathlib.Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "--no-optional-locks", "-C", directory, *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def _without_machine(command: str) -> str:
    """Returns a command without its absolute paths."""
    try:
        words = shlex.split(command)
    except ValueError:  # It was not written for a shell.
        words = command.split()
    return shlex.join(map(_without_absolute_paths, words))


def _without_absolute_paths(word: str) -> str:
    """Makes an absolute path relative, or a bare name if it lies elsewhere.

    A path is the whole word, or what comes after `=`, `:` or `,` in it.
    """
    here = pathlib.Path.cwd()

    def relative(match: re.Match[str]) -> str:
        path = pathlib.Path(match[0])
        inside = path.is_relative_to(here)
        return str(path.relative_to(here)) if inside else path.name

    return re.sub(r"(?:^|(?<=[=:,]))/(?!/)[^=:,]*", relative, word)
