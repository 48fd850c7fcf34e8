"""What many processes do with the parts of a thing, in Ray's tasks.

Ray runs a task again when its process dies, or when what it gave is lost with
its machine. As each task is a function of its arguments alone, and what it
gives is taken once, nothing is lost or counted twice.
"""

import collections
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tqdm import tqdm

from tflm.scale import cluster

_RETRIES = 10  # Of a task whose process died.
_PIECES = 16  # That are merged at once.


def in_order(
    function: Callable[..., Any],
    jobs: Iterable[Any],
    *others: Any,
    title: str = "",
) -> Iterator[Any]:
    """Yields `function(job, *others)` of each job, in the order of the jobs.

    Two jobs for each processor are under way or wait to be taken: so much is
    in memory. With a title, a terminal has a progress bar of so many jobs.
    """
    ray = cluster.package()
    task = ray.remote(max_retries=_RETRIES)(function)
    shared = [ray.put(other) for other in others]
    waiting: collections.deque[Any] = collections.deque()
    at_once = _at_once()
    for job in _watched(jobs, title):
        if len(waiting) == at_once:
            yield ray.get(waiting.popleft())
        waiting.append(task.remote(job, *shared))
    while waiting:
        yield ray.get(waiting.popleft())


def reduced(
    split: Callable[..., Sequence[Any]],
    merge: Callable[[Sequence[Any]], Any],
    jobs: Sequence[Any],
    *others: Any,
    title: str,
) -> Iterator[Any]:
    """Yields each partition of what `split` makes of the jobs, merged.

    Args:
        split: `split(job, partitions, *others)` returns as many pieces, and
            puts what belongs together into the same one for each job.
        merge: makes one of several pieces, in the order of their jobs; it
            gets back what it made.
        jobs: the more they are, the more partitions there are.
        others: what is the same for all jobs.
        title: of a progress bar.
    """
    ray = cluster.package()
    partitions = min(max(len(jobs) // 4, 1), 64)
    shared = [ray.put(other) for other in others]
    task = ray.remote(max_retries=_RETRIES, num_returns=partitions)(_split)
    made: list[list[Any]] = []
    at_once = _at_once()
    for number, job in enumerate(_watched(jobs, title)):
        if number >= at_once:  # Those before it may wait on disk.
            ray.wait(made[number - at_once][:1])
        found = task.remote(split, job, partitions, *shared)
        made.append(found if partitions > 1 else [found])
    columns = [list(column) for column in zip(*made, strict=True)]
    yield from in_order(_merged, columns, merge)


def _split(
    split: Callable[..., Sequence[Any]], job: Any, partitions: int, *others: Any
) -> Any:
    pieces = split(job, partitions, *others)
    return tuple(pieces) if partitions > 1 else pieces[0]


def _merged(
    pieces: Sequence[Any], merge: Callable[[Sequence[Any]], Any]
) -> Any:
    """Merges the pieces of a partition, a few of which are in memory."""
    ray = cluster.package()
    found: list[Any] = []
    for start in range(0, len(pieces), _PIECES):
        found = [merge([*found, *ray.get(pieces[start : start + _PIECES])])]
    return found[0]


def _watched(jobs: Iterable[Any], title: str) -> Iterable[Any]:
    is_off = None if title else True  # None is off where no terminal is.
    return tqdm(jobs, title, unit=" parts", disable=is_off, leave=False)


def _at_once() -> int:
    ray = cluster.package()
    return 2 * max(int(ray.cluster_resources().get("CPU", 1)), 1)
