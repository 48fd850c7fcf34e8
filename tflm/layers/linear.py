"""Linear maps: the matrices of a model, dense or in fewer weights.

A map M of `inputs` rows and `outputs` columns is all that a cell, an
embedding or a softmax knows of its matrix. Each kind gives the same three
products and never forms M to get them.
"""

import math
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tf_keras as keras


class Map(keras.layers.Layer):
    """A linear map of vectors of size `inputs` to vectors of size `outputs`.

    Subclasses hold the weights and list their hyperparameters in `FIELDS`.
    """

    FIELDS: tuple[str, ...] = ()

    def __init__(self, inputs: int, outputs: int, name: str):
        super().__init__(name=name)
        self.inputs = inputs
        self.outputs = outputs

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M: [rows, inputs] to [rows, outputs]."""
        raise NotImplementedError

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns the rows of M that int32 `ids` [n] name: [n, outputs]."""
        raise NotImplementedError

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M^T: [rows, outputs] to [rows, inputs]."""
        raise NotImplementedError

    def approximate(self, matrix: np.ndarray) -> None:
        """Sets the weights so that M is near `matrix` [inputs, outputs]."""
        raise NotImplementedError

    def matrix(self) -> np.ndarray:
        """Returns M itself, float32 [inputs, outputs], for tests."""
        return self(tf.eye(self.inputs)).numpy()

    @property
    def parameters(self) -> int:
        """How many weights it holds."""
        return sum(math.prod(w.shape) for w in self.weights)

    @property
    def multiplications(self) -> int:
        """How many multiplications one product with a vector takes."""
        return self.parameters

    def fields(self) -> dict:
        """Returns the hyperparameters with which `make` builds its like."""
        return {"kind": KINDS_BY_CLASS[type(self)]} | {
            name: getattr(self, name) for name in self.FIELDS
        }

    def _weight(self, name: str, shape: Sequence[int], scale: float):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=keras.initializers.RandomUniform(-scale, scale),
        )


class DenseMap(Map):
    """M is one array, `kernel` [inputs, outputs]."""

    def __init__(self, inputs: int, outputs: int, scale: float, name: str):
        super().__init__(inputs, outputs, name)
        self.kernel = self._weight("kernel", (inputs, outputs), scale)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.matmul(x, self.kernel)

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        return tf.gather(self.kernel, ids)

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        return tf.matmul(x, self.kernel, transpose_b=True)

    def approximate(self, matrix: np.ndarray) -> None:
        self.kernel.assign(matrix)


class LowRankMap(Map):
    """M = left right, with [inputs, rank] and [rank, outputs].

    It holds `rank * (inputs + outputs)` weights.

    Raises:
        ValueError: `rank` is not between 1 and that of a matrix of this size.
    """

    FIELDS = ("rank",)

    def __init__(
        self, inputs: int, outputs: int, scale: float, name: str, rank: int
    ):
        super().__init__(inputs, outputs, name)
        _check_rank(name, rank, min(inputs, outputs))
        self.rank = rank
        scale = _factor_scale(scale, factors=2, summands=rank)
        self.left = self._weight("left", (inputs, rank), scale)
        self.right = self._weight("right", (rank, outputs), scale)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return tf.matmul(tf.matmul(x, self.left), self.right)

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        return tf.matmul(tf.gather(self.left, ids), self.right)

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        x = tf.matmul(x, self.right, transpose_b=True)
        return tf.matmul(x, self.left, transpose_b=True)

    def approximate(self, matrix: np.ndarray) -> None:
        self.set_weights(factorize(matrix, self.rank))


def factorize(matrix: np.ndarray, rank: int) -> list[np.ndarray]:
    """Returns the factors [m, rank], [rank, n] nearest to `matrix` [m, n].

    Their product is its truncated singular value decomposition, the nearest
    matrix of that rank in Frobenius norm (Eckart and Young, 1936); the
    singular values are shared equally, so that both quantize alike.
    """
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    root = np.sqrt(s[:rank])
    return [u[:, :rank] * root, root[:, np.newaxis] * v[:rank]]


class TensorTrainMap(Map):
    """M is a train of small cores (Oseledets 2011, Novikov et al. 2015).

    Core k has shape [r_k-1, m_k, n_k, r_k], with `in_dims` m and `out_dims`
    n, and r_0 = r_d = 1. For a row with the digits (i_1 ... i_d) and a column
    with the digits (j_d ... j_1), the most significant first,

        M[row, column] = core_1[:, i_1, j_1, :] ... core_d[:, i_d, j_d, :].

    The digits of columns run the other way than those of rows because then
    each core is applied with one transpose before the next (`_contract`), and
    none after the last.

    Raises:
        ValueError: the dimensions do not multiply to the matrix's size, or
            the rank is below 1 or above what any matrix of this size needs.
    """

    FIELDS = ("in_dims", "out_dims", "rank")

    def __init__(
        self,
        inputs: int,
        outputs: int,
        scale: float,
        name: str,
        in_dims: Sequence[int],
        out_dims: Sequence[int],
        rank: int,
    ):
        super().__init__(inputs, outputs, name)
        self.in_dims, self.out_dims = tuple(in_dims), tuple(out_dims)
        self.rank = rank
        _check_dims(self)
        shapes = core_shapes(in_dims, out_dims, rank)
        _check_rank(name, rank, max(_full_ranks(in_dims, out_dims)))
        paths = math.prod(shape[-1] for shape in shapes)
        scale = _factor_scale(scale, factors=len(shapes), summands=paths)
        self.cores = [
            self._weight(f"core_{k}", shape, scale)
            for k, shape in enumerate(shapes)
        ]

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return _contract(x, self.cores)

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        swapped = [tf.transpose(c, [3, 2, 1, 0]) for c in self.cores]
        return _contract(x, swapped[::-1])

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        row = tf.ones([1, 1, 1])  # [ids, r_k, columns so far]
        for core, digit in zip(
            self.cores[::-1], self._digits(ids), strict=True
        ):
            r, m, n, s = core.shape
            table = tf.reshape(tf.transpose(core, [1, 0, 2, 3]), [m, -1])
            slices = tf.reshape(tf.gather(table, digit), [-1, r * n, s])
            row = tf.reshape(tf.matmul(slices, row), [-1, r, n, row.shape[2]])
            row = tf.transpose(row, [0, 1, 3, 2])
            row = tf.reshape(row, [-1, r, row.shape[2] * n])
        return tf.reshape(row, [-1, self.outputs])

    def approximate(self, matrix: np.ndarray) -> None:
        self.set_weights(
            decompose(matrix, self.in_dims, self.out_dims, self.rank)
        )

    @property
    def multiplications(self) -> int:
        count, rows, columns = 0, self.inputs, 1
        for core in reversed(self.cores):
            rows //= core.shape[1]
            count += rows * columns * math.prod(core.shape)
            columns *= core.shape[2]
        return count

    def _digits(self, ids: tf.Tensor) -> list[tf.Tensor]:
        """Returns the digits of each row's number, the least one first."""
        digits = []
        for m in self.in_dims[:0:-1]:
            digits.append(tf.math.floormod(ids, m))
            ids = tf.math.floordiv(ids, m)
        return [*digits, ids]


