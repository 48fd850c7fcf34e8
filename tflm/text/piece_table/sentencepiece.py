"""The table of a SentencePiece model."""

import functools
import importlib
import re
import unicodedata
from typing import Any, Final

import numpy as np

from tflm.text.kinds import subwords

_SPACE = "\u2581"  # What a space is written as.
_FORM: Final = "NFKC"
_LAST = 0x1FFFF  # Of the characters that normalization may change.
_MODELS = {1: "unigram", 2: "bpe"}
_RULES = ("nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity")


def table(content: bytes) -> dict[str, Any]:
    """Returns how a model splits text, as JSON has it.

    Raises:
        ValueError: it does so in a way that a table cannot say.
    """
    model = subwords.sentencepiece_processor(content)
    proto = importlib.import_module("sentencepiece.sentencepiece_model_pb2")
    found = proto.ModelProto.FromString(content)
    _check(found, model)
    spec = found.normalizer_spec
    steps: list[dict[str, Any]] = []
    if spec.precompiled_charsmap:
        replace = _replaced(content)
        steps += [{"does": "characters", "replace": replace, "form": _FORM}]
    if spec.remove_extra_whitespaces:
        steps += [{"does": "squeeze"}]
    is_unigram = found.trainer_spec.model_type == 1
    return {
        "model": _MODELS[found.trainer_spec.model_type],
        "added": [],
        "normalizer": steps,
        "prefix": "always" if spec.add_dummy_prefix else None,
        "space": _SPACE if spec.escape_whitespaces else None,
        "split": "text" if is_unigram else "runs",
        "bytes": "fallback" if found.trainer_spec.byte_fallback else None,
        "fuses": "text",
        "single": True,
        "scores": [
            None if _is_no_text(model, i) else _short(model.get_score(i))
            for i in range(model.get_piece_size())
        ],
    }


def _short(score: float) -> float:
    """Returns a float32 number in as few digits as tell it from others."""
    return float(str(np.float32(score)))


def _is_no_text(model: Any, word_id: int) -> bool:
    return (
        model.is_control(word_id)
        or model.is_unknown(word_id)
        or model.is_byte(word_id)
    )


def _check(found: Any, model: Any) -> None:
    """Proves that a table can say what a model does.

    Raises:
        ValueError: it cannot.
    """
    spec, trainer = found.normalizer_spec, found.trainer_spec
    if trainer.model_type not in _MODELS:
        raise ValueError(f"SentencePiece models of type {trainer.model_type}")
    if spec.precompiled_charsmap and spec.name not in _RULES:
        raise ValueError(f"the normalization {spec.name!r} of SentencePiece")
    if trainer.treat_whitespace_as_suffix:
        raise ValueError("spaces at the ends of pieces")
    for piece in found.pieces:
        if piece.type in (piece.USER_DEFINED, piece.UNUSED):
            raise ValueError(f"the piece {piece.piece!r} that was added")
        check_piece(piece.piece)


def check_piece(piece: str) -> None:
    """Proves that a piece is of one word.

    Raises:
        ValueError: it is not.
    """
    if re.search(f"[^{_SPACE}]{_SPACE}", piece):
        raise ValueError(f"pieces of several words, such as {piece!r}")


def _replaced(content: bytes) -> dict[str, str]:
    """Returns the characters that a model normalizes otherwise than NFKC.

    That is the form of Unicode 3.2, as a phone's may be older than the model's.
    """
    library = importlib.import_module("sentencepiece")
    normalizer = library.SentencePieceNormalizer(
        model_proto=content,
        add_dummy_prefix=False,
        escape_whitespaces=False,
        remove_extra_whitespaces=False,
    )
    return {
        character: made
        for character, plain in _characters()
        if (made := normalizer.normalize(character)) != plain
    }


@functools.cache
def _characters() -> list[tuple[str, str]]:
    """Returns each character and its NFKC."""
    found = map(chr, range(1, _LAST + 1))
    return [
        (character, unicodedata.ucd_3_2_0.normalize(_FORM, character))
        for character in found
        if not "\ud800" <= character <= "\udfff"
    ]
