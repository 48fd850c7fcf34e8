"""The messages of adb: a head of 24 bytes, and data."""

import asyncio
import dataclasses
import struct

VERSION = 0x01000001  # From it on, nobody reads the checksum.
MAX_DATA = 256 * 1024
_HEAD = struct.Struct("<4s5I")


@dataclasses.dataclass(frozen=True)
class Message:
    """One message; what `first` and `second` are depends on its `name`."""

    name: str
    first: int
    second: int
    data: bytes = b""

    def pack(self) -> bytes:
        """Returns it as it goes over the wire."""
        code = self.name.encode()
        magic = int.from_bytes(code, "little") ^ 0xFFFFFFFF
        size, checksum = len(self.data), sum(self.data) & 0xFFFFFFFF
        head = (code, self.first, self.second, size, checksum, magic)
        return _HEAD.pack(*head) + self.data


async def read(reader: asyncio.StreamReader) -> Message:
    """Returns the next message."""
    head = await reader.readexactly(_HEAD.size)
    code, first, second, size, _, magic = _HEAD.unpack(head)
    assert magic == int.from_bytes(code, "little") ^ 0xFFFFFFFF
    data = await reader.readexactly(size)
    return Message(code.decode(), first, second, data)
