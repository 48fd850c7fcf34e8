"""Pruned models are distributions, and fit their budget."""

import itertools

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from tests.ngram_text import (
    EOS,
    SENTENCES,
    SIZE,
    contexts,
    perplexity,
    read,
    trained,
)
from tflm.evaluation.ngram import kneser_ney, prune
from tflm.evaluation.ngram.model import load, save


@pytest.fixture(scope="module")
def trigrams():
    return trained()


def test_distributions_sum_to_one_when_pruned_and_loaded(trigrams, tmp_path):
    pruned = prune.prune(trigrams, trigrams.bytes // 2)
    save(pruned, tmp_path / "pruned.ngram")
    for model in (pruned, load(tmp_path / "pruned.ngram")):
        for context in contexts(3):
            chances, _ = read(model, context)
            assert chances.sum() == pytest.approx(1, abs=1e-5)


@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(
    # Some have the end mark in the middle, and some are empty.
    sentences=strategies.lists(
        strategies.lists(strategies.integers(0, 4), max_size=6), min_size=1
    ),
    order=strategies.integers(1, 4),
    kept=strategies.floats(0, 1),
)
def test_any_corpus_gives_distributions(sentences, order, kept):
    model = kneser_ney.train(sentences, 6, order, eos=2)
    smallest = prune._keep(model, np.array([], int)).bytes
    budget = int(smallest + kept * max(0, model.bytes - smallest))
    for either in (model, prune.prune(model, max(budget, smallest))):
        for context in itertools.product(range(6), repeat=2):
            chances, _ = read(either, context)
            assert chances.min() > 0
            assert chances.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("part", (0.9, 0.5, 0.1))
def test_pruned_file_is_within_the_budget_and_near_it(trigrams, part, tmp_path):
    budget = int(part * trigrams.bytes)
    save(prune.prune(trigrams, budget), tmp_path / "pruned.ngram")
    size = (tmp_path / "pruned.ngram").stat().st_size
    assert budget - 64 < size <= budget  # .xz files grow by four bytes.


def test_a_lower_budget_fits_the_text_worse(trigrams):
    budgets = [int(part * trigrams.bytes) for part in (1, 0.8, 0.5, 0.3, 0.15)]
    found = [
        perplexity(prune.prune(trigrams, budget), SENTENCES)
        for budget in budgets
    ]
    assert found == sorted(found)
    assert found[0] < 0.7 * found[-1]


def test_pruning_drops_what_the_shorter_context_foretells():
    # After 2 comes 3, whatever was before; after 5, that decides.
    sentences = [[w, 2, 3] for w in (1, 4)] + [[1, 5, 1], [4, 5, 4]]
    model = kneser_ney.train(sentences * 20, 6)
    costs = prune._costs(model)[-len(model.levels[2].count) :]
    levels = model.levels
    first = levels[1].prefix[levels[2].prefix]
    middle = levels[1].word[levels[2].prefix]
    inside = first != EOS
    same = costs[inside & (middle == 2)]
    different = costs[inside & (middle == 5)]
    assert len(same) == len(different) == 2
    assert same.max() < different.min()


def test_unigrams_that_are_left_alone_count_plainly(trigrams):
    pruned = prune._keep(trigrams, np.array([], int))
    words = [*itertools.chain(*SENTENCES), *[EOS] * len(SENTENCES)]
    assert [len(level.count) for level in pruned.levels] == [SIZE, 0, 0]
    np.testing.assert_array_equal(
        pruned.levels[0].count, np.bincount(words, minlength=SIZE)
    )


def test_pruning_keeps_the_sum_of_the_counts_after_each_pair(trigrams):
    def sums(model):
        pairs, level = model.levels[1:]
        total = np.bincount(level.prefix, level.count, len(level.dropped))
        known = zip(
            pairs.prefix, pairs.word, total + level.dropped, strict=True
        )
        return {
            (u, v): int(n)
            for (u, v, n), t in zip(known, total, strict=True)
            if t
        }

    pruned = sums(prune.prune(trigrams, trigrams.bytes // 2))
    assert pruned and pruned.items() < sums(trigrams).items()


def test_a_wide_budget_changes_nothing(trigrams):
    assert prune.prune(trigrams, trigrams.bytes) is trigrams


def test_pruning_leaves_its_argument_alone():
    model = kneser_ney.train(SENTENCES, SIZE)
    counts = [level.count.copy() for level in model.levels]
    before = read(model, [1, 2])[0]
    prune.prune(model, model.bytes // 3)
    for level, count in zip(model.levels, counts, strict=True):
        np.testing.assert_array_equal(level.count, count)
    np.testing.assert_array_equal(read(model, [1, 2])[0], before)


def test_a_budget_below_the_unigrams_is_refused(trigrams):
    with pytest.raises(ValueError, match="budget is 50 bytes, but the unigr"):
        prune.prune(trigrams, 50)


def test_unigrams_cannot_be_pruned():
    model = kneser_ney.train(SENTENCES, SIZE, order=1)
    with pytest.raises(ValueError, match="the unigrams alone take"):
        prune.prune(model, model.bytes - 1)
