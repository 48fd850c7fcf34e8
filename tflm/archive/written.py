"""How a token is written in a text, and what stands before it."""

import copy
from collections.abc import Mapping, Sequence

from tflm.archive.alignment import Placed, bare
from tflm.archive.coder import Channel
from tflm.archive.counts import Counts
from tflm.archive.spelling import Spelling
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

_FORMS = 10
_SPELLED, _END = _FORMS - 2, _FORMS - 1
_GAPS = 64
_NEW = 0
_USUAL_GAPS = ("", " ")
_GAP_PRIOR = (0.01, 0.3, 0.68)
_FORM_PRIOR = (0.8,)
_CURLY = str.maketrans({"'": "\u2019", '"': "\u201c"})


class Forms:
    """What is known of the words of a bundle before any text.

    Attributes:
        words: the vocabulary.
        spelling: knows how its words are spelled.
    """

    def __init__(
        self,
        words: Vocabulary,
        rules: TextRules,
        display: Mapping[str, str],
    ):
        self.words = words
        self._rules = rules
        self._display = display
        self._of: dict[int | None, tuple[str, ...]] = {}
        plain = {
            word
            for token, word in enumerate(map(self._bare, words.words))
            if token not in words.special_ids
        }
        # A set has another order in each process.
        self.spelling = Spelling(sorted(plain))

    def of(self, token: int | None) -> tuple[str, ...]:
        """Returns the ways in which a token is usually written."""
        if token not in self._of:
            self._of[token] = self._ways(token)
        return self._of[token]

    def sort(self, token: int | None) -> str:
        """Returns what parts a token from its neighbours like: its sort."""
        if token is None:
            return "w"
        word = self.words.words[token]
        form = self._bare(word)
        if form[:1].isalnum() or token == self.words.unk:
            return "w" if form == word else "m"
        return word

    def _ways(self, token: int | None) -> tuple[str, ...]:
        if token is None:
            return ()
        if token == self.words.eos:
            return ("\n", "\r\n", "\n\n")
        word = self._bare(self.words.words[token])
        shown = self._display.get(word, word)
        capital = self._rules.capitalize(word)
        ways = [word, shown, capital, word.upper()]
        ways += [way.translate(_CURLY) for way in (word, capital)]
        if word == '"':
            ways.append("\u201d")
        return tuple(dict.fromkeys(ways))

    def _bare(self, word: str) -> str:
        return bare(word) if self._rules.by_piece else word


class Writing:
    """Codes how the tokens of one text are written, and learns from it.

    Attributes:
        known: what there is to know of words.
    """

    def __init__(self, forms: Forms):
        """Knows what is usual, but nothing of the text."""
        self.known = forms
        self._spelling = forms.spelling
        self._other = Spelling()
        self._forms = Counts(_usual(_FORM_PRIOR, _FORMS))
        self._gaps = Counts(_usual(_GAP_PRIOR, _GAPS))
        self._listed = ["", *_USUAL_GAPS]  # The first stands for others.
        self.begin()

    def fork(self) -> "Writing":
        """Returns one that knows the same and begins another text."""
        child = copy.copy(self)
        child._spelling = self._spelling.fork()
        child._other = self._other.fork()
        child._forms = self._forms.fork()
        child._gaps = self._gaps.fork()
        child._listed = [*self._listed]
        child.begin()
        return child

    def begin(self) -> None:
        """Begins a text."""
        self._sort, self._before = "\n", -1
        self._starts = True

    def code(
        self, channel: Channel, token: int | None, given: Placed | None = None
    ) -> tuple[str, str, bool]:
        """Returns what stands before a token, it, and if the text goes on.

        Args:
            channel: carries it.
            token: its id, None if the model has none.
            given: what whoever encodes knows of it.
        """
        sort = self.known.sort(token)
        gap = self._gap(channel, token, sort, given.gap if given else None)
        surface, goes_on = self._surface(channel, token, given)
        word = "" if token is None else self.known.words.words[token]
        self._starts = token == self.known.words.eos or word in ".!?..."
        self._sort = sort
        self._before = -1 if token is None else token
        return gap, surface, goes_on

    def end(self, channel: Channel, gap: str | None = None) -> str:
        """Returns what stands before the end of a text."""
        return self._gap(channel, None, "end", gap)

    def _gap(
        self, channel: Channel, token: int | None, sort: str, gap: str | None
    ) -> str:
        contexts = [
            (),
            (self._sort, sort),
            (self._before, sort),
            (self._sort, token),
        ]
        symbol = None
        if gap is not None:
            there = gap in self._listed[1:]
            symbol = self._listed.index(gap, 1) if there else _NEW
        symbol = self._gaps.code(channel, contexts, symbol)
        if symbol >= len(self._listed):
            raise ValueError("a gap that was never seen")
        if symbol != _NEW:
            return self._listed[symbol]
        gap = self._other.code(channel, gap)
        if len(self._listed) < _GAPS:
            self._listed.append(gap)
        return gap

    def _surface(
        self, channel: Channel, token: int | None, given: Placed | None
    ) -> tuple[str, bool]:
        ways = self.known.of(token)
        surface = given.surface if given else None
        if token is not None:
            symbol = None
            if surface is not None:
                symbol = _SPELLED
                if surface in ways:
                    symbol = ways.index(surface)
                elif not surface and token == self.known.words.eos:
                    symbol = _END
            starts = self._starts
            contexts = [(), (starts, self._sort), (token,), (token, starts)]
            symbol = self._forms.code(channel, contexts, symbol)
            if symbol == _END:
                return "", False
            if symbol < len(ways):
                return ways[symbol], True
        return self._spelling.code(channel, surface), True


def _usual(first: Sequence[float], size: int) -> list[float]:
    """Returns what is expected of `size` symbols, the first ones given."""
    rest = (1.0 - sum(first)) / (size - len(first))
    return [*first, *[rest] * (size - len(first))]
