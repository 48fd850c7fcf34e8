"""One of the streams that share a connection; each write is acknowledged."""

import asyncio
from collections.abc import Callable

from tests.adbd.wire import MAX_DATA, Message


class Stream:
    """A stream to the client.

    Args:
        send: puts a message on the wire.
        ours, theirs: its number on either side.
    """

    def __init__(self, send: Callable[[Message], None], ours: int, theirs: int):
        self._send = send
        self._ids = ours, theirs
        self._coming: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._acknowledged = asyncio.Event()
        self._buffer = b""
        self._is_open = True

    def accept(self) -> None:
        """Tells the client that the stream, or its last data, is welcome."""
        self._send(Message("OKAY", *self._ids))

    async def read(self, size: int) -> bytes:
        """Returns so many bytes; raises EOFError where the client ends."""
        while len(self._buffer) < size:
            data = await self._coming.get()
            if data is None:
                raise EOFError
            self._buffer += data
            self.accept()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    async def write(self, data: bytes) -> None:
        """Sends data, in pieces that the client has room for."""
        for start in range(0, len(data), MAX_DATA):
            if not self._is_open:
                return
            self._acknowledged.clear()
            piece = data[start : start + MAX_DATA]
            self._send(Message("WRTE", *self._ids, piece))
            await self._acknowledged.wait()

    def close(self) -> None:
        """Ends the stream on this side."""
        if self._is_open:
            self._is_open = False
            self._send(Message("CLSE", *self._ids))

    def take(self, message: Message) -> None:
        """Takes a message that the client has sent to this stream."""
        if message.name == "WRTE":
            self._coming.put_nowait(message.data)
        elif message.name == "CLSE":
            self._is_open = False
            self._coming.put_nowait(None)
        self._acknowledged.set()
