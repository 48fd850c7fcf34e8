"""A corpus in the ids of a vocabulary, on disk."""

import collections
import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from absl import logging

from tflm import files, json_files
from tflm.text.cache_settings import CacheSettings
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.curation import curate
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.splits import Split
from tflm.text.vocabulary import EOS, UNK, Vocabulary


def write_ids(
    corpus: Corpus,
    split: Split,
    encode: Callable[[Sequence[str]], list[int]],
    eos: int | None,
    path: files.Path,
) -> int:
    """Writes the ids of a split; returns how many.

    After each sentence comes `eos`, where there is such a word.
    The file holds int32 in the machine's order, for `read_ids`. It is written
    as it is encoded: the text may be larger than memory.

    Raises:
        ValueError: the split has no words.
    """
    count, end = 0, [] if eos is None else [eos]
    with files.writing(path) as file:
        for sentence in corpus.sentences(split):
            ids = np.array([*encode(sentence), *end], np.int32)
            file.write(ids.tobytes())
            count += len(ids)
        if not count:
            raise ValueError(
                f"corpus {corpus.name!r} has no words in its {split} split, as "
                f"lines go to the splits whole; give it more lines, one "
                f"sentence or message each"
            )
    return count


def read_ids(path: files.Path) -> np.ndarray:
    """Returns the ids that `write_ids` wrote, mapped and not read: int32[N]."""
    return np.memmap(path, np.int32, mode="r")


@dataclasses.dataclass(frozen=True)
class Origin:
    """What a model was made from.

    Attributes:
        corpus: name of the text.
        corpus_sha256: of its files.
        rules: how its text became words.
        display: lower-cased words to the way they are written.
        recipe: how the model was made, methods included.
        licence: of the text, as far as it binds the model.
        protocol: how the model is used; None for what its words say, which
            is a text that begins after `<eos>`.
        cache: of recent words, beside the model; None for none.
        curation: by which rules the words were chosen that may be shown;
            empty for the commonest.
    """

    corpus: str = ""
    corpus_sha256: str = ""
    rules: TextRules = TYPED
    display: Mapping[str, str] = dataclasses.field(default_factory=dict)
    recipe: str = ""
    licence: str = ""
    protocol: Protocol | None = None
    cache: CacheSettings | None = None
    curation: str = ""


def unseen_split(corpus: Any, origin: Origin) -> Split:
    """Returns the split that a model has not seen: all of another corpus.

    Args:
        corpus: of any task.
        origin: of the model.
    """
    known = {origin.corpus, origin.corpus_sha256}
    is_own = known.intersection((corpus.name, corpus.sha256()))
    return "test" if is_own else "all"


@dataclasses.dataclass(frozen=True)
class Text:
    """A corpus in the ids of a vocabulary, both on disk.

    Attributes:
        corpus: the text itself.
        vocabulary: whose ids these are.
        train: ids of the training split, int32 [N], mapped from the file.
        valid: ids of the validation split, int32 [M], as well.
        origin: what a model that is trained on it was made from.
        directory: where the ids are, and what else is made of them.
    """

    corpus: Corpus
    vocabulary: Vocabulary
    train: np.ndarray
    valid: np.ndarray
    origin: Origin
    directory: pathlib.Path


class _Stamp(msgspec.Struct):
    """What `text.json` holds: what the ids are of, which says if they stay."""

    of: list[Any]
    display: dict[str, str]
    roles: dict[str, Any] | None = None

    @property
    def of_words(self) -> Roles | None:
        """The roles of the words, None for those of their names."""
        return Roles.of(self.roles) if self.roles else None


def prepare(
    name: str,
    directory: files.Path,
    size: int = 10_000,
    words: Vocabulary | None = None,
    rules: TextRules | None = None,
    curated: bool = False,
) -> Text:
    """Returns the corpus `name` in ids; what `directory` has is not redone.

    Args:
        name: as `load_corpus` takes it.
        directory: where the ids are kept; it is made.
        size: the most words of a vocabulary that is built.
        words: the vocabulary, where there is one already.
        rules: how its model reads text; None for the way of the corpus.
        curated: whether a vocabulary that is built leaves out what is not to
            be shown to anybody, by `curate.RULES`.

    Raises:
        ValueError: the corpus is missing, bad, or has no words in a split, or
            is no typed text that can be curated.
    """
    corpus = load_corpus(name)
    if rules:
        corpus = corpus.read_by(rules)
    directory = pathlib.Path(directory)
    sha256 = corpus.sha256()
    wanted: list[Any] = [sha256, list(words.words) if words else size]
    if corpus.rules not in (TYPED, SPLIT):
        wanted.append(corpus.rules.fields())
    curated = curated and words is None
    if curated:
        wanted.append(curate.digest())
    stamp = directory / "text.json"
    if not stamp.exists() or json_files.read(stamp, _Stamp).of != wanted:
        stamp.unlink(missing_ok=True)
        words, display = _words(corpus, size, words, curated)
        directory.mkdir(parents=True, exist_ok=True)
        words.save(directory / "vocabulary.txt")
        for split in ("train", "valid"):
            path = directory / f"{split}.ids"
            write_ids(corpus, split, words.encode, words.eos, path)
        # Last, as its presence says that the others are whole.
        said = {"of": wanted, "display": display, "roles": words.roles.fields()}
        files.write(stamp, json.dumps(said))
    made = json_files.read(stamp, _Stamp)
    return Text(
        corpus,
        Vocabulary.load(directory / "vocabulary.txt", made.of_words),
        read_ids(directory / "train.ids"),
        read_ids(directory / "valid.ids"),
        Origin(
            corpus=name,
            corpus_sha256=sha256,
            rules=corpus.rules,
            display=made.display,
            licence=corpus.licence,
            curation=curate.RULES if curated else "",
        ),
        directory,
    )


def build_vocabulary(corpus: Corpus, size: int) -> Vocabulary:
    """Returns the vocabulary of a corpus's training text, of at most `size`.

    Raises:
        ValueError: as `Vocabulary.build`.
    """
    special = (EOS, UNK, *corpus.special)
    return Vocabulary.build(corpus.sentences("train"), size, special)


def _words(
    corpus: Corpus, size: int, words: Vocabulary | None, curated: bool
) -> tuple[Vocabulary, Mapping[str, str]]:
    """Returns a vocabulary, the one that is given or a new one, and display."""
    if curated:
        found = curate.curate(corpus, size)
        return found.words, found.display
    words = words or _build(corpus, size)
    return words, _display(corpus, words) if corpus.rules.lower_case else {}


def _build(corpus: Corpus, size: int) -> Vocabulary:
    words = build_vocabulary(corpus, size)
    if len(words) < size:
        logging.info(
            "vocabulary: %d words; the text has no more that it repeats",
            len(words),
        )
    return words


def _display(corpus: Corpus, words: Vocabulary) -> dict[str, str]:
    """Returns the words that are mostly not written in lower case, and how.

    The first word of a line says nothing: it is often a capital anyway.
    """
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(
        collections.Counter
    )
    for line in corpus.watched("train"):
        for token in corpus.rules.split(line)[1:]:
            counts[corpus.rules.lower(token)][token] += 1
    likeliest = {
        word: forms.most_common(1)[0][0] for word, forms in counts.items()
    }
    return {
        word: likeliest[word]
        for word in words.words
        if likeliest.get(word, word) != word
    }
