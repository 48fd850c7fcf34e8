"""How likely a slip is: -log P(typed | meant)."""

import dataclasses
import functools
import unicodedata

from tflm.text.slips.keyboard import QWERTY, Keyboard

UNITS = 64  # Of a nat: what all costs and scores here are counted in.
SILENT = "'-"  # Marks of spelling, which hasty people leave out.


def nats(number: float) -> int:
    """Returns nats in the units of costs."""
    return round(number * UNITS)


@dataclasses.dataclass(frozen=True)
class Channel:
    """What each slip costs, in 1/64 nat.

    The costs are -log of the rates in the documented typo model of the kebbie
    benchmark (Fleksy, MIT; `benchmarks/slips` has them), which a Gaussian
    around each key's centre makes of touches (Azenkot and Zhai, Touch behavior
    with different postures on soft smartphone keyboards, MobileHCI 2012). What
    it has not, a letter from elsewhere, is dearer. All are 0.7 of that, which
    suits a model whose probabilities are sharper than people are.

    Attributes:
        keyboard: whose keys are missed.
        neighbour: the key beside the one that was meant.
        vowel: another vowel, a slip of the mind and not of the finger.
        other: any other key.
        transposed: two letters in the wrong order.
        omitted: a letter is missing.
        single: one of two equal letters is missing.
        silent: an apostrophe or hyphen is missing.
        plain: a letter without its accent.
        extra: a letter too many.
        double: a letter twice.
        brushed: the key beside a letter was pressed with it.
        first: what any of these costs more in the first letter, which people
            look at (Pollock and Zamora, Automatic spelling correction in
            scientific and scholarly text, CACM 1984).
        missed_space: two words were written as one.
        missed_key: a letter above the space bar was typed for a space.
        unfinished: more letters are to come, though there was a slip already.
    """

    keyboard: Keyboard = QWERTY
    neighbour: int = nats(4.25)
    vowel: int = nats(5.0)
    other: int = nats(6.75)
    transposed: int = nats(3.25)
    omitted: int = nats(3.75)
    single: int = nats(3.25)
    silent: int = nats(1.5)
    plain: int = nats(1.75)
    extra: int = nats(6.0)
    double: int = nats(3.75)
    brushed: int = nats(4.5)
    first: int = nats(0.75)
    missed_space: int = nats(3.25)
    missed_key: int = nats(5.25)
    unfinished: int = nats(1.0)

    def substitution(self, typed: str, meant: str) -> int:
        """Returns the cost of one letter for another."""
        if typed == meant:
            return 0
        if typed == _plain(meant):
            return self.plain
        if self.keyboard.are_neighbours(typed, meant):
            return self.neighbour
        return self.vowel if _are_vowels(typed, meant) else self.other

    def omission(self, meant: str, before: str) -> int:
        """Returns the cost of a letter that is missing after another."""
        if meant in SILENT:
            return self.silent
        return self.single if meant == before else self.omitted

    def insertion(self, typed: str, beside: str) -> int:
        """Returns the cost of a letter too many beside one that was meant."""
        if typed == beside:
            return self.double
        if self.keyboard.are_neighbours(typed, beside):
            return self.brushed
        return self.extra

    def bound(self, length: int) -> int:
        """Returns the most that slips in so many typed letters may cost.

        Two letters bear what is cheap, more of them a slip of any kind, and
        long words two.
        """
        return nats((0, 0, 5.75, 9.5, 9.5, 10.5)[min(length, 5)])


@functools.cache
def _plain(letter: str) -> str:
    """Returns a letter without its accents."""
    return unicodedata.normalize("NFD", letter)[0]


def _are_vowels(letter: str, other: str) -> bool:
    return letter in "aeiou" and other in "aeiou"
