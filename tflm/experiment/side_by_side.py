"""Files of a model beside those of what compression made of it, measured."""

import dataclasses
import functools
import pathlib
from collections.abc import Callable, Sequence

from tflm.experiment import stages
from tflm.experiment.tasks import task_of
from tflm.experiment.tasks.task import AnyCorpus, Task
from tflm.model.workspace import Trained
from tflm.report.rows import Row
from tflm.text.dataset import Origin
from tflm.text.splits import Split
from tflm.tflite import convert
from tflm.tflite.formats import Format

_RUNS = 300


@dataclasses.dataclass(frozen=True)
class SideBySide:
    """Measures files on one text, all against the model before compression.

    Attributes:
        original: the model before compression.
        corpus: the text; None where there is none, and nothing is scored.
        split: of the text.
        sentences: how many of them.
        directory: where files and rows are kept; none is made twice.
        command: what the rows say that they were made by.
    """

    original: Trained
    corpus: AnyCorpus | None
    split: Split
    sentences: int
    directory: pathlib.Path
    command: str

    def originals(self) -> list[Row]:
        """Returns the rows of the original, in float32 and in int8."""
        both: tuple[Format, ...] = ("float32", "int8")
        return [self.row(f"original + {f}", self.original, f) for f in both]

    def row(self, name: str, trained: Trained, file_format: Format) -> Row:
        """Returns the row of a model's file, made and scored once.

        Args:
            name: for people.
            trained: the model.
            file_format: of its file.
        """
        content = stages.content(
            self._path(name, "tflite"),
            lambda: convert.convert(trained.model, file_format),
        )
        return stages.row(
            self._path(name, "json"),
            lambda: self._scored(name, trained, content),
        )

    def content(self, name: str) -> bytes:
        """Returns the file of a row."""
        return self._path(name, "tflite").read_bytes()

    def timed(self, rows: Sequence[Row]) -> list[Row]:
        """Returns the rows with times of one run, so that their ratios hold."""
        contents = {row.name: self.content(row.name) for row in rows}
        return stages.timed(rows, contents, _RUNS, self._ids)

    def _scored(self, name: str, trained: Trained, content: bytes) -> Row:
        return stages.make_row(
            name,
            content,
            self._quality(trained, content),
            self._origin,
            self.command,
            {"split": self.split},
            parameters=trained.model.parameters,
        )

    def _quality(self, trained: Trained, content: bytes) -> dict[str, float]:
        if self.corpus is None:
            return {}
        found = self._task.score(
            content, trained, self.corpus, self.split, self.sentences
        )
        return found | self._agreement(content)

    @property
    def _task(self) -> Task:
        return task_of(self.original.model.config)

    # What all files share is read and traced once.

    @functools.cached_property
    def _agreement(self) -> Callable[[bytes], dict[str, float]]:
        return self._task.agreement(self.original, self.corpus, self.split)

    @functools.cached_property
    def _origin(self) -> Origin:
        if self.corpus is None:
            return Origin()
        return Origin(self.corpus.name, self.corpus.sha256())

    @functools.cached_property
    def _ids(self) -> list[int] | None:
        """What files read when they are timed."""
        if self.corpus is None:
            return None
        words = self.original.vocabulary
        return self._task.timed_on(words, self.corpus, self.split)

    def _path(self, name: str, ending: str) -> pathlib.Path:
        return self.directory / f"{stages.file_name(name)}.{ending}"
