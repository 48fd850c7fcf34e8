"""The JSON of Keras' `Tokenizer`: `tokenizer.to_json()`."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from tflm import json_files
from tflm.json_files import Count, Id
from tflm.text.rules import TextRules
from tflm.text.vocabularies.found import Found, by_id


def is_tokenizer(content: Any) -> bool:
    """Tells whether parsed JSON is one."""
    if not isinstance(content, dict):
        return False
    config = content.get("config")
    is_one = content.get("class_name") == "Tokenizer"
    return is_one and isinstance(config, dict) and "word_index" in config


def read(content: Mapping[str, Any], size: int | None = None) -> Found:
    """Returns the words and the rules of such JSON.

    Ids are from 1; 0 fills windows. With `num_words`, words whose id is not
    below it are read as unknown ones, though a model may have ids for them.

    Args:
        content: the JSON, parsed.
        size: words of its model, None if that is not known.

    Raises:
        ValueError: it lacks something, or has another shape.
    """
    config = json_files.convert(content, "it", _File).config
    ids = json_files.parse(config.word_index, "word_index", dict[str, Id])
    limit = config.num_words or len(ids) + 1
    read_ones = {word: i for word, i in ids.items() if i < limit}
    oov = config.oov_token
    if oov is not None:
        if oov not in ids:
            raise ValueError(f"word_index has no oov_token {oov!r}")
        read_ones[oov] = ids[oov]
    fits = size if limit <= (size or 0) <= len(ids) + 1 else limit
    options = {
        "filters": config.filters,
        "separator": config.split,
        "by_character": config.char_level,
    }
    return dataclasses.replace(
        by_id(read_ones, fits),
        unk=oov,
        rules=TextRules("keras", config.lower, options=options),
    )


class _Config(msgspec.Struct):
    word_index: str
    num_words: Count | None
    oov_token: str | None
    filters: str
    split: str
    char_level: bool
    lower: bool


class _File(msgspec.Struct):
    config: _Config
