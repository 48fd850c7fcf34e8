"""How far a search is, and how long the rest may take."""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator

from absl import logging

_EVERY_SECONDS = 30.0


@dataclasses.dataclass
class Progress:
    """The stages of a search, each told when it begins and twice a minute.

    What is left is expected to take as long as what was done: each kind of
    stage is as long as the mean of those of its kind, or as was expected of
    it when none is done.

    Attributes:
        expected: seconds of one stage of a kind, as far as it is known.
        left: how many stages of each kind are still to come.
        every: seconds between two lines of a stage that goes on.
        clock: returns seconds.
    """

    expected: dict[str, float]
    left: dict[str, int]
    every: float = _EVERY_SECONDS
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.number = 0
        self.took: dict[str, list[float]] = {kind: [] for kind in self.left}

    @contextlib.contextmanager
    def stage(self, kind: str, what: str) -> Iterator[None]:
        """Tells of a stage while it lasts.

        Args:
            kind: of the stage, one of `left`.
            what: it does, for people.
        """
        self.number += 1
        began, ended = self.clock(), threading.Event()
        logging.info("%s", self.line(what, 0.0, kind))

        def repeat() -> None:
            while not ended.wait(self.every):
                spent = self.clock() - began
                logging.info("%s", self.line(what, spent, kind))

        ticker = threading.Thread(target=repeat, daemon=True)
        ticker.start()
        try:
            yield
        finally:
            ended.set()
            ticker.join()
            self.left[kind] -= 1
        self.took[kind].append(self.clock() - began)

    def line(self, what: str, spent: float, kind: str) -> str:
        """Returns where the search stands.

        Args:
            what: the present stage does.
            spent: seconds on it.
            kind: of it.
        """
        stages = self.number - 1 + sum(self.left.values())
        so_far = _minutes(self.clock() - self.began)
        left = sum(n * self._seconds(each) for each, n in self.left.items())
        left = max(left - min(spent, self._seconds(kind)), 0.0)
        return (
            f"search: stage {self.number} of {stages}, {what}; {so_far} so "
            f"far, about {_minutes(left)} left"
        )

    def _seconds(self, kind: str) -> float:
        took = self.took[kind]
        return sum(took) / len(took) if took else self.expected[kind]


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes"
