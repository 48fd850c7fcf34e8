"""Keeps what the taggers of other languages are tested with those of Python."""

import itertools

import pytest

from tests import tagger_vectors

VECTORS = tagger_vectors.make()


def test_vectors_are_what_python_finds():
    assert tagger_vectors.PATH.read_text("utf-8") == tagger_vectors.dumps()


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