def _contract(x: tf.Tensor, cores: Sequence[tf.Tensor]) -> tf.Tensor:
    """Returns x M for the M of `cores`: from the last core to the first.

    Each step is a product with one constant matrix, which becomes a
    FULLY_CONNECTED op; batched products would stay float and be slow.
    """
    columns = 1
    for core in cores[::-1]:
        r, m, n, s = core.shape
        kernel = tf.reshape(tf.transpose(core, [1, 3, 2, 0]), [m * s, n * r])
        if columns > 1:  # [rows to come, this digit, columns so far, rank]
            x = tf.reshape(x, [-1, m, columns, s])
            x = tf.transpose(x, [0, 2, 1, 3])
        x = tf.matmul(tf.reshape(x, [-1, m * s]), kernel)
        columns *= n
    return tf.reshape(x, [-1, columns])


def core_shapes(
    in_dims: Sequence[int], out_dims: Sequence[int], rank: int
) -> list[tuple[int, int, int, int]]:
    """Returns the shapes of the cores when no rank may exceed `rank`."""
    ranks = [min(rank, full) for full in _full_ranks(in_dims, out_dims)]
    return list(zip(ranks, in_dims, out_dims, ranks[1:], strict=False))


def decompose(
    matrix: np.ndarray,
    in_dims: Sequence[int],
    out_dims: Sequence[int],
    rank: int,
) -> list[np.ndarray]:
    """Returns cores whose train is near `matrix`, by TT-SVD.

    Successive truncated singular value decompositions (Oseledets 2011,
    algorithm 1): the error is at most sqrt(d - 1) times the least possible.
    """
    d = len(in_dims)
    rest = matrix.reshape(*in_dims, *reversed(out_dims))
    rest = rest.transpose([a for k in range(d) for a in (k, 2 * d - 1 - k)])
    cores = []
    for shape in core_shapes(in_dims, out_dims, rank)[:-1]:
        r, m, n, s = shape
        u, sigma, v = np.linalg.svd(
            rest.reshape(r * m * n, -1), full_matrices=False
        )
        cores.append(u[:, :s].reshape(shape))
        rest = sigma[:s, np.newaxis] * v[:s]
    return _balanced([*cores, rest.reshape(-1, in_dims[-1], out_dims[-1], 1)])


