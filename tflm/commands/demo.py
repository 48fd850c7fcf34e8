"""tflm demo: the whole way in ten minutes."""

import pathlib

from tflm.commands import options, whole

_BEGUN = ("see you", "how are", "i am so", "what do you", "thank", "that is")


def add(commands) -> None:
    """Adds `tflm demo` to the commands."""
    parser = options.command(
        commands, "demo", run, "train, compress and measure in ten minutes"
    )
    parser.add_argument("--output", default="tflm-demo", help="directory")


def run(arguments) -> None:
    """Runs the demo experiment; prints its table and leaves a page."""
    from tflm.experiment.config import DEMO

    output = pathlib.Path(arguments.output)
    keyboard(DEMO, output, "demo run", options.own_command())


def keyboard(config, output: pathlib.Path, kind: str, command: str):
    """Runs an experiment with a keyboard's model; returns its rows.

    Args:
        config: what to do.
        output: where all goes.
        kind: of the run, for people.
        command: what was asked for, for the provenance of the rows.
    """
    epochs = config.training.epochs
    title = f"{config.name} on {config.corpus}, {kind}: {epochs:g} epochs"
    rows = whole.carry_out(config, output, title, command)
    whole.show_examples(config, output, _BEGUN)
    return rows
