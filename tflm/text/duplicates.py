"""Lines that a text has twice, or nearly, as text from the web does.

A line has keys, and is left out if a line before it, left out or not, has one
of them. So the first of equal lines stays, whoever reads which part of the
text.
"""

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, get_args

from tflm.text.corpus import Corpus, mix, of_shards
from tflm.text.shard import Shard

Kind = Literal["exact", "near"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WORDS = 3  # Of a shingle; a shorter line is one.
_BANDS, _ROWS = 9, 13  # Half of the pairs of similarity 0.82 share a band.
RULES: dict[Kind, str] = {
    "exact": "equal to a line before them",
    "near": (
        f"nearly equal to a line before them (MinHash: shingles of {_WORDS} "
        f"words in lower case, {_BANDS} bands of {_ROWS} of "
        f"{_BANDS * _ROWS} permutations, one of which is the same)"
    ),
}


def find(shards: Sequence[Shard], kind: Kind) -> list[bytes]:
    """Returns which lines repeat one before them: bits for each shard."""
    seen: set[int] = set()
    found = []
    for shard in shards:
        marks = Marks()
        for number, its in keyed(shard, kind):
            marks.mark(number, not seen.isdisjoint(its))
            seen.update(its)
        found.append(marks.content())
    return found


def keyed(shard: Shard, kind: Kind) -> Iterator[tuple[int, list[int]]]:
    """Yields the number of each line that is not blank, and its keys."""
    keys = _exact if kind == "exact" else _near
    for number, line in enumerate(shard.lines("all")):
        if line:
            yield number, keys(line)


class Marks:
    """A bit for each line, as `Shard` has it."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def mark(self, number: int, is_set: bool = True) -> None:
        """Sets the bit of a line, or leaves it as it is."""
        if is_set:
            place, bit = divmod(number, 8)
            self._bits.extend(bytes(max(place + 1 - len(self._bits), 0)))
            self._bits[place] |= 128 >> bit

    def content(self) -> bytes:
        """Returns the bits, up to the last that is set."""
        return bytes(self._bits)


def without(
    corpus: Corpus,
    kind: Kind,
    find: Callable[[Sequence[Shard], Kind], list[bytes]],
) -> Corpus:
    """Returns a corpus without its repeated lines, and with a rule of them.

    Of a mixture the lines of all texts are compared, in their order.

    Args:
        corpus: of files with a message a line.
        kind: of repetition.
        find: as the function of that name.

    Raises:
        ValueError: it is of another kind.
    """
    if kind not in KINDS:
        raise ValueError(
            f"deduplicate {kind!r} is not known: give {' or '.join(KINDS)}"
        )
    sources = corpus.sources or (corpus,)
    for source in sources:
        if not source.shards:
            raise ValueError(
                f"corpus {source.name!r} is no text with a message a line: "
                f"leave --deduplicate out"
            )
    found = find([s for source in sources for s in source.shards], kind)
    bits = iter(found)
    smaller = [
        of_shards(
            source,
            [
                dataclasses.replace(shard, left_out=next(bits))
                for shard in source.shards
            ],
        )
        for source in sources
    ]
    count = sum(int.from_bytes(each, "big").bit_count() for each in found)
    rule = f"{count} lines are left out, {RULES[kind]}"
    if corpus.sources:
        mixed = mix(corpus.name, smaller, corpus.weights)
    else:
        [mixed] = smaller
    return dataclasses.replace(mixed, rule=rule)


def _exact(line: str) -> list[int]:
    return [_key(line.encode())]


def _near(line: str) -> list[int]:
    words = line.lower().split()
    starts = range(max(len(words) - _WORDS + 1, 1))
    sketch = _sketch()
    sketch.clear()
    sketch.update_batch(
        [" ".join(words[i : i + _WORDS]).encode() for i in starts]
    )
    bands = sketch.hashvalues.reshape(_BANDS, _ROWS)
    return [_key(bytes([n]) + band.tobytes()) for n, band in enumerate(bands)]


@functools.cache
def _sketch() -> Any:
    """Returns a sketch to be filled again and again: it is slow to make."""
    try:
        from datasketch import MinHash
    except ModuleNotFoundError:
        raise ValueError(
            "near duplicates need datasketch: "
            "pip install 'tflm-toolkit[duplicates]'"
        ) from None
    return MinHash(_BANDS * _ROWS, seed=1, scheme="affine64")


def _key(content: bytes) -> int:
    return int.from_bytes(
        hashlib.blake2b(content, digest_size=8).digest(), "big"
    )
