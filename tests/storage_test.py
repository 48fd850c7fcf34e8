"""Texts are read wherever they are, compressed or not, whole or in shards."""

import bz2
import gzip
import lzma

import fsspec
import pyarrow
import pytest

from tests.command import run_here
from tests.refusals import refusal
from tflm import files
from tflm.commands import train
from tflm.text import dataset, duplicates, mixture, storage
from tflm.text.corpus import load_corpus
from tflm.text.shard import Shard

LINES = ["one", "", "two words", "é" * 9, "\ttabs ", "last without an end"]
TEXT = "\r\n".join(LINES).encode()
STRIPPED = [line.strip() for line in LINES]
WRITERS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda text: pyarrow.compress(text, "zstd", asbytes=True),
}


@pytest.fixture
def memory():
    """A file system elsewhere, which is in memory."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def lines(name) -> list[str]:
    return [*load_corpus(str(name)).lines("all")]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_compressed_file_is_its_text(ending, tmp_path, memory):
    content = WRITERS[ending](TEXT)
    (tmp_path / f"text.txt{ending}").write_bytes(content)
    memory.pipe(f"/deep/text.txt{ending}", content)
    assert lines(tmp_path / f"text.txt{ending}") == STRIPPED
    assert lines(tmp_path) == STRIPPED
    assert lines(f"memory://deep/text.txt{ending}") == STRIPPED


def test_a_folder_or_pattern_elsewhere_is_all_of_its_texts(memory, tmp_path):
    for name in ("b.txt", "a/c.txt", "a/d.md"):
        memory.pipe(f"/deep/{name}", f"line of {name}\n".encode())
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"line of {name}\n")
    both = ["line of a/c.txt", "line of b.txt"]
    assert lines("memory://deep") == lines(tmp_path) == both
    assert lines("memory://deep/*.txt") == ["line of b.txt"]
    assert lines(tmp_path / "*.txt") == ["line of b.txt"]
    assert lines(f"text:{tmp_path}/**/*.txt") == both


def test_sha256_is_that_of_the_same_files_here(memory, tmp_path):
    (tmp_path / "text.txt").write_bytes(TEXT)
    memory.pipe("/text.txt", TEXT)
    here = load_corpus(str(tmp_path / "text.txt"))
    assert load_corpus("memory://text.txt").sha256() == here.sha256()


def test_a_text_may_be_larger_than_any_model(tmp_path, monkeypatch):
    path = tmp_path / "text.txt"
    with open(path, "wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    monkeypatch.setattr(files, "sha256_of", lambda file: "read")
    assert storage.sha256(path) == "read"
    with pytest.raises(ValueError, match="give a smaller file"):
        files.sha256(path)


def test_texts_from_elsewhere_mix(memory, tmp_path):
    memory.pipe("/a.txt", b"a\n" * 5)
    (tmp_path / "b.txt").write_text("b\n")
    mixed = load_corpus(f"memory://a.txt:2,{tmp_path / 'b.txt'}")
    assert mixed.weights == (2, 1)
    assert [*mixed.lines("all")] == ["a"] * 5 + ["b"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere://a/b", "no file system for nowhere://; give s3://, gs://"),
        ("memory://missing.txt", "no such file or folder"),
        ("memory://missing/*.txt", "no such file or folder"),
    ],
)
def test_what_is_not_there_is_refused(memory, name, message):
    assert message in refusal(load_corpus, name)


def test_a_file_system_without_its_package_is_told(monkeypatch):
    def lacks(path):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", lacks)
    said = refusal(load_corpus, "s3://bucket/text.txt")
    assert said == "s3://bucket/text.txt: Install s3fs to access S3"


@pytest.mark.parametrize("ending", [".gz", ".xz", ".zst"])
def test_a_damaged_file_is_refused(ending, tmp_path):
    path = tmp_path / f"text.txt{ending}"
    content = WRITERS[ending](TEXT * 99)
    path.write_bytes(content[: len(content) // 2])
    corpus = load_corpus(str(path))
    with pytest.raises((ValueError, OSError), match="text.txt") as error:
        [*corpus.lines("all")]
    assert "\n" not in str(error.value)


# Shards


@pytest.mark.parametrize("size", range(1, len(TEXT) + 2))
def test_each_line_is_in_one_shard(size, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT)
    shards = Shard(path).cut(size)
    found = [line for shard in shards for line in shard.lines("all")]
    assert found == STRIPPED


def test_a_compressed_file_and_a_part_are_not_cut(tmp_path):
    for shard in (Shard("a.txt.gz"), Shard("a.txt", 0, 9)):
        assert shard.cut(1) == [shard]


def test_an_error_says_where_its_shard_begins(tmp_path):
    (tmp_path / "text").write_bytes(b"good\n" * 4 + b"\xff\n")
    shard = Shard(tmp_path / "text", 10)
    said = refusal(lambda: [*shard.lines("all")])
    assert "line 3 after byte 10 is not UTF-8" in said


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_a_share_of_the_parts_is_that_of_the_whole(share):
    every = [str(n) for n in range(5 * mixture.BLOCK + 7)]
    whole = [*mixture.share_of(iter(every), share)]
    cuts = [0, 3, mixture.BLOCK, 2 * mixture.BLOCK + 1, len(every)]
    parts = [
        line
        for start, end in zip(cuts, cuts[1:], strict=False)
        for line in mixture.share_of(iter(every[start:end]), share, start)
    ]
    assert parts == whole
    assert len(whole) == pytest.approx(share * len(every), abs=mixture.BLOCK)


# Repeated lines


LONG = "the quick brown fox jumps over the lazy dog and runs into the wood"


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("exact", [0, 1, 2, 4, 5, 6, 7]), ("near", [0, 1, 2, 6, 7])],
)
def test_the_first_of_repeated_lines_stays(kind, kept, tmp_path):
    every = [
        *(LONG, "short", "short one", LONG, f"{LONG.upper()}"),
        *(f"{LONG}  ".replace(" ", "  "), "", LONG[::-1]),
    ]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(every))
    smaller = duplicates.without(load_corpus(str(path)), kind, duplicates.find)
    assert [*smaller.lines("all")] == [every[n].strip() for n in kept]
    count = len(every) - len(kept)
    assert smaller.rule.startswith(f"{count} lines are left out, ")
    assert smaller.sha256() != load_corpus(str(path)).sha256()


def test_most_lines_that_differ_in_a_word_of_forty_are_near(tmp_path):
    found = 0
    for text in range(60):
        words = [f"w{text}x{n}" for n in range(40)]
        path = tmp_path / f"{text}.txt"
        both = [" ".join(words), " ".join([*words[:-1], "another"])]
        path.write_text("\n".join(both))
        corpus = load_corpus(str(path))
        near = duplicates.without(corpus, "near", duplicates.find)
        found += len([*near.lines("all")]) == 1
    assert found > 50  # Their similarity is 37 of 39 shingles.


def test_a_text_of_conversations_keeps_what_people_repeat(tmp_path):
    said = refusal(dataset.prepare, "chitchat", tmp_path, deduplicate="exact")
    assert "leave --deduplicate out" in said
    (tmp_path / "text.txt").write_text("a\n")
    said = refusal(
        *(dataset.prepare, str(tmp_path / "text.txt"), tmp_path),
        deduplicate="fuzzy",
    )
    assert "'fuzzy' is not known: give exact or near" in said


# What was prepared


def test_what_was_prepared_says_of_what_it_is(corpus_file, tmp_path):
    made = dataset.prepare(
        str(corpus_file), tmp_path / "ids", 40, deduplicate="exact"
    )
    text, said = dataset.load(tmp_path / "ids")
    assert said == {
        "corpus": str(corpus_file),
        "vocabulary_size": 40,
        "language": "",
        "tokenizer": "",
        "curated": False,
        "deduplicate": "exact",
    }
    assert text.origin == made.origin
    assert text.train.tolist() == made.train.tolist()


def test_a_directory_without_ids_is_refused(tmp_path):
    (tmp_path / "text.json").write_text('{"of": ["old", 5], "display": {}}')
    said = refusal(dataset.load, tmp_path)
    assert "has no text in ids: tflm corpus prepare makes it" in said


def test_train_goes_on_with_what_was_prepared(
    corpus_file, tmp_path, monkeypatch, capsys
):
    """The model itself is not trained here."""
    seen = {}

    def train_on(arguments, config, output, text):
        seen.update(config=config, text=text)
        return {"name": output.name}

    monkeypatch.setattr(train, "_train", train_on)
    asked = ("--vocabulary_size", 40, "--deduplicate", "exact")
    ids, model = tmp_path / "ids", tmp_path / "model"
    prepared = ("corpus", "prepare", corpus_file, *asked, "--output", ids)
    assert run_here(*prepared, "--language", "de") == 0
    assert run_here("train", "--text", ids, "--output", model) == 0
    config, text = seen["config"], seen["text"]
    assert (config.corpus, config.vocabulary_size) == (str(corpus_file), 40)
    assert (config.deduplicate, config.language) == ("exact", "de")
    assert text.directory == ids
    assert run_here(*prepared) == 2
    capsys.readouterr()
    assert run_here("train", "--text", ids, *asked, "--output", model) == 2
    said = capsys.readouterr().err
    assert "--vocabulary_size is said by the text in" in said
    assert run_here(*prepared[:-1], model) == 2
    assert "is none of a text in ids" in capsys.readouterr().err
