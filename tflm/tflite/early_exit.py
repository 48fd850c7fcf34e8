"""The best next words without the logits of all words."""

import numpy as np

from tflm.tflite.interpreter import check_step, open_interpreter


class EarlyExitStep:
    """Reads a word, and computes rare words only if they may be suggested.

    No word of a tail can have a higher logit than its tail. So a tail that is
    not above the worst of the best words so far need not be looked into (the
    softmax is that of Grave et al. 2017, arXiv 1609.04309). What is returned
    is exact.

    Attributes:
        words_read: how often it was called.
        tails_read: how often it looked into each tail.
    """

    def __init__(
        self, flatbuffer: bytes, threads: int = 1, xnnpack: bool = True
    ):
        """Loads a file that was converted with `early_exit`.

        Raises:
            ValueError: the file is damaged or was converted without.
        """
        check_step(flatbuffer)
        interpreter = open_interpreter(flatbuffer, threads, xnnpack)
        names = interpreter.get_signature_list()
        if "step_head" not in names:
            raise ValueError(
                "the .tflite file does not hold its head apart: convert a "
                "model with a hierarchical softmax with early_exit=True"
            )
        self._head = interpreter.get_signature_runner("step_head")
        self._tails = [
            interpreter.get_signature_runner(f"step_tail_{c}")
            for c in range(1, 1 + sum("step_tail_" in name for name in names))
        ]
        runners = [(self._head, "words")] + [(t, "logits") for t in self._tails]
        sizes = [r.get_output_details()[o]["shape"][1] for r, o in runners]
        self._edges = np.cumsum([0, *sizes])
        self.vocabulary_size = int(self._edges[-1])
        state = self._head.get_input_details()["state"]
        self.state_size = int(state["shape"][1])
        self.words_read = 0
        self.tails_read = [0] * len(self._tails)

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def best(
        self, token: int, state: np.ndarray, count: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the likeliest next words, the best first.

        Args:
            token: id of the word to read.
            state: float32 [1, S].
            count: how many words.

        Returns:
            int [count] ids, float32 [count] logits as `step` gives them, and
            the next state.

        Raises:
            ValueError: there is no such word, or there are not so many.
        """
        size = self.vocabulary_size
        if not 0 <= token < size:
            raise ValueError(f"no word has id {token}; ids are below {size}")
        if not 1 <= count <= size:
            raise ValueError(f"count must be 1 to {size}, got {count}")
        self.words_read += 1
        head = self._head(token=np.array([token], np.int32), state=state)
        ids, logits = best_of(
            np.arange(self._edges[1]), head["words"][0], count
        )
        tails = head["tails"][0]
        for tail in np.argsort(-tails):
            worst = logits[-1] if len(ids) == count else -np.inf
            if tails[tail] <= worst:
                break  # So are the others.
            self.tails_read[tail] += 1
            own = self._tails[tail](hidden=head["hidden"])["logits"][0]
            own = tails[tail] + own
            better = np.flatnonzero(own > worst)
            ids = np.append(ids, self._edges[tail + 1] + better)
            ids, logits = best_of(ids, np.append(logits, own[better]), count)
        return ids, logits, head["state"]


def best_of(
    ids: np.ndarray, logits: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the `count` ids of highest logits, and these, in that order."""
    count = min(count, len(ids))
    found = np.argpartition(-logits, count - 1)[:count]
    found = found[np.argsort(-logits[found], kind="stable")]
    return ids[found], logits[found]
