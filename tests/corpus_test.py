import collections
import dataclasses
import functools
import itertools
import pathlib
import tracemalloc

import numpy as np
import pytest

from tflm.text import mixture, statistics
from tflm.text.batches import batch_at, batch_count
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.ids import encoded, read_ids, write_ids
from tflm.text.rules import SPLIT, TYPED
from tflm.text.splits import SPLITS, split_of


def make_corpus(lines, rules=SPLIT) -> Corpus:
    return Corpus("made", rules, (), lines, ())


def write(text: Corpus, split, encode, eos: int, path) -> int:
    ids = encoded(text.sentences(split), encode, eos)
    return write_ids(text, split, ids, path)


def words(text: Corpus) -> set[str]:
    splits = (text.sentences(split) for split in SPLITS)
    return {word for split in splits for line in split for word in line}


# Splits


@pytest.fixture(scope="module")
def chitchat() -> Corpus:
    return load_corpus("chitchat")  # What it leaves out is found once.


def test_chitchat_splits_never_move(chitchat):
    counts = [sum(1 for _ in chitchat.lines(split)) for split in SPLITS]
    assert counts == [225_737, 11_795, 13_632]


def test_chitchat_leaves_repetitive_conversations_out(chitchat):
    left_out = [[*chitchat.left_out(split)] for split in SPLITS]
    assert [len(split) for split in left_out] == [16, 3, 2]
    messages = [sum(map(len, split)) for split in left_out]
    assert messages == [2_494, 3_177, 1_310]


# Mixtures


@pytest.fixture
def texts(tmp_path) -> list[str]:
    """The names of two texts, of 1,000 lines each."""
    for name in "ab":
        lines = (f"{name}{n}" for n in range(1000))
        (tmp_path / f"{name}.txt").write_text("\n".join(lines), "utf-8")
    return [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]


def test_a_mixture_trains_on_each_text_as_often_as_it_says(texts):
    a, b = texts
    mixed = load_corpus(f"{a}:2.5,{b}")
    found = collections.Counter(line[0] for line in mixed.lines("train"))
    once = len([*load_corpus(a).lines("train")])
    assert found["b"] == len([*load_corpus(b).lines("train")])
    assert found["a"] == pytest.approx(2.5 * once, abs=mixture.BLOCK)


def test_a_mixture_is_scored_on_each_text_once(texts):
    a, b = texts
    mixed = load_corpus(f"{a}:3,{b}:0.1")
    apart = [load_corpus(each).lines("test") for each in texts]
    assert [*mixed.lines("test")] == [*itertools.chain(*apart)]
    assert [each.name for each in mixed.sources] == texts


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_part_of_a_weight_is_spread_over_the_text(share):
    lines = [str(n) for n in range(100 * mixture.BLOCK)]
    found = [*mixture.weighted([(lambda: iter(lines), share)])]
    assert len(found) == pytest.approx(share * len(lines), rel=0.11)
    assert int(found[-1]) > 0.85 * len(lines)
    assert found == sorted({*found}, key=int)


def test_another_weight_is_another_text(texts):
    a, b = texts
    sums = {load_corpus(f"{a}:{n},{b}").sha256() for n in ("1", "2", "2.0")}
    assert len(sums) == 2


@pytest.mark.parametrize("weight", [":0", ":-1", ":nan", ":inf", ""])
def test_a_mixture_without_sense_is_refused(texts, weight):
    name = f"{texts[0]}{weight or ','},:2"
    with pytest.raises(ValueError, match="chitchat:3,irc.txt:0.5"):
        load_corpus(name)


def test_texts_of_two_kinds_do_not_mix(texts, tmp_path):
    for name in ("train", "valid", "test"):
        (tmp_path / f"ptb.{name}.txt").write_text(" a b\n")
    with pytest.raises(ValueError, match="mix texts of one kind"):
        load_corpus(f"ptb:{tmp_path},{texts[0]}")


def test_a_file_with_a_comma_in_its_name_is_one_text(tmp_path):
    path = tmp_path / "a,b.txt"
    path.write_text("one line\n")
    assert load_corpus(str(path)).sources == ()


# Shares


def test_nine_in_ten_go_to_training():
    splits = [split_of(f"conversation {n}") for n in range(20_000)]
    shares = [splits.count(split) / 20_000 for split in SPLITS]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.005)


