"""tflm train: a model on a corpus."""

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm train` to the commands."""
    parser = options.command(
        commands, "train", run, "train a model on a corpus"
    )
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus", default="chitchat", help=options.CORPUS_HELP
    )
    parser.add_argument(
        "--preset", default="keyboard", help="of a shape and its training"
    )
    parser.add_argument(
        "--vocabulary_size", type=int, help="how many words (the preset's)"
    )
    options.add_training(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    import dataclasses

    output = options.new_model_directory(arguments.output, arguments.overwrite)

    from tflm.experiment import claim, stages
    from tflm.model.presets import preset
    from tflm.text import dataset
    from tflm.training.config import TRAINING_PRESETS

    name, config = arguments.preset, preset(arguments.preset)
    size = arguments.vocabulary_size or config.vocabulary_size
    training = dataclasses.replace(
        TRAINING_PRESETS[name], **options.given_training(arguments)
    )
    asked = {
        "corpus": arguments.corpus,
        "model": name,
        "vocabulary_size": size,
        "training": claim.settings(training),
    }
    claim.claim(output, asked, arguments.overwrite)
    text = dataset.prepare(arguments.corpus, output / "text", size)
    trained = stages.train_model(output, name, config, training, text)
    [progress] = stages.progress(output)
    found = progress | {"parameters": trained.model.parameters}
    options.show(found, arguments.json)
