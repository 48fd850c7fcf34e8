"""From a trained model to the best file under a budget.

The pipeline that Grachev, Ignatov and Savchenko (2019) propose, made
automatic: the output layer first, then the recurrent matrices, then pruning
where it pays, then bits. Each choice follows from what a change costs on
validation text; each file that is tried is trained, made and measured.
"""

import dataclasses
import hashlib
import itertools
import json
import pathlib
from collections.abc import Sequence

from absl import logging

from tflm import compression, files
from tflm.evaluation.quality import evaluate
from tflm.latency import benchmark
from tflm.model import storage
from tflm.model.language_model import LanguageModel
from tflm.report import provenance
from tflm.report.rows import Row, zip_bytes
from tflm.search import candidates, decision_log
from tflm.search.budget import Budget
from tflm.search.candidates import Candidate
from tflm.search.sensitivity import Sensitivity
from tflm.text.dataset import Text
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step
from tflm.training.config import TrainingConfig
from tflm.training.train import make_fit

FORMATS = ("int8", "mixed", "int4")

_SENSITIVITY_WORDS = 10_000
_TUNING_WORDS = 20_000
_SENTENCES = 1000  # of validation text, on which files are compared.
_ATTEMPTS = 12  # at a plan whose real file fits.


@dataclasses.dataclass(frozen=True)
class Found:
    """The best file under a budget, and how it was found.

    Attributes:
        candidate: its methods and format.
        model: it before conversion.
        content: the .tflite file.
        rows: of every file that was tried, scored on validation text.
        account: each decision and its reason, as Markdown.
    """

    candidate: Candidate
    model: LanguageModel
    content: bytes
    rows: list[Row]
    account: str


def run(
    model: LanguageModel,
    text: Text,
    budget: Budget,
    tuning: TrainingConfig | None,
    directory: files.Path,
    command: str,
    formats: Sequence[str] = FORMATS,
) -> Found:
    """Returns the best file of `model` under `budget`.

    Args:
        model: it is left as it was.
        text: to train on, and to measure on; its test split is not read.
        budget: what the file may take.
        tuning: how to train after each method, None for not at all.
        directory: where the search leaves what it has found out; the same
            search goes on from there.
        command: what asked for it, for the provenance of the rows.
        formats: to try, of `FORMATS`.

    Raises:
        ValueError: no file of this model meets the budget (the closest is
            told), or `directory` is of another search.
    """
    search = _Search(model, text, budget, tuning, directory, command)
    plans = [plan for f in formats if (plan := search.plan(f))]
    if not plans:
        raise ValueError(search.refusal(formats))
    tried = [search.carry_out(plan) for plan in plans]
    best = min(tried, key=lambda t: t.row.quality["perplexity"])
    return Found(
        best.candidate,
        best.model,
        best.content,
        [t.row for t in tried],
        decision_log.write(
            search.model, budget, search.costs, plans, [t.row for t in tried]
        ),
    )


@dataclasses.dataclass(frozen=True)
class _Tried:
    candidate: Candidate
    model: LanguageModel
    content: bytes
    row: Row


