import collections
import itertools

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from tflm import ngram

SIZE = 30
EOS = 0


def make_sentences(count: int, seed: int = 0) -> list[list[int]]:
    """Returns sentences in which each word depends on the two before it."""
    random = np.random.default_rng(seed)
    skewed = 1 / np.arange(1, SIZE)
    sentences = []
    for _ in range(count):
        words = [1, 1]
        while len(words) < 10 and random.random() < 0.9:
            step = random.choice(SIZE - 1, p=skewed / skewed.sum())
            words.append(1 + (words[-1] + 3 * words[-2] + step) % (SIZE - 1))
        sentences.append(words[2:])
    return sentences


SENTENCES = make_sentences(300)


@pytest.fixture(scope="module", params=(1, 2, 3, 4), ids="order {}".format)
def model(request):
    return ngram.train(SENTENCES, SIZE, request.param)


@pytest.fixture(scope="module")
def trigrams():
    return ngram.train(SENTENCES, SIZE)


def read(model, words):
    """Returns the probabilities after `words`, float64[V], and the state."""
    state = model.initial_state()
    for word in words:
        logits, state = model(word, state)
    return np.exp(logits.astype(np.float64)), state


def perplexity(model, sentences) -> float:
    loss, count = 0.0, 0
    for sentence in sentences:
        logits, state = model(EOS, model.initial_state())
        for word in [*sentence, EOS]:
            loss, count = loss - logits[word], count + 1
            logits, state = model(word, state)
    return float(np.exp(loss / count))


def contexts(length: int) -> list[tuple[int, ...]]:
    """Returns some that occur, some that do not, and some across `EOS`."""
    text = [EOS, *itertools.chain(*([*s, EOS] for s in SENTENCES[:20]))]
    seen = zip(*(text[i:] for i in range(length)), strict=False)
    random = np.random.default_rng(1).integers(0, SIZE, (30, length))
    return [*seen, *map(tuple, random.tolist())]


class Reference:
    """Interpolated modified Kneser-Ney, as in the paper: dicts and loops."""

    def __init__(self, sentences, size, order):
        plain = collections.Counter()
        for sentence in sentences:
            text = (EOS, *sentence, EOS)
            for end in range(2, len(text) + 1):
                for start in range(max(0, end - order), end):
                    plain[text[start:end]] += 1
        self.size, self.order, self.counts = size, order, {}
        for gram, count in plain.items():
            before = sum(plain[(w, *gram)] > 0 for w in range(size))
            kept = before if len(gram) < order else 0
            self.counts[gram] = kept or count

    def discount(self, length, count):
        kinds = collections.Counter(
            c for gram, c in self.counts.items() if len(gram) == length
        )
        if not all(kinds[k] for k in (1, 2, 3, 4)):
            return (0, 0.5, 1.0, 1.5)[min(count, 3)]
        y = kinds[1] / (kinds[1] + 2 * kinds[2])
        k = min(count, 3)
        found = k - (k + 1) * y * kinds[k + 1] / kinds[k] if k else 0
        first = 1 - 2 * y * kinds[2] / kinds[1]
        return min(max(found, first), k)

    def probabilities(self, context):
        """Returns p(word | context) of each word."""
        shorter = (
            self.probabilities(context[1:])
            if context
            else [1 / self.size] * self.size
        )
        counts = [self.counts.get((*context, w), 0) for w in range(self.size)]
        if not sum(counts):
            return shorter
        discounts = [self.discount(len(context) + 1, c) for c in counts]
        back_off = sum(discounts) / sum(counts)
        return [
            (c - d) / sum(counts) + back_off * p
            for c, d, p in zip(counts, discounts, shorter, strict=True)
        ]


@pytest.mark.parametrize("order", (1, 2, 3))
def test_probabilities_are_those_of_the_paper(order):
    sentences = SENTENCES[:100]
    model = ngram.train(sentences, SIZE, order)
    reference = Reference(sentences, SIZE, order)
    for context in [(EOS,), (EOS, sentences[0][0]), *contexts(2)[::5]]:
        if EOS in context[1:]:
            continue  # No sentence has it: the model starts afresh there.
        known = context[max(0, len(context) - order + 1) :]
        expected = reference.probabilities(known)
        np.testing.assert_allclose(read(model, context)[0], expected, 1e-5)


