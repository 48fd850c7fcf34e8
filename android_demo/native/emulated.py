"""A model on a phone's processor: TensorFlow Lite of the app, under qemu-user.

It says what a phone would answer, and nothing of how fast.
"""

import pathlib
import subprocess

import numpy as np

from android_demo.build import tools
from android_demo.build.process import run
from android_demo.native import bionic

_COMPILER = "aarch64-linux-gnu-gcc"
_EMULATOR = "qemu-aarch64"
_SYSTEM = "/usr/aarch64-linux-gnu"  # The C library that _COMPILER links with.
_SOURCE = pathlib.Path(__file__).with_name("step.c")


def build(library: pathlib.Path, folder: pathlib.Path) -> None:
    """Writes a program that `Step` runs, and all that it needs.

    Args:
        library: the app's libtensorflowlite_jni.so for ARM64.
        folder: where to write, made if it is missing.

    Raises:
        BuildError: a compiler or the emulator is missing, or fails.
    """
    tools.install(_COMPILER, _EMULATOR)
    bionic.build(library, folder, _COMPILER)
    # The folder is for the needs of the library, not for those of the program.
    needs = f"-Wl,-rpath-link,{folder}"
    warnings = ["-Wall", "-Werror"]
    program = folder / "step"
    run([_COMPILER, *warnings, needs, "-o", program, _SOURCE, library])


def command(
    folder: pathlib.Path,
    model: pathlib.Path,
    processor: str = "cortex-a53",
    page_bytes: int = 4096,
) -> list[str | pathlib.Path]:
    """Returns the command that answers with one step again and again.

    Args:
        folder: what `build` wrote.
        model: the .tflite file.
        processor: a name that qemu-aarch64 -cpu knows.
        page_bytes: the size of the pages of memory.
    """
    libraries = ["-E", f"LD_LIBRARY_PATH={folder}", "-L", _SYSTEM]
    machine = ["-cpu", processor, "-p", str(page_bytes)]
    return [_EMULATOR, *machine, *libraries, folder / "step", model]


class Step:
    """A language model that reads one word at a time, as `tflm`'s own `Step`.

    `vocabulary_size` is V and `state_size` is S, both counted in numbers. It is
    of a process that ends with the `with` block.

    Args:
        command: what `command` returns.
    """

    def __init__(self, command: list, vocabulary_size: int, state_size: int):
        self.vocabulary_size = vocabulary_size
        self.state_size = state_size
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, **pipes)

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, *error) -> None:
        self._process.communicate()

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits, float32 [V], and the next state, float32 [1, S]."""
        self._process.stdin.write(np.int32(token).tobytes() + state.tobytes())
        self._process.stdin.flush()
        logits = self._receive(self.vocabulary_size)
        return logits, self._receive(self.state_size)[np.newaxis]

    def _receive(self, count: int) -> np.ndarray:
        content = self._process.stdout.read(4 * count)
        if len(content) < 4 * count:
            raise RuntimeError("the emulated program ended; it said why above")
        return np.frombuffer(content, np.float32)
