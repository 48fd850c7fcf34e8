"""What the client may ask a phone for: a shell, to install, to copy."""

import shlex
import struct

from tests.adbd import sync
from tests.adbd.phone import CableOut, Phone
from tests.adbd.stream import Stream

__all__ = ["CableOut", "serve"]


async def serve(name: str, phone: Phone, stream: Stream) -> None:
    """Serves one stream until it ends."""
    kind, _, command = name.partition(":")
    if kind == "sync":
        await sync.serve(phone, stream)
    elif kind == "exec" and " -S " in command:
        await _install(shlex.split(command), phone, stream)
    elif kind.startswith("shell"):
        await _shell(command, phone, stream)
    stream.close()


async def _shell(command: str, phone: Phone, stream: Stream) -> None:
    """Answers as shell protocol 2: a byte of kind, a size, data."""
    line, echo, mark = command.partition("; echo ")
    done = await phone.run(line)
    output = done.output
    if echo:
        output += f"{mark.replace('$?', str(done.code))}\n".encode()
    for kind, data in ((1, output), (2, done.errors)):
        if data:
            await stream.write(struct.pack("<BI", kind, len(data)) + data)
    await stream.write(struct.pack("<BIB", 3, 1, done.code))


async def _install(words: list[str], phone: Phone, stream: Stream) -> None:
    apk = await stream.read(int(words[words.index("-S") + 1]))
    refusal = phone.refusal
    if refusal is None and not apk.startswith(b"PK"):
        refusal = "INSTALL_PARSE_FAILED_NOT_APK: no zip"
    if refusal is None:
        phone.has_app = True
    answer = f"Failure [{refusal}]" if refusal else "Success"
    await stream.write(f"{answer}\n".encode())
