"""The whole way, from a corpus to files and their proof.

`export/keyboard.py` and `tflm demo` run it. Each stage leaves a file in the
output directory and is not done again when that file is there.
"""

import dataclasses
import hashlib
import itertools
import json
import pathlib
from collections.abc import Sequence

from absl import logging

from tflm import compression, files
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.bundle.suggester import Suggester
from tflm.evaluation import quality as evaluation_quality
from tflm.evaluation.ngram import kneser_ney, prune
from tflm.evaluation.ngram import model as ngram
from tflm.evaluation.quality import evaluate
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.latency import benchmark
from tflm.model import workspace
from tflm.model.language_model import LanguageModel, build_model
from tflm.model.workspace import Trained
from tflm.report import provenance
from tflm.report.rows import Row, load_rows, save_rows, zip_bytes
from tflm.text import dataset
from tflm.tflite import convert, stock
from tflm.tflite.flatbuffer import sparse_size
from tflm.tflite.interpreter import load_step
from tflm.training.train import make_fit, train

_FULL = Variant("", "float32")
_CALIBRATION_WORDS = 300
_AGREEMENT_WORDS = 2000
_TUNING_VALID_WORDS = 20_000

# The order of each; at equal bytes, five words scored best.
BASELINES = {"unigram": 1, "Kneser-Ney": 5}


def run(
    plan: ExperimentConfig, directory: files.Path, command: str
) -> list[Row]:
    """Carries out `plan` in `directory`; returns a row for each file.

    Args:
        plan: what to do.
        directory: where all goes; a second run goes on from what is there.
        command: what made the rows, for their provenance.

    Raises:
        ValueError: `directory` belongs to another plan, or the corpus is bad.
    """
    work = _Work(plan, pathlib.Path(directory), command)
    rows = [work.row(variant) for variant in plan.variants]
    if not plan.model.hierarchical:  # Stock Keras has no such softmax.
        rows.insert(0, work.stock_row())
    if plan.has_baselines:
        rows += work.baseline_rows(_bytes_of(rows, plan.shipped))
    rows = work.with_latency(rows)
    save_rows(rows, work.directory / "rows.json")
    return rows


