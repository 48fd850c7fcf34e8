"""tflm train: a model on a corpus."""

from tflm.commands import (
    lists,
    options,
    recipes,
    training_arguments,
    workers,
)
from tflm.commands.parser import completes

_OF_TEXT = (
    "vocabulary_size",
    "language",
    "tokenizer",
    "curated",
    "deduplicate",
)
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
            "tflm train --corpus=mein_text.txt --language=de --output=meins",
            "tflm train --output=keyboard --epochs=5 --vocabulary_size=5000",
            "tflm train --corpus=ptb:data/ptb --preset=ptb-small --output=ptb",
            "tflm train --task=tag --corpus=conll:data/snips --output=slots",
            "tflm train --text=ids --workers=4 --ray=auto --output=mine",
        ),
        more="A run that was stopped goes on when it is started again.",
    )
    parser.sections.append(lists.presets)
    options.add_output(parser, required=True)
    _add_task(parser)
    preset = parser.add_argument(
        "--preset",
        help="a shape and its training (default: by the length of the text)",
    )
    completes(preset, lists.preset_names)
    options.add_vocabulary_size(parser)
    options.add_reading(parser)
    training_arguments.add(parser)
    workers.add_cpus(workers.add_team(parser))
    recipes.add(parser)
    options.add_mlflow(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def _add_task(parser) -> None:
    parser.add_argument(
        "--task",
        choices=("predict", "tag"),
        help="predict the next word, or tag the words of sentences (default: "
        "predict, or what the preset is for)",
    )
    options.add_corpus(
        parser, "chitchat if not given; to tag, conll:FILE or conll:FOLDER"
    )
    parser.add_argument(
        "--text",
        metavar="DIR",
        help="what tflm corpus prepare wrote, in place of a corpus",
    )


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    prepared = _prepared(arguments) if arguments.text else None
    _check(arguments)

    from tflm.experiment import claim, stages, tasks, teachers, together
    from tflm.text.dataset import Origin

    config = _asked(arguments, prepared)
    if found := workers.team(arguments):
        together.check_task(config.model)
        found[1].check()
    tasks.task_of(config.model).corpus(config.corpus, Origin())
    teachers.check(config.training.distillation)
    claim.claim(output, _claimed(arguments, config), arguments.overwrite)
    text = prepared or stages.prepare_text(config, output / "text")
    options.show(_train(arguments, config, output, text), arguments.json)


def _prepared(arguments):
    """Returns the text of --text; arguments say from now on what it is of."""
    from tflm.text import coverage, dataset

    for name in ("corpus", *_OF_TEXT):
        if getattr(arguments, name):
            raise ValueError(
                f"--{name} is said by the text in {arguments.text}: leave it "
                f"out, or prepare another"
            )
    if arguments.task == "tag":
        raise ValueError("--text has words to predict: leave --task out")
    text, said = dataset.load(arguments.text)
    for name, value in said.items():
        setattr(arguments, name, value)
    coverage.report(text)
    return text


def _train(arguments, config, output, text):
    """Trains on a text; returns what was reached."""
    import dataclasses

    from absl import logging

    from tflm.experiment import lineage, stages, tasks
    from tflm.report import measures

    task = tasks.task_of(config.model)
    tokens = task.length(text)
    if _is_preset(arguments):
        config = _fitted(arguments, config, task, tokens)
    shape = task.shape(config.model, text)
    size = shape.vocabulary_size
    config = dataclasses.replace(config, vocabulary_size=size, model=shape)
    name, training = config.name, config.training
    logging.info(
        "preset %s for %d tokens, %g epochs", name, tokens, training.epochs
    )
    recipes.leave(lineage.trained(config), output)
    settings = {
        "preset": name,
        "vocabulary_size": size,
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
        [progress] = stages.progress(output)
        best = measures.watched(progress["history"]).replace("valid", "best")
        progress[best] = progress.pop("best")
        reached = {"parameters": trained.model.parameters}
        if log:
            numbers = ("seconds", best)
            metrics = reached | {key: progress[key] for key in numbers}
            log.log(metrics, progress["step"])
    return {"name": output.name} | progress | settings | reached


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
    return mlflow_run.resume_run(uri, output.name, parameters, where).ending()


def _check(arguments):
    """Refuses at once what names nothing that there is."""
    from tflm.experiment import teachers
    from tflm.model.presets import preset
    from tflm.text import languages
    from tflm.training.config import TrainingConfig

    if not arguments.recipe:  # Which may have the teacher itself.
        given = training_arguments.given(arguments)
        teachers.check(TrainingConfig(**given).distillation)
    if arguments.corpus:
        options.check_corpus(arguments.corpus)
    if arguments.language:
        languages.check(arguments.language)
    if arguments.preset:
        preset(arguments.preset)


def _asked(arguments, text):
    """Returns what to train: what flags say, else the recipe."""
    import dataclasses

    config = _base(arguments, text)
    return dataclasses.replace(
        config,
        corpus=arguments.corpus or config.corpus,
        vocabulary_size=arguments.vocabulary_size or config.vocabulary_size,
        language=arguments.language or config.language,
        tokenizer=arguments.tokenizer or config.tokenizer,
        curated=arguments.curated or config.curated,
        deduplicate=arguments.deduplicate or config.deduplicate,
        training=dataclasses.replace(
            config.training,
            **training_arguments.given(arguments, config.training),
        ),
    )


def _base(arguments, text):
    """Returns what is trained where no flag says it, of the task asked for."""
    from tflm.experiment import tasks
    from tflm.experiment.config import TAGGER
    from tflm.model.presets import preset

    def tokens(name):
        return len(text.train) if text else recipes.tokens(name)

    config = recipes.given(
        arguments, lambda name: tokens(arguments.corpus or name)
    ).experiment
    asked, preset_name = arguments.task, arguments.preset
    said = preset(preset_name) if preset_name else config.model
    task = tasks.task_of(said).name
    if (preset_name or arguments.recipe) and asked not in (None, task):
        raise ValueError(
            f"{preset_name or arguments.recipe} is to {task}, not to {asked}: "
            f"leave out --task"
        )
    is_tagger = (asked or task) == "tag"
    return TAGGER if is_tagger and not arguments.recipe else config


def _is_preset(arguments):
    """Tells whether shape and training are a preset's, and not a recipe's."""
    return arguments.preset or not arguments.recipe


def _fitted(arguments, config, task, tokens):
    """Returns it with the preset that was given or fits so many tokens."""
    import dataclasses

    from tflm.model.presets import preset
    from tflm.training.by_length import training_for

    name = arguments.preset or task.preset_for(tokens)
    given = training_arguments.given(arguments, config.training)
    training = dataclasses.replace(training_for(name, tokens), **given)
    return dataclasses.replace(
        config, name=name, model=preset(name), training=training
    )


def _claimed(arguments, config):
    """Returns what a claim says: what was asked for."""
    import dataclasses

    from tflm.experiment import claim

    asked = {
        "corpus": config.corpus,
        "model": dataclasses.asdict(config.model),
        "vocabulary_size": config.vocabulary_size,
        "training": claim.settings(config.training),
    }
    for name in _OF_TEXT[1:]:
        if given := getattr(config, name):
            asked[name] = given
    if _is_preset(arguments):
        given = training_arguments.given(arguments, config.training)
        given.pop(_CHANGES_NOTHING, None)
        asked["model"] = arguments.preset or "by length"
        asked["training"] = given
    return asked
