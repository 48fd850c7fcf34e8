r"""Makes and scores the files of the Penn Treebank table, row by row.

tflm corpus fetch ptb --output=ptb
python -m export.ptb --text=ptb --nets=lstm-200,lr-200
python -m export.ptb --table
python -m export.ptb --plot=docs/ptb

A net that was begun goes on where it stopped; --list names them all. Its rows
go to results/ptb/NET.json. --table prints every row that was run beside the
published ones, and the best file of each size; --plot draws them.
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from absl import app, flags, logging  # noqa: E402

from export import ptb_models, ptb_table
from tflm import files
from tflm.experiment import run
from tflm.report import pareto_plot, style
from tflm.report.rows import save_rows
from tflm.report.text_table import table as rows_table  # noqa: E402

_TEXT = flags.DEFINE_string("text", "ptb", "Where ptb.train.txt is.")
_NETS = flags.DEFINE_list("nets", "lstm-200", "Which, in this order.")
_LIST = flags.DEFINE_bool("list", False, "Name the nets and end.")
_TABLE = flags.DEFINE_bool("table", False, "Print the tables and end.")
_PLOT = flags.DEFINE_string("plot", None, "Draw PLOT.png, PLOT.svg and end.")
_OUTPUT = flags.DEFINE_string("output", "build/ptb", "Where models go.")
_RESULTS = flags.DEFINE_string("results", "results/ptb", "Where rows go.")


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    plans = ptb_models.plans(_TEXT.value)
    if _LIST.value:
        print("\n".join(plans))
        return
    results = pathlib.Path(_RESULTS.value)
    if _TABLE.value:
        print(ptb_table.markdown(results, plans), end="\n\n")
        print(ptb_table.budgets(results, plans))
        return
    if _PLOT.value:
        figure = pareto_plot.plot(ptb_table.rows(results, plans))
        for form in ("png", "svg"):
            image = style.render(figure, form)
            files.write(f"{_PLOT.value}.{form}", image)
        return
    unknown = [name for name in _NETS.value if name not in plans]
    if unknown:
        raise app.UsageError(
            f"there is no net {unknown[0]!r}: there are {', '.join(plans)}"
        )
    command = "python -m export.ptb " + " ".join(sys.argv[1:])
    for name in _NETS.value:
        place = pathlib.Path(_OUTPUT.value) / name
        try:
            rows = run.run(plans[name], place, command)
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
