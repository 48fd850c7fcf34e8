"""A corpus in the ids of a vocabulary, on disk."""

import dataclasses
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from absl import logging

from tflm import files, json_files
from tflm.text import duplicates, mixture
from tflm.text.cache_settings import CacheSettings
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.curation import curate
from tflm.text.ids import read_ids
from tflm.text.passes import OneProcess, Passes
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.splits import Split
from tflm.text.vocabulary import EOS, UNK, Vocabulary

_STAMP = "text.json"


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

    Of several texts one that it has seen is enough. What has the name of one,
    but is another text by now, is warned of: most of it may be the same.

    Args:
        corpus: of any task.
        origin: of the model.
    """
    if origin.corpus_sha256 == corpus.sha256():
        return "test"
    trained, scored = _texts(origin.corpus), _texts(corpus.name)
    if origin.corpus_sha256 and trained == scored:
        logging.warning(
            "%s is not as it was when the model was trained on it: its test "
            "split is read, or all with --split=all if it is another text",
            corpus.name,
        )
    return "test" if trained & scored else "all"


def _texts(name: str) -> set[str]:
    """Returns the texts of a corpus, files by their whole paths."""
    return {
        str(pathlib.Path(text).resolve()) if os.path.exists(text) else text
        for text, _ in mixture.parts(name)
    }


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
    corpus: str = ""
    rules: dict[str, Any] = {}
    curated: bool = False
    deduplicate: str = ""
    left_out: str = ""

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
    deduplicate: duplicates.Kind | Literal[""] = "",
    passes: Passes | None = None,
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
        deduplicate: which repeated lines are left out; empty for none.
        passes: who reads the text; None for this process.

    Raises:
        ValueError: the corpus is missing, bad, or has no words in a split, or
            is no typed text that can be curated, or has conversations, in
            which people repeat themselves as they do.
    """
    passes = passes or OneProcess()
    corpus = load_corpus(name)
    usual = corpus.rules
    if rules:
        corpus = corpus.read_by(rules)
    if deduplicate:
        corpus = passes.deduplicate(corpus, deduplicate)
    directory = pathlib.Path(directory)
    curated = curated and words is None
    of_words = list(words.words) if words else size
    wanted = [passes.sha256(corpus), of_words]
    wanted += _of_reading(corpus.rules, usual, curated)
    stamp = directory / _STAMP
    if not stamp.exists() or json_files.read(stamp, _Stamp).of != wanted:
        stamp.unlink(missing_ok=True)
        directory.mkdir(parents=True, exist_ok=True)
        said = _encode(corpus, directory, size, words, curated, passes)
        said |= {"of": wanted, "corpus": name, "rules": corpus.rules.fields()}
        said |= {"curated": curated, "deduplicate": deduplicate}
        said |= {"left_out": corpus.rule}
        # Last, as its presence says that the others are whole.
        files.write(stamp, json.dumps(said))
    return _kept(corpus, directory, curated)


def load(directory: files.Path) -> tuple[Text, dict[str, Any]]:
    """Returns what `prepare` left, and by which of its arguments.

    Of the corpus nothing is read but that it is there.

    Raises:
        ValueError: there is nothing of the kind, or its corpus is gone.
    """
    directory = pathlib.Path(directory)
    stamp = directory / _STAMP
    made = json_files.read(stamp, _Stamp) if stamp.exists() else None
    if not made or not made.corpus or not isinstance(made.of[1], int):
        raise ValueError(
            f"{directory} has no text in ids: tflm corpus prepare makes it"
        )
    name, size, rules = made.corpus, made.of[1], TextRules.of(made.rules)
    corpus = load_corpus(name)
    is_usual = corpus.read_by(rules).rules == corpus.rules
    text = _kept(corpus.read_by(rules), directory, made.curated)
    return text, {
        "corpus": name,
        "vocabulary_size": size,
        "language": "" if is_usual else rules.locale,
        "tokenizer": "" if is_usual else rules.kind,
        "curated": made.curated,
        "deduplicate": made.deduplicate,
    }


def build_vocabulary(corpus: Corpus, size: int) -> Vocabulary:
    """Returns the vocabulary of a corpus's training text, of at most `size`.

    Raises:
        ValueError: as `Vocabulary.build`.
    """
    return _build(corpus, size, OneProcess())


def _of_reading(rules: TextRules, usual: TextRules, curated: bool) -> list[Any]:
    """Returns what ids follow from beside a text and its words, as JSON."""
    found: list[Any] = []
    if rules != usual or rules not in (TYPED, SPLIT):
        found.append(rules.fields())
    if curated:
        found.append(curate.digest())
    return found


def _encode(
    corpus: Corpus,
    directory: pathlib.Path,
    size: int,
    words: Vocabulary | None,
    curated: bool,
    passes: Passes,
) -> dict[str, Any]:
    """Writes a text in ids; returns what else is known of its words."""
    found = curate.curate(corpus, size) if curated else None
    words = words or (found.words if found else _build(corpus, size, passes))
    words.save(directory / "vocabulary.txt")
    display = passes.encode(corpus, words, directory)
    return {
        "display": found.display if found else display,
        "roles": words.roles.fields(),
    }


def _kept(corpus: Corpus, directory: pathlib.Path, curated: bool) -> Text:
    """Returns the text that is kept in a directory."""
    made = json_files.read(directory / _STAMP, _Stamp)
    return Text(
        corpus,
        Vocabulary.load(directory / "vocabulary.txt", made.of_words),
        read_ids(directory / "train.ids"),
        read_ids(directory / "valid.ids"),
        Origin(
            corpus=corpus.name,
            corpus_sha256=made.of[0],
            rules=corpus.rules,
            display=made.display,
            licence=corpus.licence,
            curation=curate.RULES if curated else "",
        ),
        directory,
    )


def _build(corpus: Corpus, size: int, passes: Passes) -> Vocabulary:
    """Returns the commonest words, and the special ones."""
    special = (EOS, UNK, *corpus.special)
    # One more than fit, so that it can be told whether the text has them.
    counts = passes.counts(corpus, size + len(special) + 1)
    words = Vocabulary.of_counts(counts, size, special)
    if len(words) < size:
        logging.info(
            "vocabulary: %d words; the text has no more that it repeats",
            len(words),
        )
    return words
