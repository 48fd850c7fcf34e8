"""A model with a cache, against the equations of it in plain NumPy."""

import numpy as np
import pytest
from absl import logging

from tests.refusals import refusal
from tflm.evaluation import cache_search
from tflm.evaluation.cache import Cached, Messages
from tflm.evaluation.memory import Memory
from tflm.evaluation.quality import evaluate
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.keras_step import KerasStep
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step

SETTINGS = CacheSettings(window=5, theta=0.7, share=0.3)
TEXT = [3, 7, 3, 9, 7, 3, 3, 5, 9, 7, 3, 7]


@pytest.fixture(scope="module")
def model():
    layers = (LayerConfig("cifg", 16, 8),)
    return build_model(ModelConfig(60, 8, layers, init_scale=0.4))


@pytest.fixture(scope="module")
def step(model):
    return load_step(convert.convert_here(model, "int8"))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def by_the_equations(step, text, n, theta, share):
    """Returns p after each word, float64 [T, V], one pair after the other."""
    pairs, found, last, state = [], [], None, step.initial_state()
    for word in text:
        if last is not None:
            pairs.append((last, word))
        logits, state, hidden = step.read(word, state)
        p = softmax(np.float64(logits))
        if pairs[-n:]:
            scores = [theta * np.dot(hidden, h) for h, _ in pairs[-n:]]
            cached = np.zeros(len(p))
            for weight, (_, w) in zip(
                softmax(np.float64(scores)), pairs[-n:], strict=True
            ):
                cached[w] += weight
            p = share * cached + (1 - share) * p
        found.append(p)
        last = hidden
    return np.array(found)


def read(step, text):
    state, found = step.initial_state(), []
    for word in text:
        logits, state = step(word, state)
        found.append(logits)
    return np.array(found)


def test_a_cached_step_is_what_the_equations_say(step):
    expected = by_the_equations(step, TEXT, 5, 0.7, 0.3)
    found = read(Cached(step, SETTINGS), TEXT)
    found = np.array([softmax(np.float64(row)) for row in found])
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_keras_model_has_the_same_cache(model):
    file = load_step(convert.convert_here(model))
    found = read(Cached(KerasStep(model), SETTINGS), TEXT)
    np.testing.assert_allclose(
        found, read(Cached(file, SETTINGS), TEXT), atol=1e-4
    )


def test_the_window_slides(step):
    one = read(Cached(step, CacheSettings(1, 0.7, 0.5)), TEXT)
    plain = read(step, TEXT)
    for place in range(1, len(TEXT)):
        (changed,) = np.flatnonzero(np.abs(one[place] - plain[place]) > 1e-6)
        assert changed == TEXT[place]


def test_a_cache_that_nobody_believes_changes_nothing(step):
    found = read(Cached(step, CacheSettings(5, 0.7, 0.0)), TEXT)
    np.testing.assert_array_equal(found, read(step, TEXT))


def test_an_empty_cache_leaves_the_model_alone(step):
    cached = Cached(step, SETTINGS)
    logits, _ = cached(3, cached.initial_state())
    expected, _ = step(3, step.initial_state())
    np.testing.assert_array_equal(logits, expected)


def test_a_text_can_go_on_in_two_ways(step):
    """A state is a value, as the search for words of pieces needs it."""
    cached = Cached(step, SETTINGS)
    state = cached.initial_state()
    for word in TEXT[:6]:
        _, state = cached(word, state)
    first = read_from(cached, state, TEXT[6:])
    read_from(cached, state, TEXT[::-1])
    np.testing.assert_array_equal(read_from(cached, state, TEXT[6:]), first)


def read_from(step, state, text):
    found = []
    for word in text:
        logits, state = step(word, state)
        found.append(logits)
    return np.array(found)


def test_a_memory_keeps_the_last_pairs_whatever_is_copied():
    memory = Memory.empty(3, 2)
    for word in range(20):
        memory = memory.with_pair(np.full(2, word, np.float32), word)
    assert memory.words.tolist() == [17, 18, 19]
    assert memory.vectors[:, 0].tolist() == [17, 18, 19]


