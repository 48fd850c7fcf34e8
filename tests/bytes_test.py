"""Archives of any bytes, by contexts and a net of their own."""

import io
import types
import zlib

import numpy as np
import pytest

from tests.command import run_here
from tflm.archive import modes, odds
from tflm.archive.byte_archive import pack_bytes, unpack_bytes
from tflm.archive.byte_coding import ByteCoding
from tflm.archive.contexts import Contexts
from tflm.archive.result import Damaged
from tflm.experiment import byte_net

LINE = b"the wheels on the bus go round and round, all day long.\r\n"
NOISE = np.random.default_rng(0).bytes(700)


@pytest.fixture(scope="module")
def net(converts_here):
    """A net of a few units that has read a text once."""
    return byte_net.train_net(LINE * 90, epochs=1, units=6)


def packed(content, net=b""):
    target = io.BytesIO()
    made = pack_bytes(content, target, net)
    assert made.archive_bytes == len(target.getvalue())
    return target.getvalue()


def unpacked(archive, recover=False):
    target = io.BytesIO()
    unpack_bytes(io.BytesIO(archive), target, recover)
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\0" * 300, LINE * 3, NOISE], ids=len
)
def test_any_bytes_come_back_and_hardly_grow(content):
    archive = packed(content)
    assert unpacked(archive) == content
    assert len(archive) <= 1.01 * len(content) + 64


def test_parts_side_by_side_learn_from_each_other(monkeypatch):
    monkeypatch.setattr("tflm.archive.byte_coding._BYTES_A_STREAM", 64)
    text = LINE * 20  # In sixteen parts.
    [coded] = ByteCoding().encode([text], lambda count: None)
    assert len(coded) < len(text) / 2
    [back] = ByteCoding().decode([(coded, len(text))], lambda count: None)
    assert back == text


def test_weights_are_whole_positive_and_of_every_half_byte():
    contexts = Contexts(2, 12)
    for half in (6, 1, 6, 1):
        contexts.feed(np.array([half, 15 - half], np.int32))
    weights = contexts.weights()
    assert weights.dtype == np.int64 and weights.shape == (2, 16)
    assert weights.min() >= 1 and weights.sum(1).max() < 1 << 53
    assert weights[0].argmax() == 6 and weights[1].argmax() == 9


def test_odds_are_the_same_tables_everywhere():
    chances = np.arange(0, 1 << 16, 16)
    there = odds.stretch(chances)
    assert np.abs(odds.squash(there) - chances).max() <= 140
    tables = there.tobytes() + odds.squash(np.arange(-4000, 4000)).tobytes()
    assert zlib.crc32(tables) == 1083300668


def test_a_net_codes_bytes_and_is_left_out_where_it_does_not_pay(net):
    coding = ByteCoding(net)
    [coded] = coding.encode([LINE], lambda count: None)
    length = len(LINE)
    assert coding.decode([(coded, length)], print) == [LINE]
    assert packed(LINE, net) == packed(LINE)


def test_a_net_that_pays_is_in_the_archive(net, monkeypatch):
    monkeypatch.setattr("tflm.archive.fallback.pack", bytes)
    monkeypatch.setattr("tflm.archive.fallback.unpack", lambda x, n: x)
    monkeypatch.setattr(
        "tflm.archive.byte_archive._size", lambda parts: -len(parts)
    )
    target = io.BytesIO()
    pack_bytes(LINE, target, net)
    assert net in target.getvalue()
    assert unpacked(target.getvalue()) == LINE


def test_damage_is_told_and_never_garbage():
    archive = bytearray(packed(LINE * 4))
    archive[len(archive) // 2] ^= 1
    with pytest.raises(Damaged, match="--recover"):
        unpacked(bytes(archive))
    assert unpacked(bytes(archive), recover=True) == b""


def test_a_bundle_does_not_read_what_was_made_without_one():
    bundle = types.SimpleNamespace(tagging=None)
    with pytest.raises(ValueError, match="give bytes"):
        modes.predictor(bundle, modes.BYTES, 1)


def test_the_commands_need_no_bundle(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_bytes(LINE * 4)
    assert run_here("zip", "bytes", "text") == 0
    assert run_here("unzip", "bytes", "text.tflmz", "--output=back") == 0
    assert (tmp_path / "back").read_bytes() == LINE * 4
    assert run_here("zip", "bytes", "text", "--units=9", "--overwrite") == 2
    assert "too few to train" in capsys.readouterr().err
