"""The whole way, from a corpus to files and their proof.

`tflm run`, `tflm demo`, `tflm ptb` and the programs of `export/` run it, in
the stages of `stages.py`.
"""

import dataclasses
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from absl import logging

from tflm import files
from tflm.bundle import manifest
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.suggester import Suggester
from tflm.compression import Prune
from tflm.experiment import baselines, lineage, opening, recipe, stages
from tflm.experiment.claim import claim
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.experiment.quality import quality
from tflm.experiment.recipe import Recipe
from tflm.experiment.tasks import task_of
from tflm.experiment.tasks.task import Task
from tflm.model.workspace import Trained
from tflm.report import measures
from tflm.report.rows import Row, save_rows
from tflm.tflite import convert, formats, stock
from tflm.tflite.flatbuffer import sparse_size
from tflm.tflite.interpreter import load_step

FULL = Variant("float32")  # And its model is the one before any method.
_CALIBRATION_WORDS = 300
# What a row shows of a file: what it suggests after these.
_TYPED = ("see you", "how are", "i am so", "what do you", "thank", "that is")


def run(
    config: ExperimentConfig, directory: files.Path, command: str
) -> list[Row]:
    """Carries out an experiment in `directory`; returns a row for each file.

    Args:
        config: what to do.
        directory: where all goes, with the recipe of it; a second run goes on
            from what is there.
        command: what made the rows, for their provenance.

    Raises:
        ValueError: `directory` belongs to another experiment, or the corpus
            is bad.
    """
    begin(config, directory)
    return _opened(config, directory, command).rows()


def begin(config: ExperimentConfig, directory: files.Path) -> None:
    """Claims `directory` for an experiment, and leaves its recipe there.

    Raises:
        ValueError: `directory` belongs to another experiment.
    """
    directory = pathlib.Path(directory)
    same = dataclasses.replace(config, variants=())  # More may come.
    claim(directory, dataclasses.asdict(same))
    recipe.save(Recipe(config), directory)


def train(
    config: ExperimentConfig, directory: files.Path, variant: Variant
) -> None:
    """Trains the model of one file, which `run` finds then.

    Another process may have begun the experiment, and goes on with it.

    Args:
        config: of the experiment.
        directory: likewise.
        variant: whose model; that before its methods is trained too, if it is
            not there.

    Raises:
        ValueError: the corpus is bad.
    """
    _opened(config, directory).trained(variant)


def model_path(directory: files.Path, variant: Variant) -> pathlib.Path:
    """Returns where an experiment in `directory` leaves a file's model."""
    return pathlib.Path(directory) / "models" / variant.model_slug


def examples(
    bundle: files.Path, texts: Sequence[str] = _TYPED
) -> dict[str, list[str]]:
    """Returns what a bundle's file suggests after each of `texts`."""
    suggester = Suggester(Bundle.load(bundle))
    return {text: suggester.suggest(f"{text} ") for text in texts}


def bundle_path(directory: files.Path, variant: Variant) -> pathlib.Path:
    """Returns where an experiment in `directory` leaves a bundle."""
    return pathlib.Path(directory) / "bundles" / variant.slug


def _opened(
    config: ExperimentConfig, directory: files.Path, command: str = ""
) -> "_Run":
    logging.info("text: %s", config.corpus)
    directory = pathlib.Path(directory)
    text = stages.prepare_text(config, directory / "text")
    limit = config.valid_tokens or len(text.valid)
    text = dataclasses.replace(text, valid=text.valid[:limit])
    return _Run(config, directory, command, text)


