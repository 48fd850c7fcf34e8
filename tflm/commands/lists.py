"""What presets, methods, formats and texts there are: for help and shells.

All of it is taken from their registries, none of which imports TensorFlow.
"""

import re
from collections.abc import Iterable

from tflm.commands.parser import listing
from tflm.text.kinds import KINDS
from tflm.tflite import formats as table


def presets() -> tuple[str, str]:
    """Returns the list of presets: their shape, and how they are trained."""
    from tflm.model import presets
    from tflm.training.config import TRAINING_PRESETS

    rows = []
    for name, training in TRAINING_PRESETS.items():
        how = f"{training.epochs:g} epochs of {training.optimizer}"
        rows.append((name, f"{presets.summary(name)}; {how}"))
    return "presets", listing(rows)


def methods() -> tuple[str, str]:
    """Returns the list of methods with the fields of each."""
    from tflm.compression import catalogue

    rows = []
    for entry in catalogue.entries().values():
        fields = ", ".join(f"{n}={x}" for n, x in entry.fields.items())
        rows.append((entry.name, f"{entry.summary} {fields}"))
    return "methods, with their fields and defaults", listing(rows)


def formats() -> tuple[str, str]:
    """Returns the list of formats."""
    rows = [(row.name, row.help) for row in table.FORMATS.values()]
    return "formats", listing(rows)


def texts() -> tuple[str, str]:
    """Returns the list of texts that are downloaded, with their licences."""
    from tflm.text import chat, download

    rows = [
        (name, f"{source.licence}; {source.origin}")
        for name in download.FOLDERS
        if (source := chat.SOURCES.get(name))
    ]
    return "texts", listing([("ptb", "for research use; of the LDC"), *rows])


def text_names(prefix: str) -> Iterable[str]:
    """Returns the names of texts that are downloaded."""
    from tflm.text import download

    return download.FOLDERS


def preset_names(prefix: str) -> Iterable[str]:
    """Returns the names that --preset takes."""
    from tflm.training.config import TRAINING_PRESETS

    return TRAINING_PRESETS


def format_names(prefix: str) -> Iterable[str]:
    """Returns the names that --format takes."""
    return table.FORMATS


def method_calls(prefix: str) -> Iterable[str]:
    """Yields what may follow in --methods: the next method, or its fields.

    Args:
        prefix: what was typed, as in "LowRank(rank=64), Pru".
    """
    from tflm.compression import catalogue

    before, bracket, fields = prefix.rpartition("(")
    if bracket and ")" not in fields:
        method = re.split(r"\W", before)[-1]
        if entry := catalogue.entries().get(method):
            typed = re.split(r"[(,]\s*", fields)[-1]
            head = prefix.removesuffix(typed)
            yield from (f"{head}{name}=" for name in entry.fields)
        return
    head = prefix.removesuffix(re.split(r"\W", prefix)[-1])
    yield from (f"{head}{name}(" for name in catalogue.entries())


def tokenizers(prefix: str) -> tuple[str, ...]:
    """Returns the kinds of rules by which text becomes words."""
    return KINDS


def languages(prefix: str) -> tuple[str, ...]:
    """Returns the tags of languages that are treated in their own way."""
    return ("ar", "de", "es", "fr", "hi", "ja", "th", "tr", "zh")
