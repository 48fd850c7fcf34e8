"""Text to train on and to be scored on: loaders and splits that never move."""

import dataclasses
import functools
import hashlib
import importlib.util
import pathlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from tqdm import tqdm

from tflm import files
from tflm.text import chat, mixture, repetition, storage, tokenizer
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.shard import Shard
from tflm.text.splits import SPLITS, Split

_STAND_INS = (tokenizer.NUMBER, tokenizer.URL)
OWN = "the user's own"  # What a model was trained on that came from elsewhere.


@dataclasses.dataclass(frozen=True)
class Corpus:
    """Sentences (or typed messages) in three splits that never move.

    The split `all` is every sentence, in the order of the text.

    Attributes:
        name: how it was asked for, such as `chitchat`.
        rules: how its lines become words.
        special: special words that the text holds beside `<eos>`, `<unk>`.
        lines: maps a split to its lines of text, read as they are consumed.
        paths: the files that it reads, or their URLs.
        licence: of the text, as far as it is known.
        rule: what of the files is left out of every split, in words.
        left_out: maps a split to the conversations that the rule takes away,
            each the list of its lines.
        sources: the texts of a mixture, to be scored one by one.
        weights: how often each of them is read in training.
        voices: maps a split to who typed each line, and the line; None where
            nobody knows, and each line counts as another's.
        shards: what `lines` reads, where files have a message a line.
    """

    name: str
    rules: TextRules
    special: tuple[str, ...]
    lines: Callable[[Split], Iterator[str]]
    paths: tuple[files.Path, ...]
    licence: str = ""
    rule: str = ""
    left_out: Callable[[Split], Iterator[list[str]]] = lambda split: iter(())
    sources: tuple["Corpus", ...] = ()
    weights: tuple[float, ...] = ()
    voices: Callable[[Split], Iterator[tuple[str, str]]] | None = None
    shards: tuple[Shard, ...] = ()

    def read_by(self, rules: TextRules) -> "Corpus":
        """Returns the same text as a model with these rules reads it.

        Text that is split already has no typed marks to find: it stays so.
        """
        if self.rules == SPLIT and rules.kind in (SPLIT.kind, TYPED.kind):
            return self
        sources = tuple(source.read_by(rules) for source in self.sources)
        return dataclasses.replace(self, rules=rules, sources=sources)

    def sentences(self, split: Split) -> Iterator[list[str]]:
        """Yields the words of each sentence of `split` that has any.

        Raises:
            ValueError: the text is not UTF-8, is binary, or has a line of a
                megabyte.
        """
        for line in self.watched(split):
            if sentence := self.rules.words(line):
                yield sentence

    def watched(self, split: Split) -> Iterator[str]:
        """Yields the lines of `split`, with a progress bar on a terminal.

        Raises:
            ValueError: as `sentences` does.
        """
        title = f"reading {split}"
        yield from tqdm(
            self.lines(split), title, unit=" lines", disable=None, leave=False
        )

    def sha256(self, of_files: Iterable[str] | None = None) -> str:
        """Returns one SHA-256 over the corpus's files, and what it leaves out.

        The rule and the weights are part of it: under others the text is
        another.

        Args:
            of_files: that of each file, where it is known.

        Raises:
            OSError: a file cannot be read.
        """
        digest = hashlib.sha256(self.rule.encode())
        for weight in self.weights:
            digest.update(f"{weight:g};".encode())
        for each in of_files or map(storage.sha256, self.paths):
            digest.update(bytes.fromhex(each))
        return digest.hexdigest()


def load_corpus(name: str) -> Corpus:
    """Returns a corpus: `chitchat`, `ptb:DIR`, `wikitext2:DIR` or a path.

    A path names a UTF-8 text file, a folder of `*.txt` files or, as in
    `web/*.txt.gz`, those of a pattern, with one sentence or message a line;
    `text:PATH` does so whatever the path is. A file may be compressed (`.gz`,
    `.bz2`, `.xz`, `.zst`), and a path may be a URL that fsspec opens.

    Several with commas between are one text, `chitchat:3,irc.txt:0.5`: what
    is trained on has each as often as its weight says, and what is scored once.

    Raises:
        ValueError: there is no such corpus, or it is empty, with the cure.
        OSError: the file system of a URL does not answer.

    Examples:
        >>> corpus = tflm.load_corpus("text.txt")
        >>> next(corpus.sentences("train"))
        ['anna', 'see', 'the', 'house', 'in', 'the', 'garden', '.']
    """
    if name == OWN:
        raise ValueError(
            "the text that the model was trained on is not known here: "
            "give --corpus"
        )
    parts = mixture.parts(name)
    if len(parts) > 1:
        names, weights = zip(*parts, strict=True)
        return mix(name, [*map(load_corpus, names)], weights)
    if name == "chitchat":
        return _chitchat()
    kind, colon, directory = name.partition(":")
    if kind in chat.SOURCES and not (not colon and pathlib.Path(name).exists()):
        return _chat(name, kind, directory or chat.FOLDER)
    if colon and kind in _STANDARD:
        return _standard(name, kind, pathlib.Path(directory))
    return _text(name, name.removeprefix("text:"))


