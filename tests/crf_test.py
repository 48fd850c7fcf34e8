"""The baseline of taggers: a chain of a few features, trained by CRFsuite."""

import pytest

from benchmarks import random_field as crf
from tests.refusals import refusal
from tflm.text.tagged.corpus import load_tagged

CITIES = ("rome", "oslo", "lima", "bonn")


@pytest.fixture
def corpus(tmp_path):
    lines = [
        f"{verb} {a} to {b}\tO B-from O B-to"
        for verb in ("fly", "from", "leave")
        for a in CITIES
        for b in CITIES
    ]
    for split, ends in (("train", lines), ("dev", lines[:5]), ("test", lines)):
        (tmp_path / f"{split}.txt").write_text("\n".join(ends))
    return load_tagged(f"conll:{tmp_path}")


def test_features_see_two_words_on_each_side_and_the_shape():
    first, second = crf.features(["AT&T-5000", "paid"])
    assert first == ["", "sX&X-9", "y00", "z000", "0<", "1<"] + [
        *("2at&t-5000", "3paid", "4>")
    ]
    assert second[4:] == ["0<", "1at&t-5000", "2paid", "3>", "4>"]


def test_a_row_is_of_the_weakest_penalty_that_fits(corpus):
    weak, strong = (len(crf.train(corpus, c1, 30)) for c1 in (0, 1))
    assert strong < weak
    row = crf.fitting(corpus, weak, [1, 0], iterations=30)
    assert (row["bytes"], row["penalty"]) == (weak, 0)
    assert row["scores"]["span_f1"] == 1
    assert row["valid_scores"]["sentences"] == 5
    assert row["zip_bytes"] < row["bytes"]
    assert "100.00%" in crf.table({"rows": [row | {"corpus": "trips"}]})
    assert crf.fitting(corpus, weak - 1, [1, 0], 30)["penalty"] == 1
    message = refusal(crf.fitting, corpus, 9, [1, 0], 3)
    assert "give --penalties above 1" in message
