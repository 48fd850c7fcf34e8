"""Text in pieces of words, as SentencePiece or Hugging Face splits it."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from tflm.text.kinds.base import Splitter

FILES = {"sentencepiece": "tokenizer.model", "tokenizers": "tokenizer.json"}


class Subwords(Splitter):
    """Splits text into pieces by the library whose file it has.

    Args:
        library: `sentencepiece` or `tokenizers`.
        content: of the file that the library wrote.

    Raises:
        ValueError: the library is not installed, or cannot read the file.
    """

    def __init__(self, library: str, content: bytes) -> None:
        load = {"sentencepiece": _sentencepiece, "tokenizers": _tokenizers}
        if library not in load:
            raise ValueError(f"no library for pieces is called {library!r}")
        self._encode, self._decode = load[library](content)

    @property
    def by_piece(self) -> bool:
        return True

    def split(self, text: str) -> list[str]:
        return self._encode(text)

    def join(self, words: Sequence[str]) -> str:
        return self._decode([*words])


_Coder = tuple[Callable[[str], list[str]], Callable[[list[str]], str]]


def _sentencepiece(content: bytes) -> _Coder:
    processor = sentencepiece_processor(content)
    return (
        lambda text: processor.encode(text, out_type=str),
        processor.decode_pieces,
    )


def _tokenizers(content: bytes) -> _Coder:
    tokenizer = huggingface_tokenizer(content)
    decode = tokenizer.decoder.decode if tokenizer.decoder else " ".join
    return (
        lambda text: tokenizer.encode(text, add_special_tokens=False).tokens,
        decode,
    )


def sentencepiece_processor(content: bytes) -> Any:
    """Returns the processor of a SentencePiece model.

    Raises:
        ValueError: the library is not installed, or cannot read it.
    """
    library = _library("sentencepiece")
    try:
        return library.SentencePieceProcessor(model_proto=content)
    except RuntimeError:
        raise ValueError("is no SentencePiece model") from None


def huggingface_tokenizer(content: bytes) -> Any:
    """Returns the tokenizer of a tokenizer.json.

    Raises:
        ValueError: the library is not installed, or cannot read it.
    """
    library = _library("tokenizers")
    try:
        return library.Tokenizer.from_buffer(content)
    except ValueError as error:
        line = str(error).partition("\n")[0]
        raise ValueError(f"is no tokenizer.json: {line}") from None


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ValueError(
            f"pieces of words need the package {name}: "
            f"pip install 'tflm-toolkit[subwords]'"
        ) from None
