"""The keyboard's core on a JVM: keys at random, in apps of every kind."""

import functools
import pathlib
import subprocess
from collections.abc import Iterator

from android_demo.build import compiler, downloads, tools
from benchmarks.reliability.trial import Row, Trial

_CORE = pathlib.Path("android_demo/core/src")
_SEQUENCES = 100_000  # Of up to 40 keys.
_TEST = "org.tflm.keyboard.core.MonkeyTest"
_ON = (
    "the keyboard's core, in apps that answer at once and in such that answer "
)
_ON += "late, never, or with nonsense"


def trials(place: pathlib.Path, short: bool) -> Iterator[Trial]:
    """Yields the one trial.

    Args:
        place: a folder for the classes.
        short: whether there is time for few things only.
    """
    if not short:  # They are among the tests of the keyboard anyway.
        press = functools.partial(_press, place, _SEQUENCES)
        yield Trial(f"presses {_SEQUENCES}", press)


def _press(place: pathlib.Path, sequences: int) -> list[Row]:
    libraries = downloads.paths(["json", "junit", "hamcrest"])
    classes = place / "classes"
    sources = [_CORE / "main/java", _CORE / "test/java"]
    compiler.javac(sources, libraries, classes)
    folders = [_CORE / "main/resources", _CORE / "test/resources"]
    class_path = ":".join(map(str, [classes, *folders, *libraries]))
    done = subprocess.run(
        [tools.tool("java"), f"-Dsequences={sequences}", "-cp", class_path]
        + ["org.junit.runner.JUnitCore", _TEST],
        capture_output=True,
        text=True,
    )
    reasons = []
    if done.returncode:
        reasons = [line for line in done.stdout.splitlines() if line][-12:]
    return [
        Row(
            "sequences of up to 40 keys, at random",
            _ON,
            2 * sequences,
            bool(done.returncode),
            reasons=tuple(reasons),
        )
    ]
