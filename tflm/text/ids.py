"""The ids of a text as a file: int32 in the machine's order."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from tflm import files
from tflm.text.corpus import Corpus
from tflm.text.splits import Split

_AT_ONCE = 1 << 12  # Ids in an array, as an array a line takes longer.


def encoded(
    sentences: Iterable[Sequence[str]],
    encode: Callable[[Sequence[str]], list[int]],
    eos: int | None,
) -> Iterator[np.ndarray]:
    """Yields the ids of sentences and their ends, many at once: int32 [n]."""
    end = [] if eos is None else [eos]
    ids: list[int] = []
    for sentence in sentences:
        ids += encode(sentence)
        ids += end
        if len(ids) > _AT_ONCE:
            yield np.array(ids, np.int32)
            ids.clear()
    yield np.array(ids, np.int32)


def write_ids(
    corpus: Corpus,
    split: Split,
    pieces: Iterable[np.ndarray],
    path: files.Path,
) -> int:
    """Writes the ids of a split, piece after piece; returns how many.

    They are written as they come: the text may be larger than memory.

    Raises:
        ValueError: there are none.
    """
    count = 0
    with files.writing(path) as file:
        for ids in pieces:
            file.write(ids.tobytes())
            count += len(ids)
        if not count:
            raise ValueError(
                f"corpus {corpus.name!r} has no words in its {split} split, as "
                f"lines go to the splits whole; give it more lines, one "
                f"sentence or message each"
            )
    return count


def read_ids(path: files.Path) -> np.ndarray:
    """Returns the ids that were written, mapped and not read: int32 [N]."""
    return np.memmap(path, np.int32, mode="r")


def digest(ids: np.ndarray) -> str:
    """Returns the SHA-256 of a text, by its ids."""
    found = hashlib.sha256()
    for start in range(0, len(ids), 1 << 20):  # It may not fit in memory.
        block = np.ascontiguousarray(ids[start : start + (1 << 20)], "<i4")
        found.update(block.tobytes())
    return found.hexdigest()
