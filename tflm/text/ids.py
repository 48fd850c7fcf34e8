"""The ids of a text as a file: int32 in the machine's order."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from tflm import files
from tflm.text.corpus import Corpus
from tflm.text.splits import Split


def encoded(
    sentences: Iterable[Sequence[str]],
    encode: Callable[[Sequence[str]], list[int]],
    eos: int | None,
) -> Iterator[np.ndarray]:
    """Yields the ids of each sentence and of its end, int32 [n]."""
    end = [] if eos is None else [eos]
    for sentence in sentences:
        yield np.array([*encode(sentence), *end], np.int32)


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
