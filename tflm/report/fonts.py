"""Fonts for the names in a plot, of whatever script they are."""

import contextlib
import functools
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence

from absl import logging
from matplotlib import font_manager, ft2font
from matplotlib.text import Text

_FIRST = "DejaVu Sans"  # matplotlib brings it.
_BOXES = "Last Resort"  # And this, whose characters are all boxes.
_CURE = "install a font that has them, such as Noto"


def use(texts: Sequence[Text]) -> None:
    """Gives each text of a plot the fonts that all of them need."""
    families = choose(text.get_text() for text in texts)
    for text in texts:
        text.set_fontfamily(families)


def choose(texts: Iterable[str]) -> list[str]:
    """Returns families of fonts that together have every character.

    What no font on this machine has is told in a warning of one line; it is
    drawn as an empty box.
    """
    missing = {c for text in texts for c in text if not _is_invisible(c)}
    missing -= _characters(_FIRST)
    found, lost = [_FIRST], []
    while missing:
        character = min(missing)
        family = _family_with(character)
        if family is None:
            missing.remove(character)
            lost.append(character)
        else:
            missing -= _characters(family)
            found.append(family)
    if lost:
        logging.warning("no font here has %s: %s", " ".join(lost[:10]), _CURE)
    return found


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Keeps matplotlib from telling of each missing glyph, as `choose` does."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character)[0] in "CZ"


@functools.cache
def _family_with(character: str) -> str | None:
    """Returns a family of fonts that has a character, the likeliest first."""
    script = unicodedata.name(character, "").partition(" ")[0].lower()
    of_east_asia = ("hiragana", "katakana", "hangul")
    script = "cjk" if script in of_east_asia else script

    def likeliest(name: str) -> tuple[bool, bool, bool, str]:
        words = name.lower().split()
        return script not in words, "sans" not in words, "ui" in words, name

    for name in sorted(_families(), key=likeliest):
        if character in _characters(name):
            return name
    return None


@functools.cache
def _families() -> dict[str, str]:
    """Returns families to the paths of their upright fonts."""
    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    # Its list is as old as matplotlib's installation, and fonts are the cure.
    for path in {*font_manager.findSystemFonts()} - known:
        with contextlib.suppress(OSError, RuntimeError):
            manager.addfont(path)
    return {
        entry.name: entry.fname
        for entry in sorted(
            manager.ttflist, key=lambda e: (e.style == "normal", -_boldness(e))
        )
        if not entry.name.startswith(_BOXES)
    }


def _boldness(entry: font_manager.FontEntry) -> int:
    """Returns how far a font is from plain weight."""
    weight = entry.weight
    if isinstance(weight, str):
        weight = font_manager.weight_dict.get(weight, 400)
    return abs(weight - 400)


@functools.cache
def _characters(family: str) -> frozenset[str]:
    try:
        font = ft2font.FT2Font(_families()[family])
        return frozenset(map(chr, font.get_charmap()))
    except (KeyError, OSError, RuntimeError):  # No font that can be read.
        return frozenset()
