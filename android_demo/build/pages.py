"""Lets a library made for memory pages of 4 KB load where they have 16 KB.

    python -m android_demo.build.pages LIBRARY OUTPUT

The loader maps a segment of a library from a place in the file that is, but for
whole pages, its place in memory, and a page has one protection. Code refers to
data by distance, so that nothing can move in memory. But what lies between the
data segments can be added to the file, so that they are one segment.
"""

import dataclasses
import itertools
import pathlib
import struct
import sys

from tflm import files

PAGE = 0x4000  # Bytes, on phones with Android 15 or newer that have large ones.

_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little end first, as all below.
_SEGMENTS, _SECTIONS, _COUNTS = 32, 40, 54  # Where the file's header says it.
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION_OFFSET = 24
_NONE, _LOAD, _PROTECT_LATER = 0, 1, 0x6474E552
_WRITABLE = 2


@dataclasses.dataclass
class _Segment:
    kind: int
    flags: int
    offset: int
    address: int
    physical_address: int
    file_bytes: int
    memory_bytes: int
    alignment: int

    @property
    def end(self) -> int:
        return self.address + self.memory_bytes


def alignment(library: bytes) -> int:
    """Returns the page size, in bytes, that a library of 64 bits is made for.

    Raises:
        ValueError: it is no such library.
    """
    return min(s.alignment for s in _segments(library) if s.kind == _LOAD)


def realign(library: bytes) -> bytes:
    """Returns a library of 64 bits that loads with pages of `PAGE`, too.

    It is the same in memory, but for one thing: of the tables that are closed
    to writing after loading, the part that shares a page with variables stays
    open.

    Raises:
        ValueError: it is no such library, or it is laid out so that this is not
            possible.
    """
    if alignment(library) >= PAGE:
        return library
    segments = _segments(library)
    loaded = [s for s in segments if s.kind == _LOAD]
    first, *rest = [s for s in loaded if s.flags & _WRITABLE]
    if len(rest) != 1 or first.file_bytes != first.memory_bytes:
        raise ValueError("the library has not two segments of data")
    [second] = rest
    start = second.offset
    gap = second.address - first.address - (start - first.offset)
    for segment in segments:
        segment.offset += gap if segment.offset >= start else 0
        if segment.kind == _PROTECT_LATER:
            last = max(segment.end // PAGE * PAGE, segment.address)
            segment.memory_bytes = last - segment.address
            segment.file_bytes = segment.memory_bytes
    first.file_bytes = second.address + second.file_bytes - first.address
    first.memory_bytes = second.end - first.address
    second.kind = _NONE
    loaded.remove(second)
    for segment in loaded:
        segment.alignment = PAGE
    _check(loaded)
    return _with_gap(library, segments, start, gap)


def _segments(library: bytes) -> list[_Segment]:
    if not library.startswith(_MAGIC):
        raise ValueError("not a library of 64 bits")
    [table] = struct.unpack_from("<Q", library, _SEGMENTS)
    size, count = struct.unpack_from("<HH", library, _COUNTS)
    content = library[table : table + size * count]
    return [_Segment(*fields) for fields in _SEGMENT.iter_unpack(content)]


def _check(loaded: list[_Segment]) -> None:
    for segment in loaded:
        if (segment.address - segment.offset) % PAGE:
            raise ValueError(f"data at {segment.address:#x} cannot be mapped")
    for before, after in itertools.pairwise(loaded):
        if before.end > after.address // PAGE * PAGE:
            raise ValueError(
                f"what ends at {before.end:#x} and what begins at "
                f"{after.address:#x} share a page of {PAGE} bytes"
            )


def _with_gap(
    library: bytes, segments: list[_Segment], start: int, gap: int
) -> bytes:
    """Returns the file with `gap` zeros at `start`, and tables that say so."""
    content = bytearray(library[:start] + bytes(gap) + library[start:])
    [table] = struct.unpack_from("<Q", library, _SEGMENTS)
    for place, segment in enumerate(segments):
        fields = dataclasses.astuple(segment)
        _SEGMENT.pack_into(content, table + place * _SEGMENT.size, *fields)
    size, count = struct.unpack_from("<HH", library, _COUNTS + 4)
    _move(content, _SECTIONS, start, gap)
    [table] = struct.unpack_from("<Q", content, _SECTIONS)
    for place in range(count):
        _move(content, table + place * size + _SECTION_OFFSET, start, gap)
    return bytes(content)


def _move(content: bytearray, place: int, start: int, gap: int) -> None:
    """Adds the gap to the file offset at `place`, if that is behind it."""
    [offset] = struct.unpack_from("<Q", content, place)
    if offset >= start:
        struct.pack_into("<Q", content, place, offset + gap)


def main() -> None:
    source, output = sys.argv[1:]
    files.write(output, realign(pathlib.Path(source).read_bytes()))


if __name__ == "__main__":
    main()
