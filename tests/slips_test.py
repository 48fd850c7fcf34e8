import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tflm.text.candidates import Candidates
from tflm.text.slips import keyboard
from tflm.text.slips.channel import Channel
from tflm.text.slips.corrector import Corrector
from tflm.text.slips.keyboard import QWERTY
from tflm.text.slips.search import NEVER, SlipSearch
from tflm.text.vocabulary import Vocabulary

CHANNEL = Channel()
WORDS = (
    "<eos> <unk> the you to i hello thank tomorrow because don't i'm résumé "
    "letter form from world work".split()
)
LETTERS = st.text(alphabet="aqsé'", min_size=1, max_size=5)


def cost(meant: str, typed: str) -> int:
    """Says by its definition what it costs to type a word so."""
    n, m, far = len(typed), len(meant), NEVER
    table = np.full([m + 1, n + 1], far)
    table[0, :n] = [
        j * CHANNEL.extra + (CHANNEL.first if j else 0) for j in range(n)
    ]
    for i, j in itertools.product(range(1, m + 1), range(n + 1)):
        first = CHANNEL.first if i == 1 else 0
        before = meant[i - 2] if i > 1 else ""
        letter, ways = meant[i - 1], []
        omitted = CHANNEL.omission(letter, before)
        ways.append(table[i - 1, j] + omitted + first)
        if j:
            wrong = CHANNEL.substitution(typed[j - 1], letter)
            ways.append(table[i - 1, j - 1] + wrong + (first if wrong else 0))
            extra = CHANNEL.insertion(typed[j - 1], letter)
            ways.append(table[i, j - 1] + extra)
        if j > 1 and letter == typed[j - 1]:
            if QWERTY.are_neighbours(typed[j - 2], letter):
                ways.append(table[i - 1, j - 2] + CHANNEL.brushed)
        if i > 1 and j > 1 and letter != before:
            if typed[j - 2 : j] == letter + before:
                ways.append(table[i - 2, j - 2] + CHANNEL.transposed)
        table[i, j] = min(ways)
    return table[:, n]


@settings(deadline=None, max_examples=40)
@given(st.sets(LETTERS, min_size=1, max_size=12), LETTERS)
def test_search_finds_what_comparing_with_every_word_finds(words, typed):
    words = sorted(words)
    found = SlipSearch(words, CHANNEL).costs(typed)
    bound = CHANNEL.bound(len(typed))
    for word, whole, begun in zip(words, *vars(found).values(), strict=True):
        costs = cost(word, typed) if bound else np.full(2, NEVER)
        assert whole == (costs[-1] if costs[-1] <= bound else NEVER)
        least = costs[1:].min()
        assert begun == (least if least <= bound else NEVER)


@pytest.fixture(scope="module")
def corrector():
    return Corrector(Candidates(Vocabulary(tuple(WORDS))))


def suggested(corrector: Corrector, typed: str) -> list[str]:
    logits = -np.log(np.arange(len(WORDS), dtype=np.float32) + 3)
    found = corrector.suggest(logits, typed)
    return [" ".join(WORDS[i] for i in ids) for ids in found]


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("teh", "the"),  # Two letters in the wrong order.
        ("yoi", "you"),  # The key beside.
        ("helo", "hello"),  # One of two.
        ("tomorroww", "tomorrow"),  # A letter twice.
        ("becuse", "because"),  # A letter is missing.
        ("wqorld", "world"),  # Two keys at once.
        ("dont", "don't"),
        ("im", "i'm"),
        ("resume", "résumé"),
        ("tomorow", "tomorrow"),
        ("tonor", "tomorrow"),  # More letters are to come.
        ("thankyou", "thank you"),
        ("thanknyou", "thank you"),  # Not the space bar, but the key above.
    ],
)
def test_a_slip_is_forgiven(corrector, typed, meant):
    assert suggested(corrector, typed)[0] == meant


def test_a_lone_letter_is_no_word_unless_it_is_a_common_one():
    words = ("a", *(f"word{n}" for n in range(120)), "tomato", "lot", "e")
    corrector = Corrector(Candidates(Vocabulary(words)))
    logits = np.zeros(len(words), np.float32)
    meant = [corrector.suggest(logits, typed) for typed in ("tomatoe", "alot")]
    assert (words.index("tomato"), words.index("e")) not in meant[0]
    assert (words.index("a"), words.index("lot")) in meant[1]


def test_neighbours_are_those_of_the_language():
    assert keyboard.of("de-AT").are_neighbours("t", "z")
    assert not keyboard.of("en").are_neighbours("t", "z")
    assert keyboard.of("fr").are_neighbours("a", "z")
    assert keyboard.of("xx") is QWERTY


def test_words_that_begin_as_typed_keep_their_order(corrector):
    assert suggested(corrector, "fr")[0] == "from"
    assert suggested(corrector, "t")[:3] == ["the", "to", "thank"]


def test_a_known_word_is_corrected_by_a_far_likelier_one_only(corrector):
    logits = np.zeros(len(WORDS), np.float32)
    assert corrector.correct(logits, "form") is None
    logits[WORDS.index("from")] = 12
    assert corrector.correct(logits, "form") == (WORDS.index("from"),)


def test_a_word_that_is_like_no_other_is_left_alone(corrector):
    logits = np.zeros(len(WORDS), np.float32)
    assert corrector.correct(logits, "xyzzy") is None
    assert corrector.correct(logits, "tomorroe") == (WORDS.index("tomorrow"),)
