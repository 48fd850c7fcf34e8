"""The files that a .tflite file carries behind its flatbuffer, as a zip.

A zip is read from its end, and a flatbuffer from its start.
"""

import io
import zipfile
from collections.abc import Mapping


def add(flatbuffer: bytes, files: Mapping[str, bytes]) -> bytes:
    """Returns a flatbuffer with files behind it.

    Args:
        flatbuffer: without an archive.
        files: content of each file, by name.
    """
    result = io.BytesIO(flatbuffer)
    with zipfile.ZipFile(result, "a") as zipped:
        for name, content in files.items():
            # Of 1980, and so the same each time; as it is and not deflated,
            # since readers on phones map it.
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, content, zipfile.ZIP_STORED)
    return result.getvalue()


def sizes(content: bytes) -> dict[str, int]:
    """Returns the files behind a flatbuffer, and the bytes of each.

    Raises:
        ValueError: the archive is damaged.
    """
    file = io.BytesIO(content)
    if not zipfile.is_zipfile(file):
        return {}
    try:
        with zipfile.ZipFile(file) as zipped:
            return {each.filename: each.file_size for each in zipped.filelist}
    except zipfile.BadZipFile as error:
        raise ValueError(
            f"damaged .tflite file: {error} in its archive; convert or "
            f"download it again"
        ) from None
