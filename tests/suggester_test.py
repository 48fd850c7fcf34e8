import io

import pytest

from tflm.bundle import suggester
from tflm.bundle.bundle import Bundle, in_memory, write_bundle
from tflm.bundle.manifest import About
from tflm.bundle.suggester import Suggester
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol
from tflm.tflite import convert


@pytest.fixture
def typist(model, words, tmp_path):
    about = About("a test", "", "chitchat", "", display={"i": "I"})
    content = convert.convert_here(model)
    write_bundle(tmp_path / "bundle", content, words, about)
    return Suggester(Bundle.load(tmp_path / "bundle"))


def test_a_space_asks_for_the_next_word(typist):
    assert typist.suggest("see ") != typist.suggest("see")
    assert typist.suggest("see") == ["see"]


def test_completions_begin_with_what_was_typed(typist):
    found = typist.suggest("you the")
    assert set(found) <= {"the", "then", "there", "they"}
    assert len(found) == 3


def test_completions_keep_a_capital(typist):
    assert set(typist.suggest("Wh")) == {"What", "Who"}


def test_words_are_shown_as_they_are_written(typist):
    assert "I" in typist.suggest("i")


def test_a_bundle_need_not_say_how_words_are_written(model, words):
    found = in_memory(convert.convert_here(model), words)
    del found.manifest["text"]["display"]
    assert "i" in Suggester(found).suggest("i")


def test_nothing_typed_gives_first_words(typist):
    assert len(typist.suggest("")) == 3


def test_each_line_gets_an_answer(typist, model, words, tmp_path):
    output = io.StringIO()
    found = Bundle.load(tmp_path / "bundle")
    suggester.run(found, ["see \n", "wh\n"], output)
    first, second = output.getvalue().splitlines()
    assert first.count("|") == 2
    assert set(second.split(" | ")) == {"what", "who"}


def test_a_text_begins_as_the_bundle_says(model, words):
    content = convert.convert_here(model)
    shown = []
    for start in [(0,), (7, 7), ()]:
        about = About(protocol=Protocol(start))
        found = Suggester(in_memory(content, words, about))
        shown.append(found.suggest(""))
    assert len({*map(tuple, shown)}) == 3
    assert shown[-1] == ["i", "you", "see"]  # Nothing is likelier yet.


def test_a_bundle_with_a_cache_suggests_what_was_said(model, words):
    content = convert.convert_here(model)
    typed = "see w1 see w1 see w2 see "
    alone = Suggester(in_memory(content, words)).suggest(typed, 2)
    about = About(cache=CacheSettings(window=50, theta=1.0, share=0.99))
    found = Suggester(in_memory(content, words, about)).suggest(typed, 3)
    assert {*found} == {"see", "w1", "w2"} != {*alone}