def of_shards(corpus: Corpus, shards: Sequence[Shard]) -> Corpus:
    """Returns a corpus that reads these shards in place of its own."""
    lines = functools.partial(_lines, tuple(shards))
    return dataclasses.replace(corpus, lines=lines, shards=tuple(shards))


def _lines(shards: Sequence[Shard], split: Split) -> Iterator[str]:
    for shard in shards:
        yield from shard.lines(split)


_LINES = functools.partial(_lines, ())  # Of what has its shards given next.


def mix(
    name: str, sources: Sequence[Corpus], weights: Sequence[float]
) -> Corpus:
    """Returns texts as one, each trained on as often as its weight says.

    Raises:
        ValueError: one is split into words in another way than the first.
    """
    rules, special = sources[0].rules, sources[0].special
    for source in sources:
        if (source.rules, source.special) != (rules, special):
            raise ValueError(
                f"corpus {name!r}: {source.name} is split into words in "
                f"another way than {sources[0].name}; mix texts of one kind"
            )

    def lines(split: Split) -> Iterator[str]:
        yield from mixture.weighted(
            [
                (
                    functools.partial(source.lines, split),
                    weight if split == "train" else 1,
                )
                for source, weight in zip(sources, weights, strict=True)
            ]
        )

    def left_out(split: Split) -> Iterator[list[str]]:
        for source in sources:
            yield from source.left_out(split)

    return Corpus(
        name,
        rules,
        special,
        lines,
        paths=tuple(path for source in sources for path in source.paths),
        licence="; ".join(sorted({s.licence for s in sources} - {""})),
        rule="; ".join(sorted({s.rule for s in sources} - {""})),
        left_out=left_out,
        sources=tuple(sources),
        weights=tuple(weights),
    )


def _chitchat() -> Corpus:
    spec = importlib.util.find_spec("chitchat_dataset")
    if spec is None or spec.origin is None:
        raise ValueError(
            "corpus chitchat is not installed: "
            "pip install chitchat-dataset==0.9.0"
        )
    path = pathlib.Path(spec.origin).parent / "dataset.json"

    @functools.cache  # As long as reading all of the split.
    def repetitive(split: Split) -> frozenset[str]:
        return frozenset(
            key
            for key, said in chat.chitchat(path, split)
            if repetition.is_repetitive([line for _, line in said])
        )

    def left_out(split: Split) -> Iterator[list[str]]:
        for key, said in chat.chitchat(path, split):
            if key in repetitive(split):
                yield [line for _, line in said]

    def voices(split: Split) -> Iterator[tuple[str, str]]:
        for key, said in chat.chitchat(path, split):
            if key not in repetitive(split):
                yield from said

    return Corpus(
        name="chitchat",
        rules=TYPED,
        special=_STAND_INS,
        lines=lambda split: (line for _, line in voices(split)),
        paths=(path,),
        licence="MIT",
        rule=repetition.RULE,
        left_out=left_out,
        voices=voices,
    )


def _chat(name: str, kind: str, directory: str) -> Corpus:
    source = chat.SOURCES[kind]
    voices = functools.partial(source.voices, directory)
    return Corpus(
        name,
        TYPED,
        _STAND_INS,
        lines=lambda split: (line for _, line in voices(split)),
        paths=source.paths(kind, directory),
        licence=source.licence,
        rule=source.rule,
        voices=voices,
    )


# Names of the files of the standard corpora, by split.
_STANDARD = {
    "ptb": ("ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"),
    "wikitext2": ("wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"),
}


def _standard(name: str, kind: str, directory: pathlib.Path) -> Corpus:
    paths = tuple(directory / file for file in _STANDARD[kind])
    for path in paths:
        if not path.is_file():
            cure = (
                f"tflm corpus fetch ptb --output={directory} downloads it"
                if kind == "ptb"
                else "unpack wikitext-2-v1.zip there"
            )
            raise ValueError(f"corpus {name}: {path} is missing; {cure}")

    shards = [Shard(p, split=s) for p, s in zip(paths, SPLITS, strict=True)]
    return of_shards(Corpus(name, SPLIT, (), _LINES, paths), shards)


def _text(name: str, path: str) -> Corpus:
    paths = storage.found(path) if path else []
    is_folder = bool(path) and pathlib.Path(path).is_dir()
    if name.startswith("conll:"):
        raise ValueError(f"corpus {name!r} has labels: give --task=tag")
    if not paths and not is_folder:
        cure = "give chitchat, ptb:DIR, wikitext2:DIR or the path of a text"
        raise ValueError(f"corpus {name!r}: no such file or folder; {cure}")
    if sum(map(storage.size, paths)) == 0:
        raise ValueError(
            f"corpus {name!r} is empty; it needs UTF-8 text, one sentence or "
            f"message a line"
            + (", in files that end in .txt" if is_folder else "")
        )
    text = Corpus(name, TYPED, _STAND_INS, _LINES, tuple(paths))
    return of_shards(text, [*map(Shard, paths)])
