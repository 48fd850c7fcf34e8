"""Which fonts a plot takes for names of other scripts."""

import logging
import string

import pytest

from tests.rows import row
from tflm.report import fonts, pareto_plot, style


@pytest.fixture
def warnings(caplog):
    """What is told on standard error."""
    from absl import logging as absl_logging

    absl_logging.get_absl_logger().propagate = True
    with caplog.at_level(logging.WARNING):
        yield caplog


def test_plain_names_need_one_font(warnings):
    assert fonts.choose(["LowRank(rank=64) + int8", "\u2013 é ж"]) == [
        "DejaVu Sans"
    ]
    assert not warnings.messages


def test_a_font_is_found_for_each_script(monkeypatch, warnings):
    has = {
        "DejaVu Sans": "abc",
        "Some Serif": "中हि",
        "Noto Sans CJK SC": "中文",
        "Noto Sans Devanagari": "हि",
    }
    _pretend(monkeypatch, has)
    assert fonts.choose(["a", "中", "文", "हि"]) == [
        "DejaVu Sans",
        "Noto Sans Devanagari",
        "Noto Sans CJK SC",
    ]
    assert not warnings.messages


def test_a_box_is_never_drawn_without_a_word(monkeypatch, warnings):
    _pretend(monkeypatch, {"DejaVu Sans": "abc"})
    assert fonts.choose(["a中", "b中文"]) == ["DejaVu Sans"]
    [line] = warnings.messages
    assert "中 文" in line
    assert "install a font" in line


def test_plots_warn_of_nothing_else(monkeypatch, recwarn, warnings):
    """matplotlib would tell of each missing glyph."""
    _pretend(monkeypatch, {"DejaVu Sans": string.printable})
    rows = [row("model 中", 1, 90.0)]
    style.render(pareto_plot.plot(rows), "png")
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def _pretend(monkeypatch, has):
    monkeypatch.setattr(fonts, "_families", lambda: dict.fromkeys(has, ""))
    monkeypatch.setattr(
        fonts, "_characters", lambda name: frozenset(has.get(name, ""))
    )
    fonts._family_with.cache_clear()


@pytest.fixture(autouse=True)
def _forget():
    yield
    fonts._family_with.cache_clear()
