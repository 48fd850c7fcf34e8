"""What n-gram models answer when they read."""

import numpy as np
import pytest

from tests.ngram_text import EOS, SENTENCES, SIZE, contexts, read, trained


@pytest.fixture(scope="module", params=(1, 2, 3, 4), ids="order {}".format)
def model(request):
    return trained(request.param)


@pytest.fixture(scope="module")
def trigrams():
    return trained()


def test_distributions_sum_to_one(model):
    for context in contexts(model.order):
        chances, _ = read(model, context)
        assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_the_context_starts_at_the_last_end_mark(model):
    expected, clean = read(model, [EOS, 3])
    for before in ([5, 7], [1], []):
        chances, state = read(model, [*before, EOS, 3])
        np.testing.assert_array_equal(chances, expected)
        np.testing.assert_array_equal(state, clean)


def test_the_context_is_the_last_words(model):
    words = SENTENCES[0][: model.order - 1]
    words += [1] * (model.order - 1 - len(words))
    expected, _ = read(model, [*words, 2][-max(1, model.order - 1) :])
    np.testing.assert_array_equal(read(model, [9, *words, 2])[0], expected)


def test_zeros_are_a_first_state(model):
    state = model.initial_state()
    assert state.shape == (1, model.state_size) == (1, model.order - 1)
    assert state.dtype == np.float32
    assert not state.any()
    logits, state = model(4, state)
    assert logits.shape == (SIZE,) and logits.dtype == np.float32
    assert state.shape == (1, model.state_size) and state.dtype == np.float32
    assert state[0, -1:].tolist() == [5.0] * min(1, model.state_size)


def test_reading_leaves_its_state_alone(trigrams):
    _, state = read(trigrams, [1, 2])
    before = state.copy()
    first, _ = trigrams(3, state)
    first += 1  # Nor does the caller's change reach the model.
    trigrams(EOS, state)
    np.testing.assert_array_equal(state, before)
    assert read(trigrams, [1, 2, 3])[0].sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("token", (-1, SIZE))
def test_a_token_that_is_no_id_is_refused(trigrams, token):
    with pytest.raises(ValueError, match=f"token is {token}; give an id"):
        trigrams(token, trigrams.initial_state())


def test_another_models_state_is_refused(trigrams):
    with pytest.raises(ValueError, match=r"shape \(1, 7\); .* \(1, 2\)"):
        trigrams(1, np.zeros((1, 7), np.float32))
