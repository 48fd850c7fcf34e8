r"""Makes and scores the files of the Penn Treebank table, row by row.

tflm corpus fetch ptb --output=ptb
python -m export.ptb --text=ptb --models=lstm-200,lr-200
python -m export.ptb --table
python -m export.ptb --plot=docs/ptb

A model that was begun goes on where it stopped; --list names them all. Its
rows go to results/ptb/MODEL.json. --table prints every row that was run
beside the published ones, and the best file of each size; --plot draws them.
"""

import pathlib
import sys

from absl import app, flags, logging

from tflm import console

if __name__ == "__main__":
    console.own_lines()

from export import ptb_models, ptb_table
from tflm import files
from tflm.experiment import run
from tflm.report import pareto_plot, style
from tflm.report.rows import save_rows
from tflm.report.text_table import table as rows_table

_TEXT = flags.DEFINE_string("text", "ptb", "Where ptb.train.txt is.")
_MODELS = flags.DEFINE_list("models", "lstm-200", "Which, in this order.")
flags.DEFINE_alias("nets", "models")  # As commands in results/ say.
_LIST = flags.DEFINE_bool("list", False, "Name the models and end.")
_TABLE = flags.DEFINE_bool("table", False, "Print the tables and end.")
_PLOT = flags.DEFINE_string("plot", None, "Draw PLOT.png, PLOT.svg and end.")
_OUTPUT = flags.DEFINE_string("output", "build/ptb", "Where models go.")
_RESULTS = flags.DEFINE_string("results", "results/ptb", "Where rows go.")


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    experiments = ptb_models.experiments(_TEXT.value)
    names = [*experiments]
    if _LIST.value:
        print("\n".join(names))
        return
    results = pathlib.Path(_RESULTS.value)
    if _TABLE.value:
        print(ptb_table.markdown(results, names), end="\n\n")
        print(ptb_table.budgets(results, names))
        return
    if _PLOT.value:
        figure = pareto_plot.plot(ptb_table.rows(results, names))
        for form in ("png", "svg"):
            image = style.render(figure, form)
            files.write(f"{_PLOT.value}.{form}", image)
        return
    unknown = [name for name in _MODELS.value if name not in experiments]
    if unknown:
        raise app.UsageError(
            f"there is no model {unknown[0]!r}: there are {', '.join(names)}"
        )
    for name in _MODELS.value:
        _run(name, experiments[name], results)


def _run(name, experiment, results):
    command = "python -m export.ptb " + " ".join(sys.argv[1:])
    try:
        rows = run.run(experiment, pathlib.Path(_OUTPUT.value) / name, command)
    except KeyboardInterrupt:
        sys.exit("\nstopped; the same command goes on from here")
    except ValueError as error:
        print(f"export.ptb: {error}", file=sys.stderr)
        sys.exit(2)
    results.mkdir(parents=True, exist_ok=True)
    save_rows(rows, results / f"{name}.json")
    print(rows_table(rows))


if __name__ == "__main__":
    app.run(main)
