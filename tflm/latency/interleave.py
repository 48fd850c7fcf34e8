"""Times models in interleaved rounds of steps, each in another order."""

import contextlib
import itertools
import random
from collections.abc import Iterator, Mapping

from tflm.latency import bootstrap
from tflm.latency.timed_model import TimedModel

_FIRST_CHECK = 10  # Rounds before it is asked whether ratios are precise,
_CHECK_GROWTH = 1.2  # and then as often as there are so many times more.


def measure_rounds(
    models: Mapping[str, TimedModel],
    runs: int,
    limit_ns: float,
    precision: float | None = None,
) -> None:
    """Measures round after round, each in an order of its own.

    Args:
        models: by name.
        runs: steps to measure of each.
        limit_ns: time for each, which ends it with fewer runs.
        precision: if given, all end when each ratio's interval is within it.

    Raises:
        ValueError: a model cannot be run.
    """
    order = random.Random(0)
    waiting = [*models]
    check: float = _FIRST_CHECK
    for number in itertools.count(1):
        for name in order.sample(waiting, len(waiting)):
            with refusing(name):
                if models[name].measure_round(runs, limit_ns):
                    waiting.remove(name)
        if not waiting:
            return
        if precision and number >= check:
            if _are_precise(models, precision):
                return
            check = number * _CHECK_GROWTH


def _are_precise(models: Mapping[str, TimedModel], precision: float) -> bool:
    found = bootstrap.ratios({n: m.rounds_ms for n, m in models.items()})
    return bool(found) and all(r.precision <= precision for r in found)


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Gives an error that arises with a file its name, and one line.

    Raises:
        ValueError: the block raised RuntimeError or ValueError.
    """
    try:
        yield
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"{name} cannot be measured: {reason}; "
            "tflm inspect shows what it holds and reads"
        ) from error
