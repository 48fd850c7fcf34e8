"""What a tagger reads at each word: the words around it, the labels before."""

import numpy as np

PADDING = 0  # The id of what stands outside of a sentence, in each table.


def windows(ids: np.ndarray, reach: int) -> np.ndarray:
    """Returns the words around each word, and then their other columns.

    Args:
        ids: of a sentence, int32 [n, k]: of its words, and of what else is
            read of each.
        reach: d, words on each side.

    Returns:
        int32 [n, k * (2 d + 1)]: column by column, each from the first word
        of the window to the last, `PADDING` outside of the sentence.
    """
    padded = np.pad(ids, ((reach, reach), (0, 0)), constant_values=PADDING)
    places = np.arange(len(ids))[:, np.newaxis] + np.arange(2 * reach + 1)
    return padded[places].transpose(0, 2, 1).reshape(len(ids), -1)


def turn(direction: str) -> slice:
    """Returns what puts words in the order of a direction, and back again."""
    return slice(None, None, -1 if direction == "backward" else 1)


def labels_before(labels: np.ndarray, count: int) -> np.ndarray:
    """Returns the labels before each word, as a tagger's state has them.

    Args:
        labels: ids of a sentence's labels, int32 [n].
        count: c, how many.

    Returns:
        int32 [n, c], the newest last: ids plus one, 0 for none.
    """
    padded = np.concatenate([np.zeros(count, np.int32), labels[:-1] + 1])
    places = np.arange(len(labels))[:, np.newaxis] + np.arange(count)
    return padded[places].astype(np.int32)