class _Search:
    """A search in progress, and the directory that it is kept in."""

    def __init__(self, model, text, budget, tuning, directory, command):
        self.model, self.text, self.budget = model, text, budget
        self.tuning, self.command = tuning, command
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._claim()
        logging.info("measuring what each change costs")
        self.costs = Sensitivity(
            model,
            text.valid[:_SENSITIVITY_WORDS],
            self.directory / "sensitivity.json",
        )

    def plan(self, file_format: str) -> Candidate | None:
        """Returns the best candidate whose file is within the budget.

        How large and fast a file is does not depend on what the weights have
        learnt, so the file is made before anything is trained.
        """
        target = float(self.budget.bytes)
        for _ in range(_ATTEMPTS):
            found = candidates.best(self.model, self.costs, file_format, target)
            if found is None:
                return None
            excess = self._excess(found)
            if excess <= 1:
                logging.info("%s: %s", file_format, found.name)
                return found
            target = min(target, found.bytes) / excess
        return None

    def refusal(self, formats: Sequence[str]) -> str:
        """Returns why no file fits, with the closest that there is."""
        least = candidates.smallest(self.model, self.costs, formats)
        content = self._file(self._untrained(least), least.format)
        has = f"{len(content)} bytes"
        wanted = f"budget_bytes={self.budget.bytes}"
        if self.budget.ms is not None:
            has += f" and {_ms(content):.3f} ms"
            wanted += f" and budget_ms={self.budget.ms}"
        return (
            f"{wanted} cannot be met: the closest file of this model has "
            f"{has} ({least.name}); give a higher budget or a smaller model"
        )

    def carry_out(self, plan: Candidate) -> _Tried:
        """Returns the trained and measured file of a plan."""
        logging.info("trying %s", plan.name)
        place = self.directory / _slug(plan)
        model = self._trained(plan, place)
        path = place / "model.tflite"
        if not path.exists():
            files.write(path, self._file(model, plan.format))
        content = path.read_bytes()
        return _Tried(plan, model, content, self._row(plan, model, content))

    def _claim(self) -> None:
        path = self.directory / "search.json"
        digest = hashlib.sha256(self.model.config.to_json().encode())
        for weight in self.model.named_weights().values():
            digest.update(weight.numpy().tobytes())
        digest.update(self.text.valid.tobytes())
        of = {
            "model": digest.hexdigest(),
            "tuning": self.tuning and dataclasses.asdict(self.tuning),
        }
        if path.exists() and json.loads(path.read_text("utf-8")) != of:
            raise ValueError(
                f"{self.directory} is the search of another model, text or "
                f"training: give another --output or remove it"
            )
        files.write(path, json.dumps(of, indent=1))

    def _excess(self, plan: Candidate) -> float:
        """Returns how many times the budget its file takes."""
        content = self._file(self._untrained(plan), plan.format)
        excess = len(content) / self.budget.bytes
        if self.budget.ms is not None and excess <= 1:
            # Fewer bytes are what makes a step faster.
            excess = max(excess, _ms(content) / self.budget.ms)
        return excess

    def _untrained(self, plan: Candidate) -> LanguageModel:
        methods = [
            compression.parse(m)
            for m in plan.methods
            if not m.startswith("QuantizeAware")  # The file does it.
        ]
        return compression.apply(methods, self.model, compression.skip_training)

    def _file(self, model: LanguageModel, file_format: str) -> bytes:
        return convert.convert(model, file_format)

    def _trained(self, plan: Candidate, place: pathlib.Path) -> LanguageModel:
        path = place / "model.npz"
        if path.exists():
            return storage.load(path)
        fit = compression.skip_training
        if self.tuning is not None:
            fit = make_fit(
                self.text.train,
                self.text.valid[:_TUNING_WORDS],
                self.tuning,
                place / "checkpoints",
            )
        methods = [compression.parse(m) for m in plan.methods]
        model = compression.apply(methods, self.model, fit)
        place.mkdir(parents=True, exist_ok=True)
        storage.save(model, path)
        return model

    def _row(self, plan: Candidate, model: LanguageModel, content: bytes):
        words = self.text.vocabulary
        sentences = self.text.corpus.sentences("valid")
        quality = evaluate(
            load_step(content), words, itertools.islice(sentences, _SENTENCES)
        )
        latency = benchmark.measure(
            content, runs=300, tokens=self.text.valid[:1000].tolist()
        )
        made = provenance.provenance(
            self.command,
            self.text.corpus.name,
            self.text.origin.corpus_sha256,
        )
        return Row(
            name=plan.name,
            recipe=plan.name,
            bytes=len(content),
            zip_bytes=zip_bytes(content),
            parameters=model.parameters,
            quality=dataclasses.asdict(quality),
            latency=dataclasses.asdict(latency),
            provenance=made | {"split": "valid"},
        )


def _ms(content: bytes) -> float:
    return benchmark.measure(content, runs=200).p50_ms


def _slug(plan: Candidate) -> str:
    digest = hashlib.sha256(plan.name.encode()).hexdigest()[:8]
    return f"{plan.format}-{digest}"
