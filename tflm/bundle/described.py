"""A .tflite file that tells other tools what it is.

What a manifest says stands beside the file. Tools that know no bundles read
TensorFlow Lite's metadata in it, with the words behind the model.
"""

import itertools

from tflm.bundle import described_tagger
from tflm.bundle.manifest import About, protocol_of
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.flatbuffer import metadata, verify
from tflm.tflite.flatbuffer.metadata import File, Metadata, Tensor
from tflm.tflite.interpreter import step_signature

_WORDS = "vocabulary.txt"
_WHAT = "The words, one a line; the number of a line, from 0, is the id."
_TOKEN = Tensor(
    "token",
    f"Id of the word that is read, by {_WORDS}.",
    (File(_WORDS, _WHAT, metadata.VOCABULARY),),
)
_STATE = Tensor(
    "state",
    "What is remembered of the words before: zeros at first, then the state "
    "that the word before has returned.",
)
_LOGITS = Tensor(
    "logits",
    f"For each word of {_WORDS} the logarithm of its probability to be next, "
    f"up to a constant.",
    (File(_WORDS, _WHAT, metadata.LABELS),),
)
_NEW_STATE = Tensor("state", "What is remembered now, for the next word.")
_HIDDEN = Tensor(
    "hidden",
    "What the logits are computed of, for a cache of words that were read.",
)
_OUTPUTS = (_LOGITS, _NEW_STATE, _HIDDEN)


def described(model: bytes, words: Vocabulary, about: About) -> bytes:
    """Returns a .tflite file with TensorFlow Lite's metadata and its words.

    It is larger by the words and 1 to 2 kB.

    Args:
        model: the file.
        words: its vocabulary.
        about: its name, recipe and licence.

    Raises:
        ValueError: the file is damaged or no step.
    """
    if about.tagging:
        return described_tagger.described(model, about.tagging, about)
    found = verify.read(model)
    graph, signature = found.subgraphs[0], step_signature(found)
    # The names of the step last, as they count where a tensor has two.
    others = [s for s in found.signatureDefs if not s.subgraphIndex]
    outputs = [o for s in (*others, signature) for o in s.outputs]
    made = f" Made by {about.recipe}." if about.recipe else ""
    start = _start(about, words)
    first = f" Before a text it reads {start}." if start else ""
    says = Metadata(
        about.name,
        f"A language model: reads a word, predicts the next.{first}{made}",
        about.licence,
        metadata.in_order([_TOKEN, _STATE], signature.inputs, graph.inputs),
        metadata.in_order(
            [_LOGITS, _NEW_STATE, _HIDDEN], outputs, graph.outputs
        ),
    )
    return metadata.add(model, says, {_WORDS: words.lines().encode()})


def _start(about: About, words: Vocabulary) -> str:
    """Returns what is read before a text: "<eos>", or "11 x <padding>"."""
    runs = itertools.groupby(protocol_of(about, words).start)
    counts = [(words.words[id_], len([*run])) for id_, run in runs]
    return ", ".join(f"{n} x {word}" if n > 1 else word for word, n in counts)
