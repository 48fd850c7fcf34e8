"""Whether a step says what a foreign model says of its owner's own windows.

The foreign model reads a window of ids from a state of zeros, padding too. A
step that types a text begins as its protocol says and reads the words alone.
"""

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tflm import files
from tflm.model.foreign.description import Imported
from tflm.model.language_model import LanguageModel
from tflm.text.protocol import Protocol, Step

_ROWS = 64  # Read at once.
_MOST = 500  # Windows that are compared.
_STEPS = 20  # Of a window that nothing gives a length.


@dataclasses.dataclass(frozen=True)
class Match:
    """How well a step and a foreign model agree.

    Attributes:
        words: how many predictions were compared.
        equal: share of those with the same likeliest word.
        difference: the largest difference of a chance.
    """

    words: int
    equal: float
    difference: float


def load(path: files.Path, vocabulary_size: int) -> np.ndarray:
    """Returns the windows of a `.npy` file, int32 [windows, steps].

    Raises:
        ValueError: it holds no such array, or ids that no word has.
    """
    try:
        files.check(path)
        # Mapped: it cannot say that it is larger than its file.
        windows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"windows {path} cannot be read: {error}") from None
    return checked(windows, vocabulary_size)


def checked(windows: np.ndarray, vocabulary_size: int) -> np.ndarray:
    """Returns windows as int32 [windows, steps], at most 500 of them.

    Raises:
        ValueError: it is no such array, or holds ids that no word has.
    """
    windows = np.asarray(windows)
    if windows.ndim != 2 or not windows.size or windows.dtype.kind not in "iuf":
        raise ValueError(
            f"windows are ids in rows, and not {windows.dtype} "
            f"{list(windows.shape)}: give what model.predict reads"
        )
    if not np.isfinite(windows).all() or (windows % 1).any():
        raise ValueError(
            "windows are ids in rows, and some are no whole number"
        )
    low, high = windows.min(), windows.max()
    if low < 0 or high >= vocabulary_size:
        raise ValueError(
            f"windows have ids from {low} to {high}: give ids from 0 to "
            f"{vocabulary_size - 1}"
        )
    # As many as tell; a step reads them word by word.
    return windows[:: -(-len(windows) // _MOST)].astype(np.int32)


def of_rows(
    rows: Sequence[Sequence[int]], steps: int | None, padding: int | None
) -> np.ndarray:
    """Returns windows of lines in ids, int32 [windows, steps].

    Each line is one, cut and padded in front; without an id for that they
    follow one another in all windows.

    Args:
        rows: ids of each line.
        steps: of a window; of the longest line, or 20, if it is None.
        padding: id that fills windows up.

    Raises:
        ValueError: there are too few words for a window.
    """
    if padding is None:
        ids = np.array([*itertools.chain.from_iterable(rows)], np.int32)
        steps = steps or _STEPS
        count = len(ids) // steps
        if not count:
            raise ValueError(f"windows have {len(ids)} words: give {steps}")
        return ids[: count * steps].reshape(count, steps)
    steps = steps or max(map(len, rows), default=0)
    if not steps:
        raise ValueError("windows have no words: give a text with some")
    found = np.full((len(rows), steps), padding, np.int32)
    for window, row in zip(found, rows, strict=True):
        last = row[-steps:]
        window[steps - len(last) :] = last
    return found


def check_unpadded(windows: np.ndarray) -> None:
    """Raises a ValueError if windows look filled up in front.

    That is if three in ten begin with the same id twice.
    """
    first = int(np.bincount(windows[:, 0]).argmax())
    if windows.shape[1] < 2:
        return
    share = float((windows[:, :2] == first).all(1).mean())
    if share >= 0.3:
        raise ValueError(
            f"{share:.0%} of the windows begin with id {first} twice, as if it "
            f"filled them up: give --padding={first} "
            f"--start=pad:{windows.shape[1] - 1}, or --start of a word"
        )


def predicted(imported: Imported, windows: np.ndarray) -> list[np.ndarray]:
    """Returns the chances that the foreign model gives after its windows.

    Args:
        imported: the model.
        windows: int32 [windows, steps].

    Returns:
        for each window float32 [predictions, vocabulary]: after its last id,
        or after each of its words, where the model predicts after each.
    """
    rows = [np.arange(windows.shape[1])] * len(windows)
    if imported.skips is not None:
        rows = [np.flatnonzero(w != imported.skips) for w in windows]
    found: dict[int, np.ndarray] = {}
    for length in {len(row) for row in rows}:
        alike = [k for k, row in enumerate(rows) if len(row) == length]
        for start in range(0, len(alike), _ROWS):
            chosen = alike[start : start + _ROWS]
            ids = np.stack([windows[k][rows[k]] for k in chosen])
            chances = _chances(imported.model, ids)
            chances = chances[:, -1:] if imported.last_word else chances
            found |= dict(zip(chosen, chances, strict=True))
    return [found[k] for k in range(len(windows))]


def _chances(model: LanguageModel, ids: np.ndarray) -> np.ndarray:
    if not ids.size:  # Nothing is said of a window without a word.
        return np.zeros((*ids.shape, model.config.vocabulary_size))
    return tf.nn.softmax(model(ids)).numpy()


def match(
    step: Step,
    protocol: Protocol,
    windows: np.ndarray,
    expected: Sequence[np.ndarray],
) -> Match:
    """Compares a step with what a foreign model predicts.

    Args:
        step: reads a word.
        protocol: how it begins.
        windows: int32 [windows, steps].
        expected: as `predicted` returns them.
    """
    _, state = protocol.begin(step)
    equal: list[bool] = []
    differences: list[float] = []
    for window, wanted in zip(windows, expected, strict=True):
        found = _read(step, protocol, state, window)
        count = min(len(found), len(wanted))
        if not count:
            continue
        ours, theirs = np.stack(found[-count:]), wanted[-count:]
        equal += [*(ours.argmax(-1) == theirs.argmax(-1))]
        differences.append(np.abs(tf.nn.softmax(ours) - theirs).max())
    if not equal:
        raise ValueError("windows hold no words: give some with words")
    return Match(len(equal), float(np.mean(equal)), float(max(differences)))


def _read(
    step: Step,
    protocol: Protocol,
    state: np.ndarray,
    window: np.ndarray,
) -> list[np.ndarray]:
    """Returns the logits after each word of a window."""
    words = window.tolist()
    if tuple(words[: len(protocol.start)]) == protocol.start:
        words = words[len(protocol.start) :]
    words = [word for word in words if word != protocol.padding]
    found = []
    for word in words:
        logits, state = step(word, state)
        found.append(logits)
    return found


def told(imported: Imported, found: Match, count: int) -> str:
    """Returns how well a step agreed after `count` windows, as a sentence."""
    said = (
        f"after {count} windows, {found.equal:.1%} of {found.words} likeliest "
        f"words are those of the model"
    )
    if found.equal < 1 and imported.last_word and imported.skips is None:
        said += (
            "; it reads as many steps of padding as a window has no words, "
            "and one word at a time begins always alike; with mask_zero=True "
            "in training it would be the same"
        )
    return said


def plausible(imported: Imported, seed: int = 0) -> np.ndarray:
    """Returns windows that a model writes, padded in front, int32 [_ROWS, n].

    They hold from one to n words, evenly.

    Args:
        imported: a model that reads n ids at once, after padding.
        seed: of what is drawn.
    """
    protocol, length = imported.protocol, imported.steps
    assert protocol and length and protocol.padding is not None
    random = np.random.default_rng(seed)
    model, size = imported.model, imported.model.config.vocabulary_size
    logits = np.zeros([_ROWS, size], np.float32)
    state = np.zeros([_ROWS, model.state_size], np.float32)
    for word in protocol.start:
        logits, state = model.step(np.full(_ROWS, word, np.int32), state)
    text = np.zeros([_ROWS, length], np.int32)
    for place in range(length):
        likely = logits + random.gumbel(size=(_ROWS, size))
        likely = np.delete(likely, protocol.padding, axis=1)
        drawn = likely.argmax(-1)
        text[:, place] = drawn + (drawn >= protocol.padding)
        logits, state = model.step(text[:, place], state)
    windows = np.full_like(text, protocol.padding)
    for row, count in enumerate(1 + np.arange(_ROWS) % length):
        windows[row, length - count :] = text[row, :count]
    return windows


def better(
    step: Step,
    protocol: Protocol,
    windows: np.ndarray,
    expected: Sequence[np.ndarray],
    found: Match,
) -> tuple[str, float] | None:
    """Returns the start that agrees better by far, as a flag, and its share.

    None if that of `protocol`, with which `found` was, is nearly the best.
    """
    if found.equal == 1:
        return None
    padding, steps = protocol.padding, windows.shape[1]
    counts = {steps * k // 4 for k in range(1, 4)} | {steps - 1}
    starts = {f"pad:{n}": (padding or 0,) * n for n in sorted(counts)}
    starts["zeros"] = ()
    shares = {
        name: match(step, Protocol(start, padding), windows, expected).equal
        for name, start in starts.items()
    }
    best = max(shares, key=lambda name: shares[name])
    if shares[best] > found.equal + 0.05:
        return best, shares[best]
    return None
