import numpy as np
import pytest

from tflm.compression import Prune, QuantizeAware, skip_training
from tflm.experiment import stages
from tflm.text.dataset import Origin
from tflm.tflite import convert, inspect, inspection_table
from tflm.tflite.flatbuffer.micronet import micronet, of_counts


@pytest.fixture
def wide(make_model):
    """A net whose matrices are most of it, and whose biases are not zero."""
    model = make_model("lstm", embedding_size=32, projection=32)
    for bias in (model.cells[0].bias, model.softmax.bias):
        bias.assign(np.linspace(0.1, 1, bias.shape[0]))
    return model


def counted(model, file_format="float32"):
    return micronet(convert.convert_here(model, file_format))


# Parameters, operations and scores of the winner's files (Yan et al. 2020).
@pytest.mark.parametrize(
    "parameters, operations, score",
    [(1.631e6, 11.85e6, 0.0475), (1.8e6, 8.8e6, 0.0387)],
)
def test_scores_are_those_that_were_published(parameters, operations, score):
    found = of_counts(parameters, operations).score
    assert found == pytest.approx(score, rel=0.01)


def test_float32_counts_each_weight_and_two_operations_with_each(wide):
    found = counted(wide)
    assert found.parameters == pytest.approx(wide.parameters, abs=4)
    # Beside the products: 5 functions of each unit, 3 products, 1 sum.
    units = wide.config.layers[0].units
    products = 2 * wide.multiplications
    assert found.operations == pytest.approx(products + 9 * units, abs=8)


def test_integers_count_by_their_bits(wide):
    whole, found = counted(wide), counted(wide, "int8")
    biases = 60 + 4 * 16
    scales = 60 + 4 * 16 + 32  # The table is tied: its rows have one each.
    expected = (wide.parameters - biases) / 4 + biases + scales
    assert found.parameters == pytest.approx(expected, abs=4)
    # An addition stays one, a multiplication is a quarter.
    saved = 0.75 * wide.multiplications - scales
    assert whole.operations - found.operations == pytest.approx(saved, abs=8)


def test_widths_that_no_runtime_stores_are_seen_in_the_weights(wide):
    found = counted(QuantizeAware(layers=9, tables=9)(wide, skip_training))
    biases = scales = 60 + 4 * 16
    scales += 32
    expected = (wide.parameters - biases) * 9 / 32 + biases + scales
    assert found.parameters == pytest.approx(expected, abs=4)


def test_zeros_count_a_bit_and_no_operation(wide):
    half = Prune(sparsity=0.5, ramp_steps=5)(wide, skip_training)
    found, biases = counted(half), 60 + 4 * 16
    expected = (wide.parameters - biases) * (1 / 2 + 1 / 32) + biases
    assert found.parameters == pytest.approx(expected, rel=0.01)
    whole = counted(wide)
    saved = whole.operations - found.operations
    assert saved == pytest.approx(wide.multiplications, rel=0.02)


def test_rows_and_inspections_tell_the_score(wide):
    content = convert.convert_here(wide)
    score = micronet(content).score
    row = stages.make_row("net", content, {}, Origin(), "command")
    assert row.micronet == score
    shown = inspection_table.text(inspect.inspect(content))
    assert f"MicroNet score: {score:.4f}" in shown
    other = stages.make_row("n-gram", b"no such file", {}, Origin(), "command")
    assert other.micronet is None
