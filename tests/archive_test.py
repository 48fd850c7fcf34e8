"""Archives: all that goes in comes out, and what is damaged is named."""

import dataclasses
import io
import os
import random

import hypothesis
import pytest
from hypothesis import strategies

from tests.archive_doubles import WORDS, bundle, predictor
from tflm.archive import lines, modes
from tflm.archive.alignment import place
from tflm.archive.coding import Coding, ignored
from tflm.archive.message import Messages
from tflm.archive.mixture import _Trust
from tflm.archive.pack import Settings, pack
from tflm.archive.records import MAGIC, Reader, Record
from tflm.archive.result import Damaged
from tflm.archive.unpack import unpack, unpack_line
from tflm.text.kinds.subwords import Subwords
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

# More are for who changes the format: docs/zip.md has the command.
INPUTS = int(os.environ.get("ARCHIVE_INPUTS", 40))
DAMAGES = int(os.environ.get("ARCHIVE_DAMAGES", 25))
PIECES = Vocabulary(("<unk>", "▁the", "▁c", "at", "▁sat", "!", "▁", "a", "t"))

RULES = {
    "typed": TextRules(),
    "case": TextRules(lower_case=False),
    "white space": TextRules("white space", lower_case=False),
    "unicode": TextRules("unicode"),
    "marked": TextRules("marked", options={"ends": ["'m"]}),
    "segmented": TextRules("segmented", options={"lexicon": ["猫は", "see"]}),
    "characters": TextRules("characters"),
    "keras": TextRules.usual("keras", True),
    "text_vectorization": TextRules.usual("text_vectorization", True),
}

