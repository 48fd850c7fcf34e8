"""How text becomes words: rules that are part of a model."""

import pytest

from tflm.text.rules import SPLIT, TYPED, TextRules


@pytest.mark.parametrize(
    "rules", [TYPED, SPLIT, TextRules("typed", False, "tr")], ids=repr
)
def test_rules_survive_json(rules):
    assert TextRules.of(rules.fields()) == rules


def test_rules_of_before_there_was_a_locale_are_read():
    fields = {"tokenizer": "white space", "lower_case": False, "display": {}}
    assert TextRules.of(fields) == SPLIT


def test_typed_text_is_split_and_lower_cased():
    assert TYPED.words("I'm HERE :D.") == ["i'm", "here", ":D", "."]
    assert TYPED.split("I'm HERE.") == ["I'm", "HERE", "."]
    assert TextRules(lower_case=False).words("I'm HERE") == ["I'm", "HERE"]


def test_split_text_is_taken_as_it_is():
    assert SPLIT.words(" The <unk>\tN.\n") == ["The", "<unk>", "N."]


def test_a_word_may_go_on_until_a_space():
    assert TYPED.is_open("so goo")
    assert not TYPED.is_open("so good ")
    assert not TYPED.is_open("")


def test_words_are_joined_by_spaces():
    assert TYPED.join(["see", "you"]) == "see you"


def test_unknown_rules_are_refused_by_name():
    with pytest.raises(ValueError, match="'runes' are not known: update"):
        TextRules("runes")
