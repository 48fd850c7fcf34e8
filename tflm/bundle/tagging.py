"""What a bundle of a tagger has beside those of a language model."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from tflm import json_files
from tflm.evaluation.decoding import Decoder, TagStep
from tflm.evaluation.tagging import TagQuality, measure
from tflm.json_files import Id
from tflm.text.rules import TextRules
from tflm.text.tagged import spans
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.reading import Reading
from tflm.text.tagged.sentence import TaggedSentence
from tflm.text.tagged.windows import turn, windows
from tflm.tflite.tag_interpreter import load_tag_steps

# Ours, so that a bundle quotes no corpus.
_TEXTS = (
    "Play some jazz by Miles Davis on Spotify",
    "I want to fly from Boston to Denver on the 3rd of May",
    "book a table for 4 people tomorrow at 7 pm",
    "will it rain in Paris next week ?",
    "the old man reads a long book slowly",
)
_COUNT = 3  # Labels whose logits are told of each word.
_TOLERANCE = 0.2  # Of a logit, as of a language model's golden file.


@dataclasses.dataclass(frozen=True)
class Tagging:
    """How a tagger's file is used.

    Attributes:
        lexicon: its words, suffixes and labels.
        reading: how it reads a sentence.

    Examples:
        >>> tagging = tflm.Tagging(labelled.lexicon, tagger.config.reading)
        >>> tagger_file = tflm.convert(tagger, "int8")
        >>> test = labelled.corpus.sentences("test")
        >>> tagging.evaluate(tagger_file, test).span_f1 > 0.5
        True
        >>> tflm.write_bundle("trips", tagger_file, tagging)
    """

    lexicon: Lexicon
    reading: Reading

    def decoder(self, model: bytes, xnnpack: bool = True) -> Decoder:
        """Returns what labels sentences with the file.

        Raises:
            ValueError: the file is damaged, is no step, has not as many labels
                as there are, or reads in another way.
        """
        steps = load_tag_steps(model, xnnpack=xnnpack)
        tokens = self.lexicon.columns * (2 * self.reading.window + 1)
        wanted = tokens, len(self.lexicon.labels), len(self.reading.directions)
        found = steps[0].tokens, steps[0].label_count, len(steps)
        if found != wanted:
            raise ValueError(
                f"the model reads {found[0]} ids a word, has {found[1]} labels "
                f"and {found[2]} directions, and its lexicon {wanted[0]}, "
                f"{wanted[1]} and {wanted[2]}: give the one that it was "
                f"trained with"
            )
        return Decoder(steps, self.reading)

    def evaluate(
        self, model: bytes, sentences: Iterable[TaggedSentence], beam: int = 1
    ) -> TagQuality:
        """Returns what the file is worth on sentences with their labels.

        Args:
            model: the file.
            sentences: with the labels that are right.
            beam: how many sequences of labels are kept, as `Decoder.label`
                takes it.

        Raises:
            ValueError: it is no file of this tagger, or there is no sentence.
        """
        decoder, labels = self.decoder(model), self.lexicon.labels
        pairs = []
        for sentence in sentences:
            ids = decoder.label(self.lexicon.encode(sentence.words), beam)
            pairs.append((sentence.labels, [labels[i] for i in ids]))
        return measure(pairs, labels)

    def fields(self) -> dict[str, Any]:
        """Returns what a manifest says of it."""
        lexicon = self.lexicon
        return {
            "labels": len(lexicon.labels),
            "suffixes": len(lexicon.suffixes) if lexicon.suffixes else 0,
            "suffix_letters": lexicon.letters if lexicon.suffixes else 0,
            "has_spans": spans.has_spans(lexicon.labels),
            **self.reading.fields(),
        }


def golden(tagging: Tagging, model: bytes, rules: TextRules) -> dict[str, Any]:
    """Returns what a file answers to the golden texts.

    Of each text its words, their ids, and for each direction what each step
    says of its word: the likeliest labels and their logits, and the label
    that is fed back, the likeliest. `labels` are those of all directions
    together. Words and ids are in the order of the text; steps in that of
    their direction.
    """
    decoder = tagging.decoder(model, xnnpack=False)
    sequences = []
    for text in _TEXTS:
        words = rules.split(text)
        ids = tagging.lexicon.encode(words)
        found = decoder.label(ids)
        sequences.append(
            {
                "text": text,
                "words": words,
                "ids": ids.tolist(),
                "labels": [tagging.lexicon.labels[i] for i in found],
                "steps": {
                    direction: _answers(decoder, step, direction, ids)
                    for step, direction in zip(
                        decoder.steps, decoder.reading.directions, strict=True
                    )
                },
            }
        )
    return {"tolerance": _TOLERANCE, "sequences": sequences}


def check(expected: Mapping[str, Any], tagging: Tagging, model: bytes) -> None:
    """Proves that a file answers as a golden file says.

    Each step goes on with the label that the golden file has: where two are as
    likely, another processor may prefer the other.

    Raises:
        ValueError: it does not; says where.
    """
    decoder = tagging.decoder(model, xnnpack=False)
    golden = json_files.convert(expected, "golden.json", _Golden)
    for sequence in golden.sequences:
        ids = np.array(sequence.ids, np.int32)
        for step, direction in zip(
            decoder.steps, decoder.reading.directions, strict=True
        ):
            told = sequence.steps.get(direction, [])
            _check_ids(tagging.lexicon, ids, told)
            fed = [each.label for each in told]
            logits = _read(decoder, step, direction, ids, fed)
            for place, (each, found) in enumerate(
                zip(told, logits, strict=True), 1
            ):
                ours = found[each.top]
                if not np.allclose(ours, each.logits, atol=golden.tolerance):
                    raise ValueError(
                        f"at step {place} ({direction}) of "
                        f"{sequence.text!r} the file's logits are "
                        f"{ours.round(3).tolist()}, not {each.logits}"
                    )


class _Answer(msgspec.Struct):
    label: Id
    top: list[Id]
    logits: list[float]


class _Sequence(msgspec.Struct):
    text: str
    ids: list[list[Id]]
    steps: dict[str, list[_Answer]]


class _Golden(msgspec.Struct):
    """What is read of a golden file."""

    tolerance: float
    sequences: list[_Sequence]


def _check_ids(
    lexicon: Lexicon, ids: np.ndarray, told: Sequence[_Answer]
) -> None:
    """Raises ValueError if answers are of other words or labels than these."""
    sizes = [len(lexicon.words)]
    if lexicon.suffixes is not None:
        sizes.append(len(lexicon.suffixes))
    count = len(lexicon.labels)
    sound = (
        ids.ndim == 2
        and ids.shape[1] == len(sizes)
        and len(told) == len(ids)
        and (ids < sizes).all()
        and all(
            len(each.top) == len(each.logits)
            and max([each.label, *each.top]) < count
            for each in told
        )
    )
    if not sound:
        raise ValueError("golden.json holds answers of another tagger")


def _answers(
    decoder: Decoder, step: TagStep, direction: str, ids: np.ndarray
) -> list[dict[str, Any]]:
    answers = []
    for logits in _read(decoder, step, direction, ids):
        top = np.argsort(-logits, kind="stable")[:_COUNT].tolist()
        rounded = [round(float(logits[i]), 5) for i in top]
        answers.append({"label": top[0], "top": top, "logits": rounded})
    return answers


def _read(
    decoder: Decoder,
    step: TagStep,
    direction: str,
    ids: np.ndarray,
    fed: Sequence[int] | None = None,
) -> list[np.ndarray]:
    """Returns the logits of each step; `fed` are the labels to go on with."""
    state, found = step.initial_state(), []
    tokens = windows(ids[turn(direction)], decoder.reading.window)
    for place, token in enumerate(tokens):
        logits, state = step(token, state)
        if fed is not None and decoder.reading.previous:
            state = state.copy()
            state[0, -1] = fed[place] + 1
        found.append(logits)
    return found
