"""What a device farm is to measure: numbered runs, each of one file."""

import collections
import dataclasses
import json
import pathlib
import random
import re
from collections.abc import Mapping, Sequence

from tflm.device.app import FOLDER
from tflm.device.settings import Settings

PUSHED = f"{FOLDER}/benchmark"
RESULTS = f"{FOLDER}/results"
LIST = "scenarios.json"
APK = "tflm-keyboard.apk"

# Bounds for starting the app and loading a model on a slow phone.
_START_SECONDS = 30
_KEY_SECONDS = 0.1
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One run of the app.

    Attributes:
        number: from 1; results are named for it.
        model: the file or the directory, as the farm is given it.
        extras: what the activity reads, by name. `model` is relative, and
            `nonce`, which the result repeats, is `ROUND/MODEL`.
    """

    number: int
    model: str
    extras: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Job:
    """What a device farm is given to measure.

    Attributes:
        apk: the app.
        pushed: files for the phone, by path from `PUSHED`.
        scenarios: the runs.
        settings: of each.
    """

    apk: bytes
    pushed: Mapping[str, bytes]
    scenarios: Sequence[Scenario]
    settings: Settings

    @property
    def models(self) -> dict[str, bytes]:
        """What is pushed, by its path in a package."""
        return {f"models/{name}": data for name, data in self.pushed.items()}

    @property
    def listed(self) -> bytes:
        """The file `LIST` that the app reads: the extras by number."""
        extras = {each.number: each.extras for each in self.scenarios}
        return f"{json.dumps(extras, indent=1)}\n".encode()

    @property
    def longest_seconds(self) -> float:
        """After how long a run of the app is not waited for any more."""
        typing = _KEY_SECONDS * len(self.settings.script or "")
        return _START_SECONDS + 1.1 * self.settings.round_seconds + typing


def shuffled(names: Sequence[str], settings: Settings) -> list[Scenario]:
    """Returns shuffled rounds, so that a drift of the phone hits all alike."""
    shuffle = random.Random(settings.seed).shuffle
    found: list[Scenario] = []
    for number_of_round in range(1, settings.rounds + 1):
        order = list(names)
        shuffle(order)
        for name in order:
            number = len(found) + 1
            named = {"nonce": f"{number_of_round}/{name}", "model": name}
            extras = named | settings.extras
            found.append(Scenario(number, name, extras))
    return found


def content(models: Sequence[pathlib.Path]) -> dict[str, bytes]:
    """Returns what is pushed of files and bundles, by path from `PUSHED`.

    Raises:
        ValueError: one is missing, or named like another or as no phone and
            no shell takes it.
    """
    if not models:
        raise ValueError("there is no file to measure: name one")
    _check_names([model.name for model in models])
    found = {}
    for model in models:
        paths = sorted(model.iterdir()) if model.is_dir() else [model]
        for path in paths:
            if not path.is_file():
                raise ValueError(f"{path} is no file: give a file or a bundle")
            name = path.relative_to(model.parent).as_posix()
            _check(path.name)
            found[name] = path.read_bytes()
    return found


def _check_names(names: Sequence[str]) -> None:
    for name, count in collections.Counter(names).items():
        _check(name)
        if count > 1:
            raise ValueError(f"{count} files are named {name}: rename them")
        if name == LIST:
            raise ValueError(f"{LIST} is a name of the package: rename it")


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be pushed: rename it to letters, digits, . _ + -"
        )
