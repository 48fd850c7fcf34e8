"""The likeliest words, as a keyboard's suggestion bar shows them."""

import bisect
import dataclasses
import functools

import numpy as np

from tflm.text import tokenizer
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Candidates:
    """The words that may be suggested, in alphabetical order.

    All words with one prefix are then neighbours, so that completing a word
    is looking at a slice. Special words are not among them.

    Attributes:
        vocabulary: where they come from.
        marks: whether punctuation and emoji are among the next words. They
            have keys of their own, and complete what begins like them anyway.
    """

    vocabulary: Vocabulary
    marks: bool = True

    @functools.cached_property
    def ids(self) -> np.ndarray:
        """Ids of the candidates, int64 [n], ordered by word."""
        special = set(self.vocabulary.special_ids)
        ids = [i for i in range(len(self.vocabulary)) if i not in special]
        return np.array(sorted(ids, key=self.vocabulary.words.__getitem__))

    @functools.cached_property
    def words(self) -> list[str]:
        """The candidates themselves, in the order of `ids`."""
        return [self.vocabulary.words[word_id] for word_id in self.ids]

    @functools.cached_property
    def are_words(self) -> np.ndarray:
        """Which of `words` begin with a letter or digit, bool [n]."""
        return np.array([tokenizer.is_word(word) for word in self.words], bool)

    def span(self, prefix: str) -> tuple[int, int]:
        """Returns the slice of `words`, and `ids`, that begin with `prefix`.

        It is start and end, which are the same where no word does.
        """
        size = len(prefix)
        start = bisect.bisect_left(self.words, prefix)
        end = bisect.bisect_right(
            self.words, prefix, start, key=lambda word: word[:size]
        )
        return start, end

    def best(
        self, logits: np.ndarray, prefix: str = "", count: int = 3
    ) -> list[int]:
        """Returns ids of the likeliest words with a prefix, best first.

        Args:
            logits: float32 [vocabulary].
            prefix: letters already typed of the word.
            count: how many at most.

        Words with equal logits come in the order of their ids.

        Raises:
            ValueError: `count` is below 1.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        start, end = self.span(prefix)
        ids = self.ids[start:end]
        if not self.marks and not prefix:
            ids = self.ids[self.are_words]
        scores = logits[ids]
        if len(ids) > 4 * count:  # No need to sort what cannot be shown.
            least = np.partition(scores, len(scores) - count)[-count]
            keep = scores >= least
            ids, scores = ids[keep], scores[keep]
        order = np.lexsort((ids, -scores))[:count]
        return ids[order].tolist()

    def suggest(
        self, logits: np.ndarray, prefix: str = "", count: int = 3
    ) -> list[str]:
        """Returns the likeliest words with a prefix, as `best` finds them."""
        words = self.vocabulary.words
        return [words[word_id] for word_id in self.best(logits, prefix, count)]
