"""How much each error of a matrix counts where the matrix is used."""

from collections.abc import Iterable

import numpy as np

from tflm.compression.analysis import self_text
from tflm.compression.analysis.self_text import Moments
from tflm.layers.map import Importance
from tflm.model.map_shapes import map_shapes
from tflm.model.network import Network

# What is added to a moment, over its mean: what the text did not show counts
# a little. Words that it lacks are most of a vocabulary.
_UNSEEN, _UNSEEN_WORDS = 1e-3, 0.1


def measure(model: Network, names: Iterable[str]) -> dict[str, Importance]:
    """Returns the importance of errors of maps, on text that `model` writes."""
    moments = self_text.moments(model, self_text.write(model))
    shapes = map_shapes(model.config)
    return {name: importance(name, shapes[name], moments) for name in names}


def importance(
    name: str,
    shape: tuple[int, int],
    moments: Moments,
    centred: bool = False,
) -> Importance:
    """Returns R and C, with which an error E of a map costs tr(R E C E^T).

    They are as `layers.low_rank.factorize_weighted` takes them: a matrix, or
    its diagonal. R is the second moment of the map's inputs. A table's rows
    count by how likely their words are, with a mean of one, and if it is a
    softmax's, C is the second moment of what the softmax reads. All else
    counts alike, as do inputs that did not occur.

    Args:
        name: of the map.
        shape: of its matrix.
        moments: of the model.
        centred: the softmax's bias makes up for what its table is off on
            average: C is the covariance.
    """
    rows, columns = (np.ones(size) for size in shape)
    read = moments.inputs.get(name)
    if name in moments.rows:
        rows = _of_words(moments.rows[name])
        if read is None:
            return rows, columns
        mean = moments.means[name]
        return rows, _regularised(read - centred * np.outer(mean, mean))
    return rows if read is None else _regularised(read), columns


def _of_words(likely: np.ndarray) -> np.ndarray:
    likely = likely + _UNSEEN_WORDS * likely.mean()
    return likely / likely.mean()


def _regularised(moment: np.ndarray) -> np.ndarray:
    """Returns a moment that is positive definite, by a ridge on it."""
    size = len(moment)
    mean = max(np.trace(moment) / size, 1e-12)
    return moment + _UNSEEN * mean * np.eye(size)
