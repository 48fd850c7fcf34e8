"""How often a text has its words: tables of Arrow, summed by partition."""

import collections
import itertools
import zlib
from collections.abc import Iterable, Sequence

import pyarrow as pa

from tflm.scale.readings import Reading
from tflm.text.rules import TextRules


def count(
    reading: Reading, partitions: int, rules: TextRules
) -> list[pa.Table]:
    """Returns tables of `word` and `count`, by the words' checksum."""
    lines = map(rules.words, reading.lines())
    found = collections.Counter(itertools.chain.from_iterable(lines))
    parts: list[list[str]] = [[] for _ in range(partitions)]
    for word in found:
        # Not by Python's own hash, which each process salts.
        parts[zlib.crc32(word.encode()) % partitions].append(word)
    return [_table(words, (found[word] for word in words)) for words in parts]


def summed(tables: Sequence[pa.Table]) -> pa.Table:
    """Returns one table, in which each word stands once."""
    grouped = pa.concat_tables(tables).group_by("word")
    found = grouped.aggregate([("count", "sum")])
    return pa.table({"word": found["word"], "count": found["count_sum"]})


def commonest(table: pa.Table, size: int) -> pa.Table:
    """Returns the commonest words; of equally common ones the first."""
    order = [("count", "descending"), ("word", "ascending")]
    return table.sort_by(order).slice(0, size)


def _table(words: Sequence[str], counts: Iterable[int]) -> pa.Table:
    return pa.table(
        {
            "word": pa.array(words, pa.string()),
            "count": pa.array(counts, pa.int64()),
        }
    )
