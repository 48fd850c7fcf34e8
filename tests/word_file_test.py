"""Vocabulary files of others, of which the library that wrote them reads."""

import json
import logging

import numpy as np
import pytest
import tf_keras as keras
from tf_keras.preprocessing.text import Tokenizer

from tests.refusals import refusal
from tflm.text.rules import TYPED
from tflm.text.vocabularies import reachable
from tflm.text.vocabularies.word_file import WordFile
from tflm.text.vocabulary import Vocabulary

TEXTS = ["The cat sat, and the dog sat.", "the Dog's cat", "A dog and a cat!"]


@pytest.fixture
def read(tmp_path):
    """Returns a function that reads a file with some content."""

    def read(content, size=None, **flags):
        path = tmp_path / "words"
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return WordFile(str(path), **flags).read(size)

    return read


# Keras' Tokenizer


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"oov_token": "<OOV>"},
        {"num_words": 4},
        {"num_words": 4, "oov_token": "UNK", "lower": False},
        {"char_level": True},
    ],
    ids=repr,
)
def test_a_tokenizer_gives_the_ids_that_keras_gives(fields, read):
    theirs = Tokenizer(**fields)
    theirs.fit_on_texts(TEXTS)
    words, rules = read(theirs.to_json())
    texts = [*TEXTS, "a zebra sat"]
    for text, ids in zip(texts, theirs.texts_to_sequences(texts), strict=True):
        assert words.encode(rules.words(text)) == ids
    assert len(words) == (theirs.num_words or len(theirs.word_index) + 1)
    assert words.roles.padding == 0
    assert words.eos is None


def test_a_model_may_have_more_ids_than_its_tokenizer_reads(read):
    theirs = Tokenizer(num_words=4)
    theirs.fit_on_texts(TEXTS)
    size = len(theirs.word_index) + 1
    words, rules = read(theirs.to_json(), size)
    assert len(words) == size
    assert (
        words.encode(rules.words(TEXTS[0]))
        == (theirs.texts_to_sequences(TEXTS[:1])[0])
    )
    assert 0 in words.special_ids and 4 in words.special_ids


def test_json_that_was_written_as_json_again_is_read(read):
    theirs = Tokenizer()
    theirs.fit_on_texts(TEXTS)
    assert read(json.dumps(theirs.to_json())) == read(theirs.to_json())


# Keras' layers


@pytest.mark.parametrize(
    "standardize", ["lower_and_strip_punctuation", "lower", None]
)
def test_assets_of_text_vectorization_give_the_ids_of_the_layer(
    standardize, read, tmp_path
):
    layer = keras.layers.TextVectorization(standardize=standardize)
    layer.adapt(TEXTS)
    layer.save_assets(str(tmp_path))
    words, rules = read((tmp_path / "vocabulary.txt").read_text())
    texts = [*TEXTS, "a zebra sat"]
    for text, ids in zip(texts, np.array(layer(texts)), strict=True):
        assert words.encode(rules.words(text)) == [i for i in ids if i]
    assert (words.roles.padding, words.unk, words.eos) == (0, 1, None)


def test_assets_of_string_lookup_are_a_list_with_its_unknown_word(
    read, tmp_path
):
    layer = keras.layers.StringLookup()
    layer.adapt(["the", "cat", "cat"])
    layer.save_assets(str(tmp_path))
    words, _ = read((tmp_path / "vocabulary.txt").read_text())
    assert (
        words.encode(["cat", "zebra"])
        == layer(["cat", "zebra"]).numpy().tolist()
    )
    assert words.unk == 0


# Lists and maps


