"""Training is the smoothing of the paper, whatever the text."""

import collections

import numpy as np
import pytest

from tests.ngram_text import EOS, SENTENCES, SIZE, contexts, perplexity, read
from tflm.evaluation.ngram import kneser_ney


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
    model = kneser_ney.train(sentences, SIZE, order)
    reference = Reference(sentences, SIZE, order)
    for context in [(EOS,), (EOS, sentences[0][0]), *contexts(2)[::5]]:
        if EOS in context[1:]:
            continue  # No sentence has it: the model starts afresh there.
        known = context[max(0, len(context) - order + 1) :]
        expected = reference.probabilities(known)
        np.testing.assert_allclose(read(model, context)[0], expected, 1e-5)


def test_the_discounts_of_that_comparison_are_estimated():
    for level in kneser_ney.train(SENTENCES[:100], SIZE, 3).levels[1:]:
        assert level.discounts[0] != 0.5


def test_discounts_are_those_computed_by_hand():
    # Four words occur once (with the end mark), three twice, two three times
    # and one four times, so that Y = 4 / (4 + 2 * 3) = 0.4.
    once, twice, thrice = [1, 2, 3], [4, 5, 6] * 2, [7, 8] * 3
    sentence = [*once, *twice, *thrice, *[9] * 4]
    (level,) = kneser_ney.train([sentence], 10, order=1).levels
    expected = [
        1 - 2 * 0.4 * 3 / 4,
        2 - 3 * 0.4 * 2 / 3,
        3 - 4 * 0.4 * 1 / 2,
    ]
    np.testing.assert_allclose(level.discounts, expected)


def test_discounts_of_a_tiny_corpus_are_the_usual_ones():
    for level in kneser_ney.train([[1, 2], [1, 3]], 4).levels:
        np.testing.assert_array_equal(level.discounts, [0.5, 1.0, 1.5])


def test_no_discount_is_below_the_first():
    # Once: 1 and the end mark. Twice: one word. Three times: nine words.
    sentence = [1, 2, 2, *[*range(3, 12)] * 3, *[12] * 4]
    (level,) = kneser_ney.train([sentence], 13, order=1).levels
    np.testing.assert_allclose(level.discounts[:2], [0.5, 0.5])


def test_short_ngrams_count_the_words_before_them():
    levels = kneser_ney.train([[1, 2], [1, 2], [3, 2]], 4, order=2).levels
    # 1 and 3 come after the end mark only; 2 after two words; it, after 2.
    np.testing.assert_array_equal(levels[0].count, [1, 1, 2, 1])
    np.testing.assert_array_equal(levels[1].count, [2, 1, 2, 3, 1])


def test_a_word_never_seen_has_a_probability():
    model = kneser_ney.train(SENTENCES, SIZE + 1)
    for context in contexts(2):
        assert read(model, context)[0][SIZE] > 0


def test_learns_what_always_follows():
    model = kneser_ney.train([[1, 2, 3], [4, 2, 5]] * 9, 6)
    assert read(model, [EOS, 1, 2])[0].argmax() == 3
    assert read(model, [EOS, 4, 2])[0].argmax() == 5


def test_longer_contexts_fit_the_text_better():
    found = [
        perplexity(kneser_ney.train(SENTENCES, SIZE, order), SENTENCES)
        for order in (1, 2, 3, 4)
    ]
    assert found == sorted(found, reverse=True)


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
        kneser_ney.train(sentences, SIZE, order)
