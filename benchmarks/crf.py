r"""What a conditional random field of as many bytes as a tagger is worth.

python -m benchmarks.crf --corpus=conll:snips --budget_bytes=400000 \
    --output=results/tagging/crf.json
python -m benchmarks.crf --table=results/tagging/crf.json

A linear chain with the usual features, trained by CRFsuite (`pip install -c
constraints.txt '.[crf]'`). An L1 penalty makes most weights zero, which are not
stored: the weakest of `--penalties` whose file is within the budget is scored.
A row for each corpus; a result that is there keeps its rows of other corpora.
"""

import json
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import program
from tflm.evaluation.tagging import TagQuality, measure
from tflm.report import provenance
from tflm.report.rows import zip_bytes
from tflm.text.corpus import Split
from tflm.text.tagged.corpus import TaggedCorpus, load_tagged

_CORPUS = flags.DEFINE_string("corpus", None, "As conll:PATH.")
_BUDGET = flags.DEFINE_integer("budget_bytes", 400_000, "Of the file.")
_PENALTIES = flags.DEFINE_list("penalties", ["0.5", "1", "2"], "Of L1.")
_ITERATIONS = flags.DEFINE_integer("iterations", 100, "Of L-BFGS at most.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to show, no more.")

_WINDOW = 2  # Words read on each side.
_HEAD = (
    "| corpus | bytes | zip | L1 | s to train | accuracy | exact | F1 |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|\n"
)


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        print(table(json.loads(pathlib.Path(_TABLE.value).read_text("utf-8"))))
        return
    try:
        if not _CORPUS.value:
            raise ValueError("there is no text: give --corpus=conll:PATH")
        row = fitting(
            load_tagged(_CORPUS.value),
            _BUDGET.value,
            [float(penalty) for penalty in _PENALTIES.value],
            _ITERATIONS.value,
        )
    except ValueError as error:
        print(f"benchmarks.crf: {error}", file=sys.stderr)
        sys.exit(2)
    result = {"rows": [*_others(row["corpus"]), row]}
    program.save(result)
    print(table(result))


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
    made = provenance.provenance(
        program.command("crf"), corpus.name, corpus.sha256()
    )
    test = score(content, corpus, "test")
    return {
        "name": "crf",
        "corpus": made["corpus"],
        "bytes": len(content),
        "zip_bytes": zip_bytes(content),
        "scores": test.scores(),
        "valid_scores": score(content, corpus, "valid").scores(),
        "seconds": seconds,
        "penalty": penalty,
        "iterations": iterations,
        "provenance": made,
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


def _others(corpus: str) -> list[dict[str, Any]]:
    """Returns the rows of other corpora that the result has."""
    path = program.OUTPUT.value and pathlib.Path(program.OUTPUT.value)
    if not path or not path.exists():
        return []
    rows = json.loads(path.read_text("utf-8"))["rows"]
    return [row for row in rows if row["corpus"] != corpus]


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError:
        raise ValueError(
            "CRFsuite is not installed: pip install -c constraints.txt '.[crf]'"
        ) from None
    return pycrfsuite


if __name__ == "__main__":
    app.run(main)
