"""What the products of a model compute with while a method trains it."""

from collections.abc import Callable, Hashable

import tensorflow as tf

# The numbers of a weight, in another order or shape.
Form = Callable[[tf.Variable | tf.Tensor], tf.Tensor]


class WeightView:
    """Shows all as it is; a method that trains overrides what it needs.

    A map holds one and passes through it whatever enters a product. The graph
    of a .tflite file is traced with this one: what a method wants of the file
    must be in the weights when it is done.

    Attributes:
        about: what no other view shows.
    """

    about: str = ""

    def weight(
        self, weight: tf.Variable, form: Form = tf.convert_to_tensor
    ) -> tf.Tensor:
        """Returns one weight of a map as its products shall use it.

        `form` rearranges its numbers; it is one function at each use.
        """
        return form(weight)

    def kernel(self, kernel: tf.Tensor, channels: int) -> tf.Tensor:
        """Returns the constant matrix of one product of the file.

        Args:
            kernel: float32 [m, n], made of weights that `weight` returned.
            channels: the axis along which the file may keep a scale each.
        """
        return kernel

    def look_up(self, table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        """Returns the rows of a constant matrix that int32 `ids` [n] name.

        The file may keep a scale for each row; only these rows are touched.
        """
        return self.kernel(tf.gather(table, ids), 0)

    def read(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the vectors that a whole map is applied to, [rows, size].

        The size is that of its inputs, or of the outputs if it is transposed.
        """
        return x

    def inputs(self, x: tf.Tensor) -> tf.Tensor:
        """Returns what a product multiplies, float32 [rows, m]."""
        return x


PLAIN = WeightView()


class OncePerGraph:
    """Makes a tensor once a graph, not again at each word that needs it."""

    def __init__(self):
        self._made: dict[tf.Graph, dict[Hashable, tf.Tensor]] = {}

    def __call__(
        self, key: Hashable, make: Callable[[], tf.Tensor]
    ) -> tf.Tensor:
        if tf.executing_eagerly():
            return make()  # The weights may be others next time.
        graph = tf.compat.v1.get_default_graph()
        made = self._made.setdefault(graph, {})
        if key not in made:
            made[key] = make()
        return made[key]


def product(
    view: WeightView, x: tf.Tensor, kernel: tf.Tensor, transpose: bool = False
) -> tf.Tensor:
    """Returns x kernel, or x kernel^T: one FULLY_CONNECTED op of the file.

    Its scales belong to the outputs: the columns, or the rows if transposed.
    """
    kernel = view.kernel(kernel, 0 if transpose else 1)
    return tf.matmul(view.inputs(x), kernel, transpose_b=transpose)


def look_up(view: WeightView, table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """Returns rows of `table`: one EMBEDDING_LOOKUP op of the file."""
    return view.look_up(table, ids)
