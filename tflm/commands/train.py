"""tflm train: a model on a corpus."""

from tflm.commands import asked, options, recipes, workers


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
            "tflm train --corpus=mein_text.txt --language=de --output=meins",
            "tflm train --output=keyboard --epochs=5 --vocabulary_size=5000",
            "tflm train --corpus=ptb:data/ptb --preset=ptb-small --output=ptb",
            "tflm train --task=tag --corpus=conll:data/snips --output=slots",
            "tflm train --text=ids --workers=4 --ray=auto --output=mine",
        ),
        more="A run that was stopped goes on when it is started again.",
        goes_on=True,
    )
    options.add_output(parser, required=True)
    asked.add(parser)
    workers.add_cpus(workers.add_team(parser))
    options.add_mlflow(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    config, prepared = asked.config(arguments)
    _check_team(arguments, config)
    config, text = asked.begun(arguments, output, config, prepared)
    options.show(_train(arguments, config, output, text), arguments.json)


def _check_team(arguments, config):
    """Refuses at once what several processes cannot train, or cannot be."""
    if found := workers.team(arguments):
        from tflm.experiment import together

        together.check_task(config.model)
        found[1].check()


def _train(arguments, config, output, text):
    """Trains on a text; returns what was reached."""
    from absl import logging

    from tflm.experiment import lineage, stages, tasks

    task = tasks.task_of(config.model)
    tokens = task.length(text)
    name, shape, training = config.name, config.model, config.training
    logging.info(
        "preset %s for %d tokens, %g epochs", name, tokens, training.epochs
    )
    recipes.leave(lineage.trained(config), output)
    settings = {
        "preset": name,
        "vocabulary_size": config.vocabulary_size,
        "train_tokens": tokens,
        "unknown_share": task.unknown_share(text),
    }
    logged = settings | {"corpus": config.corpus}
    with _logged(arguments.mlflow, output, logged, training) as log:
        on_epoch = log.log_epoch if log else None
        _train_in_team(arguments, output, shape, training, text, on_epoch)
        trained = stages.train_model(
            *(output, name, shape, training, text), on_epoch=on_epoch
        )
        progress, best = _reached(output)
        reached = {"parameters": trained.model.parameters}
        if log:
            numbers = ("seconds", best)
            metrics = reached | {key: progress[key] for key in numbers}
            log.log(metrics, progress["step"])
    return {"name": output.resolve().name} | progress | settings | reached


def _reached(output):
    """Returns what was reached, and which of it is the best in validation."""
    from tflm.experiment import stages
    from tflm.report import measures

    [progress] = stages.progress(output)
    best = measures.watched(progress["history"]).replace("valid", "best")
    progress[best] = progress.pop("best")
    return progress, best


def _train_in_team(arguments, output, shape, training, text, on_epoch):
    """Lets several processes train, of which one model is left to finish."""
    from tflm.experiment import stages, together

    found = workers.team(arguments)
    if not found or stages.is_done(output):
        return
    count, team = found
    with team.connected():
        together.train(
            *(output, shape, training, text, count),
            on_epoch=on_epoch,
            cpus=team.cpus,
        )


def _logged(uri, output, settings, training):
    """Returns a context of the run of MLflow, or of None without one."""
    import contextlib
    import dataclasses

    if not uri:
        return contextlib.nullcontext()
    from tflm.tracking import mlflow_run

    parameters = settings | dataclasses.asdict(training)
    where = output / "checkpoints"
    return mlflow_run.resume_run(
        uri, output.resolve().name, parameters, where
    ).ending()
