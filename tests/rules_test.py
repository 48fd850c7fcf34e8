"""How text becomes words: rules that are part of a model."""

import json
import pathlib

import numpy as np
import pytest

from tflm.text.rules import SPLIT, TYPED, TextRules

ROOT = pathlib.Path(__file__).parent
VECTORS = json.loads((ROOT / "text_rules_vectors.json").read_text("utf-8"))


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


# Against the libraries whose rules these are


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda v: ascii((v["rules"]["tokenizer"], v["text"]))
)
def test_vector(vector):
    assert (
        TextRules.of(vector["rules"]).words(vector["text"]) == vector["tokens"]
    )


def random_texts(count: int) -> list[str]:
    random = np.random.default_rng(0)
    letters = [
        *"aAbBzZ09 ,.'!-_[]<>#\t\n\r\v\f",
        *"éÉßΣσςİıΑ\u0301",
        *"\u00a0\u2028\u3000中文😀\U0001d4d7",
    ]
    return ["".join(random.choice(letters, 12)) for _ in range(count)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"lower": False},
        {"filters": "#.aé", "split": ","},
        {"filters": "", "split": ". "},
        {"char_level": True},
    ],
    ids=repr,
)
def test_keras_tokenizer_splits_the_same(fields):
    from tf_keras.preprocessing.text import Tokenizer

    theirs = Tokenizer(**fields)
    rules = TextRules(
        "keras",
        theirs.lower,
        options={
            "filters": theirs.filters,
            "separator": theirs.split,
            "by_character": theirs.char_level,
        },
    )
    texts = random_texts(300)
    theirs.fit_on_texts(texts)
    sequences = theirs.texts_to_sequences(texts)
    for text, sequence in zip(texts, sequences, strict=True):
        found = [theirs.index_word[word_id] for word_id in sequence]
        assert rules.words(text) == found, text


@pytest.mark.parametrize("split", ["whitespace", "character", None])
@pytest.mark.parametrize(
    "standardize",
    ["lower_and_strip_punctuation", "lower", "strip_punctuation", None],
)
def test_text_vectorization_splits_the_same(standardize, split):
    import tf_keras as keras

    standard = standardize or ""
    rules = TextRules(
        "text_vectorization",
        "lower" in standard,
        options={"strips_punctuation": "strip" in standard, "at": split},
    )
    texts = random_texts(300)
    layer = keras.layers.TextVectorization(
        standardize=standardize, split=split, output_mode="int"
    )
    layer.adapt(texts)
    vocabulary = layer.get_vocabulary()
    for text, ids in zip(
        texts, layer(texts).numpy().reshape(300, -1), strict=True
    ):
        found = [vocabulary[word_id] for word_id in ids if word_id]
        assert rules.words(text) == found, text


def test_options_that_a_kind_has_not_are_refused():
    with pytest.raises(ValueError, match="'keras' have other options"):
        TextRules("keras", options={"at": None})


def test_a_word_that_is_stripped_to_nothing_is_not_being_typed():
    rules = TextRules(
        "text_vectorization",
        options={"strips_punctuation": True, "at": "whitespace"},
    )
    assert rules.is_open("so goo")
    assert rules.is_open("so good.")
    assert not rules.is_open("so good -")
    assert not rules.is_open("so good ")