def test_each_line_of_a_text_is_in_one_split(corpus_file):
    lines = corpus_file.read_text("utf-8").split("\n")
    corpus_file.write_text("\n".join(lines * 2), "utf-8")
    text = load_corpus(str(corpus_file))
    splits = [[*text.lines(split)] for split in SPLITS]
    assert sorted(itertools.chain(*splits)) == sorted(lines * 2)
    assert sum(len(set(split)) for split in splits) == len(lines)


def test_all_is_the_whole_text_in_its_order(corpus_file):
    text = load_corpus(str(corpus_file))
    assert [*text.lines("all")] == corpus_file.read_text("utf-8").split("\n")


# Texts


def test_a_folder_is_all_of_its_texts(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "b.txt").write_text("Bee\n")
    (tmp_path / "deep" / "c.txt").write_text("see")
    (tmp_path / "d.md").write_text("dee\n")
    text = load_corpus(str(tmp_path))
    assert words(text) == {"bee", "see"}
    assert [path.name for path in text.paths] == ["b.txt", "c.txt"]


def test_lines_may_end_as_they_do_on_windows(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfone\r\n\r\n \ttwo\r\n")
    assert words(load_corpus(str(tmp_path / "a"))) == {"one", "two"}


def test_text_names_a_path_that_looks_like_a_corpus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("chitchat").write_text("mine")
    assert words(load_corpus("text:chitchat")) == {"mine"}


def test_typed_text_is_tokenized_and_a_standard_text_is_taken_as_it_is():
    def lines(split):
        yield from ["Don't PAY 5 <unk>", "   ", "N @-@ N"]

    assert [*make_corpus(lines, rules=TYPED).sentences("train")] == [
        ["don't", "pay", "<number>", "<", "unk", ">"],
        ["n", "@", "-", "@", "n"],
    ]
    assert [*make_corpus(lines).sentences("train")] == [
        ["Don't", "PAY", "5", "<unk>"],
        ["N", "@-@", "N"],
    ]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("ptb", "ptb.train.txt ptb.valid.txt ptb.test.txt"),
        ("wikitext2", "wiki.train.tokens wiki.valid.tokens wiki.test.tokens"),
    ],
)
def test_a_standard_corpus_has_a_file_a_split(tmp_path, kind, names):
    for name in names.split():
        (tmp_path / name).write_text(f" {name} <unk> \n")
    text = load_corpus(f"{kind}:{tmp_path}")
    for split, name in zip(SPLITS, names.split(), strict=True):
        assert [*text.sentences(split)] == [[name, "<unk>"]]
    whole = [[name, "<unk>"] for name in names.split()]
    assert [*text.sentences("all")] == whole


def test_sha256_is_that_of_the_contents(tmp_path):
    for folder, end in (("a", ""), ("b", ""), ("c", "!")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text("one")
        (tmp_path / folder / "y.txt").write_text(f"two{end}")
    a, b, c = (load_corpus(str(tmp_path / name)).sha256() for name in "abc")
    assert a == b != c
    assert len(a) == 64


# What cannot be read


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "'missing': no such file or folder; give chitchat, ptb:"),
        ("", "'': no such file or folder"),
        ("text:", "'text:': no such file or folder"),
        ("PTB:here", "'PTB:here': no such file or folder"),
        ("empty", "'empty' is empty; it needs UTF-8 text, one sentence"),
        ("folder", "'folder' is empty; .* in files that end in .txt"),
        ("ptb:folder", "ptb.train.txt is missing; tflm corpus fetch ptb"),
        ("wikitext2:folder", "tokens is missing; unpack wikitext-2-v1.zip"),
    ],
)
def test_no_corpus_is_refused(tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("empty").touch()
    pathlib.Path("folder").mkdir()
    with pytest.raises(ValueError, match=message) as error:
        load_corpus(name)
    assert "\n" not in str(error.value)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install chitchat-dataset=="):
        load_corpus("chitchat")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\x7fELF\x02\0\0\n", "is binary .line 9 has a zero byte.; give"),
        ("été".encode("latin1"), "line 9 is not UTF-8; convert it, as in ico"),
        ("été".encode("utf-16"), "is binary .line 9"),
        (b"a " * 2**20, "line 9 is longer than 1048576 bytes; give one sent"),
    ],
    ids=["binary", "latin1", "utf-16", "no line ends"],
)
def test_what_is_no_text_is_refused_and_nothing_is_written(
    tmp_path, line, message
):
    path, output = tmp_path / "text", tmp_path / "ids"
    path.write_bytes(b"good\n" * 8 + line)
    text = load_corpus(str(path))
    with pytest.raises(ValueError, match=message) as error:
        write(text, "train", lambda words: [1], 0, output)
    assert str(path) in str(error.value)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["hello\n", "\n \n"])
