"""Text to train on and to be scored on: loaders and splits that never move."""

import dataclasses
import functools
import hashlib
import importlib.util
import pathlib
from collections.abc import Callable, Iterator, Sequence

from tqdm import tqdm

from tflm import files
from tflm.text import chat, mixture, repetition, tokenizer
from tflm.text.lines import read_lines
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.splits import SPLITS, Split, split_of

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
        paths: the files that it reads.
        licence: of the text, as far as it is known.
        rule: what of the files is left out of every split, in words.
        left_out: maps a split to the conversations that the rule takes away,
            each the list of its lines.
        sources: the texts of a mixture, to be scored one by one.
        weights: how often each of them is read in training.
        voices: maps a split to who typed each line, and the line; None where
            nobody knows, and each line counts as another's.
    """

    name: str
    rules: TextRules
    special: tuple[str, ...]
    lines: Callable[[Split], Iterator[str]]
    paths: tuple[pathlib.Path, ...]
    licence: str = ""
    rule: str = ""
    left_out: Callable[[Split], Iterator[list[str]]] = lambda split: iter(())
    sources: tuple["Corpus", ...] = ()
    weights: tuple[float, ...] = ()
    voices: Callable[[Split], Iterator[tuple[str, str]]] | None = None

    def read_by(self, rules: TextRules) -> "Corpus":
        """Returns the same text as a model with these rules reads it.

        Text that is split already stays as it is for a model of typed text:
        it has no typed marks to find.
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

    def sha256(self) -> str:
        """Returns one SHA-256 over the corpus's files, and what it leaves out.

        The rule and the weights are part of it: under others the text is
        another.
        """
        digest = hashlib.sha256(self.rule.encode())
        for weight in self.weights:
            digest.update(f"{weight:g};".encode())
        for path in self.paths:
            digest.update(bytes.fromhex(files.sha256(path)))
        return digest.hexdigest()


def load_corpus(name: str) -> Corpus:
    """Returns a corpus: `chitchat`, `ptb:DIR`, `wikitext2:DIR` or a path.

    A path names a UTF-8 text file, or a folder of `*.txt` files, with one
    sentence or message a line; `text:PATH` does so whatever the path is.

    Several with commas between are one text, `chitchat:3,irc.txt:0.5`: what
    is trained on has each as often as its weight says, and what is scored once.

    Raises:
        ValueError: there is no such corpus, or it is empty, with the cure.

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
        return _mixture(name, parts)
    if name == "chitchat":
        return _chitchat()
    kind, colon, directory = name.partition(":")
    if kind in chat.SOURCES and not (not colon and pathlib.Path(name).exists()):
        return _chat(name, kind, directory or chat.FOLDER)
    if colon and kind in _STANDARD:
        return _standard(name, kind, pathlib.Path(directory))
    return _text(name, pathlib.Path(name.removeprefix("text:")))


def _mixture(name: str, parts: Sequence[tuple[str, float]]) -> Corpus:
    sources = [load_corpus(part) for part, _ in parts]
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
                for source, (_, weight) in zip(sources, parts, strict=True)
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
        weights=tuple(weight for _, weight in parts),
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
        paths=source.paths(directory),
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

    def lines(split: Split) -> Iterator[str]:
        for file, its_split in zip(paths, SPLITS, strict=True):
            if split in ("all", its_split):
                yield from map(str.strip, read_lines(file))

    return Corpus(name, SPLIT, (), lines, paths)


def _text(name: str, path: pathlib.Path) -> Corpus:
    if name in ("", "text:") or not path.exists():
        raise ValueError(
            f"corpus {name!r}: no such file or folder; give chitchat, "
            f"ptb:DIR, wikitext2:DIR or the path of a text"
        )
    paths = [path]
    if path.is_dir():
        paths = sorted(p for p in path.rglob("*.txt") if p.is_file())
    if sum(p.stat().st_size for p in paths) == 0:
        raise ValueError(
            f"corpus {name!r} is empty; it needs UTF-8 text, one sentence or "
            f"message a line"
            + (", in files that end in .txt" if path.is_dir() else "")
        )

    def lines(split: Split) -> Iterator[str]:
        for file in paths:
            for line in map(str.strip, read_lines(file)):
                # By content, so that a repeated line is never in two splits.
                if split in ("all", split_of(line)):
                    yield line

    return Corpus(name, TYPED, _STAND_INS, lines, tuple(paths))
