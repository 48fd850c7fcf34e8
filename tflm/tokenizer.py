"""Typed text to words: the same rules in Python and on the phone.

`docs/tokenizer.md` is the specification and `tests/tokenizer_vectors.json`
its test vectors, which the Java side runs too. The rules use only Unicode
general categories, so that any regular-expression engine can carry them.
"""

import unicodedata

import regex

NUMBER = "<number>"
URL = "<url>"

# Quotation marks that keyboards insert for the plain ones.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "…": "..."}
)

_TOKEN = regex.compile(
    r"""
    (?P<url> (?:https?://|www\.)\S*[^\s.,!?;:)'"]
           | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
           | (?<![\p{L}\p{Nd}])[\p{L}\p{Nd}-]+
             \.(?:com|org|net|edu|gov|io)(?![\p{L}\p{Nd}])(?:/\S*[^\s.,!?;:)])?
    )
    | (?P<emoticon> [:;=][-']?[()\[\]DPp/|*3oO](?![\p{L}\p{Nd}]) | <3 | xD\b )
    | (?P<number> \p{Nd}+(?:[.,:/]\p{Nd}+)*(?:[ap]m)?(?![\p{L}\p{M}\p{Nd}]) )
    | (?P<word> [\p{L}\p{M}\p{Nd}]+(?:'[\p{L}\p{M}\p{Nd}]+)* )
    | (?P<emoji> [\U0001F1E6-\U0001F1FF]{2}
               | \p{So}[\uFE0F\p{Sk}]*(?:\u200D\p{So}[\uFE0F\p{Sk}]*)* )
    | (?P<dots> \.{2,} )
    | (?P<marks> [!?]+ )
    | (?P<other> [^\s\p{C}] )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def split(text: str) -> list[str]:
    """Returns the tokens of `text` in the case in which they were typed."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return [_token(match) for match in _TOKEN.finditer(text)]


def tokenize(text: str) -> list[str]:
    """Returns the tokens of `text`, its words in lower case."""
    return [lower(token) for token in split(text)]


def lower(token: str) -> str:
    """Returns a word in lower case, any other token (`:D`) as it is."""
    return token.lower() if is_word(token) else token


def is_word(token: str) -> bool:
    """Tells a word, which is typed letter by letter, from other tokens."""
    return token[0].isalnum()


def _token(match: regex.Match) -> str:
    kind, token = match.lastgroup, match.group()
    if kind == "url":
        return URL
    if kind == "number":
        return NUMBER
    if kind == "dots":
        return "..."
    if kind == "marks":
        return "?" if "?" in token else "!"
    return token
