"""tflm sweep: the settings of training that give the best model."""

from tflm.commands import asked, options, recipes, workers
from tflm.commands.parser import completes

_TRIALS = "trials.json"


def add(commands) -> None:
    """Adds `tflm sweep` to the commands."""
    parser = options.command(
        commands,
        "sweep",
        run,
        "train models of several settings, and keep the best",
        usage="--output DIR --vary NAME=VALUES [--vary ...] [options]",
        examples=(
            "tflm sweep --corpus=my_text.txt --output=swept \\\n"
            "    --vary learning_rate=0.0005..0.01 --vary batch=16,32,64 \\\n"
            "    --trials=12 --workers=2",
            "tflm sweep --text=ids --preset=keyboard-small --output=swept \\\n"
            "    --vary output_dropout=0..0.5 --vary units=100..400",
        ),
        more="One process trains where no more are asked for; any number finds "
        "the same. A sweep that was stopped goes on when it is started again, "
        "and a finished one with more --trials.",
        goes_on=True,
    )
    options.add_output(parser, required=True)
    _add_what(parser)
    workers.add_cpus(workers.add(parser, "train"))
    asked.add(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def _add_what(parser) -> None:
    group = parser.group("sweep", "chosen by Optuna, by what was best so far")
    action = group.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="NAME=VALUES",
        help="a setting of training, a dropout or units, and LOW..HIGH or "
        "values by comma; a range of ten times or more by its logarithm",
    )
    completes(action, _names)
    group.add_argument(
        "--trials", type=int, default=12, help="models to train (default: 12)"
    )
    group.add_argument(
        "--batch_trials",
        type=int,
        default=4,
        help="of them that are chosen together, and at most so many trained "
        "side by side (default: 4)",
    )
    group.add_argument(
        "--no_stopping",
        action="store_true",
        help="train to the end what is worse than the median of those before",
    )


def _names(prefix: str):
    from tflm.search import varied

    return [f"{name}=" for name in varied.names()]


def run(arguments) -> None:
    """Sweeps; one that was stopped goes on where it was.

    Raises:
        ValueError: a setting cannot be varied so, or there is no such text.
        RuntimeError: Ray or Optuna is not there, or fails.
    """
    from tflm.search import sweep, varied

    output = _directory(arguments)
    vary = [varied.parse(text) for text in arguments.vary]
    sweep.check_installed()
    who = _workers(arguments)
    config, text = asked.begun(
        *(arguments, output, *asked.config(arguments)), **_claimed(arguments)
    )
    found = sweep.run(
        *(config, text, vary, output, who),
        *(arguments.trials, arguments.batch_trials),
        stops=not arguments.no_stopping,
    )
    _save(found, output)
    _show(found, output, arguments.json)


def _directory(arguments):
    """Returns where to sweep; a finished sweep there may get more trials."""
    import pathlib
    from typing import Any

    from tflm import json_files

    output = pathlib.Path(arguments.output)
    if arguments.overwrite or not (output / _TRIALS).exists():
        return options.new_model_directory(
            arguments.output, arguments.overwrite, _TRIALS
        )
    has = len(json_files.read(output / _TRIALS, list[dict[str, Any]]))
    if has >= arguments.trials:
        raise FileExistsError(
            f"{output} has {has} trials: give more --trials, or --overwrite"
        )
    return output


def _workers(arguments):
    """Returns who trains: one process if nobody says more."""
    if arguments.workers is None and arguments.ray is None:
        arguments.workers = 1
    found = workers.given(arguments)
    found.check()
    return found


def _claimed(arguments):
    """Returns what trials follow from, besides what they differ from."""
    return {
        "vary": arguments.vary,
        "batch_trials": arguments.batch_trials,
        "stopping": not arguments.no_stopping,
    }


def _save(found, output) -> None:
    """Writes the best model with its recipe, and trials.json."""
    import dataclasses
    import json

    from tflm import files
    from tflm.experiment import lineage
    from tflm.model import workspace

    recipes.leave(lineage.trained(found.config), output)
    workspace.save(found.trained, output)
    trials = [dataclasses.asdict(each) for each in found.trials]
    # Last, as it says how many trials the others are the best of.
    files.write(output / _TRIALS, json.dumps(trials, indent=1))


def _show(found, output, as_json) -> None:
    import dataclasses

    from tflm.report.text_table import aligned
    from tflm.search import trial

    best = found.best
    shown = {"model": str(output), "trial": best.number} | best.values
    shown |= {best.measure: best.best, "epochs": best.epochs}
    shown["parameters"] = found.trained.model.parameters
    shown["directory"] = str(trial.place(output, best.number))
    if as_json:
        shown["trials"] = [dataclasses.asdict(each) for each in found.trials]
    options.show(shown, as_json)
    if not as_json:
        print("\n" + aligned([_head(best), *map(_cells, found.trials)]))


def _head(best) -> list[str]:
    return ["trial", *best.values, best.measure, "epochs", ""]


def _cells(trial) -> list[str]:
    values = [_short(value) for value in trial.values.values()]
    reached = "" if trial.best is None else f"{trial.best:.4f}"
    number = f"{trial.number:03}"
    return [number, *values, reached, f"{trial.epochs:g}", trial.state]


def _short(value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
