r"""How often the toolkit was killed, loaded and fooled, and how often it broke.

python -m benchmarks.reliability --short
python -m benchmarks.reliability --output=results/reliability.json
python -m benchmarks.reliability --only=play,memory
python -m benchmarks.reliability --table=results/reliability.json

The first takes a minute and says little; the second takes hours, saves what
each trial found, and goes on from there when it is started again.
"""

import dataclasses
import pathlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import program
from benchmarks.reliability import (
    kills,
    machines,
    memory,
    play,
    presses,
    trial,
)
from benchmarks.reliability.trial import Trial

_SHORT = flags.DEFINE_bool("short", False, "A minute, of few trials.")
_ONLY = flags.DEFINE_list("only", [], "Groups; all if none is given.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")

_GROUPS: dict[str, Callable[[pathlib.Path, bool], Iterator[Trial]]] = {
    "play": play.trials,
    "memory": memory.trials,
    "presses": presses.trials,
    "fuzz": lambda place, short: iter([_fuzz(5 if short else 1800)]),
    "kills": kills.trials,
    "machines": machines.trials,
}


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    program.show("reliability", _TABLE.value, _measure, _table)


def _measure() -> dict[str, Any]:
    """Returns what each trial found, and those of a result that is there.

    Raises:
        ValueError: there is no such group.
    """
    for name in set(_ONLY.value) - set(_GROUPS):
        groups = ", ".join(_GROUPS)
        raise ValueError(f"--only={name} is no group: take of {groups}")
    result = program.begun(
        program.OUTPUT.value,
        {"command": program.command("reliability"), "trials": {}},
    )
    with tempfile.TemporaryDirectory() as place:
        for name in _ONLY.value or _GROUPS:
            for each in _GROUPS[name](pathlib.Path(place) / name, _SHORT.value):
                if each.key not in result["trials"]:
                    logging.info("%s", each.key)
                    rows = [*map(dataclasses.asdict, each.run())]
                    result["trials"][each.key] = rows
                    program.save(result)
    return result


def _fuzz(seconds: float) -> Trial:
    """Returns the damaging of each kind of file for so long in all."""

    def run() -> list[trial.Row]:
        from benchmarks.fuzz import trials as fuzz  # It brings TensorFlow.

        return [trial.fuzzed(row) for row in fuzz.rows(seconds)]

    return Trial(f"fuzz for {seconds} s", run)


def _table(result: dict[str, Any]) -> str:
    return trial.table(result["trials"])


if __name__ == "__main__":
    app.run(main)
