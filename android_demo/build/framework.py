"""Makes of Android's own resources a file that older aapt2 links against.

Since Android 14 the table of the framework has offsets of 16 bits and compact
entries, which the aapt2 of Debian 12 takes for damage. Here each becomes what
it was before. Linking needs names and identifiers, no translations, so what is
for a country or a language is left out. The format is that of Android's
`ResourceTypes.h`.
"""

import pathlib
import struct
import zipfile
from collections.abc import Iterator

_TABLE, _PACKAGE, _TYPE, _SPEC, _STRINGS = 2, 0x200, 0x201, 0x202, 1
_SPARSE, _SHORT_OFFSETS = 1, 2  # Flags of a type.
_COMPLEX, _COMPACT = 1, 8  # Flags of an entry.
_NONE = 0xFFFFFFFF  # The offset of an entry that is not there.


def write(android: pathlib.Path, target: pathlib.Path) -> None:
    """Writes what `aapt2 link -I` needs of the framework in `android`."""
    with zipfile.ZipFile(android) as source:
        manifest = source.read("AndroidManifest.xml")
        table = source.read("resources.arsc")
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("AndroidManifest.xml", manifest)
        archive.writestr("resources.arsc", _simpler_table(table))


def _simpler_table(table: bytes) -> bytes:
    strings, package, *_ = _chunks(table, 12)
    content = strings + _simpler_package(package)
    return struct.pack("<HHII", _TABLE, 12, 12 + len(content), 1) + content


def _simpler_package(package: bytes) -> bytes:
    (header,) = struct.unpack_from("<H", package, 2)
    kept = []
    for chunk in _chunks(package, header):
        kind, end = struct.unpack_from("<HH", chunk)
        if kind in (_STRINGS, _SPEC):
            kept.append(chunk)
        elif kind == _TYPE and not any(chunk[24:32]):  # Network and language.
            kept.append(_simpler_type(chunk, end))
    content = b"".join(kept)
    size = struct.pack("<I", header + len(content))
    return package[:4] + size + package[8:header] + content


def _simpler_type(chunk: bytes, header: int) -> bytes:
    entries = {
        index: _simpler_entry(chunk, offset)
        for index, offset in _offsets(chunk, header)
    }
    count = max(entries, default=-1) + 1
    offsets, content = [_NONE] * count, b""
    for index, entry in entries.items():
        offsets[index] = len(content)
        content += entry
    start = header + 4 * count
    return b"".join(
        [
            chunk[:4],
            struct.pack("<I", start + len(content)),
            chunk[8:9] + b"\0\0\0",  # The number of the type, without flags.
            struct.pack("<II", count, start),
            chunk[20:header],
            struct.pack(f"<{count}I", *offsets),
            content,
        ]
    )


def _offsets(chunk: bytes, header: int) -> Iterator[tuple[int, int]]:
    """Yields index and place of each entry of a type."""
    flags = chunk[9]
    count, start = struct.unpack_from("<II", chunk, 12)
    if flags & _SPARSE:
        pairs = struct.iter_unpack("<HH", chunk[header : header + 4 * count])
        yield from ((index, start + 4 * offset) for index, offset in pairs)
        return
    short = flags & _SHORT_OFFSETS
    code, unit, none = ("H", 4, 0xFFFF) if short else ("I", 1, _NONE)
    found = struct.unpack_from(f"<{count}{code}", chunk, header)
    for index, offset in enumerate(found):
        if offset != none:
            yield index, start + unit * offset


def _simpler_entry(chunk: bytes, place: int) -> bytes:
    size, flags, key = struct.unpack_from("<HHI", chunk, place)
    if flags & _COMPACT:  # Its key is where others have their size.
        plain, kind = flags & 0xFF & ~_COMPACT, flags >> 8
        return struct.pack("<HHIHBBI", 8, plain, size, 8, 0, kind, key)
    if flags & _COMPLEX:
        (values,) = struct.unpack_from("<I", chunk, place + 12)
        return chunk[place : place + size + 12 * values]
    return chunk[place : place + size + 8]


def _chunks(data: bytes, place: int) -> Iterator[bytes]:
    while place < len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        yield data[place : place + size]
        place += size
