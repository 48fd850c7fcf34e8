"""tflm train: a model on a corpus."""

from tflm.commands import lists, options
from tflm.commands.parser import completes

_CHANGES_NOTHING = "checkpoint_seconds"  # It may differ when a run goes on.


def add(commands) -> None:
    """Adds `tflm train` to the commands."""
    parser = options.command(
        commands,
        "train",
        run,
        "train a model on a corpus",
        usage="--output DIR [--corpus CORPUS] [--preset PRESET] [options]",
        examples=(
            "tflm train --corpus=my_text.txt --output=mine",
            "tflm train --output=keyboard --epochs=5 --vocabulary_size=5000",
            "tflm train --corpus=ptb:data/ptb --preset=ptb-small --output=ptb",
        ),
        more="A run that was stopped goes on when it is started again.",
    )
    parser.sections.append(lists.presets)
    options.add_output(parser, required=True)
    options.add_corpus(parser, default="chitchat")
    preset = parser.add_argument(
        "--preset",
        help="a shape and its training (default: by the length of the text)",
    )
    completes(preset, lists.preset_names)
    parser.add_argument(
        "--vocabulary_size",
        type=int,
        default=10_000,
        help="at most so many words, the most frequent ones",
    )
    options.add_training(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    given = options.given_training(arguments)
    _check(arguments, given)

    import dataclasses

    from absl import logging

    from tflm.experiment import claim, stages
    from tflm.model.presets import preset
    from tflm.text import dataset
    from tflm.training.by_length import preset_for, training_for

    asked = {
        "corpus": arguments.corpus,
        "model": arguments.preset or "by length",
        "vocabulary_size": arguments.vocabulary_size,
        "training": {k: v for k, v in given.items() if k != _CHANGES_NOTHING},
    }
    claim.claim(output, asked, arguments.overwrite)
    text = dataset.prepare(
        arguments.corpus, output / "text", arguments.vocabulary_size
    )
    tokens = len(text.train)
    name = arguments.preset or preset_for(tokens)
    training = dataclasses.replace(training_for(name, tokens), **given)
    logging.info(
        "preset %s for %d tokens, %g epochs", name, tokens, training.epochs
    )
    trained = stages.train_model(output, name, preset(name), training, text)
    [progress] = stages.progress(output)
    found = {"name": output.name} | progress
    found |= {
        "preset": name,
        "vocabulary_size": len(text.vocabulary),
        "train_tokens": tokens,
        "parameters": trained.model.parameters,
    }
    options.show(found, arguments.json)


def _check(arguments, given):
    """Refuses at once what names nothing that there is."""
    from tflm.model.presets import preset
    from tflm.text.corpus import load_corpus
    from tflm.training.config import TrainingConfig

    TrainingConfig(**given)
    load_corpus(arguments.corpus)
    if arguments.preset:
        preset(arguments.preset)
