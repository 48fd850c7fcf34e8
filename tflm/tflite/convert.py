"""A model to the bytes of a checked .tflite file, in a child process.

The converter is known to crash the Python process on some recurrent nets and
to leak memory at each call. So it runs as `python -m tflm.tflite.convert`,
once a file, and what comes back is checked before it is handed out.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from typing import Literal, get_args

import numpy as np

from tflm.model import storage
from tflm.model.language_model import LanguageModel
from tflm.tflite import inspect
from tflm.tflite.flatbuffer import runtimes
from tflm.tflite.interpreter import load_step

Format = Literal[
    "float32", "float16", "int8", "full_int8", "int4", "mixed", "sparse"
]
FORMATS = get_args(Format)

# The largest difference of a logit from Keras', as a share of the range of
# the logits, that still counts as rounding and not as a wrong file.
TOLERANCE: dict[Format, float] = {
    "float32": 1e-4,
    "float16": 0.01,
    "int8": 0.1,
    "full_int8": 0.3,
    "int4": 0.6,
    "mixed": 0.4,
    "sparse": 1e-4,
}

_TIMEOUT_SECONDS = 600


class ConversionError(RuntimeError):
    """The converter failed, or its file is not what was asked for."""


def convert(
    model: LanguageModel,
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

    Raises:
        ConversionError: the converter died or refused, or the file fails a
            check, as one with nothing sparse does: says what and where.
        ValueError: the format is unknown, cannot be had for that runtime or
            head first, or lacks its calibration text; or the softmax has no
            head.
    """
    if file_format not in FORMATS:
        raise ValueError(
            f"format {file_format!r} is unknown: "
            f"give one of {', '.join(FORMATS)}"
        )
    if file_format == "full_int8" and calibration is None:
        raise ValueError(
            "full_int8 needs calibration: give it ids of real text"
        )
    if early_exit:
        _check_early_exit(model, file_format)
    request = {
        "file_format": file_format,
        "runtime": runtime,
        "early_exit": early_exit,
    }
    with tempfile.TemporaryDirectory(prefix="tflm-") as directory:
        content = _in_child(
            pathlib.Path(directory), model, request, calibration
        )
    check(content, model, file_format, runtime)
    return content


def _check_early_exit(model: LanguageModel, file_format: Format) -> None:
    if not model.config.hierarchical:
        raise ValueError(
            "early_exit needs a hierarchical softmax: apply "
            "Adaptive(hierarchical=True) before"
        )
    if file_format in ("full_int8", "sparse"):
        raise ValueError(
            f"early_exit does not go with {file_format}, which is made for "
            f"whole steps: choose int8"
        )


def check(
    content: bytes,
    model: LanguageModel,
    file_format: Format,
    runtime: str | None = None,
) -> None:
    """Proves of a file what the toolkit promises of its files.

    Built-in ops only; no large float constant after quantization; a tied
    table stored once; of a `sparse` file, a matrix that is; a known minimum
    runtime, not above `runtime`; and a step that equals the model's within
    `TOLERANCE`.

    Raises:
        ConversionError: one of them does not hold.
    """
    found = inspect.inspect(content)
    if found.custom_operations:
        raise ConversionError(
            f"the {file_format} file needs ops outside the runtime: "
            f"{', '.join(found.custom_operations)}"
        )
    if found.repeated_bytes > 0.01 * len(content):
        raise ConversionError(
            f"the {file_format} file stores {found.repeated_bytes} bytes twice"
        )
    if file_format == "sparse":
        _check_sparse(found)
    _check_runtime(found.runtime, file_format, runtime)
    difference = _difference(content, model)
    if not difference <= TOLERANCE[file_format]:
        raise ConversionError(
            f"the {file_format} file's logits are {difference:.3g} of their "
            f"range from Keras', more than {TOLERANCE[file_format]}"
        )


def _check_sparse(found: inspect.Inspection) -> None:
    if any(operation.name == "DENSIFY" for operation in found.operations):
        raise ConversionError(
            "the sparse file unpacks matrices at each step (DENSIFY): "
            "prune with Prune(sparsity=0.9, block=4)"
        )
    if not any(tensor.sparse_bytes for tensor in found.sparsity):
        raise ConversionError(
            "the sparse file has no sparse matrix: prune the model before, "
            "half or more of it in blocks, Prune(block=4), or nine tenths "
            "singly; a tied table stays dense, so prune the layers"
        )