def test_the_discounts_of_that_comparison_are_estimated():
    for level in ngram.train(SENTENCES[:100], SIZE, 3).levels[1:]:
        assert level.discounts[0] != 0.5


def test_discounts_are_those_computed_by_hand():
    # Four words occur once (with the end mark), three twice, two three times
    # and one four times, so that Y = 4 / (4 + 2 * 3) = 0.4.
    once, twice, thrice = [1, 2, 3], [4, 5, 6] * 2, [7, 8] * 3
    sentence = [*once, *twice, *thrice, *[9] * 4]
    (level,) = ngram.train([sentence], 10, order=1).levels
    expected = [
        1 - 2 * 0.4 * 3 / 4,
        2 - 3 * 0.4 * 2 / 3,
        3 - 4 * 0.4 * 1 / 2,
    ]
    np.testing.assert_allclose(level.discounts, expected)


def test_discounts_of_a_tiny_corpus_are_the_usual_ones():
    for level in ngram.train([[1, 2], [1, 3]], 4).levels:
        np.testing.assert_array_equal(level.discounts, [0.5, 1.0, 1.5])


def test_no_discount_is_below_the_first():
    # Once: 1 and the end mark. Twice: one word. Three times: nine words.
    sentence = [1, 2, 2, *[*range(3, 12)] * 3, *[12] * 4]
    (level,) = ngram.train([sentence], 13, order=1).levels
    np.testing.assert_allclose(level.discounts[:2], [0.5, 0.5])


def test_short_ngrams_count_the_words_before_them():
    levels = ngram.train([[1, 2], [1, 2], [3, 2]], 4, order=2).levels
    # 1 and 3 come after the end mark only; 2 after two words; it, after 2.
    np.testing.assert_array_equal(levels[0].count, [1, 1, 2, 1])
    np.testing.assert_array_equal(levels[1].count, [2, 1, 2, 3, 1])


