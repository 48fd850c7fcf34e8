"""What other tools make of a model, each by its own first recipe."""

import pathlib
import subprocess
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from absl import logging
from ai_edge_quantizer import quantizer, recipe

from benchmarks.backends.weights import Weights


def ai_edge_quantizer(content: bytes) -> bytes:
    """Returns a float32 .tflite file with int8 weights, by its first recipe."""
    with tempfile.TemporaryDirectory(prefix="tflm-") as directory:
        path = pathlib.Path(directory) / "model.tflite"
        path.write_bytes(content)
        made = quantizer.Quantizer(str(path), recipe.dynamic_wi8_afp32())
        return bytes(made.quantize().quantized_model)


def litert_torch(found: Weights, python: str) -> bytes:
    """Returns the .tflite file of a step, which another Python converts.

    Raises:
        RuntimeError: it cannot.
    """
    arrays: dict[str, Any] = {"table": found.table, "softmax": found.softmax}
    arrays["bias"] = found.bias
    for k, layer in enumerate(found.layers):
        arrays |= {f"kernel_{k}": layer.kernel, f"bias_{k}": layer.bias}
    with tempfile.TemporaryDirectory(prefix="tflm-") as directory:
        source, output = f"{directory}/w.npz", f"{directory}/model.tflite"
        np.savez(source, **arrays)
        script = pathlib.Path(__file__).with_name("litert_step.py")
        run([python, str(script), source, output])
        return pathlib.Path(output).read_bytes()


def olive(content: bytes, python: str) -> bytes:
    """Returns an ONNX file with int8 weights, made in another Python.

    Raises:
        RuntimeError: it cannot.
    """
    with tempfile.TemporaryDirectory(prefix="tflm-") as directory:
        (pathlib.Path(directory) / "model.onnx").write_bytes(content)
        asked = "--pass-name OnnxDynamicQuantization -m model.onnx -o made"
        command = [python, "-m", "olive", "run-pass", *asked.split()]
        # Here, as it leaves a cache where it runs.
        run([*command, "--disable_telemetry"], directory)
        [made] = pathlib.Path(directory, "made").rglob("*.onnx")
        return made.read_bytes()


def run(command: Sequence[str], directory: str | None = None) -> None:
    """Runs a command, and says its last line if it fails.

    Raises:
        RuntimeError: it fails.
    """
    logging.info("running %s", " ".join(command))
    done = subprocess.run(
        command, cwd=directory, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{command[0]} {command[1]}: {last}")
