"""Vocabularies of pieces: SentencePiece models and tokenizer.json."""

import dataclasses
from typing import Any

from tflm.text.kinds import subwords
from tflm.text.rules import TextRules
from tflm.text.vocabularies.found import Found, by_id, one_line


def is_huggingface(content: Any) -> bool:
    """Tells whether parsed JSON is a tokenizer.json."""
    model = content.get("model") if isinstance(content, dict) else None
    return isinstance(model, dict) and "vocab" in model


def huggingface(content: bytes) -> Found:
    """Returns the pieces of a tokenizer.json.

    Raises:
        ValueError: as `subwords.huggingface_tokenizer`.
    """
    tokenizer = subwords.huggingface_tokenizer(content)
    added = tokenizer.get_added_tokens_decoder()
    return dataclasses.replace(
        by_id(tokenizer.get_vocab()),
        unk=getattr(tokenizer.model, "unk_token", None),
        padding=(tokenizer.padding or {}).get("pad_token"),
        special=tuple(t.content for t in added.values() if t.special),
        rules=_rules("tokenizers", content),
    )


def sentencepiece(content: bytes) -> Found:
    """Returns the pieces of a SentencePiece model.

    Raises:
        ValueError: as `subwords.sentencepiece_processor`.
    """
    model = subwords.sentencepiece_processor(content)
    ids = range(model.get_piece_size())
    pieces = [one_line(model.id_to_piece(i)) for i in ids]

    def name(word_id: int) -> str | None:
        return None if word_id < 0 else pieces[word_id]

    return Found(
        tuple(pieces),
        eos=name(model.eos_id()),
        unk=name(model.unk_id()),
        padding=name(model.pad_id()),
        special=tuple(
            pieces[i] for i in ids if model.is_control(i) or model.is_byte(i)
        ),
        rules=_rules("sentencepiece", content),
    )


def _rules(library: str, content: bytes) -> TextRules:
    options = {"library": library, "file": subwords.FILES[library]}
    return TextRules("subwords", False, options=options, content=content)
