"""Keeps what the taggers of other languages are tested with those of Python."""

import itertools
import json

import numpy as np
import pytest

from tests import tagger_vectors

VECTORS = tagger_vectors.make()


def test_vectors_are_what_python_finds():
    kept = json.loads(tagger_vectors.PATH.read_text("utf-8"))
    found = json.loads(tagger_vectors.dumps())
    # Processors sum scores in orders of their own.
    for before, now in zip(_scores(kept), _scores(found), strict=True):
        np.testing.assert_allclose(before, now, atol=2e-4)
    assert kept == found


def _scores(vectors):
    """Takes the scores out of the vectors, and returns them."""
    return [
        sentence.pop("scores")
        for tagger in vectors["taggers"]
        for sentence in tagger["sentences"]
    ]


@pytest.mark.parametrize("tagger", VECTORS["taggers"])
def test_labels_of_the_vectors_tell(tagger):
    """A decoder that errs in the labels before would find others."""
    sentences = tagger["sentences"]
    found = {*itertools.chain(*(each["labels"] for each in sentences))}
    assert len(found) >= len(tagger["labels"]) / 2


def test_no_labels_of_the_vectors_are_as_likely():
    """So that none depends on how numbers are rounded."""
    for tagger in VECTORS["taggers"]:
        for sentence in tagger["sentences"]:
            for scores in map(sorted, sentence["scores"]):
                assert scores[-1] - scores[-2] > 5e-4
