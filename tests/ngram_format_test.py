"""A file gives back its model, or is refused."""

import numpy as np
import pytest

from tests.ngram_text import SIZE, contexts, read, trained
from tflm.evaluation.ngram import prune
from tflm.evaluation.ngram.model import load, save


@pytest.fixture(scope="module", params=(1, 2, 3, 4), ids="order {}".format)
def model(request):
    return trained(request.param)


@pytest.fixture(scope="module")
def trigrams():
    return trained()


def test_file_gives_back_the_model(model, tmp_path):
    path = tmp_path / "model.ngram"
    save(model, path)
    loaded = load(path)
    assert loaded.bytes == model.bytes == path.stat().st_size
    assert loaded.order == model.order
    assert loaded.vocabulary_size == SIZE
    for context in contexts(3):
        logits, state = read(model, context)
        again, same = read(loaded, context)
        np.testing.assert_array_equal(again, logits)
        np.testing.assert_array_equal(same, state)


def test_a_loaded_model_prunes_like_the_trained_one(trigrams, tmp_path):
    path = tmp_path / "model.ngram"
    half, third = trigrams.bytes // 2, trigrams.bytes // 3
    pruned = prune.prune(trigrams, half)
    save(pruned, path)
    save(prune.prune(load(path), third), path)
    expected = prune.prune(pruned, third)
    np.testing.assert_array_equal(
        read(load(path), [1, 2])[0], read(expected, [1, 2])[0]
    )


def test_a_file_takes_less_than_two_bytes_an_ngram(trigrams):
    count = sum(len(level.count) for level in trigrams.levels)
    assert trigrams.bytes < 2 * count


def test_a_truncated_file_is_refused(trigrams, tmp_path):
    path = tmp_path / "model.ngram"
    save(trigrams, path)
    content = path.read_bytes()
    for length in (len(content) - 1, len(content) // 2, 20, 13):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="model.ngram is damaged"):
            load(path)


def test_a_damaged_file_is_refused(trigrams, tmp_path):
    path = tmp_path / "model.ngram"
    save(trigrams, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load(path)


@pytest.mark.parametrize("content", (b"", b"TFL3", b"\x93NUMPY\x01\x00" * 9))
def test_a_foreign_file_is_refused(content, tmp_path):
    path = tmp_path / "model.ngram"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="model.ngram is no n-gram model"):
        load(path)
