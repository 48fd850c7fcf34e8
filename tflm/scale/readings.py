"""The parts of a text, in the order in which a split of it is read."""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

from tflm.scale import map_reduce
from tflm.text import mixture
from tflm.text.corpus import Corpus, mix, of_shards
from tflm.text.shard import Shard
from tflm.text.splits import Split


@dataclasses.dataclass(frozen=True)
class Reading:
    """A part of a split, to be read by anybody.

    Attributes:
        shard: whose lines they are.
        split: of the text.
        share: of its blocks of lines that are read, above 0 to 1.
        before: lines of the split that its text has before this shard, by
            which its blocks are counted.
    """

    shard: Shard
    split: Split
    share: float = 1.0
    before: int = 0

    def lines(self) -> Iterator[str]:
        """Yields its lines.

        Raises:
            ValueError: as of `Shard.lines`.
        """
        lines = self.shard.lines(self.split)
        if self.share == 1:
            return lines
        return mixture.share_of(lines, self.share, self.before)


def cut(corpus: Corpus, size: int) -> Corpus:
    """Returns a corpus in shards of at most `size` bytes.

    Raises:
        ValueError: it has conversations, and not a message a line.
        OSError: a file cannot be reached.
    """
    if corpus.sources:
        sources = [cut(source, size) for source in corpus.sources]
        mixed = mix(corpus.name, sources, corpus.weights)
        return dataclasses.replace(mixed, rule=corpus.rule)
    if not corpus.shards:
        raise ValueError(
            f"corpus {corpus.name!r} is no text with a message a line, which "
            f"several processes could share: leave --workers and --ray out"
        )
    cut_each = [shard.cut(size) for shard in corpus.shards]
    return of_shards(corpus, [*itertools.chain(*cut_each)])


def readings(corpus: Corpus, split: Split) -> list[Reading]:
    """Returns what gives the lines of a split, as `corpus.lines` does."""
    if split != "train" or not corpus.sources:
        sources = corpus.sources or (corpus,)
        return [Reading(s, split) for each in sources for s in each.shards]
    found = []
    for source, weight in zip(corpus.sources, corpus.weights, strict=True):
        whole, share = divmod(weight, 1)
        found += [Reading(s, split) for s in source.shards] * int(whole)
        if share:
            found += _shares(source.shards, split, share)
    return found


def _shares(
    shards: Sequence[Shard], split: Split, share: float
) -> Iterator[Reading]:
    """Yields readings of a share, for which lines have to be counted."""
    whole = [Reading(shard, split) for shard in shards]
    before = 0
    lengths = map_reduce.in_order(_length, whole, title="counting lines")
    for reading, length in zip(whole, lengths, strict=True):
        yield dataclasses.replace(reading, share=share, before=before)
        before += length


def _length(reading: Reading) -> int:
    return sum(1 for _ in reading.lines())
