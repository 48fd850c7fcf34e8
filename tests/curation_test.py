"""Which words of a text may be shown to anybody, and how."""

import pathlib

import pytest

from tflm.evaluation import quality
from tflm.text import dataset
from tflm.text.corpus import Corpus
from tflm.text.curation import lists
from tflm.text.curation.curate import RULES, curate
from tflm.text.rules import SPLIT, TYPED
from tflm.text.vocabulary import EOS, UNK

# Who typed what; of the rest there is enough of each.
SAID = [
    *[
        (f"friend {n}", "I dont know, so is Anna here with i.")
        for n in range(9)
    ],
    *[("one", "the collar Gollum 12a4b anna@mail.com") for _ in range(20)],
    *[(f"friend {n}", "you bastard don't shout sooo 2nd") for n in range(9)],
    *[(f"friend {n}", "write amy gmailcom i386x anna") for n in range(12)],
    *[(f"friend {n}", "Well Anna is nice and don't go") for n in range(9)],
    *[(f"friend {n}", "My Collar is nice, so") for n in range(3)],
]


def corpus(said=SAID, rules=TYPED) -> Corpus:
    def voices(split):
        return iter(said)

    lines = [line for _, line in said]
    return Corpus(
        "made", rules, (), lambda split: iter(lines), (), voices=voices
    )


@pytest.fixture(scope="module")
def curated():
    return curate(corpus(), 100)


def test_words_of_one_person_are_left_out(curated):
    words = curated.words.words
    assert "nice" in words and "gollum" not in words


def test_offensive_words_and_addresses_and_codes_are_left_out(curated):
    words = curated.words.words
    assert not {"bastard", "gmailcom", "12a4b", "i386x"} & {*words}
    assert "2nd" not in words  # Nine people are too few for digits.


def test_a_misspelling_is_read_and_counted_as_what_it_stands_for(curated):
    words = curated.words
    assert "dont" not in words.words and "sooo" not in words.words
    assert words.encode(["dont", "sooo", "dontt"]) == [
        words.ids["don't"], words.ids["so"], words.unk,
    ]  # fmt: skip
    assert words.knows("dont") and not words.knows("dontt")
    # 27 times it is spelled one way or the other: more often than "is".
    assert words.ids["don't"] < words.ids["is"]


def test_capitals_need_many_and_most(curated):
    display = curated.display
    assert display["anna"] == "Anna"  # Those who write none do not count.
    assert display["i"] == "I"
    assert "collar" not in display  # Three times are too few.


def test_what_was_curated_is_kept_with_its_spellings(tmp_path, monkeypatch):
    monkeypatch.setattr(dataset, "load_corpus", lambda name: corpus())
    for _ in range(2):  # Made, and then read.
        text = dataset.prepare("made", tmp_path, 100, curated=True)
        assert text.vocabulary.knows("dont")
        assert text.origin.display["anna"] == "Anna"
        assert text.vocabulary.unk is not None
        assert text.origin.curation == RULES


def test_text_that_is_not_typed_is_refused():
    with pytest.raises(ValueError, match="leave --curated out"):
        curate(corpus(rules=SPLIT), 100)


def test_lists_are_words_in_lower_case():
    assert len(lists.offensive()) > 140
    for word in lists.offensive():
        assert word == word.lower() and " " not in word
    for typed, right in lists.misspellings().items():
        assert typed != right and right not in lists.misspellings()
    assert lists.misspellings()["dont"] == "don't"
    assert lists.capitals()["i'm"] == "I'm"


def test_the_phone_blocks_the_same_words():
    here = pathlib.Path(lists.__file__).with_name("offensive.txt")
    core = here.parents[3] / "android_demo/core/src/main/resources"
    [there] = core.rglob("offensive_words.txt")
    assert there.read_text("utf-8") == here.read_text("utf-8")


def test_no_word_that_is_shown_is_offensive_or_a_misspelling():
    said = [(str(n % 9), f"{word} and") for word in (
        *lists.offensive(), *lists.misspellings(), "friend"
    ) for n in range(9)]  # fmt: skip
    words = {*curate(corpus(said), 1000).words.words} - {EOS, UNK}
    assert not words & lists.offensive()
    assert "friend" in words


def test_another_spelling_counts_as_the_word_that_is_suggested(curated):
    words = curated.words

    class Always:
        def initial_state(self):
            return None

        def __call__(self, token, state):
            logits = [0.0] * len(words)
            logits[words.ids["don't"]] = 9.0
            return quality.np.array(logits, "float32"), None

    found = quality.evaluate(Always(), words, [["dont"]])
    assert found.recall_at_1 == found.bar_recall_at_1 == found.known_share == 1
