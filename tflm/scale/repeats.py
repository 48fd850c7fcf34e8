"""Which lines of a text repeat one before them, in whichever shards."""

from collections.abc import Sequence

import numpy as np

from tflm.scale import map_reduce
from tflm.text import duplicates
from tflm.text.shard import Shard

_SHARD = 40  # Bits of a place that number the line in its shard.


def find(shards: Sequence[Shard], kind: duplicates.Kind) -> list[bytes]:
    """Returns the bits of each shard, as `duplicates.find` does."""
    marks = [duplicates.Marks() for _ in shards]
    jobs = [*enumerate(shards)]
    for merged in map_reduce.reduced(
        _keys, _merge, jobs, kind, title="finding repeated lines"
    ):
        for place in merged[merged["is_repeat"]]["place"].tolist():
            number, line = divmod(place, 1 << _SHARD)
            marks[number].mark(line)
    return [each.content() for each in marks]


_ROW = [("key", np.uint64), ("place", np.int64), ("is_repeat", np.bool_)]


def _keys(
    job: tuple[int, Shard], partitions: int, kind: duplicates.Kind
) -> list[np.ndarray]:
    """Returns the keys of a shard's lines and where these are."""
    number, shard = job
    rows = np.array(
        [
            (key, (number << _SHARD) + line, False)
            for line, keys in duplicates.keyed(shard, kind)
            for key in keys
        ],
        _ROW,
    )
    part = rows["key"] % np.uint64(partitions)
    return [rows[part == each] for each in range(partitions)]


def _merge(pieces: Sequence[np.ndarray]) -> np.ndarray:
    """Returns all rows, of which those are marked that have a key again."""
    rows = np.concatenate(pieces)
    rows = rows[np.lexsort([rows["place"], rows["key"]])]
    rows["is_repeat"][1:] |= rows["key"][1:] == rows["key"][:-1]
    return rows
