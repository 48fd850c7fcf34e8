"""Words that no text becomes: a sign that the text rules are others."""

from collections.abc import Sequence

from absl import logging

from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

_LEAST_KNOWN = 0.8  # Of a text's words; below it, scores mean little.


def unreachable(words: Vocabulary, rules: TextRules) -> list[str]:
    """Returns the words, not special ones, that no text becomes."""
    if rules.by_piece:
        return []  # A piece alone is written otherwise than in a word.
    special = {*words.special_ids}
    return [
        word
        for word_id, word in enumerate(words.words)
        if word_id not in special and rules.words(word) != [word]
    ]


def check(words: Vocabulary, rules: TextRules) -> None:
    """Warns of words that no text becomes.

    Raises:
        ValueError: most are such, so that the model would never be used.
    """
    lost = unreachable(words, rules)
    if not lost:
        return
    case = ", in lower case" if rules.lower_case else ""
    message = (
        f"{len(lost):,} of {len(words):,} words can never be read, as text is "
        f"split by the rules {rules.kind!r}{case}: {_some(lost)}; "
        f"--lower_case and --text_rules say how the model's text was split"
    )
    if 2 * len(lost) > len(words) - len(words.special_ids):
        raise ValueError(message)
    logging.warning("%s", message)


def warn_of_unknown(known_share: float, corpus: str) -> None:
    """Warns if few words of a text are known, 0 to 1."""
    if known_share < _LEAST_KNOWN:
        logging.warning(
            "only %.1f %% of the words of %s are in the vocabulary: its text "
            "was split or cased otherwise (--lower_case, --text_rules), or is "
            "another language",
            *(100 * known_share, corpus),
        )


def _some(words: Sequence[str]) -> str:
    return ", ".join(map(repr, words[:3])) + ", ..." * (len(words) > 3)
