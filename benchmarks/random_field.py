"""A conditional random field of labels: a chain trained by CRFsuite."""

import pathlib
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

from absl import logging

from tflm.evaluation.tagging import TagQuality, measure
from tflm.report.rows import zip_bytes
from tflm.text.splits import Split
from tflm.text.tagged.corpus import TaggedCorpus

_WINDOW = 2  # Words read on each side.
_HEAD = (
    "| corpus | bytes | zip | L1 | s to train | accuracy | exact | F1 |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|\n"
)


def fitting(
    corpus: TaggedCorpus,
    budget_bytes: int,
    penalties: Sequence[float],
    iterations: int,
) -> dict[str, Any]:
    """Returns the row of the weakest penalty whose file is within a budget.

    Raises:
        ValueError: none is, or the corpus cannot be read.
    """
    for penalty in sorted(penalties):
        start = time.monotonic()
        content = train(corpus, penalty, iterations)
        seconds = round(time.monotonic() - start, 1)
        logging.info("L1 %g: %d bytes", penalty, len(content))
        if len(content) <= budget_bytes:
            break
    else:
        raise ValueError(
            f"the smallest file has {len(content)} bytes, more than "
            f"{budget_bytes}; give --penalties above {max(penalties):g}"
        )
    test = score(content, corpus, "test")
    return {
        "name": "crf",
        "bytes": len(content),
        "zip_bytes": zip_bytes(content),
        "scores": test.scores(),
        "valid_scores": score(content, corpus, "valid").scores(),
        "seconds": seconds,
        "penalty": penalty,
        "iterations": iterations,
    }


def train(corpus: TaggedCorpus, penalty: float, iterations: int) -> bytes:
    """Returns the file of a chain that was trained on a corpus.

    Args:
        corpus: its training split is read.
        penalty: of the sum of the weights' magnitudes (`c1`).
        iterations: of L-BFGS, fewer where it is at rest before.
    """
    trainer = _crfsuite().Trainer(algorithm="lbfgs", verbose=False)
    for words, labels in corpus.sentences("train"):
        trainer.append([*features(words)], labels)
    trainer.set_params({"c1": penalty, "c2": 0, "max_iterations": iterations})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "crf"
        trainer.train(str(path))
        return path.read_bytes()


def score(content: bytes, corpus: TaggedCorpus, split: Split) -> TagQuality:
    """Returns what a chain is worth on a split of a corpus."""
    tagger = _crfsuite().Tagger()
    tagger.open_inmemory(content)
    pairs = (
        (labels, tagger.tag([*features(words)]))
        for words, labels in corpus.sentences(split)
    )
    return measure(pairs, tagger.labels())


def features(words: Sequence[str]) -> Iterator[list[str]]:
    """Yields the features of each word, the shortest names for small files.

    They are the word and two on each side in lower case, its last two and three
    letters, its shape (`Xx-9` for `Berlin-1990`), and one that is always there.
    """
    lower = [word.lower() for word in words]
    padded = ["<"] * _WINDOW + lower + [">"] * _WINDOW
    for place, word in enumerate(words):
        window = padded[place : place + 2 * _WINDOW + 1]
        yield [
            "",
            f"s{_shape(word)}",
            f"y{lower[place][-2:]}",
            f"z{lower[place][-3:]}",
            *(f"{side}{other}" for side, other in enumerate(window)),
        ]


def _shape(word: str) -> str:
    marks = "".join(map(_mark, word))
    return re.sub(r"(.)\1+", r"\1", marks)


def _mark(letter: str) -> str:
    if letter.isdigit():
        return "9"
    if letter.isalpha():
        return "X" if letter.isupper() else "x"
    return letter


def table(result: dict[str, Any]) -> str:
    """Returns the rows of a result, as Markdown."""
    lines = []
    for row in result["rows"]:
        scores = row["scores"]
        f1 = scores.get("span_f1")
        cells = [
            row["corpus"],
            f"{row['bytes']:,}",
            f"{row['zip_bytes']:,}",
            f"{row['penalty']:g}",
            f"{row['seconds']:.0f}",
            f"{scores['accuracy']:.2%}",
            f"{scores['exact_sentences']:.2%}",
            "" if f1 is None else f"{f1:.2%}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines)


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError:
        raise ValueError(
            "CRFsuite is not installed: pip install -c constraints.txt '.[crf]'"
        ) from None
    return pycrfsuite
