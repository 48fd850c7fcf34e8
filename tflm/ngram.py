"""Interpolated n-gram model: the baseline to beat at an equal size of file.

Modified Kneser-Ney smoothing (Chen and Goodman, 1999, "An empirical study of
smoothing techniques for language modeling"). With c the count of an n-gram,
h its context and h' that context without its first word,

    p(w | h) = gain(h w) + back_off(h) p(w | h')
    gain(h w) = (c(h w) - D(c(h w))) / sum over v of c(h v)

where back_off(h) is what the gains leave to one, and the last p is 1 / V. So
the counts are the model: they are what the file holds, without rounding, and
every distribution sums to one whichever n-grams are dropped.
"""

import dataclasses
import functools
import io
import itertools
import lzma
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np

from tflm import files

_MAGIC = b"tflm ngram 1\n"
# The columns are small numbers that repeat by chance only. So the search for
# repeats is cut short, which makes files smaller, and sooner.
_FILTER = {
    "id": lzma.FILTER_LZMA2,
    "preset": 6,
    "lc": 4,
    "pb": 0,
    "mf": lzma.MF_HC4,
    "depth": 1,
    "nice_len": 273,
}


@dataclasses.dataclass(frozen=True, eq=False)
class Level:
    """The N n-grams of one length, sorted by context, then by word.

    Their contexts are the M n-grams one word shorter; unigrams have one
    context, the empty one. What an n-gram starts or ends with is kept too.

    Attributes:
        prefix: index of the context among the shorter n-grams, [N].
        word: id of the last word, [N].
        suffix: index, among the shorter n-grams, of all but the first word,
            [N]. As both are sorted by word, it rises within a context.
        count: how often it occurs, or for short n-grams what Kneser and Ney
            put in its place, [N].
        dropped: sum of the counts of the n-grams that were pruned, [M].
        discounts: what is taken off the counts 1, 2, and 3 or more, [3].
    """

    prefix: np.ndarray
    word: np.ndarray
    suffix: np.ndarray
    count: np.ndarray
    dropped: np.ndarray
    discounts: np.ndarray

    @functools.cached_property
    def starts(self) -> np.ndarray:
        """Index of the first n-gram of each context, and N: [M + 1]."""
        return np.append(0, np.cumsum(self._sum(None)))

    @functools.cached_property
    def gain(self) -> np.ndarray:
        """What each n-gram has above its share of the back-off, [N]."""
        return (self.count - self._discount) / self._total[self.prefix]

    @functools.cached_property
    def back_off(self) -> np.ndarray:
        """Weight of the shorter context's distribution, [M]."""
        rest, total = self._sum(self._discount) + self.dropped, self._total
        return np.divide(rest, total, out=np.ones(len(rest)), where=total > 0)

    @functools.cached_property
    def _total(self) -> np.ndarray:
        return self._sum(self.count) + self.dropped

    @functools.cached_property
    def _discount(self) -> np.ndarray:
        return np.append(0, self.discounts)[np.minimum(self.count, 3)]

    def _sum(self, values: np.ndarray | None) -> np.ndarray:
        """Sums `values` over each context, or counts them: [N] to [M]."""
        return np.bincount(self.prefix, values, len(self.dropped))