def test_a_corpus_of_one_word_lacks_a_split(tmp_path, content):
    path = tmp_path / "text"
    path.write_text(content)
    text = load_corpus(str(path))
    with pytest.raises(ValueError, match="no words in its test split, as"):
        write(text, "test", len, 0, tmp_path / "ids")
    assert list(tmp_path.iterdir()) == [path]


# Ids and batches


def test_ids_are_those_of_the_words_with_eos_after_each_sentence(tmp_path):
    text = make_corpus(lambda split: iter(["1 2", "", "3"]))
    encode = functools.partial(map, int)
    assert write(text, "valid", encode, 0, tmp_path / "ids") == 5
    ids = read_ids(tmp_path / "ids")
    assert ids.tolist() == [1, 2, 0, 3, 0]
    assert ids.dtype == np.int32


def test_a_text_larger_than_memory_is_written_as_it_is_read(tmp_path):
    line, count = "1 2 3 4 5 6 7 8 9 " * 10, 5_000
    text = make_corpus(lambda split: itertools.repeat(line, count))
    tracemalloc.start()
    try:
        words = write(
            text, "train", lambda words: [*map(int, words)], 0, tmp_path / "ids"
        )
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert words == 91 * count
    assert most_bytes < 200_000 < len(line) * count / 4


def test_a_file_larger_than_memory_is_read_line_by_line(tmp_path):
    path = tmp_path / "text"
    path.write_text("".join(f"line {n} is here\n" for n in range(100_000)))
    text = load_corpus(str(path))
    tracemalloc.start()
    try:
        count = sum(1 for _ in text.lines("valid"))
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == pytest.approx(5_000, rel=0.1)
    assert most_bytes < 300_000 < path.stat().st_size / 5


def test_each_row_of_a_batch_goes_on_in_the_next():
    ids = np.arange(15)
    assert batch_count(ids, 2, 3) == 2
    (x, y), (next_x, next_y) = (batch_at(ids, 2, 3, i) for i in (0, 1))
    assert x.tolist() == [[0, 1, 2], [6, 7, 8]]
    assert y.tolist() == [[1, 2, 3], [7, 8, 9]]
    assert next_x.tolist() == [[3, 4, 5], [9, 10, 11]]
    assert next_y.tolist() == [[4, 5, 6], [10, 11, 12]]


@pytest.mark.parametrize("size", range(7, 20))
def test_the_last_batch_ends_within_the_text(size):
    ids = np.arange(size)
    last = batch_count(ids, 3, 2) - 1
    x, y = batch_at(ids, 3, 2, last)
    np.testing.assert_array_equal(y, x + 1)


def test_too_short_a_text_gives_no_batch():
    with pytest.raises(ValueError, match="6 words give no batch of 2 x 3; low"):
        batch_count(np.arange(6), 2, 3)


def test_statistics_by_hand():
    sentences = [["a", "b", "a"], ["c"]]
    found = statistics.statistics(sentences, {"a", "c"}.__contains__)
    assert dataclasses.astuple(found) == (2, 4, 3, 0.75)


def test_statistics_of_nothing():
    found = statistics.statistics([], {"a"}.__contains__)
    assert dataclasses.astuple(found) == (0, 0, 0, 0.0)


def test_repeated_sentences_by_hand():
    splits = {
        "train": ["How are you", "fine", "fine"],
        "test": ["how are you", "and you", "fine"],
    }
    text = make_corpus(lambda split: iter(splits[split]), rules=TYPED)
    found = statistics.repeated(text)
    assert dataclasses.astuple(found) == (2, 2 / 3, 4 / 6)


def test_what_is_left_out_by_hand():
    found = statistics.left_out([["a a", "a"], ["b  b b"]])
    assert dataclasses.astuple(found) == (2, 3, 6)


def test_a_text_with_labels_is_for_taggers():
    with pytest.raises(ValueError, match="has labels: give --task=tag"):
        load_corpus("conll:trips.txt")
