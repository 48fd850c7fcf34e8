"""How a model is used: where a text begins."""

import numpy as np
import pytest

from tflm.text.protocol import Protocol


class Counting:
    """A step whose state counts what was read, and whose logits show it."""

    def initial_state(self):
        return np.zeros([1, 1], np.float32)

    def __call__(self, token, state):
        return np.full(3, token, np.float32), state + 1


def test_a_text_begins_after_what_the_start_says():
    logits, state = Protocol((0, 2)).begin(Counting())
    assert logits.tolist() == [2, 2, 2]
    assert state.tolist() == [[2]]


def test_a_start_of_zeros_predicts_no_first_word():
    logits, state = Protocol().begin(Counting())
    assert logits is None
    assert state.tolist() == [[0]]


def test_sentences_follow_their_end_where_there_is_such_a_word():
    assert Protocol.after(3) == Protocol((3,))
    assert Protocol.after(None) == Protocol(())


def test_negative_ids_are_refused():
    with pytest.raises(ValueError, match="got -1"):
        Protocol(padding=-1)
