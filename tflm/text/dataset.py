"""A corpus in the ids of a vocabulary, on disk."""

from collections.abc import Callable, Sequence

import numpy as np

from tflm import files
from tflm.text.corpus import Corpus, Split


def write_ids(
    corpus: Corpus,
    split: Split,
    encode: Callable[[Sequence[str]], list[int]],
    eos: int,
    path: files.Path,
) -> int:
    """Writes the ids of a split, `eos` after each sentence; returns how many.

    The file holds int32 in the machine's order, for `read_ids`. It is written
    as it is encoded: the text may be larger than memory.

    Raises:
        ValueError: the split has no words.
    """
    count = 0
    with files.writing(path) as file:
        for sentence in corpus.sentences(split):
            ids = np.array([*encode(sentence), eos], np.int32)
            file.write(ids.tobytes())
            count += len(ids)
        if not count:
            raise ValueError(
                f"corpus {corpus.name!r} has no words in its {split} split; "
                f"give it more text"
            )
    return count


def read_ids(path: files.Path) -> np.ndarray:
    """Returns the ids that `write_ids` wrote, mapped and not read: int32[N]."""
    return np.memmap(path, np.int32, mode="r")
