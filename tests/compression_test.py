"""Reading methods from text, and what they refuse."""

import pytest

from tflm import compression
from tflm.compression import (
    LowRank,
    Prune,
    QuantizeAware,
    TensorTrain,
    skip_training,
)


def test_reads_methods_with_commas_between():
    assert compression.parse_all("LowRank(rank=8), Prune(sparsity=0.5)") == [
        LowRank(rank=8),
        Prune(sparsity=0.5),
    ]


def test_no_methods_is_an_empty_list():
    assert compression.parse_all("") == []


def test_text_is_short_and_read_back():
    methods = [
        LowRank(rank=64, scope="layer_.*"),
        Prune(sparsity=0.9, ramp_steps=2000, importance="weighted"),
        QuantizeAware(),
        TensorTrain(tolerance=0.1, in_dims=(10, 1000)),
    ]
    text = compression.text(methods)
    assert text == (
        "LowRank(rank=64, scope='layer_.*'), "
        "Prune(sparsity=0.9, ramp_steps=2000, importance='weighted'), "
        "QuantizeAware(), TensorTrain(tolerance=0.1, in_dims=(10, 1000))"
    )
    assert compression.parse_all(text) == methods
    assert compression.text([]) == ""


@pytest.mark.parametrize(
    "text, message",
    [
        ("LowRnk(rank=8)", "did you mean LowRank"),
        ("LowRank(rnk=8)", "did you mean rank"),
        ("LowRank(8)", "name each field"),
        ("LowRank", "write it as in"),
        ("LowRank(rank=8", "not a list of methods"),
        ("LowRank(rank=open('x'))", "rank"),
        ("__import__('os').system('true')", "not a method"),
        ("LowRank(rank='x')", "whole number"),
        ("LowRank(rank=0)", "at least 1, got 0"),
        ("TensorTrain(rank=-1)", "at least 1, got -1"),
        ("Prune(sparsity=1.5)", "below 1, got 1.5"),
        ("Prune(sparsity=0)", "above 0 and below 1, got 0"),
        ("Prune(block=0)", "block must be"),
    ],
)
def test_bad_text_is_refused_in_one_line(text, message):
    with pytest.raises(ValueError, match=message) as error:
        compression.parse_all(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "method, message",
    [
        (LowRank(rank=9), "rank 9 does not fit embedding: give 1 to 8"),
        (LowRank(rank=8), "makes no map smaller"),
        (LowRank(rank=2, scope="embeding"), "did you mean embedding"),
        (LowRank(rank=2, scope="softmax"), "tied to the table"),
        (LowRank(rank=2, scope="("), "no regular expression"),
        (
            TensorTrain(rank=2, in_dims=(7, 3), out_dims=(2, 4)),
            "in_dims=.7, 3. do not factor embedding.*product is 60",
        ),
        (TensorTrain(rank=10**6), "rank 1000000 does not fit"),
    ],
)
def test_what_cannot_be_applied_is_refused_in_one_line(model, method, message):
    with pytest.raises(ValueError, match=message) as error:
        method(model, skip_training)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "old, names",
    [
        ("lstm_.*", ["input", "recurrent", "projection"]),
        ("softmax|lstm_0/.*", ["input", "recurrent", "projection"]),
        (r"lstm_\d+/(input|recurrent)", ["input", "recurrent"]),
        ("(?!lstm).*", []),
        ("embedding|lstm.*/input", ["input"]),
    ],
)
def test_scopes_of_0_1_0_are_those_of_today(model, old, names):
    """As in the recipes of results and bundles: they stay as they are."""
    method = compression.parse(f"Prune(sparsity=0.5, scope={old!r})")
    assert repr(old) in repr(method)
    pruned = method(model, skip_training)
    found = [
        name.removeprefix("layer_0/")
        for name, linear in pruned.maps.items()
        if name != "embedding" and (linear.matrix() == 0).any()
    ]
    assert found == names


def test_values_of_0_1_0_are_those_of_today():
    """A repr in a manifest of 0.1.0 has all the fields of that time."""
    old = "Prune(sparsity=0.9, block=1, ramp_steps=9, scope='.*', balance="
    assert compression.parse(f"{old}'even')") == compression.parse(
        f"{old}'uniform')"
    )


def test_methods_apply_from_left_to_right(model):
    both = compression.apply(
        [LowRank(rank=3), Prune(sparsity=0.5)], model, skip_training
    )
    left = both.maps["embedding"].left.numpy()
    assert (left == 0).mean() == pytest.approx(0.5, abs=0.01)


def never(model):
    raise AssertionError("it trains")


def test_what_cannot_follow_is_refused_before_any_training(model):
    methods = [LowRank(rank=3), LowRank(rank=9, scope="layer_0/input")]
    with pytest.raises(ValueError, match="rank 9 does not fit layer_0/input"):
        compression.apply(methods, model, never)


@pytest.mark.parametrize(
    "methods, message",
    [
        ([Prune(), LowRank(rank=3)], r"LowRank\(.*put Prune last"),
        ([QuantizeAware(), Prune()], r"Prune\(.*give one of them"),
    ],
)
def test_what_training_would_undo_is_refused(model, methods, message):
    with pytest.raises(ValueError, match=message) as error:
        compression.apply(methods, model, never)
    assert "\n" not in str(error.value)
