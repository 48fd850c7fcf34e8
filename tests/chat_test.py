"""Texts that people typed, in files of one message a line."""

import dataclasses
import json
import pathlib

import pytest

from benchmarks import texts_table
from tflm import files
from tflm.text import chat
from tflm.text.corpus import load_corpus
from tflm.text.splits import SPLITS, split_of

TALKS = [f"hello {n}\nhow are you {n}" for n in range(100)]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the files of two sources, of our own text."""
    (tmp_path / "all.txt").write_text("\n\n".join(TALKS) + "\n")
    for split in ("train", "valid", "test"):
        line = f"anna: what is {split}: a part?\n\nof: it\n"
        (tmp_path / f"{split}.txt").write_text(line)
    sources = {
        "irc": {split: f"{split}.txt" for split in SPLITS},
        "multiwoz": {"all": "all.txt"},
        "banking77": {"test": "all.txt"},
    }
    for name, of in sources.items():
        sums = tuple(files.sha256(tmp_path / file) for file in of.values())
        source = dataclasses.replace(chat.SOURCES[name], parts=of, sha256=sums)
        monkeypatch.setitem(chat.SOURCES, name, source)
    return tmp_path


def test_a_conversation_is_in_one_split(place):
    corpus = load_corpus(f"multiwoz:{place}")
    for split in SPLITS:
        lines = [line for talk in TALKS for line in talk.split("\n")
                 if split_of(talk) == split]  # fmt: skip
        assert [*corpus.lines(split)] == lines
    assert [*corpus.lines("all")] == "\n".join(TALKS).split("\n")


def test_a_text_with_its_own_parts_keeps_them(place):
    corpus = load_corpus(f"irc:{place}")
    assert [*corpus.lines("valid")] == ["what is valid: a part?", "it"]
    assert "nick" in corpus.rule


def test_what_is_only_scored_on_has_nothing_to_train_on(place):
    corpus = load_corpus(f"banking77:{place}")
    assert not [*corpus.lines("train")] and not [*corpus.lines("valid")]
    assert len([*corpus.lines("test")]) == 2 * len(TALKS)


def test_a_voice_is_a_conversation(place):
    voices = load_corpus(f"multiwoz:{place}").voices
    found = [voice for voice, _ in voices("all")]
    assert found[0] == found[1] != found[2]


def test_they_mix_by_weight(place):
    name = f"irc:{place}:2,multiwoz:{place}"
    lines = [*load_corpus(name).lines("train")]
    assert lines.count("what is train: a part?") == 2


def test_another_text_of_the_name_is_refused(place):
    (place / "valid.txt").write_text("hello\n")
    with pytest.raises(ValueError, match="valid.txt is another text"):
        load_corpus(f"irc:{place}")


def test_a_missing_text_is_told_with_where_it_is_from(tmp_path):
    with pytest.raises(
        ValueError, match="is missing: make it of .*disentanglement"
    ):
        load_corpus(f"irc:{tmp_path}")


def test_page_has_the_table_of_the_results():
    root = pathlib.Path(__file__).parents[1]
    found = json.loads((root / "results/keyboard/texts.json").read_text())
    page = (root / "docs/chat.md").read_text("utf-8")
    assert texts_table.table(found) in page
