import math

import numpy as np
import pytest

from tests.refusals import refusal
from tflm.compression import QuantizeAware, parse, skip_training
from tflm.search import candidates
from tflm.tflite import convert
from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.flatbuffer.bits import bits_by_row
from tflm.tflite.flatbuffer.constants import constants

BITS = QuantizeAware(
    bits=(("layer_0/(input|recurrent)", 4), ("softmax", 2)), tables=4
)


def test_each_matrix_has_the_bits_that_it_was_rounded_to(make_model):
    fields = {"embedding_size": 32, "projection": 32}
    model = BITS(make_model("lstm", tied=False, **fields), skip_training)
    file = convert.convert_here(model, "fitted")
    convert.check(file, model, "fitted")
    found = {
        tuple(content.shape(tensor)): content.type_name(tensor.type)
        for tensor, _ in constants(verify.read(file))
        if len(content.shape(tensor)) == 2
    }
    assert found == {
        (60, 32): "INT2",
        (64, 64): "INT4",
        (32, 16): "INT8",
    }


@pytest.mark.parametrize("bits", [2, 3, 4, 8, 9, 12, 16])
def test_rows_tell_how_they_were_rounded(make_model, bits):
    method = QuantizeAware(layers=bits, tables=bits)
    file = convert.convert_here(method(make_model("lstm"), skip_training))
    for tensor, data in constants(verify.read(file)):
        if len(content.shape(tensor)) == 2:
            assert bits_by_row(tensor, data).max() == bits


def test_rows_of_a_trained_net_are_of_all_bits(make_model):
    file = convert.convert_here(make_model("lstm"))
    for tensor, data in constants(verify.read(file)):
        if len(content.shape(tensor)) == 2:
            assert bits_by_row(tensor, data).max() == 32


def test_the_first_scope_that_matches_counts(make_model):
    method = QuantizeAware(bits=(("layer_0/input", 3), (".*", 5)))
    model = method(make_model("gru"), skip_training)

    def sizes(name):  # Different ones, of the columns of a kernel.
        kernel = np.abs(model.maps[name].kernel.numpy()).round(6)
        return max(len(np.unique(column)) for column in kernel.T)

    assert sizes("layer_0/input") <= 2**2 < sizes("layer_0/recurrent")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"layers": 17}, "layers must be a whole number of bits from 2 to 16"),
        ({"bits": (("softmax", 1),)}, "softmax must be a whole number"),
        ({"bits": ("softmax", 4)}, "bits must be pairs such as"),
        ({"bits": 4}, "bits must be pairs such as"),
    ],
)
def test_bits_that_cannot_be_are_refused(fields, message):
    assert message in refusal(QuantizeAware, **fields)


def test_a_scope_of_bits_that_matches_nothing_is_refused(model):
    method = QuantizeAware(bits=(("softmax", 4),))
    assert "matches no map" in refusal(method, model, skip_training)


class Costs:
    """What a search measures, of a net whose projection alone is sensitive."""

    can_lose_units = False

    def of_ranks(self, name):
        return {}

    of_adaptive = of_ranks

    def of_bits(self, name):
        return {4: 1.0 if name.endswith("projection") else 0.01}

    def of_method(self, method):
        return 0.0


def test_a_search_gives_bits_to_those_that_need_them(make_model):
    model = make_model("gru", tied=False, embedding_size=32, projection=32)
    whole = candidates.best(model, Costs(), "fitted", math.inf)
    assert whole.bits == {} and whole.methods == []
    budget = whole.bytes - 1500  # Of some 6,400 bytes of weights.
    found = candidates.best(model, Costs(), "fitted", budget)
    assert found.bytes <= budget and 4 in found.bits.values()
    assert "layer_0/projection" not in found.bits
    [method] = found.methods
    assert dict(method.bits).keys() == {"|".join(found.bits)}
    smaller = method(model, skip_training)
    file = convert.convert_here(smaller, "fitted")
    int8 = convert.convert_here(model, "int8")
    assert len(file) < len(int8)


def test_bits_survive_their_text():
    assert parse(repr(BITS)) == BITS
