"""`tflm zip`: any bytes to an archive."""

import dataclasses
import functools
import itertools
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from tflm.archive import coder, fallback, lines, modes
from tflm.archive.coding import Coding, Progress, ignored
from tflm.archive.records import MOST_BLOCK_BYTES, Header, Kind, Record, Writer
from tflm.archive.result import Result
from tflm.bundle.bundle import Bundle

LEAST_BLOCK_BYTES = 1 << 12
_PLAIN = (Kind.STORED, Kind.XZ)


@dataclasses.dataclass(frozen=True)
class Settings:
    """How an archive is made.

    Attributes:
        portable: whether it can be read on any machine.
        streams: how many blocks are coded side by side.
        block_bytes: of text in a block, which is lost or kept as a whole.
        lines: whether each line is coded by itself, so that one can be had
            without the others.
        check: whether each block is decoded again before it is written.

    Raises:
        ValueError: there are no such streams or blocks.
    """

    portable: bool = False
    streams: int = 1
    block_bytes: int = 1 << 20
    lines: bool = False
    check: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.streams <= 1024:
            raise ValueError(f"streams are 1 to 1024, got {self.streams}")
        if not LEAST_BLOCK_BYTES <= self.block_bytes <= MOST_BLOCK_BYTES:
            raise ValueError(
                f"a block has {LEAST_BLOCK_BYTES} to {MOST_BLOCK_BYTES} bytes, "
                f"got {self.block_bytes}"
            )

    @property
    def mode(self) -> int:
        return modes.PORTABLE if self.portable else modes.FILE


def pack(
    bundle: Bundle,
    source: BinaryIO,
    target: BinaryIO,
    settings: Settings | None = None,
    progress: Progress = ignored,
) -> Result:
    """Writes an archive of any bytes; the bundle is needed to read it.

    Args:
        bundle: of a language model.
        source: what is read, to its end.
        target: where the archive is written.
        settings: how it is made.
        progress: is told how many more bytes were read.

    Raises:
        ValueError: the bundle is a tagger's, or the coder is not installed.

    Examples:
        >>> import io
        >>> archive = io.BytesIO()
        >>> made = tflm.zip(bundle, io.BytesIO(b"see you"), archive)
        >>> made.text_bytes
        7
    """
    settings = settings or Settings()
    return _Writer(bundle, source, target, settings, progress).run()


class _Writer:
    """One archive that is being made."""

    def __init__(
        self,
        bundle: Bundle,
        source: BinaryIO,
        target: BinaryIO,
        settings: Settings,
        progress: Progress,
    ):
        coder.check()
        self._settings, self._progress = settings, progress
        self._blocks = _blocks(source, settings.block_bytes)
        self._first = [*itertools.islice(self._blocks, settings.streams)]
        # A short text has fewer blocks than it was given streams.
        self._streams = max(1, len(self._first))
        self._coding = Coding(bundle, settings.mode, self._streams)
        self._number, self._is_named = 0, False
        self._writer = Writer(target, Header(settings.mode, self._streams))

    def run(self) -> Result:
        group = self._first
        while group:
            self._group(group)
            group = [*itertools.islice(self._blocks, self._streams)]
        return self._writer.end()

    def _group(self, texts: list[bytes]) -> None:
        """Writes blocks that are coded side by side."""
        numbered = [*enumerate(texts, self._number)]
        # Made when asked for, and once: LZMA is slow.
        plain = [
            functools.cache(functools.partial(_plain, number, text))
            for number, text in numbered
        ]
        records = [
            _smaller(self._by_model(number, text, payload), without)
            for (number, text), payload, without in zip(
                numbered, self._coded(texts), plain, strict=True
            )
        ]
        if not self._is_named:
            records = self._named(records, plain)
        for record, text in zip(records, texts, strict=True):
            self._writer.put_block(record, text)
        self._number += len(records)

    def _named(
        self, records: list[Record], plain: Sequence[Callable[[], Record]]
    ) -> list[Record]:
        """Writes the fingerprint, or returns records that need none.

        They are taken where the model gains less than its name is long.
        """
        if all(record.kind in _PLAIN for record in records):
            return records
        name = json.dumps(self._coding.fingerprint(), sort_keys=True).encode()
        record = Record(Kind.FINGERPRINT, 0, len(name), 0, fallback.pack(name))
        others = [without() for without in plain]
        gain = _bytes(others) - _bytes(records)
        if gain <= len(record.content()):
            return others
        self._writer.put(record)
        self._is_named = True
        return records

    def _coded(self, texts: list[bytes]) -> list[bytes | None]:
        """Returns what the model makes of texts, where that comes back."""
        asked = [self._asked(text) for text in texts]
        payloads = [
            payload if text else None
            for text, payload in zip(asked, self._encoded(asked), strict=True)
        ]
        if not self._settings.check:
            return payloads
        again = self._decoded(texts, payloads)
        return [
            payload if found == text else None
            for text, payload, found in zip(texts, payloads, again, strict=True)
        ]

    def _asked(self, text: bytes) -> bytes:
        """Returns what the model reads of a block: nothing of a dense one."""
        if not _is_dense(text):
            return text
        self._progress(len(text))
        return b""

    def _encoded(self, texts: list[bytes]) -> list[bytes | None]:
        if self._settings.lines:
            return [
                lines.encode(text, self._coding, self._progress)
                for text in texts
            ]
        return self._coding.encode(texts, self._progress)

    def _decoded(
        self, texts: list[bytes], payloads: list[bytes | None]
    ) -> list[bytes | None]:
        if self._settings.lines:
            return [
                payload and lines.decode(payload, self._coding, ignored)
                for payload in payloads
            ]
        rows = [
            None if payload is None else (payload, len(text))
            for text, payload in zip(texts, payloads, strict=True)
        ]
        return self._coding.decode(rows, ignored)

    def _by_model(
        self, number: int, text: bytes, payload: bytes | None
    ) -> Record | None:
        if payload is None:
            return None
        kind = Kind.LINES if self._settings.lines else Kind.MODEL
        return Record(kind, number, len(text), zlib.crc32(text), payload)


def _is_dense(text: bytes) -> bool:
    """Tells whether a block is what no text is: compressed, or random."""
    if len(text) < LEAST_BLOCK_BYTES:  # So few take no time.
        return False
    return len(zlib.compress(text, 1)) > 0.99 * len(text)


def _plain(number: int, text: bytes) -> Record:
    """Returns a block without a model."""
    ways = ((Kind.STORED, text), (Kind.XZ, fallback.pack(text)))
    kind, payload = min(ways, key=lambda way: len(way[1]))
    return Record(kind, number, len(text), zlib.crc32(text), payload)


def _smaller(by_model: Record | None, plain: Callable[[], Record]) -> Record:
    if by_model is None:
        return plain()
    if len(by_model.payload) <= by_model.length // 3:
        return by_model  # LZMA hardly ever comes to so little.
    return min(plain(), by_model, key=lambda record: len(record.payload))


def _blocks(source: BinaryIO, size: int) -> Iterator[bytes]:
    """Yields the text in parts, which end with a line where one does."""
    rest = b""
    while True:
        part = source.read(size - len(rest))
        rest += part
        if not rest:
            return
        if len(rest) < size and part:
            continue  # A pipe gives less than was asked for.
        cut = len(rest)
        if len(rest) == size:
            cut = rest.rfind(b"\n", size // 2) + 1 or size
        yield rest[:cut]
        rest = rest[cut:]


def _bytes(records: list[Record]) -> int:
    return sum(len(record.payload) for record in records)
