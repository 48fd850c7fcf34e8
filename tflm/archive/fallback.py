"""Blocks without a model: by LZMA, or as they are."""

import lzma

_FILTERS = [
    {
        "id": lzma.FILTER_LZMA2,
        "preset": 9 | lzma.PRESET_EXTREME,
        "dict_size": 1 << 23,  # 64 MiB, as usual, would take 700.
    }
]


def pack(content: bytes) -> bytes:
    """Returns a block in few bytes, without a header of its own."""
    return lzma.compress(content, lzma.FORMAT_RAW, filters=_FILTERS)


def unpack(payload: bytes, length: int) -> bytes:
    """Returns what `pack` got.

    Args:
        payload: what it returned.
        length: how many bytes it got; no more are made.

    Raises:
        ValueError: it is damaged.
    """
    try:
        reader = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_FILTERS)
        return reader.decompress(payload, length + 1)
    except lzma.LZMAError:
        raise ValueError("what xz made is damaged") from None
