"""Blocks of text to bytes and back, side by side as there are streams."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tflm.archive import alignment, manner, modes
from tflm.archive.block import Block
from tflm.archive.coder import Decoder, Encoder
from tflm.archive.written import Forms, Writing
from tflm.bundle.bundle import Bundle

_MOST_SPELLED = 0.4  # Share of a text's letters; above it no model helps.
_MOST_ALONE = 1 << 16  # Letters of a message, whose length nothing says.
_PLAIN = b"\xff"  # Before a message that no model helps with.
# A channel that first has the likelier of these begins with no such byte.
_MODEL_OR_PLAIN = np.array([509.0, 3.0])

Progress = Callable[[int], object]


class Coding:
    """What encodes and decodes the texts of one archive."""

    def __init__(self, bundle: Bundle, mode: int, streams: int):
        """Opens what predicts.

        Raises:
            ValueError: the bundle cannot, or the mode is not known.
        """
        self._predictor = modes.predictor(bundle, mode, streams)
        self._rules, self._words = bundle.rules, bundle.vocabulary
        display = bundle.manifest["text"].get("display", {})
        self._forms = Forms(self._words, self._rules, display)

    @functools.cached_property
    def _in_text(self) -> Writing:
        return manner.usual(self._forms, self._rules)

    @functools.cached_property
    def _alone(self) -> Writing:
        return manner.usual(self._forms, self._rules, alone=True)

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where it is decoded, for JSON."""
        return self._predictor.fingerprint()

    def encode(
        self, texts: Sequence[bytes], progress: Progress
    ) -> list[bytes | None]:
        """Returns each text in few bytes, None where a model is no help.

        Args:
            texts: at most as many as there are streams.
            progress: is told how many more bytes of text are coded.
        """
        blocks: list[Block | None] = []
        channels = [Encoder() for _ in texts]
        for text, channel in zip(texts, channels, strict=True):
            placed = self._placed(text)
            blocks.append(
                Block(self._in_text, channel, placed) if placed else None
            )
        self._run(blocks, progress)
        return [
            channel.content() if block else None
            for channel, block in zip(channels, blocks, strict=True)
        ]

    def decode(
        self,
        payloads: Sequence[tuple[bytes, int] | None],
        progress: Progress,
    ) -> list[bytes | None]:
        """Returns the texts; None where there is none or it is damaged.

        Args:
            payloads: what `encode` returned and the length of the text.
            progress: is told how many more bytes of text are there.
        """
        blocks = [
            found and Block(self._in_text, Decoder(found[0]), None, found[1])
            for found in payloads
        ]
        self._run(blocks, progress)
        return [
            block.text if block and block.is_done else None for block in blocks
        ]

    def encode_message(self, message: bytes) -> bytes:
        """Returns a message in few bytes: at most one more than it has."""
        coded = None
        if len(message) <= _MOST_ALONE:
            coded = self._alone_in_few(message)
        if coded is None or len(coded) > len(message):
            return plain_message(message)
        return coded

    def decode_message(self, content: bytes) -> bytes:
        """Returns a message.

        Raises:
            ValueError: none was encoded like this.
        """
        if content.startswith(_PLAIN):
            return content.removeprefix(_PLAIN)
        channel = Decoder(content)
        channel.code(_MODEL_OR_PLAIN)
        block = Block(self._alone, channel, None, _MOST_ALONE)
        self._run([block], ignored)
        if not block.is_done:
            raise ValueError("a message is damaged, or of another bundle")
        return block.text

    def _alone_in_few(self, message: bytes) -> bytes | None:
        placed = self._placed(message)
        if placed is None:
            return None
        channel = Encoder(is_short=True)
        channel.code(_MODEL_OR_PLAIN, 0)
        self._run([Block(self._alone, channel, placed)], ignored)
        return channel.content()

    def _placed(self, text: bytes) -> Iterator[alignment.Placed] | None:
        """Returns the tokens of a text, None where a model is no help."""
        placed = [*alignment.place(text, self._rules, self._words)]
        spelled = sum(
            len(one.surface)
            for one in placed
            if one.surface not in self._forms.of(one.token)
        )
        return iter(placed) if spelled <= _MOST_SPELLED * len(text) else None

    def _run(self, blocks: Sequence[Block | None], progress: Progress) -> None:
        """Takes all blocks to their ends, a token of each at a time."""
        predictor = self._predictor
        predictor.start()
        tokens = np.zeros(predictor.streams, np.int32)
        going = {row: block for row, block in enumerate(blocks) if block}
        while going:
            weights = predictor.weights()
            for row, block in [*going.items()]:
                before = block.letters
                try:
                    tokens[row] = block.step(weights[row])
                except ValueError:  # Of a decoder, whose bytes are wrong.
                    del going[row]
                    continue
                progress(block.letters - before)
                if block.is_done:
                    del going[row]
            if going:
                predictor.feed(tokens)


def plain_message(message: bytes) -> bytes:
    """Returns a message as one is coded that no model helps with."""
    return _PLAIN + message


def ignored(count: int) -> None:
    """Is told of progress that nobody watches."""
