"""tflm train: a model on a corpus."""

from tflm.commands import options, recipes

_CHANGES_NOTHING = "checkpoint_seconds"  # It may differ when a run goes on.


def add(commands) -> None:
    """Adds `tflm train` to the commands."""
    parser = options.command(
        commands, "train", run, "train a model on a corpus"
    )
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument("--corpus", help=f"{options.CORPUS_HELP} (chitchat)")
    parser.add_argument(
        "--preset",
        help="of a shape and its training (by the length of the text)",
    )
    parser.add_argument(
        "--vocabulary_size",
        type=int,
        help="at most so many words (10000)",
    )
    options.add_training(parser)
    recipes.add(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Trains; a run that was killed goes on where it was."""
    import dataclasses

    output = options.new_model_directory(arguments.output, arguments.overwrite)

    from absl import logging

    from tflm.experiment import claim, lineage, stages
    from tflm.text import dataset

    config = _asked(arguments)
    claim.claim(output, _claimed(arguments, config), arguments.overwrite)
    text = dataset.prepare(
        config.corpus, output / "text", config.vocabulary_size
    )
    tokens, size = len(text.train), len(text.vocabulary)
    if _is_preset(arguments):
        config = _fitted(arguments, config, tokens)
    shape = dataclasses.replace(config.model, vocabulary_size=size)
    config = dataclasses.replace(config, vocabulary_size=size, model=shape)
    logging.info(
        "preset %s for %d tokens, %g epochs",
        config.name,
        tokens,
        config.training.epochs,
    )
    recipes.leave(lineage.trained(config), output)
    trained = stages.train_model(
        output, config.name, shape, config.training, text
    )
    [progress] = stages.progress(output)
    found = progress | {
        "preset": config.name,
        "vocabulary_size": size,
        "train_tokens": tokens,
        "parameters": trained.model.parameters,
    }
    options.show(found, arguments.json)


def _asked(arguments):
    """Returns what to train: what flags say, else the recipe."""
    import dataclasses

    from tflm.model.presets import preset

    if arguments.preset:
        preset(arguments.preset)  # Refuses it now, not when the text is read.
    config = recipes.given(
        arguments, lambda name: recipes.tokens(arguments.corpus or name)
    ).experiment
    return dataclasses.replace(
        config,
        corpus=arguments.corpus or config.corpus,
        vocabulary_size=arguments.vocabulary_size or config.vocabulary_size,
        training=dataclasses.replace(
            config.training, **options.given_training(arguments)
        ),
    )


def _is_preset(arguments):
    """Tells whether shape and training are a preset's, and not a recipe's."""
    return arguments.preset or not arguments.recipe


def _fitted(arguments, config, tokens):
    """Returns it with the preset that was given or fits so many tokens."""
    import dataclasses

    from tflm.model.presets import preset
    from tflm.training.by_length import preset_for, training_for

    name = arguments.preset or preset_for(tokens)
    given = options.given_training(arguments)
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
    if _is_preset(arguments):
        given = options.given_training(arguments)
        given.pop(_CHANGES_NOTHING, None)
        asked["model"] = arguments.preset or "by length"
        asked["training"] = given
    return asked