def test_a_message_begins_anew_after_what_was_said(step):
    messages = Messages(step, SETTINGS, end=0)
    *_, found = read(messages, [0, 3, 7, 0])
    pairs, state = [], step.initial_state()
    for word, following in ((0, 3), (3, 7)):
        _, state, hidden = step.read(word, state)
        pairs.append((hidden, following))
    logits, _, hidden = step.read(0, step.initial_state())
    weights = softmax(np.array([0.7 * hidden @ vector for vector, _ in pairs]))
    expected = 0.7 * softmax(np.float64(logits))
    for weight, (_, word) in zip(weights, pairs, strict=True):
        expected[word] += 0.3 * weight
    np.testing.assert_allclose(softmax(np.float64(found)), expected, rtol=1e-5)


def test_padding_is_not_remembered(step):
    padded = read(Cached(step, SETTINGS, padding=0), [0, 0, 0, 5])
    expected = read(step, [0, 0, 0, 5])[:3]
    np.testing.assert_array_equal(padded[:3], expected)


@pytest.mark.parametrize("carry", [True, False])
def test_what_the_search_counts_is_what_an_evaluation_finds(step, words, carry):
    lines = [["i", "see", "you"], ["you", "see", "w1", "w1"], ["i", "see"]] * 3
    texts = [words.encode(line) + [words.eos] for line in lines]
    reading = cache_search.read(step, texts, words.protocol, carry)
    cached = cache_search.log_cache(reading, 5, [0.7])[0]
    expected = cache_search.perplexity(reading.log_model, cached, 0.3)
    found = evaluate(Cached(step, SETTINGS), words, lines, carry)
    assert found.perplexity == pytest.approx(expected, rel=1e-5)
    assert found.tokens == len(reading.words)


def test_the_blocks_of_the_search_do_not_show(step, monkeypatch):
    reading = cache_search.read(step, [TEXT * 3], Protocol())
    whole = cache_search.log_cache(reading, 4, [0.1, 2.0])
    monkeypatch.setattr(cache_search, "_ROWS", 7)
    np.testing.assert_allclose(
        cache_search.log_cache(reading, 4, [0.1, 2.0]), whole, rtol=1e-5
    )


def test_the_search_finds_the_least_perplexity(step):
    random = np.random.default_rng(0)
    texts = [np.repeat(random.integers(0, 60, 9), 8)]  # Words that return.
    reading = cache_search.read(step, texts, Protocol())
    start = CacheSettings(window=5)
    found, reached = cache_search.search(reading, start)
    assert found.window == 5 and found.share > start.share
    log_model = reading.log_model
    for theta in (found.theta * 0.9, found.theta, found.theta * 1.1):
        cached = cache_search.log_cache(reading, 5, [theta])[0]
        for share in (found.share * 0.95, found.share, found.share * 1.05):
            if share < 1:
                other = cache_search.perplexity(log_model, cached, share)
                assert other >= reached - 1e-3


def test_a_cache_that_does_not_help_gets_no_share(step):
    reading = cache_search.read(step, [range(1, 50)], Protocol())
    found, reached = cache_search.search(reading, CacheSettings(window=5))
    assert found.share == 0 and reached == reading.perplexity


def test_a_search_ends_where_the_share_is_worth_nothing(step, monkeypatch):
    reading = cache_search.read(step, [range(1, 50)], Protocol())
    rounds = []
    monkeypatch.setattr(logging, "info", lambda *said: rounds.append(said))
    cache_search.search(reading, CacheSettings(window=5))
    assert 0 < len(rounds) < 40


@pytest.mark.parametrize("zero", [{"share": 0.0}, {"theta": 0.0}])
def test_a_search_from_zero_begins_with_the_usual_values(step, zero):
    text = np.repeat(np.random.default_rng(0).integers(0, 60, 9), 8)
    reading = cache_search.read(step, [text], Protocol())
    expected = cache_search.search(reading, CacheSettings(window=5))
    start = CacheSettings(window=5, **zero)
    assert cache_search.search(reading, start) == expected


def test_a_file_without_what_its_softmax_reads_is_refused(model, ids):
    content = convert.convert_here(model, "full_int8", calibration=ids[:64])
    message = refusal(Cached, load_step(content), SETTINGS)
    assert message.endswith("not as full_int8")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"window": 0}, "at least 1 word, got a window of 0"),
        ({"theta": -1.0}, "theta must be 0 or more, got -1.0"),
        ({"share": 1.0}, "lambda must be at least 0 and below 1, got 1.0"),
    ],
)
def test_settings_out_of_range_are_refused(fields, message):
    assert refusal(CacheSettings, **fields).endswith(message)


def test_settings_come_back_from_json():
    assert CacheSettings.of(SETTINGS.fields()) == SETTINGS
