"""tflm demo: the whole way in ten minutes."""

import pathlib
import textwrap

from tflm.commands import options, whole

# What a larger model reached, of results/chitchat/keyboard.json.
FULL_RUN = (
    "On all of the test text, the keyboard that ships, which was trained for "
    "an hour on more kinds of text, has 51.8 and 38.8%."
)


def add(commands) -> None:
    """Adds `tflm demo` to the commands."""
    parser = options.command(
        commands,
        "demo",
        run,
        "train, compress and measure in ten minutes",
        examples=("tflm demo", "tflm demo --output=build/demo"),
        goes_on=True,
    )
    options.add_output(parser, default="tflm-demo")


def run(arguments) -> None:
    """Runs the demo experiment; prints its table and leaves a page."""
    from tflm.experiment.config import DEMO

    output = pathlib.Path(arguments.output)
    keyboard(DEMO, output, "demo run", options.own_command())


def keyboard(config, output: pathlib.Path, kind: str, command: str):
    """Runs an experiment with a keyboard's model; returns its rows.

    It ends with what the file that ships suggests, and what the numbers mean.

    Args:
        config: what to do.
        output: where all goes.
        kind: of the run, for people.
        command: what was asked for, for the provenance of the rows.
    """
    epochs = config.training.epochs
    title = f"{config.name} on {config.corpus}, {kind}: {epochs:g} epochs"
    rows = whole.carry_out(config, output, title, command)
    [shipped] = [row for row in rows if row.name == config.shipped.name]
    whole.show_examples(shipped)
    print(f"\n{meaning(config, rows)}")
    return rows


def meaning(config, rows) -> str:
    """Returns what the numbers of a run say, in a sentence or two."""
    by_name = {row.name: row.quality for row in rows}
    ours, ngram = by_name[config.shipped.name], by_name["Kneser-Ney"]
    return textwrap.fill(
        f"Perplexity is how many words the model wavers between (lower is "
        f"better): the {config.shipped.name} file has "
        f"{ours['perplexity']:.1f} and suggests the right word of three "
        f"{ours['recall_at_3']:.1%} of the time, an n-gram model of the same "
        f"bytes {ngram['perplexity']:.1f} and {ngram['recall_at_3']:.1%}. "
        f"{FULL_RUN}",
        79,
    )
