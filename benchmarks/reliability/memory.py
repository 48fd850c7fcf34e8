"""Texts that are larger than memory may be, and processes that live long."""

import functools
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks.reliability import texts
from benchmarks.reliability.trial import Row, Trial

_MEGABYTES = (30, 100, 300, 1000)
_SHORT_MEGABYTES = (1,)
_MOST_MB = 300.0  # Of memory, whatever the length of the text.
_WORDS, _SHORT_WORDS = 1_000_000, 20_000
_MOST_SECONDS = 60.0  # Of the processor, for so many words.
_MOST_GROWTH_MB = 1.0  # Of one more conversion, or evaluation.
_REPEATED = {"conversions": 30, "evaluations": 100}

_PREPARE = """
import sys, time
from benchmarks import peak_memory
from tflm.text import dataset
dataset.prepare(sys.argv[1], sys.argv[2])
print(peak_memory.of_this(), time.process_time())
"""
_CONVERSIONS = """
def work():
    tflm.convert(model, "int8")
"""
_EVALUATIONS = """
content = tflm.convert(model, "int8")
ids = list(range(60)) * 20
def work():
    step = load_step(content)
    state = step.initial_state()
    for token in ids:
        _, state = step(token, state)
"""
_GROWTH = """
import os, pathlib, tflm
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.tflite.interpreter import load_step
model = build_model(ModelConfig(
    vocabulary_size=60, embedding_size=8,
    layers=(LayerConfig("cifg", 16, 8),)))
def megabytes():
    pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
{work}
for n in range({count}):
    work()
    if n == {count} // 3:
        before = megabytes()
print((megabytes() - before) / ({count} - 1 - {count} // 3))
"""


def trials(place: pathlib.Path, short: bool) -> Iterator[Trial]:
    """Yields the trials, the short ones first.

    Args:
        place: a folder for the texts.
        short: whether small texts are enough.
    """
    words = _SHORT_WORDS if short else _WORDS
    yield Trial(
        f"memory words {words}", functools.partial(_words, place, words)
    )
    for size in _SHORT_MEGABYTES if short else _MEGABYTES:
        yield Trial(
            f"memory text {size}", functools.partial(_text, place, size)
        )
    if short:
        return
    for what, work in (
        ("conversions", _CONVERSIONS),
        ("evaluations", _EVALUATIONS),
    ):
        grows = functools.partial(_grows, what, work)
        yield Trial(f"memory {what}", grows)


def _text(place: pathlib.Path, size: int) -> list[Row]:
    peak, seconds = _prepared(place, texts.write, size)
    why = [f"{peak:.0f} MB of memory"] if peak > _MOST_MB else []
    return _rows(f"a text of {size:,} MB", peak, seconds, why)


def _words(place: pathlib.Path, words: int) -> list[Row]:
    peak, seconds = _prepared(place, texts.distinct, words)
    why = [f"{seconds:.0f} s"] if seconds > _MOST_SECONDS else []
    return _rows(f"a text of {words:,} different words", peak, seconds, why)


def _rows(on: str, peak: float, seconds: float, why: list[str]) -> list[Row]:
    found = f"at most {peak:.0f} MB of memory, {seconds:.0f} s"
    return [Row("preparation of a corpus", on, 1, len(why), found, tuple(why))]


def _prepared(
    place: pathlib.Path, write: Callable[[pathlib.Path, int], None], size: int
) -> tuple[float, float]:
    """Returns megabytes at most, and seconds of the processor.

    Args:
        place: a folder for the text, which is removed.
        write: writes it.
        size: of the text, as `write` takes it.
    """
    place.mkdir(parents=True, exist_ok=True)
    path, ids = place / "text.txt", place / "ids"
    write(path, size)
    told = subprocess.check_output([sys.executable, "-c", _PREPARE, path, ids])
    shutil.rmtree(place)
    peak, seconds = map(float, told.split())
    return peak / 1e6, seconds


def _grows(what: str, work: str) -> list[Row]:
    count = _REPEATED[what]
    script = _GROWTH.format(work=work, count=count)
    done = subprocess.run(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    )
    grown = float(done.stdout)
    why = [f"{grown:.2f} MB"] if grown > _MOST_GROWTH_MB else []
    return [
        Row(
            f"{what} in one process",
            "a small model",
            count,
            len(why),
            f"{grown:+.2f} MB of memory each",
            tuple(why),
        )
    ]
