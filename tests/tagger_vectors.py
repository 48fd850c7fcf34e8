"""Writes tagger_vectors.json: what Java's tagger has to find as Python does.

    python -m tests.tagger_vectors

Its texts, words and labels are our own, and its model is one of whole numbers,
which every language computes alike.
"""

import dataclasses
import json
import pathlib
from typing import Any

import numpy as np

from tflm.bundle import tagging
from tflm.bundle.sentence_tagger import SentenceTagger
from tflm.bundle.tagging import Tagging
from tflm.evaluation.decoding import Decoder
from tflm.text.rules import TextRules
from tflm.text.tagged import lexicon, spans
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.reading import Reading
from tflm.text.tagged.windows import windows
from tflm.text.vocabulary import Vocabulary

PATH = pathlib.Path(__file__).with_name("tagger_vectors.json")

ENGLISH = TextRules(
    "marked",
    lower_case=False,
    options={
        "ends": ["n't", "'ll", "'re", "'ve", "'d", "'m", "'s"],
        "beginnings": [],
    },
)
FRENCH = TextRules(
    "marked",
    lower_case=True,
    options={
        "ends": ["'là"],
        "beginnings": ["jusqu'", "qu'", "c'", "d'", "l'", "n'"],
    },
)
TURKISH = TextRules("marked", lower_case=True, locale="tr")
UNMARKED = TextRules(
    "marked",
    lower_case=False,
    options={"ends": [], "beginnings": [], "marks": ["&", "-"]},
)

TEXTS: list[tuple[TextRules, list[str]]] = [
    (
        ENGLISH,
        [
            "",
            " \t\n",
            "book a table for 4 people tomorrow at 7 pm",
            "Meet me at 7:30, on 2024-05-03.",
            "It costs $1,200.50 (or 5%)!!!",
            "I don't; they’ll go. She's Anna's, isn't she?",
            "'s n't don't' 'tis rock 'n' roll O'Neill's",
            "the U.S. and e-mail, well-known snake_case a.b.c.",
            "Wait... what?! -- no",
            "so \U0001f600\U0001f600 \u2764\ufe0f ok\U0001f44d\U0001f3fd",
            "1\ufe0f\u20e3 \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "cafe\u0301 na\u00efve \u00bd x\u00b2 \u2163 \u0663\u0664",
            "“Hello,” he said…",
            "a\u00a0b\u3000c\u2028d\u200be\x1cf",
            "\u0928\u092e\u0938\u094d\u0924\u0947, दिन।",
            "\U0001d4d7i (\U0001d4d7)",
            "DON'T CAN'T IT'S",
            "' '' ''' '",
        ],
    ),
    (
        FRENCH,
        [
            "",
            "L'avion d'Orly n'arrive qu’à 7 h.",
            "«C'est l'été», dit-il; jusqu'au bout!",
            "l' d' aujourd'hui 'là l'l'ami l''ami",
            "(l'hôtel) «d'»",
        ],
    ),
    (TURKISH, ["\u0130STANBUL'da ISI, i\u015fte"]),
    (
        UNMARKED,
        [
            "Will it rain on Friday?",
            "“Salt & pepper” - (Salt-n-Pepa), && -- 'tis \U0001f600 7:30.",
            "?!",
        ],
    ),
]

WORDS = [
    *("", "a", "Boeing", "747", "going", "KLM", "K", "iPhone", "McDonald"),
    *(
        "U.S",
        "3rd",
        "\u00c9t\u00e9",
        "\u0130stanbul",
        "\u039f\u0394\u039f\u03a3",
    ),
    *(
        "stra\u00dfe",
        "STRASSE",
        "\U0001d4d7i",
        "\U00010400\U00010401",
        "\u01c5ep",
    ),
    *("\U0001f600", "'s", "\u2163", "\u0663\u0664", "A1", "n't", "\u00d1"),
]

LABELS = [
    "",
    "O",
    "B-x",
    "I-x",
    "O B-city I-city I-day O",
    "B-x I-x B-x B-x O",
    "I-x I-x B-x I-y O",
    "B-x E-x S-x S-y O",
    "B-x L-x U-x U-y O",
    "B-x M-x E-x E-x",
    "S-x I-x E-y B",
    "B-a-b I-a-b B I O I",
    "I-x O I-x",
    "E-x E-x I-y B-y",
]

LISTS = [[], ["O"], ["O", "B-x"], ["I-x"], ["B", "I", "O"], ["NOUN", "X"]]
LISTS += [["NN", "-LRB-", "."], ["O", "B-x", "NOUN"]]

SLOTS = "O B-timeRange I-timeRange B-number B-artist I-artist B-city".split()
PARTS = ["NOUN", "VERB", "DET", "PUNCT"]
KNOWN = "book a table for 0 people tomorrow at pm play some by do n't ."
ENDINGS = "-ook -a -ble -0 -ple -row -pm -ome Bles AAA -n't -."
SENTENCES = [
    "book a table for 4 people tomorrow at 7 pm",
    "Don’t play some jazz by Miles Davis...",
    "ABC \U0001f600\U0001f600 caf\u00e9",
    "tomorrow",
    "",
]
READINGS = [
    (Reading(1, 2, ("forward",)), SLOTS, 3),
    (Reading(0, 1, ("backward",)), SLOTS, 0),
    (Reading(2, 3, ("forward", "backward")), SLOTS, 3),
    (Reading(1, 2, ("forward",)), PARTS, 3),
]


