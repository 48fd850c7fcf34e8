"""The table of a tokenizer.json."""

from collections.abc import Mapping
from typing import Any

from tflm import json_files
from tflm.text.piece_table.sentencepiece import check_piece

_SPACE = "\u2581"
_PREFIXES = {"always": "absent", "first": "first", "never": None}
_SPLITS = {
    "Whitespace": "words",
    "WhitespaceSplit": "white space",
    "BertPreTokenizer": "bert",
}


def table(content: bytes) -> dict[str, Any]:
    """Returns how a tokenizer splits text, as JSON has it.

    Raises:
        ValueError: it does so in a way that a table cannot say.
    """
    found = json_files.parse(content, "tokenizer.json", dict[str, Any])
    model = found["model"]
    kind = model.get("type") or _guess(model)
    if kind not in _MODELS:
        raise ValueError(f"models of the type {kind!r}")
    parts = {
        "prefix": None,
        "space": None,
        "split": "text",
        "bytes": None,
        "fuses": None,
        "single": False,
        **_normalized(found.get("normalizer")),
    }
    parts |= _split(found.get("pre_tokenizer"), parts)
    if parts["split"] == "runs":
        for piece in model["vocab"]:
            check_piece(piece if isinstance(piece, str) else piece[0])
    parts |= {"added": _added(found, parts), **_MODELS[kind](model)}
    return parts


def _guess(model: Mapping[str, Any]) -> str:
    """Returns the type of a model of before there were types."""
    return "BPE" if "merges" in model else "WordPiece"


def _unigram(model: Mapping[str, Any]) -> dict[str, Any]:
    unknown = model.get("unk_id")
    return {
        "model": "unigram",
        "bytes": "fallback" if model.get("byte_fallback") else None,
        "fuses": "word",
        "scores": [
            None if place == unknown else score
            for place, (_, score) in enumerate(model["vocab"])
        ],
    }


def _bpe(model: Mapping[str, Any]) -> dict[str, Any]:
    for name in ("continuing_subword_prefix", "end_of_word_suffix"):
        if model.get(name):
            raise ValueError(f"the {name} {model[name]!r} of BPE")
    merges = model["merges"]
    made = {
        "model": "bpe",
        "fuses": "word" if model.get("fuse_unk") else None,
        "whole": bool(model.get("ignore_merges")),
        "merges": [
            each.split(" ") if isinstance(each, str) else each
            for each in merges
        ],
    }
    return made | ({"bytes": "fallback"} if model.get("byte_fallback") else {})


def _word_piece(model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": "word_piece",
        "continues": model["continuing_subword_prefix"],
        "longest": model["max_input_chars_per_word"],
    }


_MODELS = {"Unigram": _unigram, "BPE": _bpe, "WordPiece": _word_piece}


def _normalized(normalizer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns the steps before a text is split."""
    steps: list[dict[str, Any]] = []
    parts: dict[str, Any] = {"normalizer": steps}
    for each in _sequence(normalizer, "normalizers"):
        match each:
            case {"type": "NFC" | "NFD" | "NFKC" | "NFKD" as form}:
                steps.append({"does": "form", "form": form})
            case {"type": "Lowercase"}:
                steps.append({"does": "lower_case"})
            case {"type": "StripAccents"}:
                steps.append({"does": "strip_accents"})
            case {"type": "Prepend", "prepend": "\u2581"}:
                parts["prefix"] = "always"
            case {
                "type": "Replace",
                "pattern": {"String": " "},
                "content": "\u2581",
            }:
                parts |= {"space": _SPACE, "split": "runs"}
            case {"type": "BertNormalizer"}:
                steps += _bert(each)
            case _:
                raise ValueError(f"the normalizer {each['type']}")
    return parts


def _bert(each: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the steps of BERT's normalizer."""
    lowers, strips = each["lowercase"], each["strip_accents"]
    strips = lowers if strips is None else strips
    wanted = {
        "clean": each["clean_text"],
        "part_chinese": each["handle_chinese_chars"],
        "strip_marks": strips,
        "lower_case": lowers,
    }
    return [{"does": name} for name, is_wanted in wanted.items() if is_wanted]


def _split(
    before: Mapping[str, Any] | None, parts: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns where a text is split before the model."""
    found = [*_sequence(before, "pretokenizers")]
    match found:
        case []:
            return {}
        case [{"type": "Metaspace", "replacement": "\u2581", **others}] if (
            not parts["space"]
        ):
            scheme = others.get("prepend_scheme", "always")
            split = "each" if others.get("split", True) else "runs"
            prefix = _PREFIXES[scheme]
            return {"space": _SPACE, "split": split, "prefix": prefix}
        case [{"type": "ByteLevel", **others}]:
            return {
                "bytes": "level",
                "split": "gpt2" if others.get("use_regex", True) else "text",
                "prefix": "absent" if others["add_prefix_space"] else None,
            }
        case [{"type": kind}] if kind in _SPLITS:
            return {"split": _SPLITS[kind]}
    names = "+".join(each["type"] for each in found)
    raise ValueError(f"the pre-tokenizer {names}")


def _sequence(
    part: Mapping[str, Any] | None, name: str
) -> list[Mapping[str, Any]]:
    """Returns what a part consists of."""
    if part is None:
        return []
    if part["type"] != "Sequence":
        return [part]
    return [each for one in part[name] for each in _sequence(one, name)]


def _added(found: Mapping[str, Any], parts: Mapping[str, Any]) -> list[str]:
    """Returns the pieces that are found in a text before all else."""
    changes = (
        parts["normalizer"] or parts["space"] and not found.get("pre_tokenizer")
    )
    for each in found.get("added_tokens", []):
        if each["single_word"] or each["lstrip"] or each["rstrip"]:
            raise ValueError(f"the added token {each['content']!r} of a word")
        if each["normalized"] and changes:
            raise ValueError(f"the normalized token {each['content']!r}")
    return [each["content"] for each in found.get("added_tokens", [])]
