import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tflm.text.candidates import Candidates
from tflm.text.vocabulary import Vocabulary

# Letters that sort at both ends, and beyond the basic plane.
LETTERS = st.text(alphabet="ab'é你😀\U0010ffff", max_size=3)


@st.composite
def cases(draw):
    """Draws candidates, logits with many ties, a prefix and a count."""
    plain = draw(st.sets(LETTERS.filter(bool), min_size=1, max_size=30))
    words = draw(st.permutations([*plain, "<eos>", "<unk>", "<url>"]))
    logits = draw(
        st.lists(st.integers(-2, 2), min_size=len(words), max_size=len(words))
    )
    candidates = Candidates(Vocabulary(tuple(words)))
    prefix, count = draw(LETTERS), draw(st.integers(1, 5))
    return candidates, np.array(logits, np.float32), prefix, count


@settings(deadline=None)
@given(cases())
def test_completion_is_that_of_sorting_every_word(case):
    candidates, logits, prefix, count = case
    words = candidates.vocabulary.words
    ids = [
        word_id
        for word_id, word in enumerate(words)
        if word.startswith(prefix) and word not in ("<eos>", "<unk>", "<url>")
    ]
    best = sorted(ids, key=lambda word_id: (-logits[word_id], word_id))[:count]
    assert candidates.best(logits, prefix, count) == best
    assert candidates.suggest(logits, prefix, count) == [
        words[word_id] for word_id in best
    ]


def test_special_words_are_not_suggested_even_when_likeliest():
    words = Vocabulary(("<eos>", "a", "<unk>", "b", "<number>"))
    logits = np.array([9, 1, 8, 2, 7], np.float32)
    assert Candidates(words).suggest(logits, count=5) == ["b", "a"]
    assert Candidates(words).suggest(logits, "<", count=5) == []


def test_a_prefix_may_be_any_letters():
    words = Vocabulary(("<eos>", "<unk>", "été", "étape", "eta", "привет"))
    candidates = Candidates(words)
    logits = np.arange(6, dtype=np.float32)
    assert candidates.suggest(logits, "ét") == ["étape", "été"]
    assert candidates.suggest(logits, "при") == ["привет"]
    assert candidates.suggest(logits, "été") == ["été"]
    assert candidates.suggest(logits, "étés") == []


def test_equal_words_come_in_the_order_of_their_ids():
    words = [f"w{n}" for n in range(50)][::-1]
    candidates = Candidates(Vocabulary(("<eos>", "<unk>", *words)))
    logits = np.zeros(52, np.float32)
    assert candidates.best(logits) == [2, 3, 4]
    assert candidates.suggest(logits, "w1") == ["w19", "w18", "w17"]


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_refused(count):
    candidates = Candidates(Vocabulary(("<eos>", "<unk>", "a")))
    with pytest.raises(ValueError, match=f"at least 1, got {count}"):
        candidates.best(np.zeros(3, np.float32), count=count)
