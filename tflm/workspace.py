"""A directory with a model, its words, and where both come from."""

import collections
import dataclasses
import json
import pathlib
from collections.abc import Mapping

import numpy as np

from tflm import files, from_keras
from tflm import model as models
from tflm.model import LanguageModel
from tflm.text import tokenizer, vocabulary
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.dataset import read_ids, write_ids
from tflm.text.vocabulary import EOS, UNK, Vocabulary


@dataclasses.dataclass(frozen=True)
class Origin:
    """What a model was made from.

    Attributes:
        corpus: name of the text.
        corpus_sha256: of its files.
        typed: whether its words come from the tokenizer of typed text.
        display: lower-cased words to the way they are written.
        recipe: how the model was made, methods included.
    """

    corpus: str = ""
    corpus_sha256: str = ""
    typed: bool = True
    display: Mapping[str, str] = dataclasses.field(default_factory=dict)
    recipe: str = ""


@dataclasses.dataclass(frozen=True)
class Text:
    """A corpus in the ids of a vocabulary, both on disk."""

    corpus: Corpus
    vocabulary: Vocabulary
    train: np.ndarray
    valid: np.ndarray
    origin: Origin


@dataclasses.dataclass(frozen=True)
class Trained:
    """A model with its words and origin."""

    model: LanguageModel
    vocabulary: Vocabulary
    origin: Origin

    def after(self, model: LanguageModel, methods: str) -> "Trained":
        """Returns what `methods`, as text, made of it."""
        recipe = ", ".join(filter(None, [self.origin.recipe, methods]))
        origin = dataclasses.replace(self.origin, recipe=recipe)
        return Trained(model, self.vocabulary, origin)


def prepare(
    name: str,
    directory: files.Path,
    size: int = 10_000,
    words: Vocabulary | None = None,
) -> Text:
    """Returns the corpus `name` in ids; what `directory` has is not redone.

    Args:
        name: as `corpus.load` takes it.
        directory: where the ids are kept; it is made.
        size: of the vocabulary that is built.
        words: the vocabulary, where there is one already.

    Raises:
        ValueError: the corpus is missing, bad, or too small for `size`.
    """
    corpus = load_corpus(name)
    directory = pathlib.Path(directory)
    wanted = [corpus.sha256(), list(words.words) if words else size]
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
        vocabulary.load(directory / "vocabulary.txt"),
        read_ids(directory / "train.ids"),
        read_ids(directory / "valid.ids"),
        Origin(
            corpus=name,
            corpus_sha256=wanted[0],
            typed=corpus.typed,
            display=json.loads(stamp.read_text())["display"],
        ),
    )


def save(trained: Trained, directory: files.Path) -> None:
    """Writes `model.npz`, `vocabulary.txt` and `origin.json`."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    trained.vocabulary.save(directory / "vocabulary.txt")
    origin = json.dumps(dataclasses.asdict(trained.origin), indent=1)
    files.write(directory / "origin.json", origin)
    # Last, as its presence says that the others are whole.
    models.save(trained.model, directory / "model.npz")


def load(path: files.Path, words: files.Path | None = None) -> Trained:
    """Reads what `save` wrote, or a user's own Keras model.

    Args:
        path: a directory, or a `.keras` or `.h5` file of tf_keras.
        words: the vocabulary file that a Keras model was trained with.

    Raises:
        ValueError: there is none, it is damaged or unsupported, or it has
            another number of words than the vocabulary.
    """
    path = pathlib.Path(path)
    if path.suffix in (".keras", ".h5", ".hdf5"):
        if words is None:
            raise ValueError(
                f"{path} has no vocabulary: give --vocabulary, a file with "
                f"one word a line in the order of its ids"
            )
        recipe = f"from_keras({path.name!r})"
        origin = Origin(corpus="the user's own", recipe=recipe)
        found = Trained(from_keras.load(path), vocabulary.load(words), origin)
    else:
        if not (path / "model.npz").exists():
            raise ValueError(
                f"{path} holds no model: give a directory that tflm train or "
                f"tflm compress wrote, or a .keras file"
            )
        origin = json.loads((path / "origin.json").read_text("utf-8"))
        found = Trained(
            models.load(path / "model.npz"),
            vocabulary.load(path / "vocabulary.txt"),
            Origin(**origin),
        )
    size = found.model.config.vocabulary_size
    if size != len(found.vocabulary):
        raise ValueError(
            f"{path} has {size} words and its vocabulary "
            f"{len(found.vocabulary)}: give the one it was trained with"
        )
    return found


def _build(corpus: Corpus, size: int) -> Vocabulary:
    special = (EOS, UNK, *corpus.special)
    return vocabulary.build(corpus.sentences("train"), size, special)


def _display(corpus: Corpus, words: Vocabulary) -> dict[str, str]:
    """Returns the words that are mostly not written in lower case, and how.

    The first word of a line says nothing: it is often a capital anyway.
    """
    counts = collections.defaultdict(collections.Counter)
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