@dataclasses.dataclass(frozen=True)
class _Run:
    """An experiment, and the directory in which its stages leave files."""

    config: ExperimentConfig
    directory: pathlib.Path
    command: str
    text: Any

    def rows(self) -> list[Row]:
        """Returns the rows of all files, and leaves them as rows.json."""
        rows = [self._variant_row(each) for each in self.config.variants]
        contents = {
            variant.name: self._content(variant)
            for variant in self.config.variants
        }
        if self.config.model.is_stock:
            stock_row, content = self._stock()
            rows.insert(0, stock_row)
            contents = {stock_row.name: content} | contents
        if self.config.has_baselines:
            budget = len(self._content(self.config.shipped))
            rows += [self._baseline_row(n, budget) for n in baselines.ORDERS]
        logging.info("measuring latency")
        words, corpus = self.text.vocabulary, self.text.corpus
        tokens = self._task.timed_on(words, corpus, "valid")
        rows = stages.timed(rows, contents, runs=500, tokens=tokens)
        save_rows(rows, self.directory / "rows.json")
        return rows

    def trained(self, variant: Variant) -> Trained:
        """Returns the model after the variant's methods, trained or read."""
        config, place = self.config, self._model_path(variant)
        if not variant.methods:
            found = stages.train_model(
                place, config.name, config.model, config.training, self.text
            )
            recipe.save(lineage.trained(config), place)
            return found
        found = stages.compress_model(
            place,
            self.trained(FULL),
            variant.methods,
            lineage.tuning_of(config, variant),
            self.text,
        )
        recipe.save(lineage.of_file(config, variant), place)
        return found

    def _model_path(self, variant: Variant) -> pathlib.Path:
        return model_path(self.directory, variant)

    def _content(self, variant: Variant) -> bytes:
        return stages.content(
            self.directory / "files" / f"{variant.slug}.tflite",
            lambda: convert.convert(
                self.trained(variant).model,
                variant.format,
                variant.runtime,
                calibration=self._calibration(variant),
            ),
        )

    def _calibration(self, variant: Variant) -> np.ndarray | None:
        if not formats.known(variant.format).calibrated:
            return None
        return self.text.valid[:_CALIBRATION_WORDS]

    def _variant_row(self, variant: Variant) -> Row:
        """Returns the row of one file, and leaves its bundle."""
        content, trained = self._content(variant), self.trained(variant)
        prunes = any(isinstance(each, Prune) for each in variant.methods)
        row = self._row(
            variant.name,
            content,
            lambda: self._task.file_scores(
                *(content, trained, self.config, self.text),
                *(self._content(FULL), variant == self.config.shipped),
            ),
            parameters=trained.model.parameters,
            record=self._training_record(variant),
            # What zeros could save, for a file that was made to have them.
            sparse_bytes=sparse_size.sparse_bytes(content) if prunes else None,
        )
        place = bundle_path(self.directory, variant)
        if not place.exists():
            about = manifest.about(
                trained.origin,
                variant.file_format,
                f"{self.config.name} {variant.name}",
                row.quality,
                row.provenance,
                opening.tagging_of(trained),
            )
            write_bundle(
                place,
                content,
                trained.vocabulary,
                about,
                recipe=recipe.text(lineage.of_file(self.config, variant)),
            )
        if trained.origin.rules.kind != "typed":
            return row
        return dataclasses.replace(row, examples=examples(place))

    def _training_record(self, variant: Variant) -> dict:
        """Returns how the model was trained, and then its methods.

        That is seconds, and validation perplexities after each epoch.
        """
        places = dict.fromkeys(self._model_path(v) for v in (FULL, variant))
        runs = [run for place in places for run in stages.progress(place)]
        return {
            "training_seconds": sum(run["seconds"] for run in runs),
            "learning_curves": [
                [round(at[measures.watched([at])], 2) for at in run["history"]]
                for run in runs
            ],
        }

    def _stock(self) -> tuple[Row, bytes]:
        """Returns the stock converter's file of the same model, and its row."""
        content = stages.content(
            self.directory / "files" / "stock.tflite",
            lambda: stock.convert(self.trained(FULL).model),
        )
        name = "stock TensorFlow Lite"
        row = self._row(
            name,
            content,
            lambda: quality(
                *(stock.StockStep(content), self.config, self.text),
                load_step(self._content(FULL)),
            ),
            recipe="stock",
        )
        return row, content

    def _baseline_row(self, name: str, budget: int) -> Row:
        """Returns the row of an n-gram model of at most `budget` bytes."""
        order = baselines.ORDERS[name]
        path = self.directory / "files" / f"{order}-gram.bin"
        model = baselines.train(path, self.text, order, budget)
        return self._row(
            name,
            path.read_bytes(),
            lambda: quality(
                *(model, self.config, self.text), by_message=order > 1
            ),
            recipe=f"ngram(order={order}, budget_bytes={budget})",
        )

    def _row(
        self,
        name: str,
        content: bytes,
        scores: Callable[[], Mapping[str, float]],
        **fields,
    ) -> Row:
        """Returns the row of a file, scored if it has not been.

        Args:
            name: of the file.
            content: of the file.
            scores: scores it.
            **fields: those of `stages.make_row`.
        """
        path = self.directory / "rows" / f"{stages.file_name(name)}.json"
        return stages.row(
            path,
            lambda: stages.make_row(
                *(name, content, scores(), self.text.origin, self.command),
                **fields,
            ),
        )

    @property
    def _task(self) -> Task:
        return task_of(self.config.model)