@dataclasses.dataclass(frozen=True, eq=False)
class NGram:
    """An n-gram model, which reads a word and predicts the next: a Step.

    The state holds the ids + 1 of the last words, newest last; 0 stands for
    none, so zeros are a legal first state. `eos` clears what came before.
    """

    vocabulary_size: int
    eos: int
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        return len(self.levels)

    @property
    def state_size(self) -> int:
        return self.order - 1

    @property
    def bytes(self) -> int:
        """Size of the file that `save` writes."""
        return len(self._file)

    def initial_state(self) -> np.ndarray:
        """Returns zeros, float32[1, order - 1]: nothing is read yet."""
        return np.zeros((1, self.state_size), np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reads word `token`; returns the logits of the next and the state.

        The logits are natural logarithms of probabilities that sum to one,
        float32[V]. The state is float32[1, order - 1] before and after.

        Raises:
            ValueError: `token` is no id, or `state` has another shape.
        """
        state = self._read(token, state)
        context = [int(number) - 1 for number in state[0] if number]
        # Scaled only at the end, and only the words that are known to follow
        # this one need a new logarithm: those that follow more words are some
        # of them.
        chances, scale = self._unigrams.copy(), 1.0
        followers = self.levels[0].word[:0]
        for length in range(1, len(context) + 1):
            level, node = self.levels[length], self._find(context[-length:])
            if node is None:
                break  # Nor is a longer context known: it would end with it.
            span = slice(level.starts[node], level.starts[node + 1])
            scale *= level.back_off[node]
            chances[level.word[span]] += level.gain[span] / scale
            followers = level.word[span] if length == 1 else followers
        logits = self._log_unigrams.copy()
        logits[followers] = np.log(chances[followers])
        logits += np.float32(np.log(scale))
        return logits, state

    def _probabilities(self) -> list[np.ndarray]:
        """Returns p(w | h) of each n-gram h w, an array [N] a level."""
        shorter, found = np.array([1 / self.vocabulary_size]), []
        for level in self.levels:
            rest = level.back_off[level.prefix] * shorter[level.suffix]
            shorter = level.gain + rest
            found.append(shorter)
        return found

    def _read(self, token: int, state: np.ndarray) -> np.ndarray:
        after = self.initial_state()
        if not 0 <= token < self.vocabulary_size:
            last = self.vocabulary_size - 1
            raise ValueError(f"token is {token}; give an id from 0 to {last}")
        if state.shape != after.shape:
            raise ValueError(
                f"state has shape {state.shape}; this model's has {after.shape}"
            )
        if token != self.eos:
            after[0, :-1] = state[0, 1:]
        after[0, -1:] = token + 1
        return after

    def _find(self, context: Sequence[int]) -> int | None:
        node = context[0]
        for level, word in zip(self.levels[1:], context[1:], strict=False):
            start, end = level.starts[node : node + 2]
            node = start + level.word[start:end].searchsorted(word)
            if node == end or level.word[node] != word:
                return None
        return node

    @functools.cached_property
    def _unigrams(self) -> np.ndarray:
        return self._probabilities()[0].astype(np.float32)

    @functools.cached_property
    def _log_unigrams(self) -> np.ndarray:
        return np.log(self._unigrams)

    @functools.cached_property
    def _file(self):
        return _encode(self)


def train(
    sentences: Iterable[Sequence[int]],
    vocabulary_size: int,
    order: int = 3,
    eos: int = 0,
) -> NGram:
    """Returns the model of the n-grams, up to length `order`, of `sentences`.

    Args:
        sentences: ids of each sentence's words, without the end mark.
        vocabulary_size: how many ids there are; each gets a probability.
        order: how many words the longest n-grams have.
        eos: id of the end mark, predicted after the last word of a sentence
            and read before the first. No context reaches beyond it.

    Raises:
        ValueError: there is no sentence, `order` is below 1, or an id is not
            in the vocabulary.
    """
    if order < 1:
        raise ValueError(f"order is {order}; it must be at least 1")
    ids = _stream(sentences, eos)
    if ids.min() < 0 or ids.max() >= vocabulary_size:
        raise ValueError(
            f"ids go from {ids.min()} to {ids.max()}, and the vocabulary from "
            f"0 to {vocabulary_size - 1}; give sentences encoded with it"
        )
    levels = _count(ids, vocabulary_size, order, eos)
    return NGram(vocabulary_size, eos, tuple(_kneser_ney(levels)))


def _stream(sentences: Iterable[Sequence[int]], eos: int) -> np.ndarray:
    words = itertools.chain.from_iterable((*s, eos) for s in sentences)
    ids = np.fromiter(itertools.chain([eos], words), np.int64)
    if len(ids) < 2:
        raise ValueError("there are no sentences to train on; give some")
    return ids


def _count(
    ids: np.ndarray, vocabulary_size: int, order: int, eos: int
) -> list[Level]:
    """Returns how often each n-gram occurs; there are no discounts yet."""
    places = np.arange(len(ids))
    last_eos = np.maximum.accumulate(np.where(ids == eos, places, 0))
    known = np.append(0, places[1:] - last_eos[:-1])  # Words of context.
    nodes = ids  # Index of the n-gram that ends at each place.
    count, none = np.bincount(ids[1:], minlength=vocabulary_size), np.zeros(3)
    levels = [_unigrams(count, none)]
    for length in range(1, order):
        ends = np.flatnonzero(known >= length)
        keys, first, inverse, count = np.unique(
            nodes[ends - 1] * vocabulary_size + ids[ends],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        prefix, word = np.divmod(keys, vocabulary_size)
        dropped = np.zeros_like(levels[-1].count)
        suffix = nodes[ends[first]]
        levels.append(Level(prefix, word, suffix, count, dropped, none))
        nodes = np.full(len(ids), -1)
        nodes[ends] = inverse
    return levels


def _unigrams(count: np.ndarray, discounts: np.ndarray) -> Level:
    word, root = np.arange(len(count)), np.zeros(len(count), np.int64)
    return Level(root, word, root, count, root[:1], discounts)


def _kneser_ney(levels: Sequence[Level]) -> list[Level]:
    """Returns `levels` with discounts, and with counts to back off to.

    A short n-gram counts the different words that come before it. One that
    starts a sentence has none, and keeps its own count.
    """
    found = []
    for level, longer in itertools.zip_longest(levels, levels[1:]):
        count = level.count
        if longer is not None:
            before = np.bincount(longer.suffix, minlength=len(count))
            count = np.where(before > 0, before, count)
        discounts = _discounts(count)
        found += [dataclasses.replace(level, count=count, discounts=discounts)]
    return found


def _discounts(count: np.ndarray) -> np.ndarray:
    """Returns D1, D2 and D3+ of Chen and Goodman, from counts of counts.

    A small corpus may lack n-grams of a count that the estimate divides by;
    the discounts are then 0.5, 1 and 1.5. None is below the first, which is
    positive: else words that were never seen could have no probability.
    """
    n = np.bincount(np.minimum(count, 5), minlength=6)[1:5]
    if not n.all():
        return np.array([0.5, 1.0, 1.5])
    k, y = np.arange(1, 4), n[0] / (n[0] + 2 * n[1])
    estimate = k - (k + 1) * y * n[1:] / n[:-1]
    return np.clip(estimate, estimate[0], k)


def prune(model: NGram, budget_bytes: int) -> NGram:
    """Returns `model` without the n-grams that it misses least.

    The cost of dropping one is the relative entropy to the model without it,
    weighted by how often its context occurs (Stolcke, 1998, "Entropy-based
    pruning of backoff language models"). Its count goes to its suffix (Kneser,
    1996, "Statistical language modeling using a variable context length"), so
    that what is backed off to stays the right distribution for that.

    Raises:
        ValueError: the unigrams alone take more than `budget_bytes`.
    """
    if model.bytes <= budget_bytes:
        return model
    ranked = np.argsort(-_costs(model), kind="stable")
    best, fits, exceeds = _keep(model, ranked[:0]), 0, len(ranked)
    if best.bytes > budget_bytes:
        raise ValueError(
            f"budget is {budget_bytes} bytes, but the unigrams alone take "
            f"{best.bytes}; give at least that"
        )
    # Each size takes a compression to know, so a thousandth is close enough.
    while exceeds - fits > 1 + len(ranked) // 1000:
        middle = (fits + exceeds) // 2
        smaller = _keep(model, ranked[:middle])
        if smaller.bytes <= budget_bytes:
            best, fits = smaller, middle
        else:
            exceeds = middle
    return best


def _costs(model: NGram) -> np.ndarray:
    """Returns what dropping each n-gram of two words or more costs, in nats.

    Its context then backs off with `back_off + gain`. The cost is the term
    p log(p / q) - p + q of the relative entropy, over p now and q then, of
    that word alone: the others' terms are of second order.
    """
    chances, uses, costs = model._probabilities(), _uses(model), [np.empty(0)]
    for n in range(1, model.order):
        level, now = model.levels[n], chances[n]
        weight = level.back_off[level.prefix] + level.gain
        then = weight * chances[n - 1][level.suffix]
        change = now * np.log(now / then) - now + then
        costs.append(uses[n - 1][level.prefix] * change)
    return np.concatenate(costs)


def _uses(model: NGram) -> list[np.ndarray]:
    """Returns how often each n-gram occurs, which a Kneser-Ney count hides.

    It is what was seen to follow it, unless it mostly ends sentences.
    """
    uses = [level.count for level in model.levels]
    for n in range(model.order - 1, 0, -1):
        level = model.levels[n]
        followed = np.bincount(level.prefix, uses[n], len(level.dropped))
        uses[n - 1] = np.maximum(uses[n - 1], followed + level.dropped)
    return uses


def _keep(model: NGram, wanted: np.ndarray) -> NGram:
    """Returns the model of some n-grams and of those inside them.

    Args:
        wanted: indices into the n-grams of two words or more, all in a row.
    """
    kept = _close(model, wanted)
    count = [level.count for level in model.levels]
    dropped = [level.dropped for level in model.levels]
    for n in range(model.order - 1, 0, -1):
        level, gone = model.levels[n], ~kept[n]
        moved = count[n][gone]
        dropped[n] = _add(dropped[n], level.prefix[gone], moved)
        # Less one: its suffix has counted it already, as one kind of n-gram.
        count[n - 1] = _add(count[n - 1], level.suffix[gone], moved - 1)
    levels, contexts = [], np.array([True])
    for n, level in enumerate(model.levels):
        old = dataclasses.replace(level, count=count[n], dropped=dropped[n])
        levels.append(_select(old, contexts, kept[n]))
        contexts = kept[n]
    return dataclasses.replace(model, levels=tuple(levels))


def _close(model: NGram, wanted: np.ndarray) -> list[np.ndarray]:
    """Returns which n-grams stay, bool[N] a level, if `wanted` do."""
    sizes = np.array([len(level.count) for level in model.levels])
    flat = np.arange(sizes.sum()) < sizes[0]  # The unigrams stay.
    flat[sizes[0] + wanted] = True
    kept = np.split(flat, np.cumsum(sizes)[:-1])
    for n in range(model.order - 1, 0, -1):
        kept[n - 1][model.levels[n].prefix[kept[n]]] = True
        kept[n - 1][model.levels[n].suffix[kept[n]]] = True
    return kept


def _add(values: np.ndarray, at: np.ndarray, more: np.ndarray) -> np.ndarray:
    return values + np.bincount(at, more, len(values)).astype(np.int64)


def _select(level: Level, contexts: np.ndarray, kept: np.ndarray) -> Level:
    index = np.cumsum(contexts) - 1
    prefix, suffix = index[level.prefix[kept]], index[level.suffix[kept]]
    dropped = level.dropped[contexts]
    dropped[np.bincount(prefix, minlength=len(dropped)) == 0] = 0
    word, count = level.word[kept], level.count[kept]
    return Level(prefix, word, suffix, count, dropped, level.discounts)


def save(model: NGram, path: files.Path) -> None:
    """Writes `model`: `model.bytes` bytes, with a checksum, atomically."""
    files.write(path, model._file)


def load(path: files.Path) -> NGram:
    """Reads a model that `save` wrote.

    Raises:
        ValueError: the file is something else, or damaged.
    """
    content = pathlib.Path(path).read_bytes()
    if not content.startswith(_MAGIC):
        start = content[: len(_MAGIC)]
        raise ValueError(
            f"{path} is no n-gram model: it starts with {start!r}; give a "
            f"file that tflm.ngram.save wrote"
        )
    try:
        columns = lzma.decompress(content[len(_MAGIC) :], lzma.FORMAT_XZ)
    except lzma.LZMAError as error:
        raise ValueError(
            f"{path} is damaged ({error}); copy it again, or train anew"
        ) from None
    return _decode(io.BytesIO(columns))


def _encode(model: NGram) -> bytes:
    """Returns the file: a mark, then the header and the columns as .xz.

    Of each level but the first it holds how many n-grams each context has,
    where their suffixes stand among those of the shorter context (as steps
    from one to the next: small numbers), their counts, and what was dropped.
    The words and the other arrays follow from these.
    """
    header = (model.order, model.vocabulary_size, model.eos)
    parts = [np.array(header, "<u4").tobytes()]
    parts += [level.discounts.astype("<f8").tobytes() for level in model.levels]
    parts += [_planes(model.levels[0].count)]
    for shorter, level in itertools.pairwise(model.levels):
        lengths = np.diff(level.starts)
        firsts = level.starts[:-1][lengths > 0]
        rank = level.suffix - shorter.starts[shorter.suffix[level.prefix]]
        steps = np.diff(rank, prepend=0)
        steps[firsts] = rank[firsts]
        dropped = level.dropped[lengths > 0]
        parts += map(_planes, (lengths, steps, level.count, dropped))
    content = b"".join(parts)
    return _MAGIC + lzma.compress(content, lzma.FORMAT_XZ, filters=[_FILTER])


def _decode(stream: io.BytesIO) -> NGram:
    order, vocabulary_size, eos = np.frombuffer(stream.read(12), "<u4").tolist()
    discounts = np.frombuffer(stream.read(24 * order), "<f8").reshape(order, 3)
    levels = [_unigrams(_column(stream, vocabulary_size), discounts[0])]
    for own in discounts[1:]:
        levels.append(_decode_level(stream, levels[-1], own))
    return NGram(vocabulary_size, eos, tuple(levels))


def _decode_level(
    stream: io.BytesIO, shorter: Level, discounts: np.ndarray
) -> Level:
    lengths = _column(stream, len(shorter.count))
    prefix = np.repeat(np.arange(len(lengths)), lengths)
    steps = _column(stream, len(prefix))
    climb, firsts = np.cumsum(steps), (np.cumsum(lengths) - lengths)[prefix]
    rank = climb - (climb - steps)[firsts]
    suffix = shorter.starts[shorter.suffix[prefix]] + rank
    count = _column(stream, len(prefix))
    dropped = np.zeros_like(lengths)
    dropped[lengths > 0] = _column(stream, np.count_nonzero(lengths))
    word = shorter.word[suffix]
    return Level(prefix, word, suffix, count, dropped, discounts)


def _planes(numbers: np.ndarray) -> bytes:
    """Returns all the low bytes, then the higher ones, which compress best."""
    return numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _column(stream: io.BytesIO, length: int) -> np.ndarray:
    planes = np.frombuffer(stream.read(4 * length), np.uint8)
    rows = planes.reshape(4, length).T.copy()
    return rows.view("<u4").reshape(length).astype(np.int64)
