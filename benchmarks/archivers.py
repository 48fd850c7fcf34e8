"""What compresses without loss, behind one interface: rivals of `tflm zip`.

zstd and ppmd are of the extra `zip-rivals`. The frames of zstd are as short as
it can make them: no magic number, length, checksum or name of a dictionary.
"""

import bz2
import functools
import gzip
import importlib
import io
import lzma
from collections.abc import Callable, Sequence
from typing import Any, Protocol

_PPMD_MEMORY = 1 << 26  # Bytes; a quarter of it costs ppmd a tenth more.
_PPMD_ORDER = 8
_ZSTD_DICTIONARY = 112_640  # Bytes, as the program `zstd --train` makes it.
_STREAMS = 32
_BLOCK = 1 << 14  # Bytes, so that a text of half a megabyte has as many.


class Archiver(Protocol):
    """Bytes to fewer bytes and back.

    Attributes:
        needs_bytes: what the reader of an archive must have beside it, such as
            a model or the text that a dictionary was made of.
    """

    needs_bytes: int

    def compress(self, data: bytes) -> bytes: ...

    def decompress(self, data: bytes, length: int) -> bytes:
        """Returns what was compressed, of `length` bytes."""
        ...


class Simple:
    """Of two functions."""

    def __init__(
        self,
        compress: Callable[[bytes], bytes],
        decompress: Callable[[bytes], bytes],
    ):
        self.compress, self._decompress = compress, decompress
        self.needs_bytes = 0

    def decompress(self, data: bytes, length: int) -> bytes:
        return self._decompress(data)


class Zstd:
    """zstd at level 22, with what it may have read before.

    Args:
        dictionary: bytes that it knows.
        samples: messages that a dictionary is trained on instead.
    """

    def __init__(self, dictionary: bytes = b"", samples: Sequence[bytes] = ()):
        zstandard = _library("zstandard")
        self._format = zstandard.FORMAT_ZSTD1_MAGICLESS
        settings = zstandard.ZstdCompressionParameters.from_level(
            22,
            format=self._format,
            window_log=27,
            write_content_size=0,
            write_checksum=0,
            write_dict_id=0,
        )
        known = None
        if samples:
            size = _ZSTD_DICTIONARY
            known = zstandard.train_dictionary(size, [*samples], level=22)
        elif dictionary:
            raw = zstandard.DICT_TYPE_RAWCONTENT
            known = zstandard.ZstdCompressionDict(dictionary, dict_type=raw)
        self.needs_bytes = len(known) if known else 0
        if known:
            known.precompute_compress(compression_params=settings)
        self._compressor = zstandard.ZstdCompressor(
            compression_params=settings, dict_data=known
        )
        self._decompressor = zstandard.ZstdDecompressor(
            dict_data=known, format=self._format, max_window_size=1 << 27
        )

    def compress(self, data: bytes) -> bytes:
        return self._compressor.compress(data)

    def decompress(self, data: bytes, length: int) -> bytes:
        # As a stream, since 0 as the most bytes of an output means unknown.
        return self._decompressor.decompressobj().decompress(data)


class Ppmd:
    """PPMd var. H as in 7-Zip, after it has read `primer`."""

    def __init__(self, primer: bytes = b""):
        self._primer = primer
        self.needs_bytes = len(primer)

    def compress(self, data: bytes) -> bytes:
        encoder, _ = self._primed()
        return encoder.encode(data) + encoder.flush()

    def decompress(self, data: bytes, length: int) -> bytes:
        _, before = self._primed()
        decoder = _library("pyppmd").Ppmd7Decoder(_PPMD_ORDER, _PPMD_MEMORY)
        skipped = len(self._primer)
        return decoder.decode(before + data, skipped + length)[skipped:]

    def _primed(self):
        """Returns an encoder, and the bytes that it has written by then."""
        encoder = _library("pyppmd").Ppmd7Encoder(_PPMD_ORDER, _PPMD_MEMORY)
        return encoder, encoder.encode(self._primer)