def test_distributions_sum_to_one(model):
    for context in contexts(model.order):
        chances, _ = read(model, context)
        assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_distributions_sum_to_one_when_pruned_and_loaded(trigrams, tmp_path):
    pruned = ngram.prune(trigrams, trigrams.bytes // 2)
    ngram.save(pruned, tmp_path / "pruned.ngram")
    for model in (pruned, ngram.load(tmp_path / "pruned.ngram")):
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
    model = ngram.train(sentences, 6, order, eos=2)
    smallest = ngram._keep(model, np.array([], int)).bytes
    budget = int(smallest + kept * max(0, model.bytes - smallest))
    for either in (model, ngram.prune(model, max(budget, smallest))):
        for context in itertools.product(range(6), repeat=2):
            chances, _ = read(either, context)
            assert chances.min() > 0
            assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_a_word_never_seen_has_a_probability():
    model = ngram.train(SENTENCES, SIZE + 1)
    for context in contexts(2):
        assert read(model, context)[0][SIZE] > 0


def test_learns_what_always_follows():
    model = ngram.train([[1, 2, 3], [4, 2, 5]] * 9, 6)
    assert read(model, [EOS, 1, 2])[0].argmax() == 3
    assert read(model, [EOS, 4, 2])[0].argmax() == 5


def test_longer_contexts_fit_the_text_better():
    found = [
        perplexity(ngram.train(SENTENCES, SIZE, order), SENTENCES)
        for order in (1, 2, 3, 4)
    ]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("part", (0.9, 0.5, 0.1))
def test_pruned_file_is_within_the_budget_and_near_it(trigrams, part, tmp_path):
    budget = int(part * trigrams.bytes)
    ngram.save(ngram.prune(trigrams, budget), tmp_path / "pruned.ngram")
    size = (tmp_path / "pruned.ngram").stat().st_size
    assert budget - 64 < size <= budget  # .xz files grow by four bytes.


def test_a_lower_budget_fits_the_text_worse(trigrams):
    budgets = [int(part * trigrams.bytes) for part in (1, 0.8, 0.5, 0.3, 0.15)]
    found = [
        perplexity(ngram.prune(trigrams, budget), SENTENCES)
        for budget in budgets
    ]
    assert found == sorted(found)
    assert found[0] < 0.7 * found[-1]


def test_pruning_drops_what_the_shorter_context_foretells():
    # After 2 comes 3, whatever was before; after 5, that decides.
    sentences = [[w, 2, 3] for w in (1, 4)] + [[1, 5, 1], [4, 5, 4]]
    model = ngram.train(sentences * 20, 6)
    costs = ngram._costs(model)[-len(model.levels[2].count) :]
    levels = model.levels
    first = levels[1].prefix[levels[2].prefix]
    middle = levels[1].word[levels[2].prefix]
    inside = first != EOS
    same = costs[inside & (middle == 2)]
    different = costs[inside & (middle == 5)]
    assert len(same) == len(different) == 2
    assert same.max() < different.min()


def test_unigrams_that_are_left_alone_count_plainly(trigrams):
    pruned = ngram._keep(trigrams, np.array([], int))
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

    pruned = sums(ngram.prune(trigrams, trigrams.bytes // 2))
    assert pruned and pruned.items() < sums(trigrams).items()


def test_a_wide_budget_changes_nothing(trigrams):
    assert ngram.prune(trigrams, trigrams.bytes) is trigrams


def test_pruning_leaves_its_argument_alone():
    model = ngram.train(SENTENCES, SIZE)
    counts = [level.count.copy() for level in model.levels]
    before = read(model, [1, 2])[0]
    ngram.prune(model, model.bytes // 3)
    for level, count in zip(model.levels, counts, strict=True):
        np.testing.assert_array_equal(level.count, count)
    np.testing.assert_array_equal(read(model, [1, 2])[0], before)


def test_a_budget_below_the_unigrams_is_refused(trigrams):
    with pytest.raises(ValueError, match="budget is 50 bytes, but the unigr"):
        ngram.prune(trigrams, 50)


def test_unigrams_cannot_be_pruned():
    model = ngram.train(SENTENCES, SIZE, order=1)
    with pytest.raises(ValueError, match="the unigrams alone take"):
        ngram.prune(model, model.bytes - 1)


def test_file_gives_back_the_model(model, tmp_path):
    path = tmp_path / "model.ngram"
    ngram.save(model, path)
    loaded = ngram.load(path)
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
    pruned = ngram.prune(trigrams, half)
    ngram.save(pruned, path)
    ngram.save(ngram.prune(ngram.load(path), third), path)
    expected = ngram.prune(pruned, third)
    np.testing.assert_array_equal(
        read(ngram.load(path), [1, 2])[0], read(expected, [1, 2])[0]
    )


def test_a_file_takes_less_than_two_bytes_an_ngram(trigrams):
    count = sum(len(level.count) for level in trigrams.levels)
    assert trigrams.bytes < 2 * count


def test_a_truncated_file_is_refused(trigrams, tmp_path):
    path = tmp_path / "model.ngram"
    ngram.save(trigrams, path)
    content = path.read_bytes()
    for length in (len(content) - 1, len(content) // 2, 20, 13):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="model.ngram is damaged"):
            ngram.load(path)


def test_a_damaged_file_is_refused(trigrams, tmp_path):
    path = tmp_path / "model.ngram"
    ngram.save(trigrams, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        ngram.load(path)


@pytest.mark.parametrize("content", (b"", b"TFL3", b"\x93NUMPY\x01\x00" * 9))
def test_a_foreign_file_is_refused(content, tmp_path):
    path = tmp_path / "model.ngram"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="model.ngram is no n-gram model"):
        ngram.load(path)


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


@pytest.mark.parametrize(
    ("sentences", "order", "message"),
    (
        ([[1]], 0, "order is 0"),
        ([], 3, "no sentences"),
        ([[1, SIZE]], 3, f"from 0 to {SIZE}, and the vocabulary"),
        ([[-1]], 3, "ids go from -1"),
    ),
)
def test_what_cannot_be_trained_on_is_refused(sentences, order, message):
    with pytest.raises(ValueError, match=message):
        ngram.train(sentences, SIZE, order)
