"""The bytes of a model: its counts, in columns, compressed without loss."""

import io
import itertools
import lzma
from collections.abc import Sequence

import numpy as np

from tflm.evaluation.ngram.level import Level, unigrams

MAGIC = b"tflm ngram 1\n"
# The columns are small numbers that repeat by chance only. So the search for
# repeats is cut short, which makes files smaller, and sooner.
_FILTER = {
    "id": lzma.FILTER_LZMA2,
    "preset": 6,
    "lc": 4,
    "pb": 0,
    "mf": lzma.MF_HC4,
    "depth": 1,
    "nice_len": 273,
}


def encode(vocabulary_size: int, eos: int, levels: Sequence[Level]) -> bytes:
    """Returns the file: a mark, then the header and the columns as .xz.

    Of each level but the first it holds how many n-grams each context has,
    where their suffixes stand among those of the shorter context (as steps
    from one to the next: small numbers), their counts, and what was dropped.
    The words and the other arrays follow from these.
    """
    header = (len(levels), vocabulary_size, eos)
    parts = [np.array(header, "<u4").tobytes()]
    parts += [level.discounts.astype("<f8").tobytes() for level in levels]
    parts += [_planes(levels[0].count)]
    for shorter, level in itertools.pairwise(levels):
        lengths = np.diff(level.starts)
        firsts = level.starts[:-1][lengths > 0]
        rank = level.suffix - shorter.starts[shorter.suffix[level.prefix]]
        steps = np.diff(rank, prepend=0)
        steps[firsts] = rank[firsts]
        dropped = level.dropped[lengths > 0]
        parts += map(_planes, (lengths, steps, level.count, dropped))
    content = b"".join(parts)
    return MAGIC + lzma.compress(content, lzma.FORMAT_XZ, filters=[_FILTER])


def decode(content: bytes) -> tuple[int, int, tuple[Level, ...]]:
    """Returns what `encode` was given.

    Raises:
        lzma.LZMAError: the content is damaged.
    """
    columns = lzma.decompress(content[len(MAGIC) :], lzma.FORMAT_XZ)
    stream = io.BytesIO(columns)
    order, vocabulary_size, eos = np.frombuffer(stream.read(12), "<u4").tolist()
    discounts = np.frombuffer(stream.read(24 * order), "<f8").reshape(order, 3)
    levels = [unigrams(_column(stream, vocabulary_size), discounts[0])]
    for own in discounts[1:]:
        levels.append(_decode_level(stream, levels[-1], own))
    return vocabulary_size, eos, tuple(levels)


def _decode_level(
    stream: io.BytesIO, shorter: Level, discounts: np.ndarray
) -> Level:
    lengths = _column(stream, len(shorter.count))
    prefix = np.repeat(np.arange(len(lengths)), lengths)
    steps = _column(stream, len(prefix))
    climb, firsts = np.cumsum(steps), (np.cumsum(lengths) - lengths)[prefix]
    rank = climb - (climb - steps)[firsts]
    suffix = shorter.starts[shorter.suffix[prefix]] + rank
    count = _column(stream, len(prefix))
    dropped = np.zeros_like(lengths)
    dropped[lengths > 0] = _column(stream, int(np.count_nonzero(lengths)))
    word = shorter.word[suffix]
    return Level(prefix, word, suffix, count, dropped, discounts)


def _planes(numbers: np.ndarray) -> bytes:
    """Returns all the low bytes, then the higher ones, which compress best."""
    return numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _column(stream: io.BytesIO, length: int) -> np.ndarray:
    planes = np.frombuffer(stream.read(4 * length), np.uint8)
    rows = planes.reshape(4, length).T.copy()
    return rows.view("<u4").reshape(length).astype(np.int64)