@pytest.mark.parametrize(
    "content",
    [
        "<eos>\n<unk>\na\nb\n",
        "<eos>\n<unk>\na\nb",
        "<eos>\r\n<unk>\r\na\r\nb\r\n",
        b"\xef\xbb\xbf<eos>\n<unk>\na\nb\n",
        '["<eos>", "<unk>", "a", "b"]',
        '{"a": 2, "b": 3, "<eos>": 0, "<unk>": 1}',
        '{"0": "<eos>", "1": "<unk>", "2": "a", "3": "b"}',
    ],
    ids=ascii,
)
def test_the_same_words_in_whatever_form(content, read):
    words, rules = read(content)
    assert words == Vocabulary(("<eos>", "<unk>", "a", "b"))
    assert rules == TYPED


def test_ids_from_1_leave_0_to_padding(read):
    words, _ = read('{"a": 1, "b": 3}')
    assert words.roles.padding == 0
    assert words.encode(["a", "b"]) == [1, 3]
    assert words.special_ids == (0, 2)


def test_a_list_needs_no_word_for_an_end_or_the_unknown(read):
    words, _ = read("a\nb\n")
    assert (words.eos, words.unk, words.roles.padding) == (None, None, None)


def test_flags_name_the_words_with_a_role(read):
    words, _ = read("x\n.\nb\nc\n", eos=".", unk="2", padding="x")
    assert (words.eos, words.unk, words.roles.padding) == (1, 2, 0)


def test_flags_take_roles_away(read):
    words, _ = read("<eos>\n<unk>\na\n", eos="none", unk="none")
    assert (words.eos, words.unk) == (None, None)


def test_a_word_that_is_not_there_plays_no_role(read):
    message = refusal(read, "a\nb\n", eos="</s>")
    assert "no word is '</s>': give --eos=WORD" in message
    assert "--eos=none" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1 has '', which is no word"),
        ("a\nb c\n", "line 2 has 'b c', which is no word"),
        ("a\nb\na\n", "has 'a' 2 times"),
        ('{"a": 1, "b": 1}', "'a' and 'b' both have id 1"),
        ('{"a": 1.5}', "'a' has the id 1.5, which is none"),
        ('{"a": {}}', "'a' has the id {}, which is none"),
        ('{"a": "b"}', "'a' has the id 'b', which is none"),
        ('["a", "b", "a"]', "has 'a' 2 times"),
        ("{}", "special words only"),
        (b"\xff\xfea", "is not UTF-8"),
    ],
)
def test_what_is_no_vocabulary_is_refused(content, message, read):
    with pytest.raises(ValueError, match=message):
        read(content)


# Case, and words that no text becomes


CASED = "<eos>\n<unk>\nThe\nAnna\nthe\nI\nsees\n"


def test_cased_words_keep_the_case_of_text(read):
    words, rules = read(CASED)
    assert not rules.lower_case
    assert words.encode(rules.words("The zebra sees Anna")) == [2, 1, 6, 3]


def test_words_of_a_lower_case_text_may_have_a_few_capitals(read):
    _, rules = read("<eos>\n<unk>\nN\nthe\nbank\n")
    assert rules.lower_case


def test_a_flag_says_the_case(read):
    _, rules = read("<eos>\n<unk>\na\nN\n", lower_case=False)
    assert not rules.lower_case


def test_words_that_no_text_becomes_are_told(read, caplog):
    with caplog.at_level(logging.WARNING, "absl"):
        read("<eos>\n<unk>\na\nb\nc\nwell-known\n")
    [message] = caplog.messages
    assert "1 of 6 words can never be read" in message
    assert "'well-known'" in message


def test_rules_that_reach_few_words_are_refused(read):
    message = refusal(read, CASED, lower_case=True)
    assert "3 of 7 words can never be read" in message


def test_few_known_words_are_told(caplog):
    with caplog.at_level(logging.WARNING, "absl"):
        reachable.warn_of_unknown(0.95, "a text")
        reachable.warn_of_unknown(0.123, "a text")
    [message] = caplog.messages
    assert "only 12.3 % of the words of a text" in message


def test_a_flag_says_the_rules(read):
    _, rules = read("a\nb\n", kind="keras")
    assert rules.words("A,b") == ["a", "b"]
