import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tflm.evaluation import quality
from tflm.evaluation.quality import Agreement
from tflm.text.candidates import Candidates
from tflm.text.protocol import Protocol
from tflm.text.vocabulary import Vocabulary

PETS = Vocabulary(("<eos>", "<unk>", "car", "cat", "dog"))
SHARED = Vocabulary(("<eos>", "<unk>", "car", "cat", "cap", "can", "dog"))


@dataclasses.dataclass(frozen=True)
class Fixed:
    """Gives the same logits after every word."""

    logits: list[float]

    def initial_state(self):
        return np.zeros([1, 1], np.float32)

    def __call__(self, token, state):
        return np.array(self.logits, np.float32), state


class Counting(Fixed):
    """Is sure of word n + 1 when it has read n words, `<eos>` included."""

    def __call__(self, token, state):
        read = int(state[0, 0]) + 1
        logits = np.zeros(len(self.logits), np.float32)
        logits[(read + 1) % len(logits)] = 100
        return logits, state + 1


def evaluate(logits, *sentences: str, words=PETS, **options):
    lines = [sentence.split() for sentence in sentences]
    return quality.evaluate(Fixed(logits), words, lines, **options)


def savings(logits, *sentences: str, words=SHARED) -> tuple[float, float]:
    """Returns keystroke savings with three suggestions and with one."""
    found = evaluate(logits, *sentences, words=words)
    return found.keystroke_savings_3, found.keystroke_savings_1


# Words without roles


WITHOUT = Vocabulary(("car", "cat", "dog"))


def test_without_an_end_sentences_are_joined():
    found = evaluate([0.0] * 3, "car dog", "cat", words=WITHOUT)
    assert found.tokens == 2  # Nothing is read before the first word.
    assert found.perplexity == pytest.approx(3)


def test_without_a_word_for_unknown_ones_they_are_skipped_and_told():
    found = evaluate([0.0] * 3, "car bird dog", words=WITHOUT)
    assert found.tokens == 1
    assert found.known_share == pytest.approx(2 / 3)


def test_each_text_is_scored_alone_where_it_begins_with_padding():
    protocol = Protocol((0, 0), padding=0)
    step = Counting([0.0] * 3)
    lines = [["cat"], ["cat"]]
    one = quality.evaluate(step, WITHOUT, lines[:1], None, protocol)
    alone = quality.evaluate(step, WITHOUT, lines, None, protocol)
    joined = quality.evaluate(step, WITHOUT, lines, True, protocol)
    assert alone.perplexity == pytest.approx(one.perplexity)
    assert joined.perplexity != pytest.approx(one.perplexity)


def test_what_is_read_first_is_what_the_protocol_says():
    step = Counting([0.0] * 5)  # Sure of word n + 1 after n words.
    found = quality.evaluate(step, PETS, [["cat"]], None, Protocol((0, 0)))
    assert found.recall_at_1 == 1


# Perplexity


@pytest.mark.parametrize("level", [0.0, 100.0, -100.0])
def test_perplexity_of_the_uniform_model_is_the_size_of_the_vocabulary(level):
    found = evaluate([level] * 5, "car dog", "bird")
    assert found.perplexity == pytest.approx(5)


def test_perplexity_counts_eos():
    logits = np.log([1 / 2, 1 / 8, 1 / 8, 1 / 8, 1 / 8])
    found = evaluate(logits, "cat dog")
    assert found.tokens == 3
    assert found.perplexity == pytest.approx((8 * 8 * 2) ** (1 / 3))


def test_perplexity_counts_an_unknown_word_as_unk():
    logits = np.log([1 / 4, 1 / 2, 1 / 12, 1 / 12, 1 / 12])
    found = evaluate(logits, "bird")
    assert found.perplexity == pytest.approx(math.sqrt(2 * 4))


def test_perplexity_of_many_words_is_exact():
    words = Vocabulary(("<eos>", "<unk>", *(f"w{n}" for n in range(99_998))))
    found = evaluate([0.0] * 100_000, "w1 w2", words=words)
    assert found.perplexity == pytest.approx(100_000, rel=1e-6)


def test_a_certain_mistake_gives_a_finite_perplexity():
    found = evaluate([0.0, 0.0, 0.0, 0.0, -np.inf], "dog")
    assert 1e300 < found.perplexity < math.inf


# Recall


def test_special_words_are_never_candidates():
    found = evaluate([9, 8, 3, 2, 1], "car dog")
    assert (found.recall_at_1, found.recall_at_3) == (1 / 2, 1)


def test_an_unknown_word_is_a_miss():
    found = evaluate([0, 9, 3, 2, 1], "car bird")
    assert (found.recall_at_1, found.recall_at_3) == (1 / 2, 1 / 2)


def test_a_special_word_is_a_miss():
    found = evaluate([0, 9, 3, 2, 1], "car <unk>")
    assert (found.recall_at_1, found.recall_at_3) == (1 / 2, 1 / 2)


def test_recall_leaves_out_eos():
    found = evaluate([9, 0, 3, 2, 1], "car", "car", "car")
    assert (found.tokens, found.recall_at_1) == (6, 1)


def test_of_equal_words_the_lower_id_is_suggested():
    words = Vocabulary(("<eos>", "<unk>", "zebra", "ant", "bee", "cow"))
    for word, hits in {
        "zebra": (1, 1),
        "ant": (0, 1),
        "bee": (0, 1),
        "cow": (0, 0),
    }.items():
        found = evaluate([0] * 6, word, words=words)
        assert (found.recall_at_1, found.recall_at_3) == hits


