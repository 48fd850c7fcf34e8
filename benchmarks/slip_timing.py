r"""How long slips of typing take the keyboard's core, key by key, on a JVM.

python -m benchmarks.slip_timing --output=results/keyboard/slip_timing.json

The core alone, without the model's step: all words of the vocabulary are looked
at for what they may stand for. The words that are typed are those of
`typo_model`, of the commonest of the vocabulary.
"""

import pathlib
import random
import subprocess
import tempfile
from collections.abc import Sequence

import numpy as np
from absl import app

from android_demo.build import compiler, downloads, tools
from benchmarks import program
from benchmarks.typo_model import TypoModel

_CORE = pathlib.Path("android_demo/core/src")
_WORDS = pathlib.Path("android_demo/app/src/main/assets/keyboard")
_COMMONEST = 2000


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    path = _WORDS / "vocabulary.txt"
    micros = np.array(_micros(path, _typed(path.read_text("utf-8").split())))
    result = {
        "command": program.command("slip_timing"),
        "keys": len(micros),
        "median_ms": float(np.median(micros)) / 1000,
        "p99_ms": float(np.percentile(micros, 99)) / 1000,
    }
    program.save(result)
    print(result)


def _typed(words: Sequence[str]) -> list[str]:
    fingers, draw = TypoModel(random.Random(1)), random.Random(1)
    common = [word for word in words[:_COMMONEST] if word.isalpha()]
    return [fingers.word(word) for word in draw.sample(common, 200)]


def _micros(path: pathlib.Path, typed: Sequence[str]) -> list[int]:
    """Compiles the core and returns what it takes for each key."""
    libraries = downloads.paths(["json", "junit", "hamcrest"])
    with tempfile.TemporaryDirectory() as place:
        classes = pathlib.Path(place)
        sources = [_CORE / "main/java", _CORE / "test/java"]
        compiler.javac(sources, libraries, classes)
        folders = [classes, _CORE / "test/resources", *libraries]
        run = subprocess.run(
            [tools.tool("java"), "-cp", ":".join(map(str, folders))]
            + ["org.tflm.keyboard.core.SlipTiming", path, *typed],
            capture_output=True,
            text=True,
            check=True,
        )
    return [int(line) for line in run.stdout.split()]


if __name__ == "__main__":
    app.run(main)
