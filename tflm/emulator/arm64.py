"""A model on a phone's processor: TensorFlow Lite of the app, under qemu-user.

It says what a phone would answer, and nothing of how fast.
"""

import contextlib
import pathlib
import subprocess
import tempfile
from collections.abc import Sequence

import numpy as np

from tflm.emulator import bionic, tools
from tflm.emulator.tools import run

_COMPILER = "aarch64-linux-gnu-gcc"
_EMULATOR = "qemu-aarch64"
_SYSTEM = "/usr/aarch64-linux-gnu"  # The C library that _COMPILER links with.
_REASONS = ("ERROR: ", "step: ")  # What the library and the program begin with.
_SOURCE = pathlib.Path(__file__).with_name("step.c")


def build(library: pathlib.Path, folder: pathlib.Path) -> None:
    """Writes a program that `Step` runs, and all that it needs.

    Args:
        library: the app's libtensorflowlite_jni.so for ARM64.
        folder: where to write, made if it is missing.

    Raises:
        OSError: the compiler or the emulator is missing.
        RuntimeError: the compiler fails, as `bionic.build`.
    """
    tools.require(_COMPILER, _EMULATOR)
    bionic.build(library, folder, _COMPILER)
    # The folder is for the needs of the library, not for those of the program.
    needs = f"-Wl,-rpath-link,{folder}"
    warnings = ["-Wall", "-Werror"]
    program = folder / "step"
    run([_COMPILER, *warnings, needs, "-o", program, _SOURCE, library])


def require_processor(name: str) -> None:
    """Raises ValueError, with the nearest names, if qemu has no such one."""
    tools.require(_EMULATOR)
    question = [_EMULATOR, "-cpu", "help"]  # Answered, and it ends with 1.
    answer = subprocess.run(question, capture_output=True, text=True)
    _, *names = (answer.stdout + answer.stderr).split("\n")
    names = [name.strip() for name in names if name.strip()]
    if name not in names:
        raise ValueError(
            f"{_EMULATOR} has no processor {name!r}: give one of "
            f"{', '.join(n for n in names if n.startswith('cortex-'))}"
        )


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
    """A language model that reads one word at a time.

    It is called as `tflite.interpreter.Step`.

    `vocabulary_size` is V and `state_size` is S, both counted in numbers. It is
    of a process that ends with the `with` block.

    Args:
        command: what `command` returns.
    """

    def __init__(
        self,
        command: Sequence[str | pathlib.Path],
        vocabulary_size: int,
        state_size: int,
    ):
        self.vocabulary_size = vocabulary_size
        self.state_size = state_size
        self._said = tempfile.TemporaryFile("w+", errors="replace")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        assert self._process.stdin and self._process.stdout
        self._words, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, *error) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._said.close()

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits, float32 [V], and the next state, float32 [1, S].

        Args:
            token: id of the word.
            state: float32 [1, S].

        Raises:
            RuntimeError: the program ended; says what it wrote.
        """
        with contextlib.suppress(BrokenPipeError):  # Its answer says why.
            word = np.int32(token).tobytes()
            self._words.write(word + state.tobytes())
            self._words.flush()
        logits = self._receive(self.vocabulary_size)
        return logits, self._receive(self.state_size)[np.newaxis]

    def _receive(self, count: int) -> np.ndarray:
        content = self._answers.read(4 * count)
        if len(content) < 4 * count:
            self._process.wait()
            self._said.seek(0)
            lines = self._said.read().splitlines()
            reason, *_ = [x for x in lines if x.startswith(_REASONS)] or [
                "it said nothing"
            ]
            raise RuntimeError(f"the emulated program ended: {reason}")
        return np.frombuffer(content, np.float32)
