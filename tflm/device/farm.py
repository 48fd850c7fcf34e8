"""Packages for device farms: to be run there, by who has an account.

They hold the app, the files and what the farm's own command asks for. Nothing
here talks to a farm.
"""

import os
import pathlib
from collections.abc import Mapping, Sequence

from tflm import temporary
from tflm.device import aws, firebase, scenarios
from tflm.device.settings import Settings

_KINDS = {"aws": aws.members, "firebase": firebase.members}
KINDS = tuple(_KINDS)


def package(
    kind: str,
    models: Sequence[pathlib.Path],
    apk: pathlib.Path,
    settings: Settings,
    directory: pathlib.Path,
) -> None:
    """Writes a package for one of `KINDS`.

    Args:
        models: .tflite files and directories with bundles.
        apk: the keyboard.
        settings: how each is to be measured.
        directory: where the package goes, and is not yet; its README.md says
            what to do with it. It is whole, or not there.

    Raises:
        ValueError: an argument cannot be used.
        OSError: the directory cannot be written.
    """
    if kind not in KINDS:
        raise ValueError(f"package must be one of {KINDS}, got {kind!r}")
    if not apk.is_file():
        raise ValueError(f"there is no APK {apk}: make one with make apk")
    if directory.exists():
        raise ValueError(f"{directory} is there already: give a new one")
    job = scenarios.Job(
        apk=apk.read_bytes(),
        pushed=scenarios.content(models),
        scenarios=scenarios.shuffled([each.name for each in models], settings),
        settings=settings,
    )
    _write(_KINDS[kind](job), directory)


def _write(members: Mapping[str, bytes], directory: pathlib.Path) -> None:
    parent = directory.absolute().parent
    with temporary.directory(parent) as place:
        new = place / "new"
        for name, content in members.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.rename(new, directory)
