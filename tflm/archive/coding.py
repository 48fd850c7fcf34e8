"""Blocks of text to bytes and back, as many side by side as there are streams."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tflm.archive import alignment, modes
from tflm.archive.block import Block
from tflm.archive.coder import Decoder, Encoder
from tflm.archive.written import Forms
from tflm.bundle.bundle import Bundle

_MOST_SPELLED = 0.4  # Share of a text's letters; above it no model helps.
_MOST_TOKENS = 4  # A byte; a text of more was damaged.

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
        display = bundle.manifest["text"]["display"]
        self._forms = Forms(self._words, self._rules, display)

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
            placed = [*alignment.place(text, self._rules, self._words)]
            is_text = self._spelled(placed) <= _MOST_SPELLED * len(text)
            blocks.append(
                Block(self._forms, channel, iter(placed)) if is_text else None
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
            found and Block(self._forms, Decoder(found[0]), None, found[1])
            for found in payloads
        ]
        self._run(blocks, progress)
        return [
            block.text if block and block.is_done else None for block in blocks
        ]

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

    def _spelled(self, placed: Sequence[alignment.Placed]) -> int:
        """Returns how many letters of a text no word of the model has."""
        return sum(
            len(one.surface)
            for one in placed
            if one.surface not in self._forms.of(one.token)
        )
