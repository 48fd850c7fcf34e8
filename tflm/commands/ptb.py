"""tflm ptb: the files of the Penn Treebank table, row by row."""

import pathlib
from typing import get_args

from tflm.commands import options, whole, workers
from tflm.training.config import Precision


def add(commands) -> None:
    """Adds `tflm ptb` to the commands."""
    parser = options.command(
        commands,
        "ptb",
        run,
        "train models of the Penn Treebank table and compare them",
        usage="[--models A,B | --list | --table | --plot NAME] [options]",
        examples=(
            "tflm ptb --list",
            "tflm ptb --models=lstm-200,lr-200",
            "tflm ptb --models=lstm-200,lr-200 --workers=2",
            "tflm ptb --table",
        ),
        more="A run that was stopped goes on when it is started again.",
        goes_on=True,
    )
    parser.add_argument(
        "--models",
        "--nets",  # As commands in results/ say.
        default="lstm-200",
        metavar="A,B",
        help="which, in this order",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help="name the models and end"
    )
    what.add_argument(
        "--table",
        action="store_true",
        help="print what was run beside what is published, and end",
    )
    what.add_argument(
        "--plot", metavar="NAME", help="draw NAME.png and NAME.svg, and end"
    )
    _add_precision(parser)
    _add_places(parser)
    workers.add_cpus(workers.add(parser, "train the models side by side"))


def _add_precision(parser) -> None:
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        default="float32",
        help="of training; mixed is faster on processors with bfloat16",
    )


def _add_places(parser) -> None:
    parser.add_argument(
        "--text",
        metavar="DIR",
        default="data/ptb",
        help="where ptb.train.txt is, or is downloaded to",
    )
    options.add_output(parser, default="tflm-ptb")
    parser.add_argument(
        "--results",
        metavar="DIR",
        help="where MODEL.json of rows goes (default: rows, in the output)",
    )


def run(arguments) -> None:
    """Trains models and scores their files, or shows what was scored."""
    from tflm.experiment import ptb, ptb_table

    experiments = ptb.experiments(
        arguments.text, arguments.output, arguments.precision
    )
    results = pathlib.Path(
        arguments.results or pathlib.Path(arguments.output) / "rows"
    )
    if arguments.list:
        print("\n".join(experiments))
    elif arguments.table:
        print(ptb_table.markdown(results, [*experiments]), end="\n\n")
        print(ptb_table.budgets(results, [*experiments]))
    elif arguments.plot:
        _plot(ptb_table.rows(results, [*experiments]), arguments.plot)
    else:
        names = arguments.models.split(",")
        for name in names:
            if name not in experiments:
                raise ValueError(
                    f"there is no model {name!r}: "
                    f"there are {', '.join(experiments)}"
                )
        _run({name: experiments[name] for name in names}, arguments, results)


def _run(experiments, arguments, results: pathlib.Path) -> None:
    from tflm.experiment import beforehand
    from tflm.report.rows import save_rows
    from tflm.text import download

    asked = workers.given(arguments)
    if asked:
        asked.check()
    if not pathlib.Path(arguments.text, "ptb.train.txt").exists():
        download.fetch("ptb", arguments.text)
    if asked:
        beforehand.train(experiments, arguments.output, asked)
    command = options.own_command()
    for name, config in experiments.items():
        output = pathlib.Path(arguments.output) / name
        title = f"{name} on the Penn Treebank"
        rows = whole.carry_out(config, output, title, command)
        results.mkdir(parents=True, exist_ok=True)
        save_rows(rows, results / f"{name}.json")


def _plot(rows, name: str) -> None:
    from tflm import files
    from tflm.report import pareto_plot, style

    figure = pareto_plot.plot(rows)
    for form in ("png", "svg"):
        files.write(f"{name}.{form}", style.render(figure, form))
