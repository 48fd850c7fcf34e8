"""A tagger's file that tells other tools what it is."""

from tflm.bundle.manifest import About
from tflm.bundle.tagging import Tagging
from tflm.text.tagged.lexicon import LABELS, SUFFIXES, WORDS
from tflm.tflite.flatbuffer import metadata, verify
from tflm.tflite.flatbuffer.metadata import File, Metadata, Tensor
from tflm.tflite.interpreter import step_signature

_LIST = "One a line; the number of a line, from 0, is the id."


def described(model: bytes, tagging: Tagging, about: About) -> bytes:
    """Returns a file with TensorFlow Lite's metadata, and its three lists.

    Args:
        model: the file.
        tagging: how it is used.
        about: its name, recipe and licence.

    Raises:
        ValueError: the file is damaged or no step.
    """
    found = verify.read(model)
    graph, signature = found.subgraphs[0], step_signature(found)
    made = f" Made by {about.recipe}." if about.recipe else ""
    lists = _lists(tagging)
    inputs, outputs = _tensors(tagging, [*lists])
    says = Metadata(
        about.name,
        f"A tagger: labels a word of a sentence at each step.{made}",
        about.licence,
        metadata.in_order(inputs, signature.inputs, graph.inputs),
        metadata.in_order(outputs, signature.outputs, graph.outputs),
    )
    return metadata.add(model, says, lists)


def _lists(tagging: Tagging) -> dict[str, bytes]:
    lexicon = tagging.lexicon
    found = {
        WORDS: lexicon.words.lines(),
        LABELS: "".join(f"{label}\n" for label in lexicon.labels),
    }
    if lexicon.suffixes:
        found[SUFFIXES] = lexicon.suffixes.lines()
    return {name: text.encode() for name, text in found.items()}


def _tensors(
    tagging: Tagging, names: list[str]
) -> tuple[list[Tensor], list[Tensor]]:
    """Returns what is read and what comes of it."""
    how = tagging.reading
    tables = [name for name in names if name != LABELS]
    token = Tensor(
        "token",
        f"Ids of the words around the one to label, {how.window} on each side "
        f"and 0 outside of the sentence"
        + (", then of their suffixes." if len(tables) > 1 else "."),
        tuple(File(name, _LIST, metadata.VOCABULARY) for name in tables),
    )
    state = Tensor(
        "state",
        f"Zeros at first, then the state that the word before has returned; "
        f"its last {how.previous} numbers are the labels before, as their ids "
        f"plus one.",
    )
    logits = Tensor(
        "logits",
        f"For each label of {LABELS} the logarithm of its probability, up to "
        f"a constant.",
        (File(LABELS, _LIST, metadata.LABELS),),
    )
    new_state = Tensor("state", "What is remembered now, for the next word.")
    return [token, state], [logits, new_state]
