"""What the toolkit promises of each .tflite file that it hands out."""

import numpy as np

from tflm.model.language_model import LanguageModel
from tflm.tflite import inspect
from tflm.tflite.child import ConversionError
from tflm.tflite.flatbuffer import runtimes
from tflm.tflite.formats import FORMATS, Format
from tflm.tflite.interpreter import load_step


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
    the format's tolerance.

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
    tolerance = FORMATS[file_format].tolerance
    if not difference <= tolerance:
        raise ConversionError(
            f"the {file_format} file's logits are {difference:.3g} of their "
            f"range from Keras', more than {tolerance}"
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
