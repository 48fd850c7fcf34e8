"""One update of the weights, as a graph."""

from collections.abc import Callable, Sequence

import tensorflow as tf
import tf_keras as keras

from tflm.model.graph import graph
from tflm.model.network import Network
from tflm.training.config import TrainingConfig
from tflm.training.course import Outcome
from tflm.training.team import ALONE, Team


def make_update(
    model: Network,
    weights: Sequence[tf.Variable],
    optimizer: keras.optimizers.Optimizer,
    clip: float,
    loss: Callable[..., Outcome],
    signature: Sequence[tf.TensorSpec] | None = None,
    team: Team = ALONE,
) -> Callable[..., tf.Tensor]:
    """Returns the graph of one update: (seed, ...) to the loss.

    Args:
        model: whose constraint is applied after it.
        weights: that are updated.
        optimizer: by which.
        clip: highest global norm of a gradient.
        loss: of a course, which takes what the update is given.
        signature: of what the update is given; None for a graph for each shape.
        team: that reads a batch together; all of it make the same update.
    """

    def learn(seed, *batch):
        with tf.GradientTape() as tape:
            value, keep = loss(seed, *batch)
        return keep, *team.sum([value, *tape.gradient(value, weights)])

    def update(seed, *batch):
        keep, value, *gradients = team.run(learn, (seed, *batch))
        gradients = [tf.convert_to_tensor(g) for g in gradients]
        gradients, norm = tf.clip_by_global_norm(gradients, clip)

        def apply():
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
            keep()
            if model.constraint is not None:
                model.constraint()

        # One bad batch must not spoil the weights that a checkpoint keeps.
        tf.cond(tf.math.is_finite(norm), apply, lambda: None)
        return value + 0 * norm

    return graph(update, signature)


def make_optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    """Returns the optimizer that `config` names."""
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(config.learning_rate, jit_compile=False)
    return _Adam(
        config.learning_rate, beta_2=0.99, epsilon=1e-8, jit_compile=False
    )


class _Adam(keras.optimizers.Adam):
    """Adam that goes over each weight once, by the op made for it.

    Keras' own takes a dozen passes, which for a table of words are a tenth of
    an update. Variables and arithmetic are the same.
    """

    def update_step(self, gradient: tf.Tensor, variable: tf.Variable) -> None:
        """Changes one weight by its gradient, which is dense."""
        place = self._index_dict[self._var_key(variable)]
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[place].handle,
            v=self._velocities[place].handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(self.learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