def examples(
    directory: files.Path, plan: ExperimentConfig, texts: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Returns what the shipped file suggests after each of `texts`."""
    place = _bundle_path(pathlib.Path(directory), plan.shipped)
    suggester = Suggester(Bundle.load(place))
    return [(text, suggester.suggest(text + " ")) for text in texts]


class _Work:
    """A plan, and the directory in which its stages leave their files."""

    def __init__(
        self, plan: ExperimentConfig, directory: pathlib.Path, command: str
    ):
        self.plan, self.directory, self.command = plan, directory, command
        for variant in plan.variants:
            compression.parse_all(variant.methods)  # Wrong ones fail at once.
        for part in ("files", "rows", "bundles"):
            (directory / part).mkdir(parents=True, exist_ok=True)
        self._claim()
        logging.info("text: %s", plan.corpus)
        self.text = dataset.prepare(
            plan.corpus, directory / "text", plan.vocabulary_size
        )
        limit = plan.valid_tokens or len(self.text.valid)
        self.text = dataclasses.replace(
            self.text, valid=self.text.valid[:limit]
        )

    def stock_row(self) -> Row:
        """Returns the row of the stock converter's file of the same net."""
        path = self.directory / "files" / "stock.tflite"
        if not path.exists():
            logging.info("converting: stock")
            files.write(path, stock.convert(self._trained(_FULL).model))
        content = path.read_bytes()
        step = stock.StockStep(content)
        return self._row("stock TensorFlow Lite", "stock", content, step)

    def row(self, variant: Variant) -> Row:
        """Returns the row of one file, and leaves its bundle."""
        trained = self._trained(variant)
        content = self._file(variant, trained)
        step = load_step(content)
        row = self._row(
            variant.name,
            variant.name,
            content,
            step,
            trained.model.parameters,
            by_message=variant == self.plan.shipped,
            record=self._training_record(variant),
        )
        self._bundle(variant, trained, content, row)
        return row

    def baseline_rows(self, budget: int) -> list[Row]:
        """Returns rows of n-gram models: unigrams, and all within `budget`."""
        rows = []
        for name, order in BASELINES.items():
            path = self.directory / "files" / f"{order}-gram.bin"
            if not path.exists():
                logging.info("training: %s", name)
                model = kneser_ney.train(
                    self._sentences_of_ids(), len(self.text.vocabulary), order
                )
                if order > 1:
                    model = prune.prune(model, budget)
                ngram.save(model, path)
            recipe = f"ngram(order={order}, budget_bytes={budget})"
            rows.append(
                self._row(
                    name,
                    recipe,
                    path.read_bytes(),
                    ngram.load(path),
                    by_message=order > 1,
                )
            )
        return rows

    def with_latency(self, rows: list[Row]) -> list[Row]:
        """Returns the rows with the latencies of their files, of one run."""
        logging.info("measuring latency")
        contents = {
            row.name: self._content(row).read_bytes()
            for row in rows
            if row.name not in BASELINES
        }
        found = benchmark.interleave(
            contents, runs=500, tokens=self.text.valid[:1000].tolist()
        )
        return [
            dataclasses.replace(
                row, latency=dataclasses.asdict(found[row.name])
            )
            if row.name in found
            else row
            for row in rows
        ]

    def _claim(self) -> None:
        """Refuses a directory that another plan has begun to fill."""
        path = self.directory / "plan.json"
        same = dataclasses.replace(self.plan, variants=())  # More may come.
        wanted = json.dumps(dataclasses.asdict(same), indent=1)
        if path.exists() and path.read_text("utf-8") != wanted:
            raise ValueError(
                f"{self.directory} belongs to another plan: remove it or "
                f"give another --output"
            )
        files.write(path, wanted)

    def _trained(self, variant: Variant) -> Trained:
        """Returns the model after the variant's methods, trained or read."""
        place = self._model_path(variant)
        if (place / "model.npz").exists():
            return workspace.load(place)
        if variant.methods:
            model = self._compressed(variant, place)
        else:
            model = self._model(place)
        origin = dataclasses.replace(self.text.origin, recipe=self.plan.name)
        trained = Trained(model, self.text.vocabulary, origin)
        trained = trained.after(model, variant.methods)
        workspace.save(trained, place)
        return trained

    def _model_path(self, variant: Variant) -> pathlib.Path:
        return self.directory / "models" / (variant.model_slug or "full")

    def _training_record(self, variant: Variant) -> dict:
        """Returns how the model was trained, and then its methods.

        That is seconds, and validation perplexities after each epoch.
        """
        places = dict.fromkeys(self._model_path(v) for v in (_FULL, variant))
        runs = [
            json.loads(path.read_text("utf-8"))
            for place in places
            for path in sorted(place.rglob("progress.json"))
        ]
        return {
            "training_seconds": sum(run["seconds"] for run in runs),
            "learning_curves": [
                [round(at["valid_perplexity"], 2) for at in run["history"]]
                for run in runs
            ],
        }

    def _model(self, place: pathlib.Path) -> LanguageModel:
        logging.info("training: %s", self.plan.name)
        config = dataclasses.replace(
            self.plan.model,
            vocabulary_size=len(self.text.vocabulary),
        )
        model = build_model(config)
        train(
            model,
            self.text.train,
            self.text.valid,
            self.plan.training,
            place / "checkpoints",
        )
        return model

    def _compressed(self, variant: Variant, place: pathlib.Path):
        logging.info("compressing: %s", variant.methods)
        fit = compression.skip_training
        if variant.tuned:
            fit = make_fit(
                self.text.train,
                self.text.valid[:_TUNING_VALID_WORDS],
                variant.tuning or self.plan.tuning,
                place / "checkpoints",
            )
        full = self._trained(_FULL).model
        return compression.apply(
            compression.parse_all(variant.methods), full, fit
        )

    def _file(self, variant: Variant, trained: Trained) -> bytes:
        path = self.directory / "files" / f"{variant.slug}.tflite"
        if not path.exists():
            logging.info("converting: %s", variant.name)
            content = convert.convert(
                trained.model,
                variant.format,
                variant.runtime,
                calibration=self.text.valid[:_CALIBRATION_WORDS],
            )
            files.write(path, content)
        return path.read_bytes()

    def _row(
        self,
        name: str,
        recipe: str,
        content: bytes,
        step,
        parameters: int | None = None,
        by_message: bool = False,
        record: dict | None = None,
    ) -> Row:
        path = self.directory / "rows" / f"{_file_name(name)}.json"
        if path.exists():
            return load_rows(path)[0]
        logging.info("scoring: %s", name)
        row = Row(
            name=name,
            recipe=recipe,
            bytes=len(content),
            zip_bytes=zip_bytes(content),
            parameters=parameters,
            sparse_bytes=_sparse_bytes(recipe, content),
            quality=self._quality(step, by_message, name not in BASELINES),
            latency={},
            provenance=provenance.provenance(
                self.command,
                self.text.corpus.name,
                self.text.origin.corpus_sha256,
            )
            | (record or {}),
        )
        save_rows([row], path)
        return row

    def _quality(self, step, by_message: bool, neural: bool) -> dict:
        words = self.text.vocabulary
        found = evaluate(step, words, self._test())
        quality = dataclasses.asdict(found)
        if neural:
            float_file = self.directory / "files" / "float32.tflite"
            if not float_file.exists():
                self._file(_FULL, self._trained(_FULL))
            reference = load_step(float_file.read_bytes())
            ids = self.text.valid[:_AGREEMENT_WORDS].tolist()
            agreement = evaluation_quality.compare(step, reference, words, ids)
            quality |= dataclasses.asdict(agreement)
        if self.plan.scores_valid:
            sentences = self.text.corpus.sentences("valid")
            known = evaluate(step, words, sentences)
            quality["valid_perplexity"] = known.perplexity
        if by_message:
            alone = evaluate(step, words, self._test(), carry=False)
            quality |= {
                f"message_{key}": value
                for key, value in dataclasses.asdict(alone).items()
                if key != "tokens"
            }
        return quality

    def _test(self):
        sentences = self.text.corpus.sentences("test")
        return itertools.islice(sentences, self.plan.test_sentences or None)

    def _sentences_of_ids(self):
        eos, sentence = self.text.vocabulary.eos, []
        for word_id in self.text.train.tolist():
            if word_id != eos:
                sentence.append(word_id)
            else:
                yield sentence
                sentence = []

    def _bundle(
        self, variant: Variant, trained: Trained, content: bytes, row: Row
    ) -> None:
        place = _bundle_path(self.directory, variant)
        if place.exists():
            return
        origin = trained.origin
        about = About(
            name=f"{self.plan.name} {variant.name}",
            recipe=f"{self.plan.name}, {variant.name}",
            corpus=origin.corpus,
            corpus_sha256=origin.corpus_sha256,
            typed=origin.typed,
            display=origin.display,
            metrics=row.quality,
            provenance=row.provenance,
            licence="MIT" if origin.corpus == "chitchat" else "",
        )
        write_bundle(place, content, trained.vocabulary, about)

    def _content(self, row: Row) -> pathlib.Path:
        names = {v.name: f"{v.slug}.tflite" for v in self.plan.variants}
        return self.directory / "files" / names.get(row.name, "stock.tflite")


def _bundle_path(directory: pathlib.Path, variant: Variant) -> pathlib.Path:
    return directory / "bundles" / variant.slug


def _sparse_bytes(recipe: str, content: bytes) -> int | None:
    """Returns what zeros could save, for a file that was made to have them."""
    return sparse_size.sparse_bytes(content) if "Prune(" in recipe else None


def _bytes_of(rows: Sequence[Row], variant: Variant) -> int:
    return next(row.bytes for row in rows if row.name == variant.name)


def _file_name(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return "".join(c if c.isalnum() else "-" for c in name)[:40] + digest
