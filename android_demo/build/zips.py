"""Writes archives that Android can use in place: without unpacking.

A file that is stored, not compressed, can be mapped into memory. Android 15
has devices with pages of 16 KB, so that is where libraries and models begin;
Debian's zipalign knows pages of 4 KB only.
"""

import pathlib
import struct
import zipfile
from collections.abc import Mapping

from android_demo.build.pages import PAGE

_WORD_BYTES = 4
_MAPPED = (".so", ".tflite")
_STORED = (*_MAPPED, "resources.arsc")  # Android 11 wants the table as it is.
_LOCAL_HEADER_BYTES = 30
_ALIGNMENT = 0xD935  # An extra field that apksigner keeps.


def write(path: pathlib.Path, files: Mapping[str, bytes]) -> None:
    """Writes an archive; the same files give the same bytes."""
    with open(path, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name)  # Dated 1980, as zips begin there.
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is built.
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith(_STORED):
                entry.compress_type = zipfile.ZIP_STORED
                entry.extra = _padding(name, stream.tell())
            archive.writestr(entry, content, compresslevel=9)


def _padding(name: str, place: int) -> bytes:
    """Returns an extra field so long that the content begins aligned."""
    unit = PAGE if name.endswith(_MAPPED) else _WORD_BYTES
    content = place + _LOCAL_HEADER_BYTES + len(name.encode()) + 6
    zeros = -content % unit
    return struct.pack("<HHH", _ALIGNMENT, 2 + zeros, unit) + bytes(zeros)
