"""A vocabulary that a keyboard may show to anybody."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping

from tflm.text import tokenizer
from tflm.text.corpus import Corpus
from tflm.text.curation import lists, uses
from tflm.text.curation.uses import Use
from tflm.text.roles import Roles
from tflm.text.vocabulary import EOS, UNK, Vocabulary

RULES = (
    "offensive words and addresses are left out, and so are words that fewer "
    "than three people typed, or fewer than ten if they have digits; "
    "misspellings and stretched words are read as the words that they stand "
    "for; a word is written with a capital where four in five are"
)

_VOICES = 3  # A word of fewer is somebody's own, a name or a slip.
_VOICES_OF_DIGITS = 10  # As "2nd": others are codes, plates and numbers.
_LONGEST_WITH_DIGITS = 4
_FORMS = 6  # Fewer capitals may be chance.
_SHARE = 0.8
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ADDRESS = re.compile(r"(?:mail|yahoo|outlook)\.?com$")


@dataclasses.dataclass(frozen=True)
class Curated:
    """What `curate` makes of a text.

    Attributes:
        words: the vocabulary; its roles say which other spellings are read as
            one of its words.
        display: the words that are not written in lower case, and how.
    """

    words: Vocabulary
    display: Mapping[str, str]


def curate(corpus: Corpus, size: int) -> Curated:
    """Returns the words of a corpus that are fit to be shown, by `RULES`.

    Args:
        corpus: of typed English text; its training split is read.
        size: the most words, special ones included.

    Raises:
        ValueError: `size` leaves no place for words, or there are none.
    """
    if corpus.rules.kind != "typed" or not corpus.rules.lower_case:
        raise ValueError(
            f"corpus {corpus.name!r} is no typed text in lower case, whose "
            f"words can be curated: leave --curated out"
        )
    found = uses.count(corpus)
    meant = _meant(found)
    for typed, right in meant.items():
        found[right].count += found[typed].count
        found[right].voices |= found[typed].voices
    special = (EOS, UNK, *corpus.special)
    fit = {
        word: use.count
        for word, use in found.items()
        if word not in special and word not in meant and is_fit(word, use)
    }
    words = Vocabulary.of_counts(fit, size, special)
    spellings = {
        typed: words.ids[right]
        for typed, right in meant.items()
        if right in words.ids
    }
    roles = Roles(words.eos, words.unk, spellings=spellings)
    display = {word: _shown(word, found[word]) for word in words.words}
    return Curated(
        Vocabulary(words.words, roles),
        {word: shown for word, shown in display.items() if shown != word},
    )


def digest() -> str:
    """Returns the SHA-256 of what a curated vocabulary is made by."""
    said = (RULES, lists.offensive(), lists.misspellings(), lists.capitals())
    told = repr([said[0], *map(sorted, said[1:2]), *said[2:]])
    return hashlib.sha256(told.encode()).hexdigest()


def is_fit(word: str, use: Use) -> bool:
    """Tells whether a word may be suggested to anybody."""
    least = _VOICES
    if any(c.isdigit() for c in word) and tokenizer.is_word(word):
        least = _VOICES_OF_DIGITS
        if len(word) > _LONGEST_WITH_DIGITS:
            return False
    return (
        len(use.voices) >= least
        and word not in lists.offensive()
        and not _ADDRESS.search(word)
        and not (tokenizer.is_word(word) and _STRETCHED.search(word))
    )


def _meant(found: Mapping[str, Use]) -> dict[str, str]:
    """Returns the words of a text that stand for others of it."""
    meant = {
        typed: right
        for typed, right in lists.misspellings().items()
        if typed in found and right in found
    }
    for typed in found:
        if tokenizer.is_word(typed) and _STRETCHED.search(typed):
            shorter = (_STRETCHED.sub(way, typed) for way in (r"\1", r"\1\1"))
            ways = [meant.get(way, way) for way in shorter if way in found]
            if ways:
                meant[typed] = max(ways, key=lambda way: found[way].count)
    return meant


def _shown(word: str, use: Use) -> str:
    """Returns how a word is written inside a sentence."""
    if word in lists.capitals():
        return lists.capitals()[word]
    if not use.forms:
        return word
    form, count = use.forms.most_common(1)[0]
    likely = count >= _FORMS and count >= _SHARE * use.forms.total()
    return form if likely else word
