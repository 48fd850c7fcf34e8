"""Labels for a line of text, with a bundle's tagger."""

import json
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, TextIO

from tflm.bundle.bundle import Bundle
from tflm.text import tokenizer
from tflm.text.tagged import spans


class Found(NamedTuple):
    """A span of a line, or a word of it, and what it is.

    Attributes:
        kind: its label, of a span without the letter of its place.
        start: of its first character in the line.
        end: after its last character.
        text: of it.
    """

    kind: str
    start: int
    end: int
    text: str


class SentenceTagger:
    """Labels the words of text as it is typed.

    Examples:
        >>> found = tflm.SentenceTagger(tflm.Bundle.load("trips"))
        >>> [word for word, label in found.tag("Fly from Oslo to Rome!")]
        ['Fly', 'from', 'Oslo', 'to', 'Rome']
    """

    def __init__(self, bundle: Bundle, beam: int = 1):
        """Opens a bundle.

        Args:
            bundle: of a tagger.
            beam: sequences of labels that are kept, as `Decoder.label` takes
                it.

        Raises:
            ValueError: it is none of a tagger, or its file is damaged.
        """
        if bundle.tagging is None:
            raise ValueError(
                f"{bundle.manifest['name']} is a language model's bundle: "
                f"tflm suggest reads it"
            )
        self._lexicon = bundle.tagging.lexicon
        self._decoder = bundle.tagging.decoder(bundle.model)
        self._split = bundle.rules.split
        self._beam = beam
        self._has_spans = spans.has_spans(self._lexicon.labels)

    def tag(self, line: str) -> list[tuple[str, str]]:
        """Returns the words of a line, each with its label."""
        words = self._split(line)
        if not words:
            return []
        ids = self._decoder.label(self._lexicon.encode(words), self._beam)
        labels = [self._lexicon.labels[i] for i in ids]
        return [*zip(words, labels, strict=True)]

    def find(self, line: str) -> list[Found]:
        """Returns the spans of a line; of a tagger without spans, its words."""
        tagged = self.tag(line)
        places = _places(line, [word for word, _ in tagged])
        labels = [label for _, label in tagged]
        if not self._has_spans:
            return [
                Found(label, start, end, line[start:end])
                for label, (start, end) in zip(labels, places, strict=True)
            ]
        return [
            Found(kind, start, end, line[start:end])
            for kind, first, after in spans.spans(labels)
            for start, end in [(places[first][0], places[after - 1][1])]
        ]


def _places(line: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Returns where the words of a line begin and end in it.

    A word is written as `tokenizer.plain` writes it, which may be longer or
    shorter than what was typed: an ellipsis is three points. What stands
    between words, such as marks that are none, is passed over.
    """
    found, end = [], 0
    for word in words:
        start = end
        while start < len(line) and _first(line[start]) != _first(word):
            start += 1
        end = min(start + 1, len(line))
        # All that still belongs to it, such as an accent of its own.
        while end < len(line) and (
            len(tokenizer.plain(line[start : end + 1])) <= len(word)
        ):
            end += 1
        found.append((start, end))
    return found


def _first(text: str) -> str:
    """Returns the first character of a text, without its accents."""
    return unicodedata.normalize("NFD", tokenizer.plain(text).strip())[:1]


def run(
    tagger: SentenceTagger,
    lines: Iterable[str],
    output: TextIO,
    as_json: bool = False,
) -> None:
    """Answers each line of text, until there is none.

    With its words, one a line with their labels, and an empty line after; or
    with what was found in it, as one line of JSON.
    """
    for line in lines:
        text = line.rstrip("\n")
        if as_json:
            found = [each._asdict() for each in tagger.find(text)]
            answer = json.dumps(
                {"text": text, "found": found}, ensure_ascii=False
            )
        else:
            answer = "".join(f"{w}\t{label}\n" for w, label in tagger.tag(text))
        output.write(f"{answer}\n")
        output.flush()
