"""Trains a tagger on a text with labels."""

from collections.abc import Callable

from tflm import files
from tflm.model.network import Network
from tflm.model.tagger import Tagger
from tflm.text.tagged.dataset import TaggedText
from tflm.training.config import TrainingConfig
from tflm.training.tagging_course import TaggingCourse
from tflm.training.train import fit_by, train_by
from tflm.training.trainer import Progress


def train_tagger(
    model: Tagger,
    text: TaggedText,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
    on_epoch: Callable[[Progress], None] | None = None,
) -> Progress:
    """Trains a tagger in place; it ends with its best weights in validation.

    Args:
        model: what to train, of the sizes of the text's lexicon.
        text: as `tflm.prepare_tagged` returns it.
        config: how.
        directory: where to keep checkpoints, as `tflm.train` does.
        bar: whether to show a progress bar, on a terminal.
        on_epoch: called after each epoch, as of `tflm.train`.

    Returns:
        What was reached: by epoch what is wrong in validation, 100 minus the
        F1 of spans (or the accuracy, where there are none) in percent.

    Raises:
        DivergedError: the loss overflows.
        ValueError: the text is too short, or `directory` holds checkpoints of
            another run.
        OSError: `directory` cannot be written.

    Examples:
        >>> how = tflm.TrainingConfig(epochs=3, batch=8, learning_rate=0.02)
        >>> progress = tflm.train_tagger(tagger, labelled, how)
        >>> progress.best < 50
        True
    """
    course = TaggingCourse(model, text, config)
    return train_by(model, course, config, directory, bar, on_epoch)


def make_tagger_fit(
    text: TaggedText,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
) -> Callable[[Network], None]:
    """Returns the training of a tagger as a value, as `tflm.make_fit` does.

    Examples:
        >>> fit = tflm.make_tagger_fit(labelled, how)
        >>> low_rank = "LowRank(rank=4, scope='layer_0/input')"
        >>> smaller = tflm.compress(tagger, low_rank, fit)
        >>> smaller.parameters < tagger.parameters
        True
    """

    def course(model: Tagger, how: TrainingConfig) -> TaggingCourse:
        return TaggingCourse(model, text, how)

    return fit_by(course, config, directory, bar)
