import dataclasses
import json

import numpy as np
import pytest

from tests.refusals import refusal
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.text import dataset
from tflm.text.corpus import load_corpus
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.vocabulary import Vocabulary


def test_prepare_gives_ids_of_both_splits(corpus_file, tmp_path):
    text = dataset.prepare(str(corpus_file), tmp_path / "text", size=40)
    assert len(text.vocabulary) == 40
    assert text.train.max() < 40
    assert len(text.train) > len(text.valid) > 0


def test_prepare_does_nothing_twice(corpus_file, tmp_path):
    dataset.prepare(str(corpus_file), tmp_path / "text", size=40)
    ids = tmp_path / "text" / "train.ids"
    before = ids.stat().st_mtime_ns
    dataset.prepare(str(corpus_file), tmp_path / "text", size=40)
    assert ids.stat().st_mtime_ns == before


def test_prepare_notices_another_text(corpus_file, tmp_path):
    first = dataset.prepare(str(corpus_file), tmp_path / "text", size=40)
    count = len(first.train)
    with corpus_file.open("a") as file:
        file.writelines(f"yet another line number w{i}\n" for i in range(100))
    again = dataset.prepare(str(corpus_file), tmp_path / "text", size=40)
    assert len(again.train) > count


@pytest.mark.parametrize("first", [None, SPLIT])
def test_prepare_notices_other_rules(corpus_file, tmp_path, first):
    second = None if first else SPLIT
    dataset.prepare(str(corpus_file), tmp_path / "text", 40, rules=first)
    again = dataset.prepare(
        str(corpus_file), tmp_path / "text", 40, rules=second
    )
    fresh = dataset.prepare(
        str(corpus_file), tmp_path / "fresh", 40, rules=second
    )
    assert again.origin == fresh.origin
    assert again.vocabulary == fresh.vocabulary
    np.testing.assert_array_equal(again.train, fresh.train)


@pytest.mark.parametrize(
    "trained_on, scored_on, split",
    [
        ("a.txt", "a.txt", "test"),
        ("a.txt", "b.txt", "all"),
        ("a.txt:3,b.txt:0.5", "b.txt", "test"),
        ("a.txt", "b.txt,a.txt", "test"),
        ("a.txt,b.txt", "c.txt", "all"),
    ],
)
def test_a_text_is_seen_if_any_part_of_it_is(
    tmp_path, monkeypatch, trained_on, scored_on, split
):
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        lines = [f"{name} line {n}" for n in range(40)]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines))
    origin = Origin(trained_on, load_corpus(trained_on).sha256())
    assert dataset.unseen_split(load_corpus(scored_on), origin) == split


def test_a_text_that_was_changed_since_is_told(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"line {n}" for n in range(40)))
    origin = Origin("a.txt", load_corpus("a.txt").sha256())
    assert dataset.unseen_split(load_corpus(str(path)), origin) == "test"
    assert not caplog.messages
    with path.open("a") as file:
        file.write("\none more")
    assert dataset.unseen_split(load_corpus(str(path)), origin) == "test"
    assert "is not as it was when the model was trained" in caplog.text


def test_display_is_how_a_word_is_mostly_written(tmp_path):
    path = tmp_path / "text.txt"
    lines = [f"well {n} I think Anna and i are here" for n in range(30)]
    lines += [f"so {n} I am The one the best the first" for n in range(60)]
    path.write_text("\n".join(lines))
    text = dataset.prepare(str(path), tmp_path / "text", size=12)
    shown = {w: text.origin.display.get(w, w) for w in text.vocabulary.words}
    assert shown["i"] == "I"
    assert shown["the"] == "the"


def test_saved_models_come_back(model, words, tmp_path):
    origin = Origin(
        "a text",
        "ff",
        TextRules("white space", locale="tr"),
        {"i": "I"},
        "keyboard",
        protocol=Protocol((0, 0), padding=0),
    )
    workspace.save(Trained(model, words, origin), tmp_path / "m")
    loaded = workspace.load(tmp_path / "m")
    assert loaded.vocabulary == words
    assert loaded.origin == origin
    for name, weight in model.named_weights().items():
        np.testing.assert_array_equal(
            loaded.model.named_weights()[name], weight
        )


