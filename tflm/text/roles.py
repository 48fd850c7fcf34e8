"""What some words of a vocabulary stand for."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.json_files import Id


@dataclasses.dataclass(frozen=True)
class Roles:
    """Which words of a vocabulary play a part, by their ids.

    A vocabulary need not have any of them: a model of others may join its
    sentences, and skip what it does not know.

    Attributes:
        eos: ends a sentence, and so is read before the next one.
        unk: stands for every word that is not in the vocabulary.
        padding: fills up windows; it is never read as a word.
        special: those that are read, but never suggested to a person; these
            three, and words in angle brackets, always are.
        spellings: words that are none of the vocabulary's, such as `dont`,
            and the ids of those that they are read as.
    """

    eos: int | None = None
    unk: int | None = None
    padding: int | None = None
    special: tuple[int, ...] = ()
    spellings: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @staticmethod
    def by_name(words: Sequence[str]) -> "Roles":
        """Returns the roles of `<eos>` and `<unk>`, where there are any."""
        places = {word: place for place, word in enumerate(words)}
        return Roles(places.get("<eos>"), places.get("<unk>"))

    def among(self, words: Sequence[str]) -> "Roles":
        """Returns the same with all special ids of these words, in order."""
        named = {place for place, word in enumerate(words) if is_special(word)}
        parts = {i for i in (self.eos, self.unk, self.padding) if i is not None}
        special = sorted(named | parts | {*self.special})
        return dataclasses.replace(self, special=tuple(special))

    def fields(self) -> dict[str, Any]:
        """Returns the ids as JSON has them."""
        fields: dict[str, Any] = {
            "eos": self.eos,
            "unk": self.unk,
            "padding": self.padding,
            "never_suggested": list(self.special),
        }
        if self.spellings:
            fields["spellings"] = dict(self.spellings)
        return fields

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "Roles":
        """Returns what `fields` wrote, also before there was padding.

        Raises:
            ValueError: it is something else.
        """
        said = json_files.convert(fields, "special_ids", _Fields)
        return Roles(
            said.eos,
            said.unk,
            said.padding,
            said.never_suggested,
            said.spellings,
        )


class _Fields(msgspec.Struct):
    eos: Id | None
    unk: Id | None
    padding: Id | None = None
    never_suggested: tuple[Id, ...] = ()
    spellings: dict[str, Id] = {}


def is_special(word: str) -> bool:
    """Tells whether `word` is a special word, such as `<number>`."""
    return len(word) > 2 and word[0] == "<" and word[-1] == ">"
