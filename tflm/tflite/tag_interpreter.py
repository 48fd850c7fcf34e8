"""A .tflite file of a tagger as functions from a word to its labels."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from tflm import runtime
from tflm.tflite.interpreter import SIGNATURE, check_step
from tflm.tflite.tag_signature import BACKWARD


class TagStep:
    """A tagger that labels one word at a time, in one direction.

    `tokens` is how many ids it reads for a word, `label_count` is L and
    `state_size` is S.
    """

    def __init__(self, interpreter: Interpreter, signature: str = SIGNATURE):
        self._run = interpreter.get_signature_runner(signature)
        inputs = self._run.get_input_details()
        outputs = self._run.get_output_details()
        self.tokens = int(inputs["token"]["shape"][0])
        self.state_size = int(inputs["state"]["shape"][1])
        self.label_count = int(outputs["logits"]["shape"][1])

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, tokens: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits, float32 [L], and the next state, float32 [1, S].

        Args:
            tokens: int32 [tokens], of the window and of its suffixes.
            state: float32 [1, S].
        """
        found = self._run(token=tokens, state=state)
        return found["logits"][0], found["state"]


def load_tag_steps(
    flatbuffer: bytes, threads: int = 1, xnnpack: bool = True
) -> list[TagStep]:
    """Returns the steps of a tagger's file: one for each direction.

    Args:
        flatbuffer: the file.
        threads: how many threads one step may use.
        xnnpack: whether the XNNPACK delegate may take operations over.

    Raises:
        ValueError: the file is damaged or is no step.
    """
    check_step(flatbuffer)
    interpreter = runtime.open_interpreter(flatbuffer, threads, xnnpack)
    known = interpreter.get_signature_list()
    names = [name for name in (SIGNATURE, BACKWARD) if name in known]
    return [TagStep(interpreter, name) for name in names]
