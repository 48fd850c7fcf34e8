"""A teacher reads a text once, and leaves what it expected after each word."""

import dataclasses
import json
import os
import pathlib
import shutil
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf
from absl import logging
from tqdm import tqdm

from tflm import arrays, files, json_files
from tflm.model.language_model import LanguageModel
from tflm.text import likelihood
from tflm.text.ids import digest
from tflm.text.vocabulary import Vocabulary
from tflm.training.distillation import soft_targets
from tflm.training.distillation.soft_targets import Header, SoftTargets
from tflm.training.distillation.state import flatten, restore
from tflm.training.distillation.teacher import Net, Teacher

_BLOCK = 500  # Words whose probabilities are in memory at a time.
_SAVE_SECONDS = 30.0
_LEAST = 1e-30  # Of a probability, so that it has a logarithm.


def write(
    teacher: Teacher | LanguageModel,
    vocabulary: Vocabulary,
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
    path: files.Path,
    words: int = 30,
) -> SoftTargets:
    """Lets a teacher read a text; returns what it said, in a file.

    It reads `valid_ids` first, to tell its perplexity, then `train_ids`, in
    order and with the state carried on. A call that was killed goes on where
    it was when it is made again; a file that is there is not made again.

    Args:
        teacher: a model, or what `tflm.training.distillation.teacher` has.
        vocabulary: its words.
        train_ids: int32 [n], what the student is to be trained on.
        valid_ids: int32 [m].
        path: of the file.
        words: likeliest ones to keep after each word of the text.

    Raises:
        ValueError: the teacher has other words, or `path` is of another text
            or teacher.
        OSError: the disk has no room for the file.

    Examples:
        >>> targets = tflm.soft_targets(
        ...     model, words, train_ids, valid_ids, "said.topk", 5
        ... )
        >>> targets.header.rows == len(train_ids)
        True
    """
    if isinstance(teacher, LanguageModel):
        teacher = Net(teacher)
    if teacher.vocabulary_size != len(vocabulary):
        raise ValueError(
            f"the teacher has {teacher.vocabulary_size} words and the "
            f"vocabulary {len(vocabulary)}: give the one it was trained with"
        )
    path = pathlib.Path(path)
    header = header_of(teacher, vocabulary, train_ids, words)
    if path.exists():
        found = soft_targets.load(path)
        if found.header.about != header.about:
            raise ValueError(
                f"{path} is of another teacher, text or number of words: "
                f"remove it, or give another path"
            )
        return found
    _Reading(teacher, header, path).run(train_ids, valid_ids)
    return soft_targets.load(path)


def header_of(
    teacher: Teacher, vocabulary: Vocabulary, train_ids: np.ndarray, words: int
) -> Header:
    """Returns what `write` writes before the teacher has read anything."""
    return Header(
        len(train_ids),
        min(words, len(vocabulary)),
        len(vocabulary),
        soft_targets.digest_of_words(vocabulary),
        digest(train_ids),
        teacher.name[:500],
        teacher.sha256,
    )


class _Record(msgspec.Struct):
    """How far a reading has come."""

    done: int
    loss: float


