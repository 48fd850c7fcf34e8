"""The table of a model of pieces, as a bundle has it in `pieces.json`."""

from collections.abc import Mapping
from typing import Any

from absl import logging

from tflm.text.piece_table import huggingface, sentencepiece
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.text.word_search import texts

FILE = "pieces.json"

_TABLES = {"sentencepiece": sentencepiece, "tokenizers": huggingface}


def of(words: Vocabulary, rules: TextRules) -> dict[str, Any]:
    """Returns how text becomes pieces, and pieces text, as JSON has it.

    Rules without a library's file need the text of each piece alone. Where the
    library splits text in a way that a table cannot say, its one field
    `refused` says which, for whoever has the bundle and not the library.

    Args:
        words: the pieces.
        rules: with `by_piece`.
    """
    made = {"texts": texts(words, rules)}
    if not rules.file:
        return made
    try:
        made |= _TABLES[rules.options["library"]].table(rules.content)
    except ValueError as error:
        return {"refused": str(error)}
    return made


def warn_of_refusal(made: Mapping[str, Any]) -> None:
    """Warns if a browser and a phone will refuse a table."""
    if refused := made.get("refused"):
        logging.warning(
            "the browser and Android will refuse this model, as Python alone "
            "splits text with %s",
            refused,
        )
