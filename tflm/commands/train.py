"""tflm train: a model on a corpus."""

from tflm.commands import options

_CHANGES_NOTHING = "checkpoint_seconds"  # It may differ when a run goes on.


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
        "--preset",
        help="of a shape and its training (by the length of the text)",
    )
    parser.add_argument(
        "--vocabulary_size",
        type=int,
        default=10_000,
        help="at most so many words (10000)",
    )
    options.add_training(parser)
    options.add_mlflow(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    output = options.new_model_directory(arguments.output, arguments.overwrite)

    from tflm.experiment import claim
    from tflm.model.presets import preset
    from tflm.text import dataset

    if arguments.preset:
        preset(arguments.preset)  # Refuses it now, not when the text is read.
    given = options.given_training(arguments)
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
        "corpus": arguments.corpus,
        "preset": name,
        "vocabulary_size": len(text.vocabulary),
        "train_tokens": tokens,
    }
    with _logged(arguments.mlflow, output, settings, training) as log:
        trained = stages.train_model(
            *(output, name, preset(name), training, text),
            on_epoch=log.log_epoch if log else None,
        )
        [progress] = stages.progress(output)
        reached = {"parameters": trained.model.parameters}
        if log:
            numbers = ("seconds", "best_perplexity")
            logged = reached | {key: progress[key] for key in numbers}
            log.log(logged, progress["step"])
    del settings["corpus"]
    return progress | settings | reached


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
