"""What the toolkit promises of each .tflite file that it hands out."""

import numpy as np

from tflm.model.language_model import LanguageModel
from tflm.model.network import Network
from tflm.model.tagger import Tagger
from tflm.tflite import inspect, tagged_text
from tflm.tflite.child import ConversionError
from tflm.tflite.flatbuffer import runtimes
from tflm.tflite.formats import FORMATS, Format
from tflm.tflite.interpreter import load_step

_ROWS, _WORDS = 4, 12  # Of the text that a file is checked on.


def check(
    content: bytes,
    model: Network,
    file_format: Format,
    runtime: str | None = None,
) -> None:
    """Proves of a file what the toolkit promises of its files.

    Built-in ops only; no large float constant after quantization; a tied
    table stored once; of a `sparse` file, a matrix that is; a known minimum
    runtime, not above `runtime`; and a step that reads text of the model's
    own as the model does: within the format's tolerance, or, of integer
    weights, with nearly all of what it knows.

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
    _check_logits(content, model, file_format)


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


def _check_logits(content: bytes, model: Network, file_format: Format) -> None:
    wanted = FORMATS[file_format]
    reads = tagged_text.read if isinstance(model, Tagger) else _read
    expected, found = reads(content, model)
    spread = np.maximum(np.ptp(expected, axis=-1), 1e-3)
    difference = float((np.abs(found - expected).max(-1) / spread).max())
    if difference <= wanted.tolerance:
        return
    lost = lost_share(expected, found)
    if lost < wanted.lost:
        return
    raise ConversionError(
        f"the {file_format} file's logits are {difference:.3g} of their range "
        f"from Keras', more than {wanted.tolerance}, and it has lost "
        f"{lost:.1%} of what the model knows: choose a format of more bits, "
        f"such as float16, or train with QuantizeAware() before"
    )


def lost_share(expected: np.ndarray, found: np.ndarray) -> float:
    """Returns the share that is lost of what predictions tell of the words.

    That is KL(p || q) / KL(p || uniform), over all words together: nothing for
    the same predictions p and q, one where q may as well be none, and more
    where it is wrong.

    Args:
        expected: logits of p, float [..., vocabulary].
        found: those of q.
    """
    p, q = (
        x - np.logaddexp.reduce(x, axis=-1, keepdims=True)
        for x in (np.float64(expected), np.float64(found))
    )
    known = np.sum(np.exp(p) * (p + np.log(p.shape[-1])))
    return float(np.sum(np.exp(p) * (p - q)) / max(known, 1e-12))


def _own_text(model: LanguageModel) -> tuple[np.ndarray, np.ndarray]:
    """Returns text that a model writes, and its logits after each word.

    What a file says of words that no text has in such an order is no concern.

    Returns:
        int32 [rows, words], and float32 [rows, words, vocabulary].
    """
    random = np.random.default_rng(0)
    size = model.config.vocabulary_size
    word = random.integers(0, size, _ROWS).astype(np.int32)
    state = np.zeros([_ROWS, model.state_size], np.float32)
    words, expected = [], []
    for _ in range(_WORDS):
        logits, state = model.step(word, state)
        words.append(word)
        expected.append(np.array(logits))
        noise = random.gumbel(size=(_ROWS, size))
        word = np.argmax(logits + noise, -1).astype(np.int32)
    return np.stack(words, 1), np.stack(expected, 1)


def _read(
    content: bytes, model: LanguageModel
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the logits of a model and of its file after the same words."""
    words, expected = _own_text(model)
    step = load_step(content)
    found = []
    for row in words:
        state = step.initial_state()
        for word in row:
            logits, state = step(int(word), state)
            found.append(logits)
    return expected, np.reshape(found, expected.shape)
