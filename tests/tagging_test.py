"""Spans and scores of labels, as conlleval counts them."""

import itertools

import pytest

from tests.refusals import refusal
from tflm.evaluation.tagging import SpanQuality, TagQuality, measure
from tflm.text.tagged.spans import Span, has_spans, spans

# Spans


def conlleval(labels: tuple[str, ...]) -> list[Span]:
    """Returns the spans by the tables of conlleval, which look at each pair.

    Those of Tjong Kim Sang's Perl program, with S beside B as seqeval has it.
    """
    found, start = [], 0
    for place, (last, now) in enumerate(
        itertools.pairwise(["O", *labels, "O"])
    ):
        one, two = last[0], now[0]
        changes = last[2:] != now[2:]
        ends = one in "ES" or one + two in ("BB", "BS", "BO", "IB", "IS", "IO")
        if ends or (one != "O" and changes):
            found.append(Span(last[2:], start, place))
        begins = two in "BS" or one + two in (
            "EE",
            "EI",
            "SE",
            "SI",
            "OE",
            "OI",
        )
        if begins or (two != "O" and changes):
            start = place
    return found


def test_spans_are_those_of_conlleval_whatever_the_labels():
    labels = ["O", *(f"{x}-{kind}" for x in "BIES" for kind in ("a", "b"))]
    for length in range(5):
        for sequence in itertools.product(labels, repeat=length):
            assert [*spans(sequence)] == conlleval(sequence), sequence


def test_schemes_say_the_same_spans():
    expected = [Span("x", 0, 2), Span("x", 2, 3), Span("y", 3, 4)]
    for labels in (
        "I-x I-x B-x I-y O",
        "B-x I-x B-x B-y O",
        "B-x E-x S-x S-y O",
        "B-x L-x U-x U-y O",
    ):
        assert [*spans(labels.split())] == expected


def test_a_kind_may_have_hyphens_or_none():
    assert [*spans(["B-a-b", "I-a-b", "B"])] == [
        Span("a-b", 0, 2),
        Span("", 2, 3),
    ]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("O B-x", True),
        ("I-x", True),
        ("B I O", True),
        ("O", False),
        ("", False),
        ("NOUN VERB X", False),
        ("NN -LRB- .", False),
        ("O B-x NOUN", False),
    ],
)
def test_labels_of_words_have_no_spans(labels, expected):
    assert has_spans(labels.split()) is expected


# Scores


def test_scores_of_spans_are_counted_by_hand():
    quality = measure(
        [
            (["B-x", "I-x", "O", "B-y"], ["B-x", "O", "O", "B-y"]),
            (["O", "B-x"], ["O", "B-x"]),
            (["O"], ["B-z"]),
        ]
    )
    assert isinstance(quality, SpanQuality)
    assert quality.scores() == pytest.approx(
        {
            "sentences": 3,
            "tokens": 7,
            "accuracy": 5 / 7,
            "exact_sentences": 1 / 3,
            "span_precision": 2 / 4,
            "span_recall": 2 / 3,
            "span_f1": 4 / 7,
        }
    )
    assert [*quality.labels] == ["x", "y", "z"]
    x, y, z = quality.labels.values()
    assert (x.count, x.precision, x.recall, x.f1) == (2, 0.5, 0.5, 0.5)
    assert (y.count, y.f1) == (1, 1.0)
    assert (z.count, z.precision, z.recall, z.f1) == (0, 0, 0, 0)


def test_scores_of_words_are_counted_by_hand():
    quality = measure([(["N", "V", "N"], ["N", "N", "N"])])
    assert type(quality) is TagQuality
    assert quality.scores() == pytest.approx(
        {
            "sentences": 1,
            "tokens": 3,
            "accuracy": 2 / 3,
            "exact_sentences": 0,
        }
    )
    noun, verb = quality.labels["N"], quality.labels["V"]
    assert (noun.count, noun.recall) == (2, 1)
    assert noun.precision == pytest.approx(2 / 3)
    assert (verb.count, verb.precision, verb.recall) == (1, 0, 0)


def test_all_labels_of_a_tagger_say_whether_there_are_spans():
    pairs = [(["O"], ["O"])]
    assert "span_f1" not in measure(pairs).scores()
    assert measure(pairs, ["O", "B-x"]).scores()["span_f1"] == 0


def test_refuses_nothing_and_too_few_labels():
    assert "there is no word" in refusal(measure, [])
    message = refusal(measure, [(["O"], ["O"]), (["O", "O"], ["O"])])
    assert "sentence 2 has 2 words and 1 predicted" in message
