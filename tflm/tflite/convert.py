"""A model to the bytes of a checked .tflite file, in a child process.

The converter is known to crash the Python process on some recurrent models
and to leak memory at each call. So each file has a process, which runs `main`,
and what comes back is checked before it is handed out.
"""

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from tflm import temporary
from tflm.model import storage
from tflm.model.graph import graph
from tflm.model.network import Network
from tflm.model.tagger import Tagger
from tflm.tflite import child, formats
from tflm.tflite.check import check
from tflm.tflite.flatbuffer import runtimes
from tflm.tflite.formats import Format, Properties


def convert(
    model: Network,
    file_format: Format = "float32",
    runtime: str | None = None,
    calibration: np.ndarray | None = None,
    early_exit: bool = False,
) -> bytes:
    """Returns the one-word form of `model` as a .tflite file.

    Args:
        model: what to convert.
        file_format: how to store weights: `float32`; `float16`; `int8`,
            per-channel weights with activations quantized as they come;
            `full_int8`, activations too, by ranges from `calibration`; `int4`
            weights; `mixed`, int8 layers with an int4 embedding table;
            `sparse`, float32 without the zeros of a pruned model.
        runtime: oldest TensorFlow Lite that must read it, such as `2.16`.
        calibration: ids of real text, int32 [n], which `full_int8` needs: the
            model reads them and its states on the way set the ranges.
        early_exit: whether the file also holds the parts of a hierarchical
            softmax apart, for `early_exit.EarlyExitStep`.

    Every file but a `full_int8` one also gives what its softmax reads, which a
    cache needs, under a signature of its own: `hidden_output`.

    Raises:
        ConversionError: the converter died or refused, or the file fails a
            check, as one with nothing sparse does: says what and where.
        ValueError: the format is unknown, not for that runtime, does not go
            with early exit, or lacks its calibration text; or the softmax is
            not hierarchical.

    Examples:
        >>> content = tflm.convert(smaller, "int8")
        >>> len(content) < 20_000
        True
    """
    wanted = formats.known(file_format)
    formats.check_runtime(file_format, runtime)
    if wanted.calibrated and isinstance(model, Tagger):
        raise ValueError(
            f"a tagger has no {file_format} file, as its state holds labels: "
            f"choose int8"
        )
    if wanted.calibrated and calibration is None:
        raise ValueError(
            f"{file_format} needs calibration: give it ids of real text"
        )
    if early_exit:
        _check_early_exit(model, wanted)
    request = {
        "file_format": file_format,
        "runtime": runtime,
        "early_exit": early_exit,
    }
    with temporary.directory() as place:
        storage.save(model, place / "model.npz")
        if calibration is not None:
            np.save(place / "calibration.npy", np.asarray(calibration))
        (place / "request.json").write_text(json.dumps(request))
        content = child.run(__name__, place, f"the {file_format} file")
    check(content, model, file_format, runtime)
    return content


def _check_early_exit(model: Network, wanted: Properties) -> None:
    if not model.config.hierarchical:
        raise ValueError(
            "early_exit needs a hierarchical softmax: apply "
            "Adaptive(hierarchical=True) before"
        )
    if not wanted.early_exit:
        raise ValueError(
            f"early_exit does not go with {wanted.name}, which is made for "
            f"whole steps: choose int8"
        )


def convert_here(
    model: Network,
    file_format: Format = "float32",
    runtime: str | None = None,
    calibration: np.ndarray | None = None,
    early_exit: bool = False,
) -> bytes:
    """Does the work of `convert` in this process, without its checks.

    It takes and returns the same.

    Raises:
        ValueError: the format cannot be had for that runtime, or the model
            has embeddings of an odd width where 4 bits are asked for.
    """
    from tflm.tflite import quantize
    from tflm.tflite.flatbuffer import deduplicate, hidden_output, sparsify

    wanted = formats.known(file_format)
    if file_format == "float16":
        content = _tf_convert(model, early_exit, float16=True)
    elif wanted.calibrated:
        content = _tf_convert(
            model, ids=calibration, by_channel=_reads_channels(model, runtime)
        )
    else:
        content = _tf_convert(model, early_exit)
    content = deduplicate.deduplicate_constants(content)
    content = hidden_output.set_apart(content)
    if wanted.dynamic:
        content = quantize.quantize(content, file_format, runtime)
    if file_format == "sparse":
        content = sparsify.sparsify(content)
    return content


def _tf_convert(
    model: Network,
    early_exit: bool = False,
    float16: bool = False,
    ids: np.ndarray | None = None,
    by_channel: bool = True,
) -> bytes:
    import tensorflow as tf

    from tflm.tflite.step import step_module

    # An output in integers would be one more operation, for all.
    module = step_module(model, early_exit, hidden=ids is None)
    signatures = dict(module.functions)
    with temporary.directory() as saved:
        tf.saved_model.save(module, str(saved), signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            str(saved), signature_keys=[*signatures]
        )
        if float16 or ids is not None:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if float16:
            converter.target_spec.supported_types = [tf.float16]
        if ids is not None:
            converter.representative_dataset = lambda: _trajectory(model, ids)
        if not by_channel:
            converter._experimental_disable_per_channel_quantization_for_dense_layers = True  # noqa: E501
        return converter.convert()


def _reads_channels(model: Network, runtime: str | None) -> bool:
    """Tells whether a full int8 file may have a scale for each row.

    A tied table with one needs an EMBEDDING_LOOKUP that 2.18 brought.
    """
    return (
        not model.config.tied
        or runtime is None
        or runtimes.version_numbers(runtime) >= (2, 18)
    )


def _trajectory(
    model: Network, ids: np.ndarray
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each word of `ids` with the state in which the model reads it."""
    import tensorflow as tf

    step = graph(model.step)
    state = tf.zeros([1, model.state_size])
    for word in ids:
        token = tf.constant([word], tf.int32)
        yield "step", {"token": token, "state": state}
        _, state = step(token, state)


def main(directory: pathlib.Path) -> None:
    """Converts what `convert` left in `directory`, in the child process."""
    request = json.loads((directory / "request.json").read_text())
    calibration = directory / "calibration.npy"
    content = convert_here(
        storage.load(directory / "model.npz"),
        calibration=np.load(calibration) if calibration.exists() else None,
        **request,
    )
    (directory / "model.tflite").write_bytes(content)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
