"""The passes over a text that put it into ids, by many processes."""

import array
import dataclasses
import pathlib
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa

from tflm.scale import map_reduce, repeats, words
from tflm.scale.readings import Reading, cut, readings
from tflm.text import display, duplicates, storage
from tflm.text.corpus import Corpus
from tflm.text.display import Forms
from tflm.text.ids import write_ids
from tflm.text.passes import TO_LEARN_FROM, encode_lines
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

SHARD_BYTES = 64 << 20


@dataclasses.dataclass(frozen=True)
class ManyProcesses:
    """Reads the shards of a text side by side; see `tflm.text.passes.Passes`.

    Whoever uses it is connected to Ray.

    Attributes:
        shard_bytes: what one process reads at once; a compressed file is read
            by one, whatever it has.
    """

    shard_bytes: int = SHARD_BYTES

    def sha256(self, corpus: Corpus) -> str:
        """Returns the SHA-256, for which each file is read by one process."""
        digests = map_reduce.in_order(
            storage.sha256, corpus.paths, title="checking files"
        )
        return corpus.sha256(digests)

    def deduplicate(self, corpus: Corpus, kind: duplicates.Kind) -> Corpus:
        """Returns the corpus, in shards that say what is left out of them."""
        shards = cut(corpus, self.shard_bytes)
        return duplicates.without(shards, kind, repeats.find)

    def counts(self, corpus: Corpus, size: int) -> Mapping[str, int]:
        """Returns the counts of the commonest words."""
        jobs = readings(cut(corpus, self.shard_bytes), "train")
        found: pa.Table | None = None
        for table in map_reduce.reduced(
            *(words.count, words.summed, jobs, corpus.rules),
            title="counting words",
        ):
            both = [table] if found is None else [found, table]
            found = words.commonest(pa.concat_tables(both), size)
        if found is None:
            return {}
        counts = found["count"].to_pylist()
        return dict(zip(found["word"].to_pylist(), counts, strict=True))

    def encode(
        self, corpus: Corpus, words: Vocabulary, directory: pathlib.Path
    ) -> Mapping[str, str]:
        """Writes the ids in the order of the shards."""
        corpus = cut(corpus, self.shard_bytes)
        forms: Forms = {}
        for split in TO_LEARN_FROM:
            found = map_reduce.in_order(
                *(_encode, readings(corpus, split), corpus.rules, words),
                title=f"reading {split}",
            )
            ids = _adding(found, forms)
            write_ids(corpus, split, ids, directory / f"{split}.ids")
        return display.display(forms, words.words)


def _adding(
    found: Iterable[tuple[np.ndarray, Forms]], forms: Forms
) -> Iterator[np.ndarray]:
    """Yields the ids of each reading, and adds to the forms of words."""
    for ids, its_forms in found:
        display.add(forms, its_forms)
        yield ids


def _encode(
    reading: Reading, rules: TextRules, words: Vocabulary
) -> tuple[np.ndarray, Forms]:
    """Returns the ids of a reading, int32 [n], and the forms of its words."""
    forms: Forms = {}
    ids = array.array("i")  # As compact as what is made of it.
    for each in encode_lines(
        reading.lines(), rules, words, reading.split, forms
    ):
        ids.frombytes(each.tobytes())
    return np.frombuffer(ids, np.int32), forms
