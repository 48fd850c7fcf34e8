"""What stays of pruned matrices makes up for what is dropped."""

from collections.abc import Iterable, Iterator

import numpy as np
import tensorflow as tf

from tflm.compression.analysis.importance import importance
from tflm.compression.analysis.self_text import Moments
from tflm.layers.low_rank import moment_of, weighed
from tflm.layers.map import Map
from tflm.model.network import Network

# Conjugate gradients end after so many steps, or at this share of the error.
_STEPS, _ENOUGH = 100, 1e-3


def importances(linear: Map, moments: Moments) -> list[np.ndarray]:
    """Returns how much an error of each weight counts, one array a weight.

    It is the root of what a unit of it costs if all others are right. Those of
    a tensor train count alike.
    """
    found = {
        weight.ref(): np.sqrt(np.outer(_diagonal(rows), _diagonal(columns)))
        for weight, rows, columns in _costs(linear, moments)
    }
    return [found.get(w.ref(), np.ones(w.shape)) for w in linear.weights]


def refit(
    model: Network,
    before: Network,
    names: Iterable[str],
    moments: Moments,
) -> None:
    """Sets what is left of pruned maps so that the model predicts as it did.

    With X in place of the matrix M its products are off by E = M - X, which
    costs tr(R E C E^T), with the R and C of `importance`. The weights that are
    not zero become those of the least cost: the optimal brain surgeon of
    Hassibi and Stork 1993 for all that is dropped at once. What the logits
    lose on average goes to the softmax's bias, and only what varies counts.

    Args:
        model: changed in place; its zeros stay zeros.
        before: as it was before it was pruned.
        names: the maps that were.
        moments: of `before`, or of the model that it was trained from.
    """
    for name in names:
        pruned = {weight.name: weight for weight in model.maps[name].weights}
        for whole, rows, columns in _costs(before.maps[name], moments):
            weight = pruned[whole.name]
            kept = weight.numpy() != 0
            weight.assign(least_squares(whole.numpy(), kept, rows, columns))
    both = zip(before.softmaxes, model.softmaxes, strict=True)
    for old, softmax in both:
        mean = moments.means[old.table.name][np.newaxis].astype(np.float32)
        shift = old.table.transposed(mean) - softmax.table.transposed(mean)
        softmax.bias.assign_add(shift[0])


def least_squares(
    matrix: np.ndarray, kept: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Returns the X that is zero outside `kept` with the least error.

    The error is tr(R E C E^T) for E = M - X. By conjugate gradients, scaled by
    the diagonals of R and C.

    Args:
        matrix: M, [m, n].
        kept: bool [m, n].
        rows: R, positive definite [m, m], or its diagonal [m].
        columns: C, [n, n] or [n].
    """
    scale = kept / np.outer(_diagonal(rows), _diagonal(columns))
    found = matrix * kept
    residual = kept * _both(rows, matrix - found, columns)
    enough = _ENOUGH**2 * np.sum(residual * scale * residual)
    direction, size = np.zeros_like(residual), 1.0
    for _ in range(_STEPS):
        downhill = scale * residual
        last, size = size, np.sum(downhill * residual)
        if size <= enough:
            break
        direction = downhill + size / last * direction
        change = kept * _both(rows, direction, columns)
        step = size / np.sum(direction * change)
        found = found + step * direction
        residual = residual - step * change
    return found


def _costs(
    linear: Map, moments: Moments
) -> Iterator[tuple[tf.Variable, np.ndarray, np.ndarray]]:
    """Yields weights of a map, with the R and C that their errors meet.

    An error E of the factor W in left W right is left E right in the matrix:
    its R is left^T R left, and its C is right C right^T.
    """
    shape = linear.inputs, linear.outputs
    rows, columns = importance(linear.name, shape, moments, centred=True)
    for block, chain in linear.chains():
        r = moment_of(rows, block)
        c = [columns]
        for factor in chain[:0:-1]:
            c.append(_transformed(factor.numpy(), c[-1]))
        for factor in chain:
            yield factor, r, c.pop()
            r = _transformed(factor.numpy().T, r)


def _transformed(factor: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Returns F S F^T for a moment S, or its diagonal."""
    return weighed(moment, factor.T).T @ factor.T


def _both(rows: np.ndarray, error: np.ndarray, columns: np.ndarray):
    return weighed(rows, weighed(columns, error.T).T)


def _diagonal(moment: np.ndarray) -> np.ndarray:
    return moment if moment.ndim == 1 else np.diag(moment)
