"""What a language asks of its text: case, and words without spaces."""

import dataclasses
import itertools

import pytest

from tests.command import run_here as tflm
from tests.refusals import refusal
from tflm.experiment import stages
from tflm.experiment.config import ExperimentConfig
from tflm.text import case, coverage, languages, lexicon, scripts
from tflm.text.corpus import load_corpus
from tflm.text.rules import TYPED, TextRules

WORDS = ("今天", "公园", "很好", "我们", "散步")


@pytest.fixture
def chinese(tmp_path):
    path = tmp_path / "text.txt"
    lines = map("".join, itertools.permutations(WORDS))
    path.write_text("".join(f"{line}。\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("locale", "lower", "capital"),
    [("tr", "ışık istanbul", "İstanbul"), ("", "işik i̇stanbul", "Istanbul")],
)
def test_i_has_a_dot_in_both_cases_or_none_in_turkish(locale, lower, capital):
    assert case.lower("IŞIK İSTANBUL", locale) == lower
    assert case.capitalize("istanbul", locale) == capital


def test_turkish_words_are_lower_cased_where_they_are_read():
    for kind in ("typed", "unicode"):
        assert TextRules(kind, locale="tr-TR").words("IŞIK") == ["ışık"]
    assert TextRules(locale="az").capitalize("ili") == "İli"


def test_sigma_ends_a_word_and_sharp_s_stays():
    assert case.lower("ΟΔΟΣ Straße") == "οδος straße"


def test_words_of_unicode_keep_what_stands_inside():
    words = TextRules("unicode").words(
        "L'home va fer 3,5 coŀl·lagues, ok? 👩‍👧"
    )
    assert words == [
        *("l'home", "va", "fer", "<number>", "coŀl·lagues", ",", "ok", "?"),
        "👩‍👧",
    ]


def test_text_without_spaces_is_split_at_the_longest_words():
    rules = TextRules(
        "segmented", options={"lexicon": ["天气", "今天天", "今天"]}
    )
    text = "今天天气好, see LibreOffice的 http://a.de"
    words = ["今天天", "气", "好", ",", "see", "libreoffice", "的", "<url>"]
    assert rules.words(text) == words


def test_letters_keep_their_marks_where_there_are_no_words():
    assert TextRules("characters").words("ที่ Ok") == ["ที่", "ok"]
    assert TextRules("characters").words("がガー") == ["が", "ガ", "ー"]


def test_words_without_spaces_are_joined_without():
    rules = TextRules("characters")
    assert rules.join(["see", "you", "今", "天"]) == "see you今天"


def test_no_word_of_an_input_method_is_half_typed():
    rules = TextRules("characters")
    assert not rules.is_open("今天")
    assert not rules.is_open("行き")
    assert rules.is_open("สวั") and rules.is_open("wor")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        *(("今天天气", "zh"), ("今日は天気", "ja"), ("สวัสดี ok", "th")),
        *(("hallo 天", ""), ("", "")),
    ],
)
def test_a_script_without_spaces_is_known_by_its_letters(line, language):
    assert scripts.spaceless_language([line]) == language


def test_words_of_chinese_are_learned_from_the_text(chinese):
    rules = languages.rules_of(load_corpus(str(chinese)), "zh-Hans")
    assert rules.locale == "zh-Hans"
    assert {"公园", "我们", "散步"} <= {*rules.options["lexicon"]}
    assert rules.words("我们散步") == ["我们", "散步"]
    assert TextRules.of(rules.fields()) == rules


def test_languages_with_spaces_are_typed_in_their_own_case(chinese):
    corpus = load_corpus(str(chinese))
    assert languages.rules_of(corpus) == TYPED
    assert languages.rules_of(corpus, "de") == TextRules(locale="de")
    assert languages.rules_of(corpus, "km").kind == "characters"
    assert languages.rules_of(corpus, "de", "unicode").kind == "unicode"


def test_what_is_no_language_is_refused(chinese):
    corpus = load_corpus(str(chinese))
    assert "'deutsch!' is no tag" in refusal(
        languages.rules_of, corpus, "deutsch!"
    )
    assert "give --language" in refusal(
        languages.rules_of, corpus, "de", "segmented"
    )


def test_a_missing_library_is_named(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(lexicon.importlib, "import_module", missing)
    message = refusal(lexicon.learn, [], "ja", 10)
    assert "janome: pip install" in message and "characters" in message


def test_text_of_unknown_words_is_warned_of_with_its_cure(
    chinese, tmp_path, caplog
):
    config = ExperimentConfig(str(chinese), 30)
    text = stages.prepare_text(config, tmp_path / "typed")
    assert coverage.unknown_share(text) > 0.1
    [warning] = [r for r in caplog.records if r.levelname == "WARNING"]
    assert warning.getMessage().endswith("give --language=zh")
    caplog.clear()
    spaced = dataclasses.replace(config, language="zh")
    text = stages.prepare_text(spaced, tmp_path / "segmented")
    assert coverage.unknown_share(text) < 0.1
    assert text.origin.rules.kind == "segmented"
    assert "WARNING" not in [record.levelname for record in caplog.records]


def test_a_language_that_is_none_is_refused_before_anything_is_read(capsys):
    assert tflm("train", "--language=chinese_", "--output=no") != 0
    assert "is no tag" in capsys.readouterr().err
