"""Sentences with labels, in splits that never move."""

import dataclasses
import hashlib
import itertools
import pathlib
from collections.abc import Callable, Iterator

from tflm import files
from tflm.text.lines import read_lines
from tflm.text.splits import SPLITS, Split, split_of
from tflm.text.tagged import columns, places, rows
from tflm.text.tagged.sentence import Located, TaggedSentence

KIND = "conll"
_LOOKED_AT = 100  # Lines with something on them, to know a file by.


@dataclasses.dataclass(frozen=True)
class TaggedCorpus:
    """Sentences whose words have labels, in three splits that never move.

    The split `all` is every sentence, in the order of the files.

    Attributes:
        name: how it was asked for, such as `conll:data/snips`.
        paths: the files that it reads.
        located: maps a split to its sentences and where each was read.
        licence: of the text, as far as it is known.
    """

    name: str
    paths: tuple[pathlib.Path, ...]
    located: Callable[[Split], Iterator[Located]]
    licence: str = ""

    def sentences(self, split: Split) -> Iterator[TaggedSentence]:
        """Yields the sentences of `split`, each with a word at least.

        Raises:
            ValueError: the corpus has no such split, or a line cannot be read,
                with its file and number.
        """
        return (each.sentence for each in self.located(split))

    def sha256(self) -> str:
        """Returns one SHA-256 over the corpus's files."""
        digest = hashlib.sha256()
        for path in self.paths:
            digest.update(bytes.fromhex(files.sha256(path)))
        return digest.hexdigest()


def is_tagged(name: str) -> bool:
    """Tells the name of a corpus whose words have labels."""
    return name.partition(":")[0] == KIND


def load_tagged(name: str) -> TaggedCorpus:
    """Returns the corpus `conll:PATH`, or `conll:PATH:COLUMN`.

    PATH is a file, a folder, or how the names of its files begin, as
    `conll:ud/en_ewt` for `ud/en_ewt.train.tsv` and those beside it; or several
    of these with commas between them. Names with train, dev (or valid) and
    test say what a file is for. What no file is named for is taken out of the
    training text by its content, 5 sentences in 100 each; so a file alone that
    names none has all three splits.

    What a file holds is seen from its content: columns as CoNLL's shared tasks
    have them (the word in the first, its label in the last or in COLUMN,
    counted from 1), CoNLL-U (the label is UPOS or COLUMN), or words, a TAB and
    labels a line. `seq.in` has its labels in `seq.out`.

    Raises:
        ValueError: there is no such corpus, or a file of it is empty or
            missing, with the cure.

    Examples:
        >>> corpus = load_tagged("conll:data/snips")
        >>> next(corpus.sentences("train")).labels
        ('O', 'O', 'B-artist', 'O', 'B-album', 'O', 'B-service', 'I-service')
    """
    where, column = _parsed(name)
    found = places.find(where)
    paths = {split: places.read_files(path) for split, path in found.items()}
    readers = {split: _reader(path, column) for split, path in found.items()}

    def located(split: Split) -> Iterator[Located]:
        # What no file is for, the training text gives.
        cut = {s for s in SPLITS if s not in found} if "train" in found else {}
        if split not in ("all", *found, *cut):
            raise ValueError(
                f"corpus {name} has no file for {split}, only for "
                f"{' and '.join(found)}; put one with {split} in its name there"
            )
        for its_split, read in readers.items():
            for each in read():
                home = its_split
                if home == "train" and cut:
                    by_content = split_of(" ".join(each.sentence.words))
                    home = by_content if by_content in cut else home
                if split in ("all", home):
                    yield each

    return TaggedCorpus(name, tuple(itertools.chain(*paths.values())), located)


def _parsed(name: str) -> tuple[str, int | None]:
    kind, _, where = name.partition(":")
    if kind != KIND:
        raise ValueError(
            f"corpus {name!r} has no labels; give conll:PATH, files with a "
            f"word and its label a line, or words, a TAB and labels"
        )
    path, colon, column = where.rpartition(":")
    if not colon or not column.isdecimal():
        return where, None
    if int(column) < 1:
        raise ValueError(f"corpus {name!r}: columns are counted from 1")
    return path, int(column)


def _reader(
    path: pathlib.Path, column: int | None
) -> Callable[[], Iterator[Located]]:
    """Returns what reads a file, by what it holds.

    Raises:
        ValueError: it is no text, or has no column where one is asked for.
    """
    if places.is_parallel(path):
        _refuse(path, column)
        return lambda: rows.read_parallel(path)
    filled = (line for line in read_lines(path) if line.strip())
    lines = [*itertools.islice(filled, _LOOKED_AT)]
    words = [line for line in lines if not line.startswith("#")]
    if words and columns.is_conllu(words[0]):
        word, read = columns.FORM, columns.read_conllu
    elif any(map(rows.is_row, lines)):
        _refuse(path, column)
        return lambda: rows.read_rows(path)
    else:
        word, read = 1, columns.read_columns
    if column == word:
        raise ValueError(
            f"{path}: column {column} is the word; give that of the label"
        )
    return lambda: read(path, column)


def _refuse(path: pathlib.Path, column: int | None) -> None:
    if column is not None:
        raise ValueError(
            f"{path} has a sentence a line and no column {column}; give "
            f"conll:PATH alone"
        )
