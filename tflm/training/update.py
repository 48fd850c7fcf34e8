"""One update of the weights, as a graph."""

from collections.abc import Callable

import tensorflow as tf
import tf_keras as keras

from tflm.model.language_model import LanguageModel
from tflm.training.config import TrainingConfig


def make_update(
    model: LanguageModel,
    optimizer: keras.optimizers.Optimizer,
    state: tf.Variable,
    clip: float,
) -> Callable[..., tf.Tensor]:
    """Returns the graph of one update: (x, y, seed, sample) to the loss."""

    @tf.function
    def update(x, y, seed, *sample):
        with tf.GradientTape() as tape:
            hidden, new_state = model.hidden(x, state, seed)
            hidden = tf.reshape(hidden, [-1, hidden.shape[-1]])
            targets = tf.reshape(y, [-1])
            softmax = model.softmax
            losses = (
                softmax.sampled_loss(hidden, targets, *sample)
                if sample
                else softmax.loss(hidden, targets)
            )
            loss = tf.reduce_mean(losses)
        weights = model.trainable_variables
        gradients = tape.gradient(loss, weights)
        gradients = [tf.convert_to_tensor(g) for g in gradients]
        gradients, norm = tf.clip_by_global_norm(gradients, clip)
        # One bad batch must not spoil the weights that a checkpoint keeps.
        if tf.math.is_finite(norm):
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
            state.assign(new_state)
            if model.constraint is not None:
                model.constraint()
        return loss + 0 * norm

    return update


def make_optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    """Returns the optimizer that `config` names."""
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(config.learning_rate, jit_compile=False)
    return keras.optimizers.Adam(
        config.learning_rate, beta_2=0.99, epsilon=1e-8, jit_compile=False
    )