def rivals(
    training: bytes, messages: Sequence[bytes]
) -> dict[str, Callable[[], Archiver]]:
    """Returns what makes each of the other tools, by its name.

    Args:
        training: text that those with a dictionary, or primed, have read.
        messages: the same one by one, where messages are compressed.
    """
    found: dict[str, Callable[[], Archiver]] = {
        "gzip -9": lambda: Simple(
            functools.partial(gzip.compress, compresslevel=9, mtime=0),
            gzip.decompress,
        ),
        "bzip2 -9": lambda: Simple(bz2.compress, bz2.decompress),
        "xz -9e": lambda: Simple(_xz, lzma.decompress),
        "zstd -22": Zstd,
        "ppmd order 8": Ppmd,
    }
    if messages:
        found["zstd -22 (trained dictionary)"] = lambda: Zstd(samples=messages)
    if training:
        found["zstd -22 (training text)"] = lambda: Zstd(training)
    if training and not messages:  # For each message it would read it anew.
        found["ppmd order 8 (training text)"] = lambda: Ppmd(training)
    return found


def ours(
    bundle: str | None, messages: bool, net: bytes
) -> dict[str, Callable[[], Archiver]]:
    """Returns what makes each of ours, by its name.

    Args:
        bundle: directory of a model; None for what needs none.
        messages: whether messages are compressed, each by itself.
        net: of the bytes of the text, or none.
    """
    found: dict[str, Callable[[], Archiver]] = {}
    if bundle:
        make = Messages if messages else Ours
        found["tflm"] = lambda: make(bundle, False)
        found["tflm --portable"] = lambda: make(bundle, True)
    if bundle and not messages:
        wide = f" --streams={_STREAMS} --block={_BLOCK}"
        found[f"tflm{wide}"] = lambda: Ours(bundle, False, _STREAMS, _BLOCK)
        found[f"tflm --portable{wide}"] = lambda: Ours(
            bundle, True, _STREAMS, _BLOCK
        )
    if not messages:
        found["tflm bytes"] = OursOfBytes
    if net:
        found["tflm bytes (with a net)"] = lambda: OursOfBytes(net)
    return found


class Messages:
    """Ours of single messages."""

    def __init__(self, bundle: str, portable: bool):
        from tflm.archive import message
        from tflm.bundle.bundle import Bundle

        opened = Bundle.load(bundle)
        self.needs_bytes = len(opened.model)
        self._messages = message.Messages(opened, portable)

    def compress(self, data: bytes) -> bytes:
        return self._messages.encode(data)

    def decompress(self, data: bytes, length: int) -> bytes:
        return self._messages.decode(data)


class Ours:
    """Ours of a bundle."""

    def __init__(
        self,
        bundle: str,
        portable: bool,
        streams: int = 1,
        block_bytes: int = 1 << 20,
    ):
        from tflm.archive.pack import Settings
        from tflm.bundle.bundle import Bundle

        self._bundle = Bundle.load(bundle)
        self._settings = Settings(portable, streams, block_bytes, check=False)
        self.needs_bytes = len(self._bundle.model)

    def compress(self, data: bytes) -> bytes:
        from tflm.archive.pack import pack

        target = io.BytesIO()
        pack(self._bundle, io.BytesIO(data), target, self._settings)
        return target.getvalue()

    def decompress(self, data: bytes, length: int) -> bytes:
        from tflm.archive.unpack import unpack

        target = io.BytesIO()
        unpack(self._bundle, io.BytesIO(data), target)
        return target.getvalue()


class OursOfBytes:
    """Ours without a bundle; a net is in it whether it pays or not."""

    needs_bytes = 0

    def __init__(self, net: bytes = b""):
        self._net = net

    def compress(self, data: bytes) -> bytes:
        from tflm.archive import byte_archive

        target = io.BytesIO()
        byte_archive.write(data, target, byte_archive.records(data, self._net))
        return target.getvalue()

    def decompress(self, data: bytes, length: int) -> bytes:
        from tflm.archive.byte_archive import unpack_bytes

        target = io.BytesIO()
        unpack_bytes(io.BytesIO(data), target)
        return target.getvalue()


def _library(name: str) -> Any:
    """Returns a package of the extra.

    Raises:
        ValueError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise ValueError(
            f"{name} is not installed: pip install "
            f"'tflm-toolkit[zip-rivals]', or name other rows in --only"
        ) from None


def _xz(data: bytes) -> bytes:
    """Returns what xz -9e makes, without 64 MiB of window for a message."""
    window = min(max(len(data), 4096), 1 << 26)
    preset = 9 | lzma.PRESET_EXTREME
    settings = {
        "id": lzma.FILTER_LZMA2,
        "preset": preset,
        "dict_size": window,
    }
    return lzma.compress(data, filters=[settings])