def test_words_are_told_from_punctuation():
    words = Vocabulary(("<eos>", "<unk>", "car", "!", "dog", "cow", "<url>"))
    found = evaluate([0] * 7, "car ! ! cow <url> bird", words=words)
    assert found.recall_at_3 == 3 / 6
    assert found.word_recall_at_3 == 1 / 3  # Of car, cow and bird.
    assert found.word_recall_at_1 == 1 / 3
    assert found.bar_recall_at_3 == 2 / 3  # A cow is where the mark was.
    assert found.bar_recall_at_1 == 1 / 3


def test_the_known_share_is_of_typed_words():
    assert evaluate([0] * 5, "car bird", "dog <unk>").known_share == 3 / 4
    assert evaluate([0] * 5, "zebra").known_share == 0


# Keystroke savings


def test_three_slots_show_all_of_three_words_before_the_first_letter():
    assert savings([0, 0, 3, 2, 1], "car cat dog", words=PETS)[0] == 3 / 4


def test_one_slot_waits_for_a_letter_that_tells_words_apart():
    # car is shown at once: 1 key of 4. cat never is: 4. dog is after d: 2.
    found = savings([0, 0, 3, 2, 1], "car cat dog", words=PETS)[1]
    assert found == pytest.approx(1 - (1 + 4 + 2) / 12)


def test_words_with_one_beginning_compete_for_three_slots():
    logits = [0, 0, 5, 4, 3, 2, 1]
    assert savings(logits, "can") == (0, 0)  # car, cat, cap are before it
    assert savings(logits, "cap") == (3 / 4, 0)
    assert savings(logits, "dog") == (2 / 4, 2 / 4)


def test_an_unknown_word_takes_all_its_keys():
    found = savings([0, 9, 3, 2, 1], "car bird", words=PETS)
    assert found == pytest.approx((1 - (1 + 5) / 9,) * 2)


def test_savings_leave_out_punctuation_and_special_words():
    words = Vocabulary(("<eos>", "<unk>", "car", "!", "<url>", "❤"))
    found = evaluate([0] * 6, "! car <url> ❤", words=words)
    assert found.keystroke_savings_3 == 3 / 4
    assert found.recall_at_3 == 3 / 4


def test_a_text_of_no_words_saves_nothing():
    assert savings([0] * 7, "? !") == (0, 0)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.lists(st.sampled_from("a ab abc b ba bac".split()), min_size=1),
)
def test_figures_are_those_of_a_user_who_looks_at_each_strip(logits, typed):
    words = Vocabulary(tuple("abc a <eos> ba ab <unk> b bac".split()))
    candidates = Candidates(words)

    def letters_before(word: str, slots: int) -> int:
        for letters in range(len(word)):
            prefix = word[:letters]
            if word in candidates.suggest(np.array(logits), prefix, slots):
                return letters
        return len(word)

    found = evaluate(logits, " ".join(typed), words=words)
    keys_without = sum(len(word) + 1 for word in typed)
    for slots in (1, 3):
        letters = [letters_before(word, slots) for word in typed]
        recall, saved = (
            getattr(found, f"recall_at_{slots}"),
            getattr(found, f"keystroke_savings_{slots}"),
        )
        assert recall == pytest.approx(letters.count(0) / len(typed))
        keys = sum(letters) + len(typed)
        assert saved == pytest.approx(1 - keys / keys_without)


# State


@pytest.mark.parametrize(
    ("sentences", "carried", "alone"),
    [
        # It expects car, cat, dog, <eos>: of the text, or of each message.
        ([["car", "cat"]], 1, 1),
        ([["car"], ["dog"]], 1, 1 / 2),
        ([["car"], ["car"]], 1 / 2, 1),
    ],
)
def test_state_goes_on_or_begins_anew(sentences, carried, alone):
    step = Counting([0] * 5)
    for carry, recall in ((True, carried), (False, alone)):
        found = quality.evaluate(step, PETS, sentences, carry)
        assert found.recall_at_1 == recall


# Agreement


def test_a_model_agrees_with_itself():
    step = Counting([0] * 5)
    found = quality.compare(step, step, PETS, [2, 0, 1, 4])
    assert found == Agreement(1, 1, 0)


def test_a_model_agrees_with_itself_in_a_vocabulary_of_two_words():
    words = Vocabulary(("<eos>", "<unk>", "a", "b"))
    step = Fixed([0, 0, 1, 2])
    assert quality.compare(step, step, words, [2]) == Agreement(1, 1, 0)


def test_agreement_by_hand():
    ours = Fixed([0, 0, 5, 4, 3, 0, 0])  # car, cat, cap
    theirs = Fixed([9, 0, 5, 4, 0, 3.5, 0])  # car, cat, can
    found = quality.compare(ours, theirs, SHARED, [0, 2])
    assert found.top1_agreement == 1
    assert found.top3_overlap == pytest.approx(2 / 3)
    assert found.max_logit_difference == 9


def test_each_model_carries_its_own_state():
    counting, fixed = Counting([0] * 5), Fixed([0, 0, 100, 0, 0])
    found = quality.compare(counting, fixed, PETS, [0, 0, 0])
    assert found.top1_agreement == pytest.approx(1 / 3)
    assert (found.top3_overlap, found.max_logit_difference) == (1, 100)


# What cannot be scored


def test_no_text_is_refused():
    with pytest.raises(ValueError, match="no text to evaluate on; give"):
        evaluate([0] * 5)
    with pytest.raises(ValueError, match="no words to compare on; give"):
        quality.compare(Fixed([0] * 5), Fixed([0] * 5), PETS, [])


def test_a_vocabulary_of_another_size_is_refused():
    message = r"gives logits \[4\] and the vocabulary has 5 words; give"
    with pytest.raises(ValueError, match=message):
        evaluate([0] * 4, "car")
    with pytest.raises(ValueError, match=message):
        quality.compare(Fixed([0] * 5), Fixed([0] * 4), PETS, [0])
