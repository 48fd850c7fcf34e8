"""How text becomes the words of a model: a part of the model, like its words.

To add a way: a file in `kinds` with a `Splitter`, and a line in `_KINDS`.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.text import case
from tflm.text.kinds.base import Splitter
from tflm.text.kinds.keras_tokenizer import KerasTokenizer
from tflm.text.kinds.marked import Marked
from tflm.text.kinds.segmented import Segmented
from tflm.text.kinds.subwords import FILES, Subwords
from tflm.text.kinds.text_vectorization import TextVectorization
from tflm.text.kinds.typed import Typed
from tflm.text.kinds.unicode import Unicode
from tflm.text.kinds.white_space import WhiteSpace


@dataclasses.dataclass(frozen=True)
class TextRules:
    """Says how text becomes words, and words become text.

    Attributes:
        kind: how text is split: a key of `_KINDS`.
        lower_case: whether the model knows words in lower case only.
        locale: BCP 47 tag whose case and words these are; empty for none.
        options: what else the kind takes, as JSON has it.
        content: of the file that the kind needs, which `file` names.

    Raises:
        ValueError: the kind is not known, or lacks an option.

    Examples:
        >>> TextRules().words("I'm HERE.")
        ["i'm", 'here', '.']
        >>> TextRules("white space", lower_case=False).words("I'm HERE.")
        ["I'm", 'HERE.']
    """

    kind: str = "typed"
    lower_case: bool = True
    locale: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    content: bytes = dataclasses.field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(
                f"text rules {self.kind!r} are not known: "
                f"update the toolkit, or take one of {', '.join(_KINDS)}"
            )
        try:
            _ = self._splitter
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"text rules {self.kind!r} have other options: {error}"
            ) from None

    @staticmethod
    def usual(kind: str, lower_case: bool) -> "TextRules":
        """Returns rules with the options that their library takes by itself.

        Raises:
            ValueError: the kind is not known, or has no such options.
        """
        return TextRules(kind, lower_case, options=_USUAL.get(kind, {}))

    @staticmethod
    def of(fields: Mapping[str, Any], content: bytes = b"") -> "TextRules":
        """Returns what `fields` wrote, also before there were all of them.

        Raises:
            ValueError: it is something else.
        """
        said = json_files.convert(fields, "text rules", _Fields)
        return TextRules(
            said.tokenizer, said.lower_case, said.locale, said.options, content
        )

    @staticmethod
    def file_of(fields: Mapping[str, Any]) -> str | None:
        """Returns the name of the file that such rules need beside them.

        Raises:
            ValueError: it is something else, or leads to another directory.
        """
        name = json_files.convert(fields, "text rules", _Fields).options.get(
            "file"
        )
        if name is not None and name not in FILES.values():
            raise ValueError(f"text rules name the file {name!r}: no such is")
        return name

    def fields(self) -> dict[str, Any]:
        """Returns these rules as JSON has them."""
        return {
            "tokenizer": self.kind,
            "lower_case": self.lower_case,
            "locale": self.locale,
            "options": dict(self.options),
        }

    @property
    def file(self) -> str | None:
        """Name of the file that these rules need beside them."""
        return self.options.get("file")

    @property
    def by_piece(self) -> bool:
        """Whether a word of people may be several of the model's."""
        return self._splitter.by_piece

    def split(self, text: str) -> list[str]:
        """Returns the words of `text` in the case in which they were typed."""
        return self._splitter.split(text)

    def words(self, text: str) -> list[str]:
        """Returns the words of `text` as the model knows them."""
        return self._splitter.words(text)

    def both(self, text: str) -> tuple[list[str], list[str]]:
        """Returns what `split` does, and what `words` does, sooner."""
        return self._splitter.both(text)

    def lower(self, word: str) -> str:
        """Returns a word that `split` gave as the model knows it."""
        return self._splitter.lower(word)

    def is_open(self, text: str) -> bool:
        """Tells whether the last word of `text` may still be being typed."""
        return self._splitter.is_open(text)

    def join(self, words: Sequence[str]) -> str:
        """Returns words as a text that has them, as people would write it."""
        return self._splitter.join(words)

    def capitalize(self, word: str) -> str:
        """Returns a word with the capital that its language has for it."""
        return case.capitalize(word, self.locale)

    @functools.cached_property
    def _splitter(self) -> Splitter:
        return _KINDS[self.kind](self)


class _Fields(msgspec.Struct):
    tokenizer: str
    lower_case: bool
    locale: str = ""
    options: dict[str, Any] = {}


_KINDS: dict[str, Callable[[TextRules], Splitter]] = {
    "typed": lambda rules: Typed(rules.lower_case, rules.locale),
    "white space": lambda rules: WhiteSpace(rules.lower_case, rules.locale),
    "unicode": lambda rules: Unicode(rules.lower_case, rules.locale),
    "marked": lambda rules: Marked(
        rules.lower_case,
        rules.locale,
        **{name: tuple(each) for name, each in rules.options.items()},
    ),
    "segmented": lambda rules: Segmented(
        rules.lower_case, rules.locale, **rules.options
    ),
    "characters": lambda rules: Segmented(rules.lower_case, rules.locale),
    "keras": lambda rules: KerasTokenizer(rules.lower_case, **rules.options),
    "text_vectorization": lambda rules: TextVectorization(
        rules.lower_case, **rules.options
    ),
    "subwords": lambda rules: Subwords(rules.options["library"], rules.content),
}

_USUAL: dict[str, Mapping[str, Any]] = {
    "keras": {
        "filters": '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n',
        "separator": " ",
        "by_character": False,
    },
    "text_vectorization": {"strips_punctuation": True, "at": "whitespace"},
}

TYPED = TextRules()
SPLIT = TextRules("white space", lower_case=False)
