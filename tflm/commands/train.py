"""tflm train: a model on a corpus."""

from tflm.commands import options


def add(commands) -> None:
    parser = options.command(
        commands, "train", run, "train a model on a corpus"
    )
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus", default="chitchat", help=options.CORPUS_HELP
    )
    parser.add_argument(
        "--preset", default="keyboard", help="of a shape and its recipe"
    )
    parser.add_argument(
        "--vocabulary_size", type=int, help="how many words (the preset's)"
    )
    options.add_training(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    import dataclasses
    import shutil

    from tflm.model import workspace
    from tflm.model.language_model import build_model
    from tflm.model.presets import preset
    from tflm.model.workspace import Trained
    from tflm.text import dataset
    from tflm.training.config import TRAINING_PRESETS
    from tflm.training.train import train

    config = preset(arguments.preset)
    how = dataclasses.replace(
        TRAINING_PRESETS[arguments.preset],
        **options.given_training(arguments),
    )
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    checkpoints = output / "checkpoints"
    if arguments.overwrite:
        (output / "model.npz").unlink(missing_ok=True)
        shutil.rmtree(checkpoints, ignore_errors=True)
    size = arguments.vocabulary_size or config.vocabulary_size
    text = dataset.prepare(arguments.corpus, output / "text", size)
    config = dataclasses.replace(config, vocabulary_size=len(text.vocabulary))
    net = build_model(config, how.seed)
    progress = train(net, text.train, text.valid, how, checkpoints)
    origin = dataclasses.replace(text.origin, recipe=arguments.preset)
    workspace.save(Trained(net, text.vocabulary, origin), output)
    found = dataclasses.asdict(progress) | {"parameters": net.parameters}
    options.show(found, arguments.json)
