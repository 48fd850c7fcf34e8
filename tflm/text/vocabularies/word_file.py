"""A vocabulary file of a user, and what flags say of it."""

import dataclasses
import os
import pathlib
from typing import Any

from absl import logging

from tflm import files, json_files
from tflm.text.roles import Roles
from tflm.text.rules import TextRules
from tflm.text.vocabularies import keras_json, pieces, reachable, word_list
from tflm.text.vocabularies.found import Found, by_id, one_line
from tflm.text.vocabulary import Vocabulary

NONE = "none"


@dataclasses.dataclass(frozen=True)
class WordFile(os.PathLike[str]):
    """A file with the words of a model, of any kind that is known.

    Attributes:
        path: of the file.
        eos: the word, or id, that ends a sentence; "none" for no word; None
            for what the file says or the usual names are.
        unk: the one that stands for unknown words, as well.
        padding: the one that fills windows, as well.
        lower_case: whether text is put into lower case; None for what the
            file says, or its words look like.
        kind: of the text rules; None as well.
    """

    path: str
    eos: str | None = None
    unk: str | None = None
    padding: str | None = None
    lower_case: bool | None = None
    kind: str | None = None

    def __fspath__(self) -> str:
        return self.path

    def read(self, size: int | None = None) -> tuple[Vocabulary, TextRules]:
        """Returns the words, and how text becomes them.

        Args:
            size: words of the model, None if that is not known.

        Raises:
            OSError: there is no such file.
            ValueError: it is no vocabulary, or has not the words of flags.
        """
        try:
            found = _found(pathlib.Path(self.path), size).with_usual_names()
            words = Vocabulary(found.words, self._roles(found))
            rules = self._rules(found, words)
            reachable.check(words, rules)
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from None
        logging.info("%s: %s", self.path, _told(words, rules))
        return words, rules

    def _roles(self, found: Found) -> Roles:
        return Roles(
            _role(found, "eos", self.eos),
            _role(found, "unk", self.unk),
            _role(found, "padding", self.padding),
            tuple(map(found.words.index, found.special)),
        )

    def _rules(self, found: Found, words: Vocabulary) -> TextRules:
        rules = found.rules or TextRules(lower_case=not _is_cased(words))
        if self.kind and self.kind != rules.kind:
            rules = TextRules.usual(self.kind, not _is_cased(words))
        if self.lower_case is not None:
            rules = dataclasses.replace(rules, lower_case=self.lower_case)
        return rules


def of(words: files.Path) -> WordFile:
    """Returns a path as such a file, without a word of flags."""
    return words if isinstance(words, WordFile) else WordFile(os.fspath(words))


def _told(words: Vocabulary, rules: TextRules) -> str:
    """Returns what was found, for people."""
    roles = {
        "ends a sentence": words.eos,
        "stands for unknown words": words.unk,
        "fills windows": words.roles.padding,
    }
    parts = [f"{len(words):,} words"]
    parts += [
        f"{'no word' if i is None else words.words[i]} {what}"
        for what, i in roles.items()
    ]
    case = "in lower case" if rules.lower_case else "as it is cased"
    return ", ".join([*parts, f"text is split by {rules.kind!r}, {case}"])


def _found(path: pathlib.Path, size: int | None) -> Found:
    content = files.read(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if path.suffix == ".model" or content[:1] == b"\n":
            return pieces.sentencepiece(content)
        raise ValueError(f"is not UTF-8 text: {error.reason}") from None
    parsed = _json(text, path.suffix == ".json")
    if parsed is None:
        return word_list.read(text)
    if keras_json.is_tokenizer(parsed):
        return keras_json.read(parsed, size)
    if pieces.is_huggingface(parsed):
        return pieces.huggingface(content)
    if isinstance(parsed, list):
        return Found(tuple(one_line(str(word)) for word in parsed))
    if parsed and all(key.isdecimal() for key in parsed):
        return by_id({str(word): int(key) for key, word in parsed.items()})
    return by_id(parsed)


def _json(text: str, has_to: bool) -> Any:
    """Returns what JSON says, None of a text that is a list of words.

    Raises:
        ValueError: it is no JSON, and has to.
    """
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        found = json_files.parse(text, "it", Any)
        if isinstance(found, str):  # Of `json.dump(tokenizer.to_json(), ...)`.
            found = json_files.parse(found, "its text", Any)
    except ValueError:
        if has_to:
            raise
        return None
    return found if isinstance(found, dict | list) else None


def _role(found: Found, name: str, asked: str | None) -> int | None:
    """Returns the id of the word with a role, which a flag may name."""
    word = getattr(found, name) if asked is None else asked
    if word is None or (asked == NONE and NONE not in found.words):
        return None
    if word in found.words:
        return found.words.index(word)
    if word.isdecimal() and int(word) < len(found.words):
        return int(word)
    raise ValueError(
        f"no word is {word!r}: give --{name}=WORD, one that is there, "
        f"or --{name}={NONE}"
    )


def _is_cased(words: Vocabulary) -> bool:
    """Tells whether words were taken from a text with capitals.

    A text in lower case may have a few: Penn Treebank has `N` for numbers.
    """
    special = {*words.special_ids}
    plain = [w for i, w in enumerate(words.words) if i not in special]
    return sum(word != word.lower() for word in plain) > max(
        1, len(plain) // 100
    )