def _check_runtime(
    needed: str, file_format: Format, wanted: str | None
) -> None:
    if wanted is None:
        return
    # A file for 2.16 may need 2.16.1: what was asked for is the series.
    series = runtimes.version_numbers(wanted)[:2]
    if needed == runtimes.UNKNOWN or (
        runtimes.version_numbers(needed)[: len(series)] > series
    ):
        raise ConversionError(
            f"the {file_format} file needs runtime {needed}, above the "
            f"{wanted} asked for: choose another format or a newer runtime"
        )


def _difference(content: bytes, model: LanguageModel) -> float:
    """Returns the largest difference of a logit, relative to their range."""
    step = load_step(content)
    state = file_state = step.initial_state()
    words = np.random.default_rng(0).integers(0, step.vocabulary_size, 8)
    worst = 0.0
    for word in words:
        expected, state = model.step(np.array([word], np.int32), state)
        logits, file_state = step(int(word), file_state)
        spread = max(np.ptp(expected), 1e-3)
        worst = max(worst, float(np.abs(logits - expected[0]).max() / spread))
    return worst


def _in_child(
    directory: pathlib.Path,
    model: LanguageModel,
    request: dict,
    calibration: np.ndarray | None,
) -> bytes:
    storage.save(model, directory / "model.npz")
    if calibration is not None:
        np.save(directory / "calibration.npy", np.asarray(calibration))
    (directory / "request.json").write_text(json.dumps(request))
    return run_child(__name__, directory, f"the {request['file_format']} file")


def run_child(module: str, directory: pathlib.Path, what: str) -> bytes:
    """Runs `python -m module directory`; returns the model.tflite it leaves.

    Raises:
        ConversionError: it died, failed or left no file.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, str(directory)],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
    )
    output = directory / "model.tflite"
    if done.returncode or not output.exists():
        raise ConversionError(_reason(what, done))
    return output.read_bytes()


def _environment() -> dict[str, str]:
    root = str(pathlib.Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def _reason(what: str, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return f"the converter was killed by {name} while writing {what}"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit code {done.returncode}"
    return f"the converter failed on {what}: {last}"


def convert_here(
    model: LanguageModel,
    file_format: Format = "float32",
    runtime: str | None = None,
    calibration: np.ndarray | None = None,
    early_exit: bool = False,
) -> bytes:
    """Does the work of `convert` in this process, without its checks."""
    from tflm.tflite import quantize
    from tflm.tflite.flatbuffer import deduplicate, sparsify

    if file_format == "float16":
        content = _tf_convert(model, early_exit, float16=True)
    elif file_format == "full_int8":
        content = _tf_convert(
            model, ids=calibration, by_channel=_reads_channels(model, runtime)
        )
    else:
        content = _tf_convert(model, early_exit)
    content = deduplicate.deduplicate_constants(content)
    if file_format in ("int8", "int4", "mixed"):
        content = quantize.quantize(content, file_format, runtime)
    if file_format == "sparse":
        content = sparsify.sparsify(content)
    return content


def _tf_convert(
    model: LanguageModel,
    early_exit: bool = False,
    float16: bool = False,
    ids: np.ndarray | None = None,
    by_channel: bool = True,
) -> bytes:
    import tensorflow as tf

    from tflm.tflite.step import step_module

    module = step_module(model, early_exit)
    signatures = dict(module.functions)
    with tempfile.TemporaryDirectory(prefix="tflm-") as saved:
        tf.saved_model.save(module, saved, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            saved, signature_keys=[*signatures]
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


def _reads_channels(model: LanguageModel, runtime: str | None) -> bool:
    """Tells whether a full int8 file may have a scale for each row.

    A tied table with one needs an EMBEDDING_LOOKUP that 2.18 brought.
    """
    return (
        not model.config.tied
        or runtime is None
        or runtimes.version_numbers(runtime) >= (2, 18)
    )


def _trajectory(model: LanguageModel, ids: np.ndarray):
    """Yields each word of `ids` with the state in which the model reads it."""
    import tensorflow as tf

    step = tf.function(model.step)
    state = tf.zeros([1, model.state_size])
    for word in ids:
        token = tf.constant([word], tf.int32)
        yield "step", {"token": token, "state": state}
        _, state = step(token, state)


def _main(directory: pathlib.Path) -> None:
    """Converts what `_in_child` left in `directory`."""
    request = json.loads((directory / "request.json").read_text())
    calibration = directory / "calibration.npy"
    content = convert_here(
        storage.load(directory / "model.npz"),
        calibration=np.load(calibration) if calibration.exists() else None,
        **request,
    )
    (directory / "model.tflite").write_bytes(content)


if __name__ == "__main__":
    _main(pathlib.Path(sys.argv[1]))
