"""From a trained model to the best file under a budget.

The pipeline that Grachev, Ignatov and Savchenko (2019) propose, made
automatic: the output layer first, then the recurrent matrices, then pruning
where it pays, then bits. Each choice follows from what a change costs on
validation text; each file that is tried is trained, made and measured.
"""

import dataclasses
import hashlib
import json
import pathlib
import time
from collections.abc import Sequence

from absl import logging

from tflm import compression, files
from tflm.compression import Method, skip_training
from tflm.experiment import stages
from tflm.experiment.claim import claim, settings
from tflm.experiment.side_by_side import SideBySide
from tflm.experiment.tasks import task_of
from tflm.experiment.tasks.task import SENSITIVITY_WORDS, AnyText
from tflm.latency import benchmark
from tflm.model import workspace
from tflm.model.digest import digest
from tflm.model.workspace import Trained
from tflm.report import pareto
from tflm.report.rows import Row
from tflm.scale.workers import Workers
from tflm.search import candidates, decision_log
from tflm.search.budget import Budget
from tflm.search.candidates import Candidate
from tflm.search.progress import Progress
from tflm.search.sensitivity import Sensitivity
from tflm.tflite import convert
from tflm.tflite.formats import Format
from tflm.training.config import TrainingConfig

FORMATS: tuple[Format, ...] = ("int8", "fitted", "int4")

_SENTENCES = 1000  # Of validation text, on which files are compared.
_CHANGES = 30  # Of which each is scored, about.
_FILE_SECONDS = 15.0  # To make a file and to score it, about.
_ATTEMPTS = 12  # At a candidate whose real file fits.


@dataclasses.dataclass(frozen=True)
class Found:
    """The best file under a budget, and how it was found.

    Attributes:
        candidate: its methods and format.
        trained: its model before conversion.
        content: the .tflite file.
        row: of the file, scored on validation text.
        rows: of the files of the model as it was, and of all that were tried.
        decision_log: each decision and its reason, as Markdown.
    """

    candidate: Candidate
    trained: Trained
    content: bytes
    row: Row
    rows: list[Row]
    decision_log: str


def run(
    trained: Trained,
    text: AnyText,
    budget: Budget,
    tuning: TrainingConfig | None,
    directory: files.Path,
    command: str,
    formats: Sequence[Format] = FORMATS,
    workers: Workers | None = None,
) -> Found:
    """Returns the best file of a model under `budget`.

    Args:
        trained: the model; it is left as it was.
        text: to train on, and to measure on; its test split is not read.
        budget: what the file may take.
        tuning: how to train after each method, None for not at all.
        directory: where the search leaves what it has found out; the same
            search goes on from there.
        command: what asked for it, for the provenance of the rows.
        formats: to try, of `FORMATS`.
        workers: who trains what is tried, side by side; None for this
            process. All is measured by this process, when they are gone.

    Raises:
        ValueError: no file of this model meets the budget (the closest is
            told), or `directory` is of another search.
        OSError, RuntimeError: workers cannot be had.
    """
    directory = pathlib.Path(directory)
    asked = {
        "model": digest(trained.model),
        "corpus_sha256": text.origin.corpus_sha256,
        "tuning": settings(tuning),
    }
    claim(directory, asked)
    task = task_of(trained.model.config)
    began = time.monotonic()
    costs = Sensitivity(
        trained.model,
        task.losses(text),
        directory / "sensitivity.json",
    )
    progress = Progress(
        _expected(time.monotonic() - began, task.length(text), tuning),
        {"choose": len(formats), "try": len(formats), "measure": 1},
    )
    side = SideBySide(
        *(trained, text.corpus, "valid", _SENTENCES),
        *(directory / "files", command),
    )
    search = _Search(
        *(trained, text, budget, tuning, directory, costs, side, progress),
        workers=workers,
    )
    found = search.run(formats)
    matrices = json.dumps(costs.matrices(), indent=1)
    files.write(directory / "matrices.json", matrices)
    return found


def _expected(
    scoring: float, words: int, tuning: TrainingConfig | None
) -> dict[str, float]:
    """Returns seconds that a stage of each kind may take.

    Args:
        scoring: seconds that it took to score the validation words, from
            which the machine's speed is guessed until stages were timed.
        words: to train on.
        tuning: how to train after each method.
    """
    trained_words = tuning.epochs * words if tuning else 0.0
    per_word = scoring / SENSITIVITY_WORDS
    return {
        "choose": _CHANGES * scoring + _FILE_SECONDS,
        "try": 3 * per_word * trained_words + _FILE_SECONDS,
        "measure": 3 * _FILE_SECONDS,
    }


@dataclasses.dataclass(frozen=True)
class _Tried:
    candidate: Candidate
    trained: Trained
    row: Row


