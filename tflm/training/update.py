"""One update of the weights, as a graph."""

from collections.abc import Callable

import tensorflow as tf
import tf_keras as keras

from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel
from tflm.training.config import TrainingConfig
from tflm.training.learned_cache import LearnedCache


def make_update(
    model: LanguageModel,
    optimizer: keras.optimizers.Optimizer,
    state: tf.Variable,
    clip: float,
    losses: Callable[..., tf.Tensor],
    cache: LearnedCache | None = None,
) -> Callable[..., tf.Tensor]:
    """Returns the graph of one update: (x, y, seed, ...) to the loss.

    Args:
        model: whose weights are updated.
        optimizer: by which.
        state: of the model, carried from update to update.
        clip: highest global norm of a gradient.
        losses: gives the loss of each word, from the softmax, what it reads,
            the targets and whatever else an update is given.
        cache: of what each row has said, updated as the model is.
    """

    @graph
    def update(x, y, seed, *more):
        with tf.GradientTape() as tape:
            hidden, new_state = model.hidden(x, state, seed)
            vectors = tf.reshape(hidden, [-1, hidden.shape[-1]])
            targets = tf.reshape(y, [-1])
            each = losses(model.softmax, vectors, targets, *more)
            if cache is not None:
                each = cache.losses(hidden, y, tf.reshape(each, tf.shape(y)))
            loss = tf.reduce_mean(each)
        weights = model.trainable_variables + (cache.weights if cache else [])
        gradients = tape.gradient(loss, weights)
        gradients = [tf.convert_to_tensor(g) for g in gradients]
        gradients, norm = tf.clip_by_global_norm(gradients, clip)

        def apply():
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
            state.assign(new_state)
            if cache is not None:
                cache.remember(hidden, y)
            if model.constraint is not None:
                model.constraint()

        # One bad batch must not spoil the weights that a checkpoint keeps.
        tf.cond(tf.math.is_finite(norm), apply, lambda: None)
        return loss + 0 * norm

    return update


def plain_losses(
    softmax: keras.layers.Layer,
    hidden: tf.Tensor,
    targets: tf.Tensor,
    *sample: tf.Tensor,
) -> tf.Tensor:
    """Returns the losses of the text alone, from a sample where one is."""
    if sample:
        return softmax.sampled_loss(hidden, targets, *sample)
    return softmax.loss(hidden, targets)


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
