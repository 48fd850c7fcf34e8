"""A Kneser-Ney model whose n-grams many processes count."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np

from tflm import files
from tflm.evaluation.ngram import kneser_ney, merged
from tflm.evaluation.ngram.merged import Counts
from tflm.evaluation.ngram.model import NGram
from tflm.scale import map_reduce
from tflm.text.ids import read_ids

SHARD_IDS = 4 << 20


@dataclasses.dataclass(frozen=True)
class Sentences:
    """A part of a file of ids, from the start of a sentence to an end.

    Attributes:
        path: of the file, which all machines have.
        start: index of its first id.
        end: index after its last, which is the end mark.
    """

    path: pathlib.Path
    start: int
    end: int


def train(
    path: files.Path,
    vocabulary_size: int,
    order: int = 5,
    eos: int = 0,
    shard_ids: int = SHARD_IDS,
) -> NGram:
    """Returns what `kneser_ney.train` returns of the sentences of a file.

    Whoever calls it is connected to Ray. The n-grams of a shard have to fit
    into a worker's memory, and all that differ into that of this process.

    Args:
        path: of `train.ids`, as `dataset.prepare` leaves it.
        vocabulary_size: how many ids there are.
        order: how many words the longest n-grams have.
        eos: id of the end mark.
        shard_ids: about how many ids a worker counts at once.

    Raises:
        ValueError: `order` is below 1.
    """
    jobs = [*shards(pathlib.Path(path), eos, shard_ids)]
    found = [
        *map_reduce.reduced(
            *(_count, _added, jobs, vocabulary_size, order, eos),
            title="counting n-grams",
        )
    ]
    counts = _added(found)
    return kneser_ney.of_levels(
        merged.levels_of(counts, vocabulary_size), vocabulary_size, eos
    )


def shards(path: pathlib.Path, eos: int, size: int) -> Iterator[Sentences]:
    """Yields the parts of a file, of `size` ids or the few more to an end."""
    ids, start = read_ids(path), 0
    while start < len(ids):
        end = min(start + size, len(ids))
        while end < len(ids) and ids[end - 1] != eos:
            end += 1
        yield Sentences(path, start, end)
        start = end


def _count(
    job: Sentences, partitions: int, vocabulary_size: int, order: int, eos: int
) -> list[list[Counts]]:
    """Returns the counts of a part, by what their first words have left."""
    ids = read_ids(job.path)[job.start : job.end].astype(np.int64)
    levels = kneser_ney.count(np.append(eos, ids), vocabulary_size, order, eos)
    found = merged.counts_of(levels)
    return [
        [
            Counts(each.rows[its], each.count[its])
            for each in found
            for its in [each.rows[:, 0] % partitions == part]
        ]
        for part in range(partitions)
    ]


def _added(pieces: Sequence[Sequence[Counts]]) -> list[Counts]:
    return [merged.added(parts) for parts in zip(*pieces, strict=True)]