@dataclasses.dataclass(frozen=True)
class _Search:
    """A search in progress, and the directory that it is kept in."""

    trained: Trained
    text: AnyText
    budget: Budget
    tuning: TrainingConfig | None
    directory: pathlib.Path
    costs: Sensitivity
    files: SideBySide
    progress: Progress
    workers: Workers | None

    def run(self, formats: Sequence[Format]) -> Found:
        """Tries the best candidate of each format; returns the best file."""
        chosen = []
        for file_format in formats:
            what = f"choosing methods for a file in {file_format}"
            with self.progress.stage("choose", what):
                if candidate := self._candidate(file_format):
                    chosen.append(candidate)
        self.progress.left["try"] = len(chosen)
        if not chosen:
            raise ValueError(self._refusal(formats))
        if self.workers:
            self._train_at_once(chosen, self.workers)
        tried = [self._carry_out(each) for each in chosen]
        best = min(tried, key=lambda each: pareto.point(each.row)[1])
        with self.progress.stage("measure", "measuring all files"):
            rows = [*self.files.originals(), *(each.row for each in tried)]
            rows = self.files.timed(rows)
        tried_rows = rows[-len(tried) :]
        log = decision_log.write(
            self.trained.model,
            self.budget,
            self.costs,
            chosen,
            tried_rows,
            self.tuning is not None,
        )
        row = tried_rows[tried.index(best)]
        content = self.files.content(row.name)
        return Found(best.candidate, best.trained, content, row, rows, log)

    def _candidate(self, file_format: Format) -> Candidate | None:
        """Returns the best candidate whose file is within the budget.

        How large and fast a file is does not depend on what the weights have
        learnt, so the file is made before anything is trained.
        """
        target = float(self.budget.bytes)
        for _ in range(_ATTEMPTS):
            found = candidates.best(
                self.trained.model, self.costs, file_format, target
            )
            if found is None:
                return None
            excess = self._excess(found)
            if excess <= 1:
                logging.info("%s: %s", file_format, found.name)
                return found
            target = min(target, found.bytes) / excess
        # The steps to a lower target may have jumped over the only one left.
        least = candidates.smallest(
            self.trained.model, self.costs, [file_format]
        )
        return least if self._excess(least) <= 1 else None

    def _refusal(self, formats: Sequence[Format]) -> str:
        """Returns why no file fits, with the closest that there is."""
        least = candidates.smallest(self.trained.model, self.costs, formats)
        content = self._untrained_file(least)
        has = f"{len(content)} bytes"
        wanted = f"budget_bytes={self.budget.bytes}"
        if self.budget.ms is not None:
            has += f" and {_ms(content):.3f} ms"
            wanted += f" and budget_ms={self.budget.ms}"
        return (
            f"{wanted} cannot be met: the closest file of this model has "
            f"{has} ({least.name}); give a higher budget or a smaller model"
        )

    def _excess(self, candidate: Candidate) -> float:
        """Returns how many times the budget its file takes."""
        content = self._untrained_file(candidate)
        excess = len(content) / self.budget.bytes
        if self.budget.ms is not None and excess <= 1:
            # Fewer bytes are what makes a step faster.
            excess = max(excess, _ms(content) / self.budget.ms)
        return excess

    def _untrained_file(self, candidate: Candidate) -> bytes:
        model = compression.apply(
            candidate.of_size, self.trained.model, skip_training
        )
        return convert.convert(model, candidate.format)

    def _train_at_once(
        self, chosen: Sequence[Candidate], workers: Workers
    ) -> None:
        """Has workers leave the models that `_carry_out` finds then."""
        jobs = {
            each.name: (place, each.methods)
            for each in chosen
            for place in [self._place(each)]
            if not stages.is_done(place)
        }
        original = self.directory / "original"
        workspace.save(self.trained, original)
        self.progress.left["try"] += 1
        with self.progress.stage("try", f"training {len(jobs)} side by side"):
            workers.carry_out(_compress, jobs, original, self.tuning, self.text)

    def _carry_out(self, candidate: Candidate) -> _Tried:
        """Returns the trained and scored file of a candidate."""
        with self.progress.stage("try", f"trying {candidate.name}"):
            place = self._place(candidate)
            smaller = stages.compress_model(
                place, self.trained, candidate.methods, self.tuning, self.text
            )
            row = self.files.row(candidate.name, smaller, candidate.format)
        return _Tried(candidate, smaller, row)

    def _place(self, candidate: Candidate) -> pathlib.Path:
        digest = hashlib.sha256(candidate.name.encode()).hexdigest()[:8]
        return self.directory / f"{candidate.format}-{digest}"


def _compress(
    job: tuple[pathlib.Path, Sequence[Method]],
    original: pathlib.Path,
    tuning: TrainingConfig | None,
    text: AnyText,
) -> None:
    """Leaves in a directory what methods make of the model in another."""
    place, methods = job
    trained = workspace.load(original)
    stages.compress_model(place, trained, methods, tuning, text)


def _ms(content: bytes) -> float:
    return benchmark.measure(content, runs=200).p50_ms
