r"""How fast several workers train, and how fast more would on a network.

python -m benchmarks.team --output=results/team.json
python -m benchmarks.team --table=results/team.json --gigabits=10

Three things are measured on this machine: the words a second of one process
and of Ray's workers, in the second of two epochs of a text by itself; the
seconds of `tflm compress --budget_bytes` of that model, start and end included;
and for each preset the seconds of an update of a share of its batch, with the
bytes that a worker would send. Of the last the table for a network is reckoned.
"""

import dataclasses
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from absl import app, flags, logging

from benchmarks import program, team_plan
from tflm.experiment import stages, together
from tflm.layers.part import Part
from tflm.model.build import build_model
from tflm.model.presets import preset
from tflm.report import provenance
from tflm.scale import cluster
from tflm.text import dataset
from tflm.text.batches import batch_count
from tflm.training.config import TRAINING_PRESETS, TrainingConfig
from tflm.training.team import Gradient, Team
from tflm.training.text_course import TextCourse
from tflm.training.trainer import Progress, Trainer

_PRESETS = flags.DEFINE_list(
    "presets",
    "keyboard,keyboard-medium,keyboard-small,ptb-small,ptb-medium,ptb-large",
    "Whose updates are measured.",
)
_WORKERS = flags.DEFINE_list("workers", "0,1,2", "Of Ray; 0 for none.")
_UPDATES = flags.DEFINE_integer("updates", 60, "Of an epoch by workers.")
_GIGABITS = flags.DEFINE_float("gigabits", 10, "A second, of the network.")
_MICROSECONDS = flags.DEFINE_float("microseconds", 50, "That it takes at least")
_PRICE = flags.DEFINE_float("price", 0.1, "Of a machine for an hour.")
_TABLE = flags.DEFINE_string("table", None, "Print this result as Markdown.")

_SECONDS = 6.0  # About, for the updates of one share.
_LEAST, _MOST = 3, 30  # Updates of one share.
_BUDGET = 800_000  # Bytes, of the search.


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    program.show("team", _TABLE.value, measure, table)


def measure() -> dict[str, Any]:
    """Returns what was measured: `trained`, `searched` and `presets`."""
    made = provenance.provenance(program.command("team"))
    presets = [updates(name) for name in _PRESETS.value]
    with tempfile.TemporaryDirectory(prefix="tflm-team-") as folder:
        place = pathlib.Path(folder)
        trained = train(place)
        searched = [search(place, int(count)) for count in _WORKERS.value]
    return {
        "trained": trained,
        "searched": searched,
        "presets": presets,
        "provenance": made,
    }


def train(folder: pathlib.Path) -> list[dict[str, Any]]:
    """Returns the words a second of one process, and of workers.

    Args:
        folder: where a model is left by each, `model-0` by the one process.
    """
    training = dataclasses.replace(TRAINING_PRESETS["keyboard"], epochs=2)
    wanted = training.batch * training.steps * _UPDATES.value
    rows: list[dict[str, Any]] = []
    text = _text(folder, wanted)
    count = batch_count(text.train, training.batch, training.steps)
    words = training.batch * training.steps * count
    shape = dataclasses.replace(
        preset("keyboard"), vocabulary_size=len(text.vocabulary)
    )
    for workers in map(int, _WORKERS.value):
        times = [0.0]

        def tell(progress: Progress, times: list[float] = times) -> None:
            times.append(progress.seconds)

        place = folder / f"model-{workers}"
        if workers:
            with cluster.connected(workers):
                together.train(place, shape, training, text, workers, tell)
        else:
            stages.train_model(place, "one", shape, training, text, tell)
        rows.append(
            {
                "workers": workers,
                "words_per_second": round(words / (times[2] - times[1])),
            }
        )
        logging.info("%s", rows[-1])
    return rows


def search(folder: pathlib.Path, workers: int) -> dict[str, Any]:
    """Returns how long the search for a file of a third of the bytes takes."""
    model = folder / "model-0"
    asked = ["compress", str(model), f"--output={folder}/small-{workers}"]
    asked += [f"--budget_bytes={_BUDGET}", "--epochs=1"]
    asked += [f"--workers={workers}"] * bool(workers)
    start = time.perf_counter()
    command = [sys.executable, "-m", "tflm", *asked]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        raise ValueError(f"tflm {' '.join(asked)} failed")
    row = {
        "workers": workers,
        "seconds": round(time.perf_counter() - start, 1),
    }
    logging.info("%s", row)
    return row


