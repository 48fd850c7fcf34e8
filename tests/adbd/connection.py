"""One connection of the client to the phone."""

import asyncio
import os

from tests.adbd import services
from tests.adbd.phone import Phone
from tests.adbd.stream import Stream
from tests.adbd.wire import MAX_DATA, VERSION, Message, read

_FEATURES = "shell_v2,cmd,stat_v2,fixed_push_mkdir"
_TOKEN = 1  # Of an AUTH message: sign this.


class Connection:
    """Greets the client and serves the streams that it opens."""

    def __init__(
        self,
        phone: Phone,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ):
        self._phone = phone
        self._reader = reader
        self._writer = writer
        self._streams: dict[int, Stream] = {}
        self._tasks: set[asyncio.Task] = set()

    async def serve(self) -> None:
        """Answers until the client, or the phone, is gone."""
        try:
            while True:
                self._take(await read(self._reader))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for task in self._tasks:
                task.cancel()
            self._writer.close()

    def drop(self) -> None:
        """Cuts the connection, as a cable that is pulled out."""
        self._writer.transport.abort()

    def _send(self, message: Message) -> None:
        self._writer.write(message.pack())

    def _take(self, message: Message) -> None:
        if message.name in ("CNXN", "AUTH"):
            self._greet(message)
        elif message.name == "OPEN":
            self._open(message)
        elif message.second in self._streams:
            self._streams[message.second].take(message)
            if message.name == "CLSE":
                del self._streams[message.second]

    def _greet(self, message: Message) -> None:
        if self._phone.is_mute:
            return
        if not self._phone.is_authorized:
            # It asks for a signature again and again, until it is given a key
            # instead; then its user is to allow it, and never does.
            if message.first != 3:
                self._send(Message("AUTH", _TOKEN, 0, os.urandom(20)))
            return
        banner = f"device::ro.product.model=Double;features={_FEATURES}"
        self._send(Message("CNXN", VERSION, MAX_DATA, banner.encode()))

    def _open(self, message: Message) -> None:
        ours = len(self._tasks) + len(self._streams) + 1
        while ours in self._streams:
            ours += 1
        stream = Stream(self._send, ours, message.first)
        self._streams[ours] = stream
        stream.accept()
        name = message.data.rstrip(b"\0").decode()
        task = asyncio.ensure_future(self._serve(name, stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, name: str, stream: Stream) -> None:
        try:
            await services.serve(name, self._phone, stream)
        except EOFError:
            pass
        except services.CableOut:
            self._phone.unplug()
