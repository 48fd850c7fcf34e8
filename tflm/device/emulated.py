"""What an emulated ARM64 processor says of a file: what, and never how fast."""

import dataclasses
import pathlib
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tflm import files, temporary
from tflm.emulator import arm64
from tflm.tflite.interpreter import Step, load_step

WORDS = 100

# Of a logit. Files of int8 weights quantize their inputs as well, so that the
# last bit of a sum can move one of them by a step.
TOLERANCE = 0.05
_LIBRARY = "lib/arm64-v8a/libtensorflowlite_jni.so"


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How near an emulated processor is to this machine's, for one file.

    Attributes:
        model: the file's name.
        processor: as qemu-user calls it, such as `cortex-a76`.
        words: how many were read, at random, each side with its own state.
        max_logit_difference: the largest of all logits of all words.
        top1_agreement: share of words after which both have the same first.
        apk_sha256: of the app whose library ran.
    """

    model: str
    processor: str
    words: int
    max_logit_difference: float
    top1_agreement: float
    apk_sha256: str

    @property
    def agrees(self) -> bool:
        """Whether all logits differ by rounding only."""
        return self.max_logit_difference <= TOLERANCE


def check_all(
    contents: Mapping[str, bytes],
    processors: Sequence[str],
    apk: pathlib.Path,
) -> list[Agreement]:
    """Returns what `check` does, of each file on each processor."""
    return [
        check(content, processor, apk, model=model)
        for processor in processors
        for model, content in contents.items()
    ]


def document(found: Sequence[Agreement], command: str) -> dict[str, Any]:
    """Returns what a command has found, for JSON."""
    results = []
    for each in found:
        agreement = dataclasses.asdict(each) | {"agrees": each.agrees}
        model = agreement.pop("model")
        device = f"qemu:{each.processor}"
        results.append(
            {"model": model, "device": device, "agreement": agreement}
        )
    return {"command": command, "results": results}


def check(
    content: bytes,
    processor: str,
    apk: pathlib.Path,
    words: int = WORDS,
    model: str = "the file",
) -> Agreement:
    """Runs a file by the ARM64 library of an APK, and on this machine.

    Neither side has the XNNPACK delegate.

    Args:
        content: the .tflite file, one step.
        processor: a name that qemu-aarch64 -cpu knows.
        apk: the demo's, or any with TensorFlow Lite's library for ARM64.
        words: how many to read.
        model: the file's name.

    Raises:
        OSError: the APK, the compiler or the emulator is missing.
        RuntimeError: the app's library refuses the file.
        ValueError: the file is not one step, the APK has no such library, or
            the emulator does not know the processor.
    """
    host = load_step(content, xnnpack=False)
    ids = np.random.default_rng(0).integers(host.vocabulary_size, size=words)
    with temporary.directory() as folder:
        arm64.require_processor(processor)
        arm64.build(_library(apk, folder), folder / "arm64")
        path = folder / "model.tflite"
        path.write_bytes(content)
        command = arm64.command(folder / "arm64", path, processor)
        sizes = host.vocabulary_size, host.state_size
        with arm64.Step(command, *sizes) as phone:
            theirs = _read(phone, ids)
    ours = _read(host, ids)
    return Agreement(
        model,
        processor,
        words,
        float(np.abs(ours - theirs).max()),
        float((ours.argmax(axis=1) == theirs.argmax(axis=1)).mean()),
        files.sha256(apk),
    )


def _library(apk: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Takes the library out of an APK."""
    try:
        with zipfile.ZipFile(apk) as archive:
            content = archive.read(_LIBRARY)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{apk} has no {_LIBRARY}: give the APK that make apk builds"
        ) from error
    path = folder / pathlib.Path(_LIBRARY).name
    path.write_bytes(content)
    return path


def _read(step: Step | arm64.Step, ids: np.ndarray) -> np.ndarray:
    """Returns the logits after each word, float32 [words, V]."""
    state, found = step.initial_state(), []
    for token in ids:
        logits, state = step(int(token), state)
        found.append(logits)
    return np.stack(found)
