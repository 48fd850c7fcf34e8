"""A corpus in the ids of a vocabulary, on disk."""

import collections
import dataclasses
import json
import pathlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from absl import logging

from tflm import files
from tflm.text import tokenizer
from tflm.text.corpus import Corpus, Split, load_corpus
from tflm.text.protocol import Protocol
from tflm.text.vocabulary import EOS, UNK, Vocabulary


def write_ids(
    corpus: Corpus,
    split: Split,
    encode: Callable[[Sequence[str]], list[int]],
    eos: int,
    path: files.Path,
) -> int:
    """Writes the ids of a split, `eos` after each sentence; returns how many.

    The file holds int32 in the machine's order, for `read_ids`. It is written
    as it is encoded: the text may be larger than memory.

    Raises:
        ValueError: the split has no words.
    """
    count = 0
    with files.writing(path) as file:
        for sentence in corpus.sentences(split):
            ids = np.array([*encode(sentence), eos], np.int32)
            file.write(ids.tobytes())
            count += len(ids)
        if not count:
            raise ValueError(
                f"corpus {corpus.name!r} has no words in its {split} split; "
                f"give it more text"
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
        typed: whether its words come from the tokenizer of typed text.
        display: lower-cased words to the way they are written.
        recipe: how the model was made, methods included.
        licence: of the text, as far as it binds the model.
        protocol: how the model is used; None for what its words say, which
            is a text that begins after `<eos>`.
    """

    corpus: str = ""
    corpus_sha256: str = ""
    typed: bool = True
    display: Mapping[str, str] = dataclasses.field(default_factory=dict)
    recipe: str = ""
    licence: str = ""
    protocol: Protocol | None = None


@dataclasses.dataclass(frozen=True)
class Text:
    """A corpus in the ids of a vocabulary, both on disk.

    Attributes:
        corpus: the text itself.
        vocabulary: whose ids these are.
        train: ids of the training split, int32 [N], mapped from the file.
        valid: ids of the validation split, int32 [M], as well.
        origin: what a model that is trained on it was made from.
    """

    corpus: Corpus
    vocabulary: Vocabulary
    train: np.ndarray
    valid: np.ndarray
    origin: Origin


def prepare(
    name: str,
    directory: files.Path,
    size: int = 10_000,
    words: Vocabulary | None = None,
) -> Text:
    """Returns the corpus `name` in ids; what `directory` has is not redone.

    Args:
        name: as `load_corpus` takes it.
        directory: where the ids are kept; it is made.
        size: the most words of a vocabulary that is built.
        words: the vocabulary, where there is one already.

    Raises:
        ValueError: the corpus is missing, bad, or has no words in a split.
    """
    corpus = load_corpus(name)
    directory = pathlib.Path(directory)
    sha256 = corpus.sha256()
    wanted = [sha256, list(words.words) if words else size]
    stamp = directory / "text.json"
    if not stamp.exists() or json.loads(stamp.read_text())["of"] != wanted:
        stamp.unlink(missing_ok=True)
        words = words or _build(corpus, size)
        directory.mkdir(parents=True, exist_ok=True)
        words.save(directory / "vocabulary.txt")
        for split in ("train", "valid"):
            path = directory / f"{split}.ids"
            write_ids(corpus, split, words.encode, words.eos, path)
        display = _display(corpus, words) if corpus.typed else {}
        # Last, as its presence says that the others are whole.
        files.write(stamp, json.dumps({"of": wanted, "display": display}))
    return Text(
        corpus,
        Vocabulary.load(directory / "vocabulary.txt"),
        read_ids(directory / "train.ids"),
        read_ids(directory / "valid.ids"),
        Origin(
            corpus=name,
            corpus_sha256=sha256,
            typed=corpus.typed,
            display=json.loads(stamp.read_text())["display"],
            licence=corpus.licence,
        ),
    )


def build_vocabulary(corpus: Corpus, size: int) -> Vocabulary:
    """Returns the vocabulary of a corpus's training text, of at most `size`.

    Raises:
        ValueError: as `Vocabulary.build`.
    """
    special = (EOS, UNK, *corpus.special)
    return Vocabulary.build(corpus.sentences("train"), size, special)


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
        for token in tokenizer.split(line)[1:]:
            counts[tokenizer.lower(token)][token] += 1
    likeliest = {
        word: forms.most_common(1)[0][0] for word, forms in counts.items()
    }
    return {
        word: likeliest[word]
        for word in words.words
        if likeliest.get(word, word) != word
    }
