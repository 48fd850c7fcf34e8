"""How text of a language becomes words, if nothing else is asked for."""

import re
from typing import Literal

from tflm.text import lexicon
from tflm.text.corpus import Corpus
from tflm.text.kinds import Kind
from tflm.text.rules import TextRules

# They have no spaces between words either, but no library that finds these.
_IN_LETTERS = ("km", "lo", "my")


def rules_of(
    corpus: Corpus,
    language: str = "",
    tokenizer: Kind | Literal[""] = "",
    size: int = 10_000,
) -> TextRules:
    """Returns how a corpus becomes words.

    Args:
        corpus: whose training text may have to be read for it.
        language: BCP 47 tag, as in `de` or `pt-BR`; empty for any.
        tokenizer: kind of the rules; empty for what fits the language.
        size: the most words to look for in a text without spaces.

    Raises:
        ValueError: the tag is none, or the language needs a library that is
            not installed.
    """
    check(language)
    if not (language or tokenizer):
        return corpus.rules
    kind = tokenizer or _kind(language)
    options = {}
    if kind == "segmented":
        if _primary(language) not in lexicon.LIBRARIES:
            raise ValueError(
                f"words of language {language!r} cannot be found in text "
                f"without spaces: give --language, one of "
                f"{', '.join(lexicon.LIBRARIES)}, or --tokenizer=characters"
            )
        lines = corpus.watched("train")
        found = lexicon.learn(lines, _primary(language), size)
        options["lexicon"] = list(found)
    lower_case = kind != "white space"
    return TextRules(kind, lower_case, language, options)


def check(language: str) -> None:
    """Raises a ValueError if `language` is neither a tag nor empty."""
    if language and not re.fullmatch(r"[A-Za-z]{2,3}(-\w{2,8})*", language):
        raise ValueError(
            f"language {language!r} is no tag: give one as in de, pt-BR or "
            f"zh-Hant"
        )


def _kind(language: str) -> Kind:
    if _primary(language) in lexicon.LIBRARIES:
        return "segmented"
    return "characters" if _primary(language) in _IN_LETTERS else "typed"


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
