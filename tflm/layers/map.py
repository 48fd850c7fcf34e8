"""What a matrix of a model is to the layer that uses it."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tflm.layers.weight_view import PLAIN, Form, WeightView

# Some rows of a matrix, and the matrices that they are the product of.
Chain = tuple[slice, Sequence[tf.Variable]]

# What precedes the last product of a map, and the matrix of that product.
End = tuple[Callable[[tf.Tensor], tf.Tensor], tf.Variable]

# R and C, with which an error E of a matrix costs tr(R E C E^T): for `inputs`
# rows and `outputs` columns, each a symmetric matrix or its diagonal.
Importance = tuple[np.ndarray, np.ndarray]


class Map(keras.layers.Layer):
    """A linear map of vectors of size `inputs` to vectors of size `outputs`.

    A map M of `inputs` rows and `outputs` columns is all that a cell, an
    embedding or a softmax knows of its matrix. Each kind gives the same three
    products and never forms M to get them.

    Subclasses hold the weights, have a name in `KIND`, list their
    hyperparameters in `FIELDS`, and define `_product`, `_transposed`, `rows`
    and `approximate`; those made of matrices also `chains`, and `part` if
    they can lose rows and columns.

    Attributes:
        view: what weights and inputs pass through on the way to products.
        kernel: M itself, where it is one weight.
    """

    KIND = ""
    FIELDS: tuple[str, ...] = ()
    HAS_CLUSTERS = False  # of rows, which a hierarchical softmax needs
    kernel: tf.Variable | None = None

    def __init__(self, inputs: int, outputs: int, name: str):
        super().__init__(name=name)
        self.inputs = inputs
        self.outputs = outputs
        self.view: WeightView = PLAIN

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M: [rows, inputs] to [rows, outputs]."""
        return self._product(self.view.read(x))

    def repeated(self) -> Callable[[tf.Tensor], tf.Tensor]:
        """Returns `call` for the steps of a recurrence, if it can a faster one.

        What it is given later has to depend on its first result, as
        `repeated.Repeated` says.
        """
        return self

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns the rows of M that int32 `ids` [n] name: [n, outputs]."""
        raise NotImplementedError

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M^T: [rows, outputs] to [rows, inputs]."""
        return self._transposed(self.view.read(x))

    def approximate(
        self, matrix: np.ndarray, importance: Importance | None = None
    ) -> None:
        """Sets the weights so that M is near `matrix` [inputs, outputs].

        Args:
            matrix: what to be near.
            importance: what its errors cost; all alike if None, or if the
                kind cannot weigh them.
        """
        raise NotImplementedError

    def chains(self) -> list[Chain]:
        """Returns the products of matrices that M is made of.

        Their rows together are those of M. There are none if the weights are
        no matrices.
        """
        return []

    @property
    def blocks(self) -> "Sequence[Map]":
        """The maps that own its weights; their columns together are its own.

        That is itself alone, but in a cell of groups or of a pyramid.
        """
        return [self]

    def end(self) -> End | None:
        """Returns the matrix U [m, outputs] with which x M ends, x M = u U.

        With it comes the function of x as the view shows it that returns u
        [rows, m]. None if no product with one matrix is the last.
        """
        return None

    def side(self, axis: int) -> tf.Variable | None:
        """Returns the weight whose rows (axis 0) or columns are those of M.

        None if no single weight has them, a row or a column each.
        """
        chains = self.chains()
        return chains[0][1][-axis] if len(chains) == 1 else None

    def part(
        self, rows: np.ndarray, columns: np.ndarray
    ) -> tuple[dict, list[np.ndarray]]:
        """Returns fields and weights of a map with a part of M.

        Only for a map of which `side` returns weights.

        Args:
            rows: which of M it has, int [m].
            columns: likewise, int [n].
        """
        raise NotImplementedError

    def matrix(self) -> np.ndarray:
        """Returns M itself, float32 [inputs, outputs]."""
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
        return {"kind": self.KIND} | {
            name: getattr(self, name) for name in self.FIELDS
        }

    def viewed(
        self, weight: tf.Variable, form: Form = tf.convert_to_tensor
    ) -> tf.Tensor:
        """Returns one of its weights, rearranged, as the view shows it."""
        return self.view.weight(weight, form)

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M of x as the view shows it."""
        raise NotImplementedError

    def _transposed(self, x: tf.Tensor) -> tf.Tensor:
        """Returns x M^T of x as the view shows it."""
        raise NotImplementedError

    def _weight(
        self, name: str, shape: Sequence[int], scale: float
    ) -> tf.Variable:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=keras.initializers.RandomUniform(-scale, scale),
        )


def factor_scale(scale: float, factors: int, summands: int) -> float:
    """Returns the scale of factors whose product has scale `scale`.

    Uniform weights of scale a have the variance a^2 / 3; variances of
    independent factors multiply and those of summands add.
    """
    variance = (scale**2 / 3 / summands) ** (1 / factors)
    return math.sqrt(3 * variance)


def check_rank(name: str, rank: int, highest: int) -> None:
    """Raises a ValueError unless `rank` is a whole number from 1."""
    if not isinstance(rank, int) or not 1 <= rank <= highest:
        raise ValueError(
            f"rank {rank} does not fit {name}: give 1 to {highest}"
        )
