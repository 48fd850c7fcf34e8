"""Typed text to words: the same rules in Python and on the phone.

`docs/tokenizer.md` is the specification and `tests/tokenizer_vectors.json`
its test vectors, which the Java side runs too. The rules use only Unicode
general categories and code points, which every engine of regular expressions
knows; `\\w`, `\\s` and `\\b` mean different things in different ones.
"""

import unicodedata

import regex

from tflm.text import case

NUMBER = "<number>"
URL = "<url>"

# Quotation marks that keyboards insert for the plain ones.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "…": "..."}
)

# At each place the first expression that matches takes the token. Counts are
# bounded where a hostile text would otherwise be searched again and again.
_KINDS = {
    "link": r"(?:[A-Za-z]+://|(?i:www)\.)"
    r"""[^\p{Z}\p{Cc}]*[^\p{Z}\p{Cc}.,!?;:)'"]""",
    "email": r"[\p{L}\p{M}\p{Nd}_.+-]{1,64}@"
    r"[\p{L}\p{M}\p{Nd}_-]+(?:\.[\p{L}\p{M}\p{Nd}_-]+){1,99}",
    "site": r"[\p{L}\p{M}\p{Nd}_-]{1,63}(?:\.[\p{L}\p{M}\p{Nd}_-]{1,63}){0,4}"
    r"\.(?:(?i:com|org|net|edu|gov)|[iI][oO])(?![\p{L}\p{Nd}])"
    r"""(?:/(?:[^\p{Z}\p{Cc}]*[^\p{Z}\p{Cc}.,!?;:)'"])?)?""",
    "emoticon": r"(?:[:;=][-']?[()\[\]DdPp/|*oO]"
    r"|(?<![\p{L}\p{Nd}])[:;=][-']?3)(?![\p{L}\p{Nd}])",
    "heart": r"</?3(?!\p{Nd})",
    "number": r"\p{Nd}+(?:[.,:/]\p{Nd}+){0,99}(?:[aApP][mM])?"
    r"(?![\p{L}\p{M}\p{Nd}])",
    "word": r"[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*"
    r"(?:['\u200C\u200D][\p{L}\p{M}\p{Nd}]+){0,99}",
    "flag": r"[\U0001F1E6-\U0001F1FF]{2}",
    "emoji": r"[\p{So}\u2194\U0001F000-\U0001FAFF]"
    r"[\p{M}\U0001F3FB-\U0001F3FF\U000E0020-\U000E007F]*"
    r"(?:\u200D[\p{So}\u2194\U0001F000-\U0001FAFF]"
    r"[\p{M}\U0001F3FB-\U0001F3FF\U000E0020-\U000E007F]*){0,99}",
    "dots": r"\.{2,}",
    "question": r"!*\?[!?]*",
    "exclamation": r"!+",
    "other": r"[^\p{Z}\p{Cc}\p{Cf}\p{Cs}]\p{M}*",
}
_TOKEN = regex.compile("|".join(f"(?P<{k}>{e})" for k, e in _KINDS.items()))

# Kinds whose tokens are all read as one.
_STANDS_FOR = {
    "link": URL,
    "email": URL,
    "site": URL,
    "number": NUMBER,
    "dots": "...",
    "question": "?",
    "exclamation": "!",
}

STAND_INS = frozenset(_STANDS_FOR.values())


def split(text: str) -> list[str]:
    """Returns the tokens of `text` in the case in which they were typed."""
    return [
        _STANDS_FOR.get(match.lastgroup or "", match.group())
        for match in _TOKEN.finditer(plain(text))
    ]


def plain(text: str) -> str:
    """Returns text in form NFC, with the quotation marks of typewriters."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def tokenize(text: str) -> list[str]:
    """Returns the tokens of `text`, its words in lower case."""
    return [lower(token) for token in split(text)]


def lower(token: str, locale: str = "") -> str:
    """Returns a word in lower case, any other token (`:D`) as it is.

    Args:
        token: as `split` gives it.
        locale: whose case it is, as `case.lower` takes it.
    """
    return case.lower(token, locale) if is_word(token) else token


def is_word(token: str) -> bool:
    """Tells a word, which is typed letter by letter, from other tokens."""
    return token[:1].isalpha() or token[:1].isdecimal()