class WholeNumbers:
    """A tagger that both languages compute alike: FakeTagSteps of the core.

    No two labels are as likely, nor are they where both directions are added.
    """

    def __init__(self, direction: int, previous: int, labels: int):
        self._direction, self._previous = direction, previous
        self._labels = np.arange(labels)

    def initial_state(self) -> np.ndarray:
        return np.zeros([1, 1 + self._previous], np.float32)

    def __call__(
        self, tokens: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        total = 5 * self._direction
        for place, number in enumerate([*tokens.tolist(), *state[0].tolist()]):
            total += (31 * place + 7) * int(number)
        total %= 4099
        each = self._labels
        logits = (total * (each + 1) * 37 + each**2) % 509 / 32 + each / 1024
        label = int(logits.argmax())
        state = np.array([[total, *state[0, 2:], label + 1]], np.float32)
        return logits.astype(np.float32), state


def make() -> dict[str, Any]:
    """Returns what Python finds."""
    return {
        "splits": [
            {"rules": rules.fields(), "text": text, "words": rules.words(text)}
            for rules, texts in TEXTS
            for text in texts
        ],
        "forms": [_form(word) for word in WORDS],
        "windows": [
            _windows(words, columns, reach)
            for words in (1, 4)
            for columns in (1, 2)
            for reach in (0, 1, 2)
        ],
        "spans": [
            {
                "labels": labels,
                "spans": [[*span] for span in spans.spans(labels)],
            }
            for labels in map(str.split, LABELS)
        ],
        "has_spans": [
            {"labels": labels, "answer": spans.has_spans(labels)}
            for labels in LISTS
        ],
        "taggers": [_tagger(*reading) for reading in READINGS],
    }


def _form(word: str) -> dict[str, Any]:
    return {
        "word": word,
        "form": lexicon.form(word),
        "suffixes": [lexicon.suffix(word, letters) for letters in (1, 3)],
    }


def _windows(words: int, columns: int, reach: int) -> dict[str, Any]:
    ids = np.arange(1, 1 + words * columns, dtype=np.int32)
    ids = ids.reshape(words, columns)
    return {
        "ids": ids.tolist(),
        "window": reach,
        "forward": windows(ids, reach).tolist(),
        "backward": windows(ids[::-1], reach)[::-1].tolist(),
    }


def _tagger(
    reading: Reading, labels: list[str], letters: int
) -> dict[str, Any]:
    special = ("<pad>", "<unk>")
    words = (*special, *KNOWN.split())
    suffixes = (*special, *ENDINGS.split()) if letters else ()
    known = Lexicon(
        Vocabulary(words, lexicon._ROLES),
        tuple(labels),
        Vocabulary(suffixes, lexicon._ROLES) if suffixes else None,
        letters,
    )
    steps = [
        WholeNumbers(place, reading.previous, len(labels))
        for place, _ in enumerate(reading.directions)
    ]
    decoder = Decoder(steps, reading)
    return {
        "words": words,
        "suffixes": suffixes,
        "tagging": {"suffix_letters": letters, **reading.fields()},
        "labels": labels,
        "sentences": [_sentence(text, known, decoder) for text in SENTENCES],
        "golden": _golden(_Steps(known, reading, decoder)),
    }


@dataclasses.dataclass(frozen=True)
class _Steps(Tagging):
    """A tagger whose steps are no file."""

    steps: Decoder

    def decoder(self, model: bytes, xnnpack: bool = True) -> Decoder:
        return self.steps


def _golden(tagger: Tagging) -> dict[str, Any]:
    """Returns what a bundle of the tagger has in golden.json of one text."""
    answers = tagging.golden(tagger, b"", ENGLISH)
    return answers | {"sequences": answers["sequences"][3:4]}


def _sentence(text: str, known: Lexicon, decoder: Decoder) -> dict[str, Any]:
    tagger = SentenceTagger.__new__(SentenceTagger)  # Without a file.
    tagger._lexicon, tagger._decoder, tagger._beam = known, decoder, 1
    tagger._split = ENGLISH.split
    tagger._has_spans = spans.has_spans(known.labels)
    words = ENGLISH.split(text)
    ids = known.encode(words)
    scores = decoder.scores(ids).astype(float) if words else np.zeros([0, 0])
    return {
        "text": text,
        "ids": ids.tolist(),
        "scores": scores.round(4).tolist(),
        "labels": [label for _, label in tagger.tag(text)],
        "found": [[each.kind, each.text] for each in tagger.find(text)],
    }


def dumps() -> str:
    """Returns the text of the file: a line for each fact."""
    sections = (
        f" {json.dumps(name)}: [\n"
        + ",\n".join(f"  {json.dumps(each)}" for each in facts)
        + "\n ]"
        for name, facts in make().items()
    )
    return "{\n" + ",\n".join(sections) + "\n}\n"


if __name__ == "__main__":
    PATH.write_text(dumps(), "utf-8")
