"""How much of a text its vocabulary does not know."""

import itertools

import numpy as np
from absl import logging

from tflm.text import scripts
from tflm.text.dataset import Text

_TOO_MUCH = 0.1  # What is left to predict is another, easier language.
_LINES = 1000  # Enough to tell a script by.
_WORDS = 1 << 24  # Enough to tell a share by; all of them may be gigabytes.


def unknown_share(text: Text) -> float:
    """Returns the share of the validation text's words that are unknown.

    Of a text of more than 16 million words it is the share of the first.
    """
    ids, vocabulary = np.asarray(text.valid[:_WORDS]), text.vocabulary
    words = int(np.count_nonzero(ids != vocabulary.eos))
    return int(np.count_nonzero(ids == vocabulary.unk)) / max(words, 1)


def report(text: Text) -> None:
    """Logs that share, and what to do about it where it is too high."""
    share, size = unknown_share(text), len(text.vocabulary)
    known = f"{share:.1%} of the words of the validation text are unknown to "
    known += f"the vocabulary of {size}"
    if share > _TOO_MUCH:
        logging.warning("%s: %s", known, _cure(text))
    else:
        logging.info("%s", known)


def _cure(text: Text) -> str:
    lines = itertools.islice(text.corpus.lines("train"), _LINES)
    language = scripts.spaceless_language(lines)
    kind = text.corpus.rules.kind
    if language and kind not in ("segmented", "characters"):
        return f"there are no spaces between them, give --language={language}"
    return "raise --vocabulary_size or bring more text"
