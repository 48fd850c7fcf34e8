"""Keeps the suggestions that the Java core is tested with those of Python."""

import json
import pathlib

import numpy as np
import pytest

from tflm.bundle.suggester import Suggester
from tflm.text.candidates import Candidates
from tflm.text.protocol import Protocol
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

ROOT = pathlib.Path(__file__).parents[1]
PATH = ROOT / "android_demo/core/src/test/resources/typing_vectors.json"
VECTORS = json.loads(PATH.read_text("utf-8"))
WORDS = VECTORS["words"]


class WholeNumbers:
    """A model that both languages compute alike: FakeStep of the core."""

    words = len(WORDS)

    def initial_state(self):
        return np.zeros(3, np.float32)

    def __call__(self, token, state):
        a = (int(state[0]) * 31 + token * 7 + 1) % 65521
        b = (int(state[1]) + a) % 4099
        i = np.arange(self.words, dtype=np.int64)
        logits = ((a * (i + 1) * 37 + i * i + b) % 509) // 4 / 8
        place = (int(state[2]) + 1) % 1000
        return logits.astype(np.float32), np.array([a, b, place], np.float32)


def typist(tokenizer: str) -> Suggester:
    found = Suggester.__new__(Suggester)  # Without a file.
    words = Vocabulary(tuple(WORDS))
    found._step, found._words = WholeNumbers(), words
    found._candidates = Candidates(words, marks=False)
    found._rules = TextRules(tokenizer, lower_case=tokenizer == "typed")
    found._protocol = Protocol.after(words.eos)
    found._display = VECTORS["display"]
    found._language = "en"
    return found


@pytest.mark.parametrize("tokenizer", ["typed", "white space"])
def test_vectors_of_the_java_core_are_what_python_suggests(tokenizer):
    suggest = typist(tokenizer).suggest
    for vector in VECTORS[tokenizer]:
        assert suggest(vector["text"], 5) == vector["suggestions"]