def _text(folder: pathlib.Path, words: int) -> dataset.Text:
    """Returns a text of about so many training words, which follow Zipf."""
    random = np.random.default_rng(0)
    # Of ten lines one is for validation and one for tests, about.
    ids = (random.zipf(1.2, [words * 13 // 10 // 11, 10]) - 1) % 20_000
    lines = [" ".join(f"w{word}" for word in line) for line in ids]
    (folder / "text.txt").write_text("\n".join(lines), "utf-8")
    return dataset.prepare(str(folder / "text.txt"), folder / "ids", 10_000)


class _One(Team):
    """A worker alone, which reads some rows and exchanges nothing."""

    def __init__(self, rows: int):
        self._rows = rows
        self.sent: dict[str, Any] = {}

    def part(self, batch: int) -> Part:
        """Returns the first rows."""
        self._batch = batch
        return Part(0, self._rows, batch)

    def sum(self, values: list[Gradient]) -> list[Gradient]:
        """Returns them as they are, but notes what they are."""
        self.sent["dense_bytes"] = 0
        self.sent["tables"] = []
        for gradient in values:
            if isinstance(gradient, tf.IndexedSlices):
                height, *width = tf.get_static_value(gradient.dense_shape)
                rows = gradient.indices.shape[0]
                table = [int(height), math.prod(map(int, width)), rows]
                self.sent["tables"].append(table)
            else:
                self.sent["dense_bytes"] += 4 * gradient.shape.num_elements()
        return values

    def gather(self, rows: tf.Tensor) -> tf.Tensor:
        """Returns so many rows as there are in the batch."""
        self.sent["state_bytes"] = 4 * rows.shape.num_elements()
        return tf.repeat(rows[:1], self._batch, axis=0)


def updates(name: str) -> dict[str, Any]:
    """Returns the seconds of an update of a preset, by the rows of a share."""
    training = TRAINING_PRESETS[name]
    parts = []
    rows = training.batch
    while rows and training.batch % rows == 0:
        parts.append(_part(name, training, rows))
        logging.info("%s: %s", name, parts[-1])
        rows = rows // 2 if rows % 2 == 0 else 0
    return {
        "preset": name,
        "batch": training.batch,
        "steps": training.steps,
        "parts": parts,
    }


def _part(name: str, training: TrainingConfig, rows: int) -> dict[str, Any]:
    shape = preset(name)
    random = np.random.default_rng(0)
    size = training.batch * training.steps * (_MOST + 2) + 1
    ids = (random.zipf(1.2, size) - 1) % shape.vocabulary_size
    team = _One(rows)
    course = TextCourse(
        *(build_model(shape, 0), ids.astype(np.int32)),
        *(ids[:2].astype(np.int32), training),
        team=team,
    )
    seconds = [*_seconds(Trainer(course.model, course, training))]
    return {
        "rows": rows,
        "seconds": statistics.median(seconds),
        **team.sent,
    }


def _seconds(run: Trainer) -> Iterator[float]:
    """Yields the seconds of updates, after the one that makes the graph."""
    left, start = _SECONDS, None
    for number, _ in enumerate(run):
        now = time.perf_counter()
        if start is not None:
            yield now - start
            left -= now - start
        if number >= _MOST or (left < 0 and number >= _LEAST):
            return
        start = time.perf_counter()


def table(result: dict[str, Any]) -> str:
    """Returns a result as Markdown: what was measured, and the plan."""
    lines = [
        "| workers | words/s in training | efficiency | seconds of a search |",
        "|---|---:|---:|---:|",
    ]
    alone = result["trained"][0]["words_per_second"]
    found = zip(result["trained"], result["searched"], strict=True)
    for trained, searched in found:
        speed, workers = trained["words_per_second"], trained["workers"]
        lines.append(
            f"| {workers or 'none'} | {speed:,} | {speed / alone:.0%} "
            f"| {searched['seconds']:.0f} |"
        )
    network = team_plan.Network(
        _GIGABITS.value * 1e9 / 8, _MICROSECONDS.value / 1e6, _PRICE.value
    )
    plan = team_plan.table(result["presets"], network)
    return "\n".join(lines) + "\n\n" + plan


if __name__ == "__main__":
    app.run(main)
