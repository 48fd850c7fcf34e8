r"""Makes and scores the files of the tagging table, tagger by tagger.

python -m export.tagging --data=DIR --models=snips,snips-again
python -m export.tagging --list
python -m export.tagging --table

DIR has the folders `atis`, `snips` and `ud`. Rows go to
results/tagging/MODEL.json, and --table shows those that are there, and those
of the conditional random field. A run that was stopped goes on.
"""

import argparse
import os
import pathlib
import shlex
import sys

_RESULTS = pathlib.Path("results/tagging")


def main() -> None:
    """Does what the arguments of this process ask for."""
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="data/tagging", help="the texts")
    parser.add_argument("--models", default="snips", help="which, as in A,B")
    parser.add_argument("--output", default="build/tagging")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="name the models")
    what.add_argument("--table", action="store_true", help="show the rows")
    arguments = parser.parse_args()

    from tflm.experiment import tagging_runs, tagging_table

    experiments = tagging_runs.experiments(arguments.data)
    if arguments.list:
        print("\n".join(experiments))
    elif arguments.table:
        print(tagging_table.markdown(_RESULTS, [*experiments]))
        print(tagging_table.best(_RESULTS))
    else:
        for name in arguments.models.split(","):
            if name not in experiments:
                parser.error(f"there is no model {name!r}: see --list")
            _run(name, experiments[name], pathlib.Path(arguments.output))


def _run(name, config, output: pathlib.Path) -> None:
    from tflm.commands import whole
    from tflm.report.rows import save_rows

    command = shlex.join(["python", "-m", "export.tagging", *sys.argv[1:]])
    title = f"{name}, a tagger"
    rows = whole.carry_out(config, output / name, title, command)
    _RESULTS.mkdir(parents=True, exist_ok=True)
    save_rows(rows, _RESULTS / f"{name}.json")


if __name__ == "__main__":
    main()
