"""Keeps the suggestions that Java's cache is tested with those of Python."""

import dataclasses
import json

import numpy as np

from tests.typing_vectors_test import PATH, WholeNumbers, typist
from tflm.evaluation.cache import Cached
from tflm.text.cache_settings import CacheSettings

VECTORS = json.loads(PATH.with_name("cache_vectors.json").read_text("utf-8"))
SETTINGS = CacheSettings.of(VECTORS["cache"])


class WithVector(WholeNumbers):
    """The same model, with what its softmax reads: FakeStep of the core."""

    hidden_size = 4

    def read(self, token, state):
        logits, state = self(token, state)
        a, b = int(state[0]), int(state[1])
        vector = [((a * (i + 3) + b) % 17 - 8) / 8 for i in range(4)]
        return logits, state, np.array(vector, np.float32)


class Field(Cached):
    """A text field: what was sent stays in the memory of the next text."""

    sent = None

    def initial_state(self):
        state = super().initial_state()
        if self.sent is None:
            return state
        return dataclasses.replace(state, memory=self.sent)


def field():
    found = typist("typed")
    found._step = Field(WithVector(), SETTINGS)
    return found


def send(found, text):
    _, state = found._read(found._rules.words(text))
    found._step.sent = state.memory


def test_vectors_of_the_java_cache_are_what_python_suggests():
    for texts in VECTORS["fields"]:
        found = field()
        for vector in texts:
            text = vector["text"]
            assert found.suggest(text, 5) == vector["suggestions"], text
            if vector.get("sent"):
                send(found, text)


def test_the_cache_of_the_vectors_tells():
    """Else a core without one would pass."""
    alone = typist("typed")
    vectors = [vector for texts in VECTORS["fields"] for vector in texts]
    changed = [
        vector["text"]
        for vector in vectors
        if alone.suggest(vector["text"], 5) != vector["suggestions"]
    ]
    assert len(changed) > len(vectors) / 2
