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
    options.add_mlflow(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    given = options.given_training(arguments)
    _check(arguments, given)

    from tflm.experiment import claim
    from tflm.text import dataset

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
    options.show(_train(arguments, output, text, given), arguments.json)


def _train(arguments, output, text, given):
    """Trains on a text; returns what was reached."""
    import dataclasses

    from absl import logging

    from tflm.experiment import stages
    from tflm.model.presets import preset
    from tflm.training.by_length import preset_for, training_for

    tokens = len(text.train)
    name = arguments.preset or preset_for(tokens)
    training = dataclasses.replace(training_for(name, tokens), **given)
    logging.info(
        "preset %s for %d tokens, %g epochs", name, tokens, training.epochs
    )
    settings = {
        "preset": name,
        "vocabulary_size": len(text.vocabulary),
        "train_tokens": tokens,
    }
    logged = settings | {"corpus": arguments.corpus}
    with _logged(arguments.mlflow, output, logged, training) as log:
        trained = stages.train_model(
            *(output, name, preset(name), training, text),
            on_epoch=log.log_epoch if log else None,
        )
        [progress] = stages.progress(output)
        reached = {"parameters": trained.model.parameters}
        if log:
            numbers = ("seconds", "best_perplexity")
            metrics = reached | {key: progress[key] for key in numbers}
            log.log(metrics, progress["step"])
    return {"name": output.name} | progress | settings | reached


def _logged(uri, output, settings, training):
    """Returns a context of the run of MLflow, or of None without one."""
    import contextlib
    import dataclasses

    if not uri:
        return contextlib.nullcontext()
    from tflm.tracking import mlflow_run

    parameters = settings | dataclasses.asdict(training)
    where = output / "checkpoints"
    return mlflow_run.resume_run(uri, output.name, parameters, where).ending()


def _check(arguments, given):
    """Refuses at once what names nothing that there is."""
    from tflm.model.presets import preset
    from tflm.text.corpus import load_corpus
    from tflm.training.config import TrainingConfig

    TrainingConfig(**given)
    load_corpus(arguments.corpus)
    if arguments.preset:
        preset(arguments.preset)
