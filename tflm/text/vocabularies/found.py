"""What a vocabulary file says, whichever kind it is of."""

import dataclasses
from collections.abc import Mapping

from tflm.text.rules import TextRules

PADDING = "<padding>"
_MOST_UNUSED = 2**20  # Ids without a word, which take memory.

# What the libraries of this field call them.
_ENDS = ("<eos>", "</s>", "[EOS]", "<EOS>", "<|endoftext|>", "<end>", "[END]")
_UNKNOWN = ("<unk>", "[UNK]", "<UNK>", "<oov>", "<OOV>", "[OOV]")
_PADDINGS = (PADDING, "<pad>", "[PAD]", "<PAD>")


@dataclasses.dataclass(frozen=True)
class Found:
    """The words of a file, and what else it tells of them.

    Attributes:
        words: by id.
        eos: the word that ends a sentence, None if the file names none.
        unk: the word that stands for unknown ones, as well.
        padding: the word that fills windows, as well.
        special: others that are never suggested.
        rules: how text becomes words, None if the file does not say it.
    """

    words: tuple[str, ...]
    eos: str | None = None
    unk: str | None = None
    padding: str | None = None
    special: tuple[str, ...] = ()
    rules: TextRules | None = None

    def with_usual_names(self) -> "Found":
        """Returns the same with roles for words of the usual names."""
        return dataclasses.replace(
            self,
            eos=self.eos or _first(_ENDS, self.words),
            unk=self.unk or _first(_UNKNOWN, self.words),
            padding=self.padding or _first(_PADDINGS, self.words),
        )


def by_id(ids: Mapping[str, int], size: int | None = None) -> Found:
    """Returns the words of a map to ids, which may leave some ids out.

    An id without a word is one that no text becomes. If it is 0 and the only
    one below the others, it is what Keras fills windows with.

    Args:
        ids: of the words.
        size: how many ids there are; None for what the map needs. Words
            beyond are not taken.

    Raises:
        ValueError: an id is no whole number from 0 on, or is given twice.
    """
    words: dict[int, str] = {}
    for word, word_id in ids.items():
        if type(word_id) is not int or word_id < 0:
            raise ValueError(f"{word!r} has the id {word_id!r}, which is none")
        if word_id in words:
            raise ValueError(
                f"{words[word_id]!r} and {word!r} both have id {word_id}"
            )
        words[word_id] = one_line(word)
    count = size or max(words, default=-1) + 1
    if count > 2 * len(words) + _MOST_UNUSED:
        raise ValueError(
            f"there are {len(words)} words and {count} ids: give each a word"
        )
    pads = 0 not in words and 1 in words
    if pads:
        words[0] = PADDING
    listed = tuple(words.get(i, f"<unused{i}>") for i in range(count))
    return Found(listed, padding=PADDING if pads else None)


def one_line(word: str) -> str:
    """Returns a word as a line may have it."""
    return word.replace("\n", "<newline>")


def _first(names: tuple[str, ...], words: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in words), None)
