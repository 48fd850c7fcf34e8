"""A matrix without its zeros, as the schema of TensorFlow Lite writes it."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

_VECTORS: dict[str, type[np.integer]] = {
    "Uint8Vector": np.uint8,
    "Uint16Vector": np.uint16,
    "Int32Vector": np.int32,
}


def encode(
    matrix: np.ndarray, run: int
) -> tuple[schema.SparsityParametersT, np.ndarray]:
    """Returns what a sparse form says of `matrix`, and the weights it keeps.

    Args:
        matrix: [rows, columns], the columns a multiple of `run`.
        run: how many weights side by side are kept or left out together.

    Returns:
        where the kept runs are, and float32 [kept runs * run].
    """
    rows, columns = matrix.shape
    runs = matrix.reshape(rows, columns // run, run)
    kept = np.any(runs, axis=2)
    sparsity = schema.SparsityParametersT()
    sparsity.dimMetadata = [_dense(rows), _compressed(kept)]
    sparsity.traversalOrder = np.arange(2, dtype=np.int32)
    if run > 1:
        sparsity.dimMetadata.append(_dense(run))
        sparsity.traversalOrder = np.arange(3, dtype=np.int32)
        sparsity.blockMap = np.array([1], np.int32)
    return sparsity, runs[kept].ravel()


def decode(
    shape: list[int], sparsity: schema.SparsityParametersT, values: np.ndarray
) -> np.ndarray:
    """Returns the matrix [rows, columns] that `encode` was given.

    Args:
        shape: of the matrix.
        sparsity: what the file says of where the kept runs are.
        values: their weights, [kept runs * run].

    Raises:
        ValueError: it is none of the forms that `encode` writes.
    """
    outer, inner, *block = sparsity.dimMetadata
    kinds = [dimension.format for dimension in sparsity.dimMetadata]
    dense, sparse = schema.DimensionType.DENSE, schema.DimensionType.SPARSE_CSR
    if kinds[:2] != [dense, sparse] or kinds[2:] not in ([], [dense]):
        raise ValueError(f"no sparse form of formats {kinds} is known")
    run = block[0].denseSize if block else 1
    runs = np.zeros([shape[0], shape[1] // run, run], values.dtype)
    counts = np.diff(inner.arraySegments.values)
    rows = np.repeat(np.arange(outer.denseSize), counts)
    runs[rows, inner.arrayIndices.values] = values.reshape(-1, run)
    return runs.reshape(shape)


def size(sparsity: schema.SparsityParametersT, values: np.ndarray) -> int:
    """Returns the bytes of what `encode` returned."""
    return values.nbytes + content.index_bytes(sparsity)


def _dense(size: int) -> schema.DimensionMetadataT:
    dimension = schema.DimensionMetadataT()
    dimension.format = schema.DimensionType.DENSE
    dimension.denseSize = size
    return dimension


def _compressed(kept: np.ndarray) -> schema.DimensionMetadataT:
    """Returns the columns that each row of bool [rows, columns] keeps."""
    dimension = schema.DimensionMetadataT()
    dimension.format = schema.DimensionType.SPARSE_CSR
    ends = np.cumsum(kept.sum(1), dtype=np.int64)
    dimension.arraySegmentsType, dimension.arraySegments = _vector(
        np.concatenate([[0], ends])
    )
    dimension.arrayIndicesType, dimension.arrayIndices = _vector(
        np.nonzero(kept)[1]
    )
    return dimension


def _vector(numbers: np.ndarray) -> tuple[int, object]:
    """Returns numbers in the narrowest type that holds them."""
    largest = numbers.max(initial=0)
    name, dtype = next(
        (name, dtype)
        for name, dtype in _VECTORS.items()
        if largest <= np.iinfo(dtype).max
    )
    vector = getattr(schema, f"{name}T")()
    vector.values = numbers.astype(dtype)
    return getattr(schema.SparseIndexVector, name), vector
