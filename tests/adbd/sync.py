"""The service that copies files: STAT, SEND and RECV."""

import errno
import os
import pathlib
import struct

from tests.adbd.phone import CableOut, Phone
from tests.adbd.stream import Stream

_BLOCK = 64 * 1024


async def serve(phone: Phone, stream: Stream) -> None:
    """Copies files until the client quits."""
    while True:
        name, size = struct.unpack("<4sI", await stream.read(8))
        argument = (await stream.read(size)).decode()
        if name == b"QUIT":
            return
        if name == b"STAT":
            await _stat(phone.path(argument), stream)
        elif name in (b"STA2", b"LST2"):
            await _stat_2(name, phone.path(argument), stream)
        elif name == b"SEND":
            await _receive(argument.rpartition(",")[0], phone, stream)
        elif name == b"RECV":
            await _send(phone.path(argument), stream)
        else:
            await _fail(f"unknown request {name!r}", stream)


async def _stat(path: pathlib.Path, stream: Stream) -> None:
    fields = (0, 0, 0)
    if path.exists():
        about = path.stat()
        fields = about.st_mode, about.st_size, int(about.st_mtime)
    await stream.write(struct.pack("<4s3I", b"STAT", *fields))


async def _stat_2(name: bytes, path: pathlib.Path, stream: Stream) -> None:
    error, mode, size, when = errno.ENOENT, 0, 0, 0
    if path.exists():
        about = path.stat()
        error, mode, size = 0, about.st_mode, about.st_size
        when = int(about.st_mtime)
    head = struct.pack("<4sIQQIIIIQ", name, error, 0, 0, mode, 1, 0, 0, size)
    await stream.write(head + struct.pack("<3q", when, when, when))


async def _receive(remote: str, phone: Phone, stream: Stream) -> None:
    """Takes a file; a full phone says so at the end, as real ones do."""
    path, content = phone.path(remote), b""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        name, size = struct.unpack("<4sI", await stream.read(8))
        if name == b"DONE":  # Its size is the time of the last change.
            break
        content += await stream.read(size)
        if phone.gone_at == "push":
            raise CableOut
    if phone.free_bytes is not None and len(content) > phone.free_bytes:
        await _fail("write failed: No space left on device", stream)
        return
    path.write_bytes(content)
    os.utime(path, (size, size))
    await stream.write(struct.pack("<4sI", b"OKAY", 0))


async def _send(path: pathlib.Path, stream: Stream) -> None:
    if not path.is_file():
        await _fail("No such file or directory", stream)
        return
    content = path.read_bytes()
    for start in range(0, len(content), _BLOCK):
        block = content[start : start + _BLOCK]
        await stream.write(struct.pack("<4sI", b"DATA", len(block)) + block)
    await stream.write(struct.pack("<4sI", b"DONE", 0))


async def _fail(reason: str, stream: Stream) -> None:
    await stream.write(struct.pack("<4sI", b"FAIL", len(reason)))
    await stream.write(reason.encode())
