"""From the steps of a tagger to labels: greedy, by beam, both directions."""

import itertools

import numpy as np
import pytest

from tflm.evaluation.decoding import Decoder
from tflm.text.tagged.reading import Reading
from tflm.text.tagged.windows import labels_before, windows

LABELS = 3


class Toy:
    """Logits by the word and the label before it, of a table."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        self.table = random.standard_normal([6, LABELS + 1, LABELS])

    def initial_state(self):
        return np.zeros([1, 1], np.float32)

    def __call__(self, tokens, state):
        logits = self.table[tokens[0], int(state[0, -1])].astype(np.float32)
        return logits, np.array([[logits.argmax() + 1]], np.float32)


@pytest.fixture(params=range(5))
def toy(request):
    return Toy(request.param)


@pytest.fixture
def ids():
    return np.random.default_rng(7).integers(0, 6, [5, 1]).astype(np.int32)


def decoder(*steps, directions=("forward",)):
    return Decoder(steps, Reading(0, 1, directions))


def log_softmax(x):
    return x - np.log(np.exp(x).sum())


def sequence_score(toy, ids, labels):
    before = [0, *(label + 1 for label in labels[:-1])]
    return sum(
        log_softmax(toy.table[word, last])[label]
        for (word,), last, label in zip(ids, before, labels, strict=True)
    )


def test_greedy_feeds_its_own_labels_back(toy, ids):
    last, expected = 0, []
    for (word,) in ids:
        expected.append(int(toy.table[word, last].argmax()))
        last = expected[-1] + 1
    assert decoder(toy).label(ids) == expected


def test_a_wide_beam_finds_the_likeliest_sequence(toy, ids):
    every = itertools.product(range(LABELS), repeat=len(ids))
    best = max(every, key=lambda labels: sequence_score(toy, ids, labels))
    assert decoder(toy).label(ids, beam=LABELS**4) == [*best]


def test_a_beam_of_one_is_greedy(toy, ids):
    assert decoder(toy).label(ids, beam=1) == decoder(toy).label(ids)


def test_backward_reads_from_the_last_word(toy, ids):
    found = decoder(toy, directions=("backward",)).label(ids)
    assert found == decoder(toy).label(ids[::-1])[::-1]


def test_both_directions_multiply_their_probabilities(ids):
    one, other = Toy(1), Toy(2)
    both = decoder(one, other, directions=("forward", "backward")).scores(ids)
    expected = decoder(one).scores(ids) + decoder(other).scores(ids[::-1])[::-1]
    np.testing.assert_allclose(both, expected, atol=1e-5)


def test_a_window_ends_with_the_sentence():
    ids = np.array([[7, 1], [8, 2], [9, 3]], np.int32)
    assert windows(ids, 1).tolist() == [
        [0, 7, 8, 0, 1, 2],
        [7, 8, 9, 1, 2, 3],
        [8, 9, 0, 2, 3, 0],
    ]


def test_labels_before_are_one_above_their_ids():
    labels = np.array([4, 0, 2], np.int32)
    assert labels_before(labels, 2).tolist() == [[0, 0], [0, 5], [5, 1]]
    assert labels_before(labels, 0).shape == (3, 0)