def _balanced(cores: list[np.ndarray]) -> list[np.ndarray]:
    """Returns the same train with cores of equal norm.

    TT-SVD leaves the whole norm in the last core; one learning rate and one
    quantization scale suit cores of like size.
    """
    norms = [np.linalg.norm(core) for core in cores]
    if not all(norms):
        return cores
    mean = math.exp(sum(map(math.log, norms)) / len(norms))
    return [
        core * (mean / norm) for core, norm in zip(cores, norms, strict=True)
    ]


def _full_ranks(in_dims: Sequence[int], out_dims: Sequence[int]) -> list[int]:
    modes = [m * n for m, n in zip(in_dims, out_dims, strict=True)]
    return [
        min(math.prod(modes[:k]), math.prod(modes[k:]))
        for k in range(len(modes) + 1)
    ]


def _factor_scale(scale: float, factors: int, summands: int) -> float:
    """Returns the scale of factors whose product has scale `scale`.

    Uniform weights of scale a have the variance a^2 / 3; variances of
    independent factors multiply and those of summands add.
    """
    variance = (scale**2 / 3 / summands) ** (1 / factors)
    return math.sqrt(3 * variance)


def _check_rank(name: str, rank: int, highest: int) -> None:
    if not isinstance(rank, int) or not 1 <= rank <= highest:
        raise ValueError(
            f"rank {rank} does not fit {name}: give 1 to {highest}"
        )


def _check_dims(tt: TensorTrainMap) -> None:
    for side, dims, size in (
        ("in_dims", tt.in_dims, tt.inputs),
        ("out_dims", tt.out_dims, tt.outputs),
    ):
        whole = all(isinstance(dim, int) and dim > 0 for dim in dims)
        if not whole or not dims or math.prod(dims) != size:
            raise ValueError(
                f"{side}={dims} do not factor {tt.name}: "
                f"give positive whole numbers whose product is {size}"
            )
    if len(tt.in_dims) != len(tt.out_dims):
        raise ValueError(
            f"in_dims={tt.in_dims} and out_dims={tt.out_dims} of {tt.name} "
            f"differ in length: give as many of each"
        )


KINDS = {
    "dense": DenseMap,
    "low_rank": LowRankMap,
    "tensor_train": TensorTrainMap,
}
KINDS_BY_CLASS = {cls: kind for kind, cls in KINDS.items()}


def make(
    fields: dict, inputs: int, outputs: int, scale: float, name: str
) -> Map:
    """Returns the map that `fields` describe, with random weights.

    Args:
        fields: `kind` (a key of `KINDS`) and that kind's hyperparameters.
        inputs: rows of its matrix.
        outputs: columns of its matrix.
        scale: the matrix's entries are about uniform in [-scale, scale].
        name: what scopes and error messages call it.
    """
    fields = dict(fields)
    return KINDS[fields.pop("kind")](
        inputs, outputs, scale=scale, name=name, **fields
    )