class _Reading:
    """A reading in progress, beside the file that it will be."""

    def __init__(self, teacher: Teacher, header: Header, path: pathlib.Path):
        self.teacher, self.header, self.path = teacher, header, path
        self.part = path.with_name(path.name + ".part")
        self.progress = path.with_name(path.name + ".part.npz")
        self.done, self.loss, self.state = 0, 0.0, teacher.begin()
        self.saved_at = time.monotonic()

    def run(self, train_ids: np.ndarray, valid_ids: np.ndarray) -> None:
        """Reads what has not been read, and puts the file in its place."""
        if not self._restore():
            self._start(valid_ids)
        arrays = soft_targets.arrays(self.part, self.header, "r+")
        with tqdm(
            total=len(train_ids),
            initial=self.done,
            desc="the teacher reads",
            unit=" words",
            unit_scale=True,
            disable=None,
        ) as bar:
            while self.done < len(train_ids):
                bar.update(self._read(train_ids, *arrays))
                if time.monotonic() - self.saved_at > _SAVE_SECONDS:
                    _flush(arrays)
                    self._save()
        _flush(arrays)
        self._finish(_perplexity(self.loss, len(train_ids)))

    def _read(
        self,
        train_ids: np.ndarray,
        ids: np.ndarray,
        probabilities: np.ndarray,
    ) -> int:
        """Reads the next words of the text; returns how many."""
        rows = slice(self.done, min(self.done + _BLOCK, len(train_ids)))
        chances, self.state, loss = _read(
            self.teacher, train_ids, rows, self.state
        )
        best = tf.math.top_k(chances, self.header.words)
        probabilities[rows], ids[rows] = best.values, best.indices
        self.loss, self.done = self.loss + loss, rows.stop
        return rows.stop - rows.start

    def _start(self, valid_ids: np.ndarray) -> None:
        """Makes the file in its size, after a look at what it is worth."""
        size = self.header.size
        logging.info("the teacher's words take %.1f MB", size / 1e6)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.path.parent).free < size:
            raise OSError(
                f"{self.path} takes {size} bytes, which the disk does not "
                f"have: make room, or keep fewer words of the teacher"
            )
        reached = _score(self.teacher, valid_ids)
        self.header = dataclasses.replace(self.header, valid_perplexity=reached)
        logging.info("the teacher: valid perplexity %.2f", reached)
        with open(self.part, "wb") as file:
            file.write(self.header.content())
            file.truncate(size)

    def _restore(self) -> bool:
        """Takes up what a killed reading has left, if it is this one's."""
        try:
            values = arrays.read(self.progress)
            record = json_files.parse(
                values["record"].tobytes(), "record", _Record, has_nan=True
            )
            header = soft_targets.read_header(self.part)
        except Exception:  # Whatever a file that is none may raise.
            return False
        if header.about != self.header.about:
            return False
        self.header = header
        self.done, self.loss = record.done, record.loss
        self.state = restore(self.state, values)
        logging.info("the teacher goes on from word %d", self.done)
        return True

    def _save(self) -> None:
        record = json.dumps({"done": self.done, "loss": self.loss}).encode()
        with files.writing(self.progress) as file:
            kept = {"record": np.frombuffer(record, np.uint8)}
            np.savez(file, **kept | flatten(self.state))
        self.saved_at = time.monotonic()

    def _finish(self, perplexity: float) -> None:
        logging.info("the teacher: train perplexity %.2f", perplexity)
        header = dataclasses.replace(
            self.header,
            train_perplexity=perplexity,
            crc32=soft_targets.checksum(self.part),
        )
        with open(self.part, "r+b") as file:
            file.write(header.content())
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.part, self.path)
        self.progress.unlink(missing_ok=True)


def _flush(arrays: Sequence[np.memmap]) -> None:
    for array in arrays:
        array.flush()


def _score(teacher: Teacher, ids: np.ndarray) -> float:
    """Returns the perplexity of a text that is read as one."""
    state, total = teacher.begin(), 0.0
    for start in range(0, len(ids), _BLOCK):
        rows = slice(start, start + _BLOCK)
        _, state, loss = _read(teacher, ids, rows, state)
        total += loss
    return _perplexity(total, len(ids))


def _read(
    teacher: Teacher, ids: np.ndarray, rows: slice, state: Any
) -> tuple[np.ndarray, Any, float]:
    """Returns probabilities, the state, and the loss of the words after."""
    chances, state = teacher.read(np.asarray(ids[rows]), state)
    after = np.asarray(ids[rows.start + 1 : rows.stop + 1])
    own = chances[np.arange(len(after)), after].astype(np.float64)
    return chances, state, -float(np.log(np.maximum(own, _LEAST)).sum())


def _perplexity(loss: float, words: int) -> float:
    # The first word has nothing before it.
    return likelihood.perplexity(loss / max(words - 1, 1))