@pytest.mark.parametrize("typed", [True, False])
def test_models_of_before_there_were_text_rules_come_back(
    typed, model, words, tmp_path
):
    workspace.save(Trained(model, words, Origin()), tmp_path)
    before = {"corpus": "a text", "typed": typed, "display": {}, "recipe": "r"}
    (tmp_path / "origin.json").write_text(json.dumps(before))
    rules = TYPED if typed else SPLIT
    expected = Origin("a text", rules=rules, recipe="r")
    assert workspace.load(tmp_path).origin == expected


def test_a_vocabulary_of_another_size_is_refused(model, words, tmp_path):
    fewer = dataclasses.replace(words, words=words.words[:-1])
    workspace.save(Trained(model, fewer, Origin()), tmp_path / "m")
    with pytest.raises(ValueError, match="60 words and its vocabulary 59"):
        workspace.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("corpus", 3, "corpus: expected str, got int"),
        ("display", [], "display: expected object, got array"),
        ("rules", {"tokenizer": "typed"}, "missing required field lower_case"),
        ("rules", {"tokenizer": "typed", "lower_case": 1}, "expected bool"),
        ("protocol", {"start": [-1], "padding": None}, "start[0]: expected"),
        ("cache", {"window": 9, "theta": "a", "lambda": 0}, "theta: expected"),
        ("special_ids", {"eos": 0, "unk": "b"}, "unk: expected int | null"),
        ("special_ids", {"eos": 0, "unk": 99}, "has none with id 99"),
        ("suffix_letters", -1, "suffix_letters: expected int >= 0"),
        ("colour", "red", "colour"),
    ],
)
def test_an_origin_of_another_shape_is_refused(
    field, value, message, model, words, tmp_path
):
    workspace.save(Trained(model, words, Origin()), tmp_path)
    path = tmp_path / "origin.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    assert message in refusal(workspace.load, tmp_path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"of": 3, "display": {}}'])
def test_a_text_of_another_shape_is_refused(text, corpus_file, tmp_path):
    (tmp_path / "text.json").write_text(text)
    said = refusal(dataset.prepare, str(corpus_file), tmp_path)
    assert str(tmp_path / "text.json") in said


def test_a_keras_file_needs_its_vocabulary(tmp_path):
    (tmp_path / "model.keras").touch()
    with pytest.raises(ValueError, match="give --vocabulary"):
        workspace.load(tmp_path / "model.keras")


def test_an_empty_directory_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no model"):
        workspace.load(tmp_path)


def test_words_and_model_agree_on_what_fills_windows():
    words = Vocabulary(("PAD", "a", "b"))
    padded, protocol = workspace.agreed(words, Protocol((0, 0), padding=0))
    assert padded.roles.padding == 0
    assert protocol == Protocol((0, 0), padding=0)
    other = words.padded_with(2)
    assert workspace.agreed(other, Protocol((), padding=0)) == (
        other,
        Protocol((), padding=2),
    )
    assert workspace.agreed(other, None) == (other, Protocol((), padding=2))


def test_a_file_of_words_says_how_text_becomes_them(make_model, tmp_path):
    config = {
        "num_words": None,
        "filters": ",",
        "lower": False,
        "split": " ",
        "char_level": False,
        "oov_token": None,
        "word_index": json.dumps({"So": 1, "it": 2, "goes": 3}),
    }
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"class_name": "Tokenizer", "config": config}))
    workspace.save_model(make_model(vocabulary_size=4), path, tmp_path / "m")
    found = workspace.load(tmp_path / "m")
    words = found.origin.rules.words("So,it goes")
    assert found.vocabulary.encode(words) == [1, 2, 3]
    assert found.protocol == Protocol((), padding=0)
    with pytest.raises(ValueError, match="5 words and its vocabulary 4"):
        workspace.save_model(
            make_model(vocabulary_size=5), path, tmp_path / "other"
        )
