"""What a device farm is to measure: numbered runs, each of one file."""

import collections
import dataclasses
import json
import pathlib
import random
import re
from collections.abc import Mapping, Sequence

from tflm.device.app import FOLDER
from tflm.device.plan import Plan

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


def plan_scenarios(names: Sequence[str], plan: Plan) -> list[Scenario]:
    """Returns shuffled rounds, so that a drift of the phone hits all alike."""
    shuffle = random.Random(plan.seed).shuffle
    found = []
    for number_of_round in range(1, plan.rounds + 1):
        order = list(names)
        shuffle(order)
        for name in order:
            number = len(found) + 1
            named = {"nonce": f"{number_of_round}/{name}", "model": name}
            extras = named | plan.settings.extras
            found.append(Scenario(number, name, extras))
    return found


def to_json(scenarios: Sequence[Scenario]) -> str:
    """Returns the list that the app reads, the extras by number."""
    return json.dumps({s.number: s.extras for s in scenarios}, indent=1) + "\n"


def longest_seconds(plan: Plan) -> float:
    """Returns after how long a run of the app is not waited for any more."""
    typing = _KEY_SECONDS * len(plan.script or "")
    return _START_SECONDS + 1.1 * plan.settings.seconds + typing


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
