"""Words of no text that a tagger and its file both label."""

import numpy as np

from tflm.model.tagger import Tagger
from tflm.tflite.tag_interpreter import load_tag_steps

_WORDS = 24


def read(content: bytes, model: Tagger) -> tuple[np.ndarray, np.ndarray]:
    """Returns the logits of a tagger and of its file for the same words.

    The file goes on from the state of the tagger at each word: where two
    labels are as likely, either may be fed back.

    Returns:
        float32 [directions, words, labels], twice.
    """
    config, random = model.config, np.random.default_rng(0)
    sizes = [config.vocabulary_size, config.suffixes][
        : 1 + bool(config.suffixes)
    ]
    expected, found = [], []
    steps = load_tag_steps(content)
    for reader, step in zip(model.steps, steps, strict=True):
        state = step.initial_state()
        for _ in range(_WORDS):
            tokens = np.concatenate(
                [random.integers(0, size, config.places) for size in sizes]
            ).astype(np.int32)
            found.append(step(tokens, state)[0])
            logits, new_state = reader(tokens, state)
            expected.append(logits.numpy()[0])
            state = np.array(new_state)
    shape = [len(steps), _WORDS, config.labels]
    return np.reshape(expected, shape), np.reshape(found, shape)
