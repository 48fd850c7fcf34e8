import numpy as np
import pytest

from tests import tflite_files
from tests.tflite_files import UNITS, WIDTH, WORDS
from tflm.tflite import inspect, inspection_table
from tflm.tflite.flatbuffer import (
    content,
    sparse_encoding,
    sparse_size,
    sparsify,
    verify,
)

MATRIX = np.array(
    [
        [0, 0, 0, 0, 1, 0, 2, 3],
        [0, 0, 0, 0, 0, 0, 0, 0],
        [4, 5, 6, 7, 0, 0, 0, 8],
    ],
    np.float32,
)


def pruned(flatbuffer, share, run=1):
    """Returns a file whose matrices lose their smallest runs of weights."""
    model = verify.read(flatbuffer)
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if data is not None and len(content.shape(tensor)) == 2:
            runs = data.view(np.float32).copy().reshape(-1, run)
            size = np.abs(runs).sum(1)
            runs[size <= np.quantile(size, share)] = 0
            model.buffers[tensor.buffer].data = runs.ravel().view(np.uint8)
    return content.write(model)


def test_runs_of_four():
    sparsity, values = sparse_encoding.encode(MATRIX, 4)
    assert [d.denseSize for d in sparsity.dimMetadata] == [3, 0, 4]
    rows = sparsity.dimMetadata[1]
    assert rows.arraySegments.values.tolist() == [0, 1, 1, 3]
    assert rows.arrayIndices.values.tolist() == [1, 0, 1]
    assert values.tolist() == [1, 0, 2, 3, 4, 5, 6, 7, 0, 0, 0, 8]
    assert content.index_bytes(sparsity) == 7


def test_single_weights():
    sparsity, values = sparse_encoding.encode(MATRIX, 1)
    rows = sparsity.dimMetadata[1]
    assert rows.arraySegments.values.tolist() == [0, 3, 3, 8]
    assert rows.arrayIndices.values.tolist() == [4, 6, 7, 0, 1, 2, 3, 7]
    assert values.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "size, dtype", [(200, np.uint8), (300, np.uint16), (70_000, np.int32)]
)
def test_places_take_the_fewest_bytes(size, dtype):
    matrix = np.zeros([1, size], np.float32)
    matrix[0, -1] = 1
    sparsity, _ = sparse_encoding.encode(matrix, 1)
    assert sparsity.dimMetadata[1].arrayIndices.values.dtype == dtype


@pytest.mark.parametrize("share, run", [(0.9, 1), (0.9, 4), (0.6, 4)])
def test_sparse_files_compute_the_same(share, run):
    dense = pruned(tflite_files.file(False), share, run)
    sparse = sparsify.sparsify(dense)
    assert len(sparse) < len(dense)
    for xnnpack in (True, False):
        np.testing.assert_allclose(
            tflite_files.logits(sparse, xnnpack),
            tflite_files.logits(dense, xnnpack),
            atol=1e-5,
        )


def test_a_sparse_file_survives_reading_and_writing():
    sparse = sparsify.sparsify(pruned(tflite_files.file(False), 0.9))
    again = content.write(verify.read(sparse))
    np.testing.assert_array_equal(
        tflite_files.logits(again), tflite_files.logits(sparse)
    )
    assert inspect.inspect(again) == inspect.inspect(sparse)


def test_it_needs_the_first_runtime_that_has_sparse_products():
    sparse = sparsify.sparsify(pruned(tflite_files.file(False), 0.9))
    found = inspect.inspect(sparse)
    assert found.runtime == found.declared_runtime == "2.3.0"


def test_what_is_stored_without_zeros_is_told():
    sparse = sparsify.sparsify(pruned(tflite_files.file(False), 0.9, run=4))
    found = inspect.inspect(sparse)
    tables = [s for s in found.sparsity if s.elements == WORDS * WIDTH]
    assert all(t.zero_share == pytest.approx(0.9, abs=0.01) for t in tables)
    # The embedding's is dense; the softmax has four weights of four bytes and
    # a place of one byte for each run, and a byte for where each row begins.
    expected = (16 + 1) * (WORDS * WIDTH // 4 // 10) + WORDS + 1
    assert sorted(t.sparse_bytes or 0 for t in tables) == [0, expected]
    assert f"{expected:,}" in inspection_table.text(found)


@pytest.mark.parametrize(
    "field, value", [("arrayIndices", 200), ("arraySegments", 0)]
)
def test_places_outside_a_matrix_are_refused(field, value):
    sparse = sparsify.sparsify(pruned(tflite_files.file(False), 0.9))

    def damage(model):
        (tensor, *_) = [t for t in model.subgraphs[0].tensors if t.sparsity]
        vector = getattr(tensor.sparsity.dimMetadata[1], field)
        vector.values = vector.values.copy()
        vector.values[-1] = value

    damaged = tflite_files.changed(sparse, damage)
    with pytest.raises(ValueError, match="is sparse, but not as its shape"):
        verify.check(damaged)


def test_sparse_size_is_a_bit_a_weight_and_what_is_not_zero():
    dense = tflite_files.file(False)
    zeros = pruned(dense, 0.5)
    saved = len(zeros) - sparse_size.sparse_bytes(zeros)
    matrices = 2 * WORDS * WIDTH + 3 * UNITS * (WIDTH + UNITS) + UNITS * WIDTH
    assert saved == 4 * matrices - matrices / 8 - 4 * matrices / 2
    assert sparse_size.sparse_bytes(dense) == len(dense)


def test_sparse_size_does_not_depend_on_how_zeros_are_stored():
    zeros = pruned(tflite_files.file(False), 0.9)
    sparse = sparsify.sparsify(zeros)
    difference = sparse_size.sparse_bytes(sparse) - sparse_size.sparse_bytes(
        zeros
    )
    # But for what describes the places.
    assert abs(difference) < 2000
