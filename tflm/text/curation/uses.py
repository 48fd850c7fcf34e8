"""How the words of a text are used: how often, by whom, with which capitals."""

import collections
import dataclasses

from tflm.text.corpus import Corpus

_ENOUGH = 16  # Voices beyond these are not told apart.


@dataclasses.dataclass
class Use:
    """The use of one word.

    Attributes:
        count: how often it stands in what is trained on, weights included.
        voices: who typed it, the first of them.
        forms: how it is written inside the lines of those who begin them with
            a capital, as others leave all capitals out.
    """

    count: float = 0.0
    voices: set[object] = dataclasses.field(default_factory=set)
    forms: collections.Counter[str] = dataclasses.field(
        default_factory=collections.Counter
    )


def count(corpus: Corpus) -> dict[str, Use]:
    """Returns the use of each word of the training text."""
    uses: dict[str, Use] = collections.defaultdict(Use)
    sources = corpus.sources or (corpus,)
    weights = corpus.weights or (1.0,)
    for source, weight in zip(sources, weights, strict=True):
        voices = source.voices or _each_line(source)
        for voice, line in voices("train"):
            _count_line(uses, source, line, weight, (source.name, voice))
    return uses


def _count_line(
    uses: dict[str, Use],
    corpus: Corpus,
    line: str,
    weight: float,
    voice: tuple[str, str],
) -> None:
    has_capitals = line[:1].isupper() and not line.isupper()
    for place, token in enumerate(corpus.rules.split(line)):
        use = uses[corpus.rules.lower(token)]
        use.count += weight
        if len(use.voices) < _ENOUGH:
            use.voices.add(voice)
        if place and has_capitals:
            use.forms[token] += 1


def _each_line(corpus: Corpus):
    def voices(split):
        for number, line in enumerate(corpus.lines(split)):
            yield str(number), line

    return voices
