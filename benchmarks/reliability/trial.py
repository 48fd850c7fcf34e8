"""What is tried, and the table of what came of it."""

import collections
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Row:
    """What was tried so often on something, and how often it went wrong.

    Attributes:
        what: was done.
        on: what it was done to.
        tried: how often.
        wrong: how many of these broke a promise.
        measured: what else was found, for people.
        reasons: of what went wrong.
    """

    what: str
    on: str
    tried: int
    wrong: int = 0
    measured: str = ""
    reasons: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Trial:
    """One of a group's trials.

    Attributes:
        key: that no other has; what was done under it is not done again.
        run: does it.
    """

    key: str
    run: Callable[[], list[Row]]


def fuzzed(found: Mapping[str, Any]) -> Row:
    """Returns the row of a fuzzer's: what hung or was killed is wrong too."""
    wrong = found["wrong"] + found["hung"] + found["killed"]
    said = f"{found['refused']:,} refused, {found['accepted']:,} taken"
    return Row(found["what"], found["on"], found["tried"], wrong, said)


def table(trials: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """Returns the trials' rows as Markdown, those of one kind as one."""
    kinds = collections.defaultdict(list)
    for rows in trials.values():
        for row in rows:
            kinds[row["what"], row["on"]].append(row)
    lines = [
        "| what was tried | on | how often | went wrong | measured |",
        "|---|---|---|---|---|",
    ]
    for (what, on), rows in kinds.items():
        tried, wrong = (sum(r[n] for r in rows) for n in ("tried", "wrong"))
        lines.append(
            f"| {what} | {on} | {tried:,} | {wrong:,} | "
            f"{rows[-1]['measured']} |"
        )
    return "\n".join(lines)