WORDLIKE = strategies.sampled_from(
    ["the", "Cat", "CAT", "sat", "I'm", "I’m", "see", "you", "zebra", "!!!"]
    + ["5:30", "www.a.com/b", "<unk>", "…", "é", "e\u0301", "猫は", "\u0130"]
    + [" ", "  ", "\n", "\r\n", "\n\n", "\t", "\0", ", ", ". ", '"', "\u2581"]
)
TEXTS = (
    strategies.lists(WORDLIKE, max_size=40).map(" ".join).map(str.encode)
    | strategies.lists(WORDLIKE, max_size=40).map("".join).map(str.encode)
    | strategies.text(max_size=60).map(str.encode)
    | strategies.binary(max_size=60)
)
few = hypothesis.settings(
    max_examples=INPUTS,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    monkeypatch.setattr(modes, "predictor", predictor)


def zipped(content, made=None, check=False, **settings):
    target = io.BytesIO()
    pack(
        made or bundle(),
        io.BytesIO(content),
        target,
        Settings(check=check, **settings),
    )
    return target.getvalue()


def unzipped(archive, made=None, recover=False):
    target = io.BytesIO()
    result = unpack(made or bundle(), io.BytesIO(archive), target, recover)
    return target.getvalue(), result


def prose(count):
    choose = random.Random(0)
    words = ["the", "cat", "Sat", "zebra", "I'm", "see", "you", "there"]
    return "".join(
        " ".join(choose.choices(words, k=9))
        + choose.choice([".", "!", " ?"])
        + "\n"
        for _ in range(count)
    ).encode()


@pytest.mark.parametrize("kind", RULES)
@few
@hypothesis.given(TEXTS)
def test_gaps_and_surfaces_are_the_text(kind, content):
    placed = [*place(content, RULES[kind], WORDS)]
    found = "".join(one.gap + one.surface for one in placed)
    assert found.encode("utf-8", "surrogateescape") == content


@pytest.mark.parametrize("kind", RULES)
def test_known_words_are_found_in_a_text_of_any_rules(kind):
    placed = [*place(b"the cat sat\nsee you\n", RULES[kind], WORDS)]
    tokens = [one.token for one in placed[:-1]]
    if kind == "characters":
        return  # Only letters are words there.
    words = ["the", "cat", "sat", "<eos>", "see", "you", "<eos>"]
    assert [WORDS.words[token] for token in tokens] == words


@few
@hypothesis.given(TEXTS)
def test_any_bytes_come_back_from_a_coded_block(content):
    coding = Coding(bundle(), modes.FILE, 1)
    [payload] = coding.encode([content], lambda count: None)
    if payload is None:
        return  # Nothing of it is known: it goes without a model.
    found = coding.decode([(payload, len(content))], lambda count: None)
    assert found == [content]


@few
@hypothesis.given(TEXTS)
def test_any_bytes_come_back_from_an_archive_of_bounded_size(content):
    archive = zipped(content)
    assert unzipped(archive)[0] == content
    assert len(archive) <= len(content) * 1.01 + 64


@few
@hypothesis.given(TEXTS)
def test_any_message_comes_back(content):
    messages = Messages(bundle())
    coded = messages.encode(content)
    assert len(coded) <= len(content) + 1
    assert messages.decode(coded) == content


def test_streams_and_blocks_change_nothing_of_the_text():
    content = prose(150)
    for streams in (1, 3):
        archive = zipped(content, streams=streams, block_bytes=4096)
        text, result = unzipped(archive)
        assert text == content
        assert sum(result.blocks.values()) == -(-len(content) // 4096)
        assert result.archive_bytes == len(archive)


def test_a_word_that_is_read_as_another_comes_back_as_it_was_typed():
    roles = dataclasses.replace(WORDS.roles, spellings={"im": WORDS.ids["i'm"]})
    made = bundle(words=Vocabulary(WORDS.words, roles))
    content = b"im here, i'm here, Im IM im\n" * 3
    assert unzipped(zipped(content, made), made)[0] == content


def test_a_text_that_repeats_itself_costs_less_than_its_model_says():
    coding = Coding(bundle(), modes.FILE, 1)
    first, many = prose(20), prose(20) * 8
    [once], [often] = (
        coding.encode([t], lambda n: None) for t in (first, many)
    )
    assert len(often) < 4 * len(once)


def test_how_a_regular_text_is_written_costs_nearly_nothing():
    words = " the cat sat . \n" * 400
    coding = Coding(bundle(), modes.FILE, 1)
    [payload] = coding.encode([words.encode()], lambda n: None)
    assert len(payload) < 150  # 2,000 words and as many gaps.


def test_damage_is_named_and_the_other_blocks_come_back():
    content = prose(150)
    archive = zipped(content, block_bytes=4096)
    lines = content.splitlines(keepends=True)
    middle = len(archive) // 2
    bad = (
        archive[:middle] + bytes([archive[middle] ^ 1]) + archive[middle + 1 :]
    )
    with pytest.raises(Damaged, match="--recover"):
        unzipped(bad)
    text, result = unzipped(bad, recover=True)
    assert len(result.lost) == 1 and result.damage
    assert set(text.splitlines(keepends=True)) <= set(lines)
    assert len(content) - len(text) <= 4096


def test_corrupted_archives_are_refused_or_partly_recovered():
    content = prose(100)
    archive = zipped(content, block_bytes=4096, streams=2)
    for seed in range(DAMAGES):
        bad = corrupted(archive, random.Random(seed))
        try:
            text, result = unzipped(bad, recover=True)
        except ValueError:
            continue  # Its header, or its fingerprint.
        assert result.damage or result.lost
        assert len(text) <= len(content)


def test_a_text_is_coded_while_it_is_read():
    source, places = io.BytesIO(b"\n".join([b"zqj" * 400] * 60)), []

    class Target(io.BytesIO):
        def write(self, content):
            places.append(source.tell() / len(source.getvalue()))
            return super().write(content)

    target = Target()
    pack(bundle(), source, target, Settings(block_bytes=4096, check=False))
    middle = len(places) // 2
    assert places[middle] < 0.7 and places[-1] == 1


def test_a_gap_between_numbers_takes_no_memory():
    reader = Reader(io.BytesIO(zipped(b"the cat")))
    *before, block, end = reader.records()
    far = dataclasses.replace(block, number=1 << 60)
    parts = [reader.header, *before, far, end]
    bad = b"".join(part.content() for part in parts)
    text, result = unzipped(bad, recover=True)
    assert text == b"the cat" and result.lost == (range(1 << 60),)


def corrupted(archive, choose):
    """Returns an archive with one thing changed: a bit, a cut, a swap."""
    at = choose.randrange(len(archive))
    size = choose.randrange(1, 60)
    return choose.choice(
        [
            archive[:at],
            archive[:at]
            + bytes([archive[at] ^ 1 << at % 8])
            + archive[at + 1 :],
            archive[:at] + archive[at + size :],
            archive[:at] + choose.randbytes(size) + archive[at:],
            archive[:at] + choose.randbytes(size) + archive[at + size :],
        ]
    )


@pytest.mark.parametrize("content", [b"the cat\r\nsat", b"\n\n\xff\n", b""])
def test_lines_by_themselves_come_back(content):
    content += prose(30)
    archive = zipped(content, lines=True)
    text, result = unzipped(archive)
    assert text == content and not result.lost
    coding = Coding(bundle(), modes.FILE, 1)
    payload = lines.encode(content, coding, ignored)
    assert lines.decode(payload, coding, ignored) == content
    every = content.split(b"\n")
    for number in (1, 2, len(every) - 1):
        found = unpack_line(bundle(), io.BytesIO(archive), number)
        assert found == every[number - 1]
    for number in (0, len(every)):
        with pytest.raises(ValueError, match=f"has no line {number}"):
            unpack_line(bundle(), io.BytesIO(archive), number)


def test_a_block_that_does_not_come_back_is_kept_without_the_model(
    monkeypatch,
):
    def wrong(coding, payloads, progress):
        return [None] * len(payloads)

    monkeypatch.setattr(Coding, "decode", wrong)
    content = prose(40)
    archive = zipped(content, check=True)
    text, result = unzipped(archive)
    assert text == content and result.blocks == {"xz": 1}


@pytest.mark.parametrize("check", [False, True])
def test_the_model_does_not_read_what_no_text_is(check, monkeypatch):
    read, told = [], []
    usual = Coding.encode

    def encode(coding, texts, progress):
        read.extend(texts)
        return usual(coding, texts, progress)

    monkeypatch.setattr(Coding, "encode", encode)
    dense = random.Random(0).randbytes(5000).replace(b"\n", b"n")
    text = prose(200)[:4999] + b"\n"
    settings = Settings(streams=2, block_bytes=5000, check=check)
    archive = io.BytesIO()
    pack(bundle(), io.BytesIO(dense + text), archive, settings, told.append)
    found, result = unzipped(archive.getvalue())
    assert found == dense + text and result.blocks["stored"] == 1
    assert dense not in read and text in read and sum(told) == 10_000


def test_another_bundle_is_refused():
    archive = zipped(prose(100))
    with pytest.raises(ValueError, match="model double.*model other|other"):
        unzipped(archive, bundle(name="other"))


@pytest.mark.parametrize("place", [0, 3, 5, 9])
def test_a_header_of_others_is_refused(place):
    archive = bytearray(zipped(b""))
    archive[place] ^= 1
    with pytest.raises(ValueError, match="archive|header|format"):
        Reader(io.BytesIO(bytes(archive)))


def test_a_later_format_is_refused():
    with pytest.raises(ValueError, match="is of format 2.*update"):
        Reader(io.BytesIO(MAGIC + bytes([2, 0, 1, 0, 0, 0, 0])))


def test_a_record_that_is_no_record_is_found_again():
    record = Record(0, 3, 5, 7, b"there")
    header = zipped(b"")[:11]
    reader = Reader(io.BytesIO(header + b"noise" * 9 + record.content()))
    assert [*reader.records()] == [record]
    assert reader.damage == ["bytes that are no record", "the end is missing"]


def test_blocks_below_and_above_the_bounds_are_refused():
    for size in (100, 1 << 30):
        with pytest.raises(ValueError, match=f"got {size}"):
            Settings(block_bytes=size)
    with pytest.raises(ValueError, match="streams are"):
        Settings(streams=0)


def test_pieces_of_words_are_found_in_their_words(monkeypatch):
    class Greedy(Subwords):
        def __init__(self, library, content):
            self._decode = "".join

        def split(self, text):
            text, found = "▁" + text.replace(" ", "▁"), []
            while text:
                size = next(
                    (
                        n
                        for n in range(len(text), 0, -1)
                        if text[:n] in PIECES.ids
                    ),
                    1,
                )
                found.append(text[:size])
                text = text[size:]
            return found

    monkeypatch.setattr("tflm.text.rules.Subwords", Greedy)
    rules = TextRules("subwords", False, options={"library": "x"})
    placed = [*place(b"the cat  sat!", rules, PIECES)]
    shown = [(one.gap, one.surface) for one in placed]
    assert shown == [
        ("", "the"),
        (" ", "c"),
        ("", "at"),
        ("", ""),
        ("  ", "sat"),
        ("", "!"),
        ("", ""),
    ]


def test_a_new_word_after_a_long_repetition_is_learned_from():
    trust = _Trust(1)
    for _ in range(50_000):  # The model has next to no trust left by then.
        trust.learn(trust.in_those([True]), [0.0, 1.0])
    trust.learn(trust.in_those([True]), [0.01, 0.0])
    assert sum(trust.in_those([True])) == 1
    assert trust.in_those([False]) == [1, 0]
