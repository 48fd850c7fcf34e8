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
import sys
from collections.abc import Sequence
from typing import Any

from absl import app, flags

from benchmarks import program, random_field
from tflm.report import provenance
from tflm.text.tagged.corpus import load_tagged

_CORPUS = flags.DEFINE_string("corpus", None, "As conll:PATH.")
_BUDGET = flags.DEFINE_integer("budget_bytes", 400_000, "Of the file.")
_PENALTIES = flags.DEFINE_list("penalties", ["0.5", "1", "2"], "Of L1.")
_ITERATIONS = flags.DEFINE_integer("iterations", 100, "Of L-BFGS at most.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to show, no more.")


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        print(
            random_field.table(
                json.loads(pathlib.Path(_TABLE.value).read_text("utf-8"))
            )
        )
        return
    try:
        if not _CORPUS.value:
            raise ValueError("there is no text: give --corpus=conll:PATH")
        corpus = load_tagged(_CORPUS.value)
        row = random_field.fitting(
            corpus,
            _BUDGET.value,
            [float(penalty) for penalty in _PENALTIES.value],
            _ITERATIONS.value,
        )
    except ValueError as error:
        print(f"benchmarks.crf: {error}", file=sys.stderr)
        sys.exit(2)
    made = provenance.provenance(
        program.command("crf"), corpus.name, corpus.sha256()
    )
    row |= {"corpus": made["corpus"], "provenance": made}
    result = {"rows": [*_others(row["corpus"]), row]}
    program.save(result)
    print(random_field.table(result))


def _others(corpus: str) -> list[dict[str, Any]]:
    """Returns the rows of other corpora that the result has."""
    path = program.OUTPUT.value and pathlib.Path(program.OUTPUT.value)
    if not path or not path.exists():
        return []
    rows = json.loads(path.read_text("utf-8"))["rows"]
    return [row for row in rows if row["corpus"] != corpus]


if __name__ == "__main__":
    app.run(main)
