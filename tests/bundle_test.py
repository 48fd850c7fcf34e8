import dataclasses
import json
import os

import numpy as np
import pytest

from tests.refusals import refusal
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.bundle.model_card import model_card
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import convert


@pytest.fixture(scope="module")
def content():
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    layers = (LayerConfig("cifg", 16, 8),)
    config = ModelConfig(60, 8, layers, init_scale=0.4)
    return convert.convert_here(build_model(config))


@pytest.fixture
def written(content, words, tmp_path):
    about = About(
        "a test",
        "keyboard, float32",
        "chitchat",
        "ff" * 32,
        display={"i": "I"},
        metrics={"perplexity": 9.5},
    )
    write_bundle(tmp_path / "bundle", content, words, about)
    return tmp_path / "bundle"


def test_what_is_written_is_read(written, content, words):
    found = Bundle.load(written)
    assert found.model == content
    assert found.vocabulary == words


def test_manifest_says_what_a_phone_must_know(written):
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    assert manifest["format_version"] == 2
    assert manifest["signature"]["inputs"]["state"]["shape"] == [1, 24]
    assert manifest["signature"]["outputs"]["logits"]["shape"] == [1, 60]
    assert manifest["special_ids"]["never_suggested"] == [0, 1, 2]
    assert manifest["text"]["display"] == {"i": "I"}
    assert manifest["minimum_runtime"] != "unknown"
    assert manifest["metrics"] == {"perplexity": 9.5}
    assert {
        "model.tflite",
        "vocabulary.txt",
        "golden.json",
        "MODEL_CARD.md",
    } == ({*manifest["files"]})


def test_the_file_answers_as_the_golden_file_says(written):
    Bundle.load(written).check()


def test_golden_suggestions_are_never_special(written):
    golden = json.loads((written / "golden.json").read_text("utf-8"))
    for sequence in golden["sequences"]:
        for step in sequence["steps"]:
            for suggestions in step["suggestions"].values():
                assert not any(word[0] == "<" for word in suggestions)


def test_another_model_fails_the_golden_answers(written):
    found = Bundle.load(written)
    for sequence in found.golden["sequences"]:
        sequence["steps"][0]["logits"][0] += 1.0
    with pytest.raises(ValueError, match="after 1 words of 'see you'"):
        found.check()


def test_words_that_the_model_lacks_fail_the_check(written):
    found = Bundle.load(written)
    longer = Vocabulary([*found.vocabulary.words, "unheard-of"])
    with pytest.raises(ValueError, match="60 words and the vocabulary 61"):
        dataclasses.replace(found, vocabulary=longer).check()


@pytest.mark.parametrize(
    "name", ["model.tflite", "vocabulary.txt", "golden.json", "MODEL_CARD.md"]
)
def test_a_changed_byte_is_found(written, name):
    data = bytearray((written / name).read_bytes())
    data[len(data) // 2] ^= 1
    (written / name).write_bytes(data)
    with pytest.raises(ValueError, match=f"{name} was changed"):
        Bundle.load(written)


def test_a_missing_file_is_found(written):
    (written / "vocabulary.txt").unlink()
    with pytest.raises(ValueError, match="vocabulary.txt is missing"):
        Bundle.load(written)


def test_another_format_version_is_refused(written):
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    manifest["format_version"] = 4
    (written / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(
        ValueError, match="of format 4, this toolkit reads 1 to 3"
    ):
        Bundle.load(written)


def test_another_task_is_refused(written):
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    manifest["format_version"] = 3
    (written / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="for the task None, which"):
        Bundle.load(written)


def test_no_directory_is_no_bundle(tmp_path):
    said = refusal(Bundle.load, tmp_path / "nope")
    assert said.startswith(f"there is no directory {tmp_path / 'nope'}: make")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"files": {}}', "\x00"])
def test_a_directory_without_a_manifest_is_no_bundle(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match="is not a bundle"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("special_ids", {"eos": 0}, "missing required field unk"),
        ("protocol", None, "missing required field start"),
        ("text", {"display": {"i": 3}}, "text.display[...]: expected str"),
        ("corpus", "chitchat", "corpus: expected object, got str"),
        ("cache", {"window": 10**9, "theta": 0, "lambda": 0}, "<= 1000000"),
        ("files", ["model.tflite"], "files: expected object, got array"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(written, field, value, message):
    path = written / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    assert message in refusal(Bundle.load, written)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "missing required field tagging"),
        ({"tagging": None}, "tagging: expected object, got null"),
        (
            {"tagging": {}},
            "tagging: object missing required field suffix_letters",
        ),
        ({"tagging": {"suffix_letters": "3"}}, "expected int, got str"),
    ],
)
def test_a_tagger_that_does_not_say_how_it_reads_is_refused(
    written, fields, message
):
    path = written / "manifest.json"
    tagger = {"format_version": 3, "task": "tag"} | fields
    path.write_text(json.dumps(json.loads(path.read_text()) | tagger))
    said = refusal(Bundle.load, written)
    assert "is not a bundle" in said and message in said


def test_what_is_no_file_of_a_bundle_is_not_opened(written):
    (written / "golden.json").unlink()
    os.mkfifo(written / "golden.json")
    assert "golden.json is missing" in refusal(Bundle.load, written)
    (written / "manifest.json").unlink()
    (written / "manifest.json").symlink_to("/dev/zero")
    assert "manifest.json is a device" in refusal(Bundle.load, written)


def test_an_output_that_exists_is_kept(written, content, words):
    about = About("another", "", "", "")
    before = (written / "manifest.json").read_bytes()
    with pytest.raises(FileExistsError, match="--overwrite"):
        write_bundle(written, content, words, about)
    assert (written / "manifest.json").read_bytes() == before


def test_a_failed_write_leaves_nothing(written, content, words, tmp_path):
    fewer = type(words)(words.words[:-1])
    about = About("another", "", "", "")
    with pytest.raises(ValueError, match="60 words and the vocabulary 59"):
        write_bundle(tmp_path / "new", content, fewer, about)
    assert [p.name for p in tmp_path.iterdir()] == ["bundle"]


def test_golden_logits_are_those_of_the_top_words(written):
    from tflm.tflite.interpreter import load_step

    found = Bundle.load(written)
    first = found.golden["sequences"][0]["steps"][0]
    step = load_step(found.model)
    logits, _ = step(found.vocabulary.eos, step.initial_state())
    np.testing.assert_allclose(logits[first["top"]], first["logits"], atol=1e-4)
    assert first["logits"] == sorted(first["logits"], reverse=True)


def test_a_card_says_where_words_are_from_and_how_they_were_chosen(
    content, words, tmp_path
):
    name = "chitchat:3,irc:shared,mine.txt"
    about = About("a", "", name, curation="rare words are left out")
    write_bundle(tmp_path / "one", content, words, about)
    text = (tmp_path / "one/MODEL_CARD.md").read_text("utf-8")
    assert "| chitchat x 3 | the package chitchat-dataset 0.9.0 | MIT |" in text
    assert "irc-disentanglement, commit 82ed04f | CC BY 4.0 |" in text
    assert "Its words: rare words are left out." in text
    assert "has no filter" not in text


def test_a_card_has_scores_or_says_how_to_get_them():
    facts = {
        "name": "a model",
        "recipe": "keyboard, int8",
        "vocabulary_size": 20,
        "minimum_runtime": "2.16",
        "corpus": {"name": "text.txt", "licence": ""},
        "provenance": {},
        "metrics": {"perplexity": 12.345, "known_share": 0.98},
    }
    scored = model_card(facts)
    assert "| perplexity | 12.35 |" in scored
    assert "| known share | 0.98 |" in scored
    unscored = model_card(facts | {"metrics": {}})
    assert "tflm evaluate BUNDLE --corpus=TEXT" in unscored
    assert "measured on the file" not in unscored
