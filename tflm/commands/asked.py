"""What is asked for when a model is trained: by flags, a recipe, a preset."""

from tflm.commands import lists, options, recipes, training_arguments
from tflm.commands.parser import completes

_OF_TEXT = (
    "vocabulary_size",
    "language",
    "tokenizer",
    "curated",
    "deduplicate",
)
_CHANGES_NOTHING = "checkpoint_seconds"  # It may differ when a run goes on.


def add(parser) -> None:
    """Adds the options that say what is trained, on what and how."""
    parser.sections.append(lists.presets)
    _add_task(parser)
    preset = parser.add_argument(
        "--preset",
        help="a shape and its training (default: by the length of the text)",
    )
    completes(preset, lists.preset_names)
    options.add_vocabulary_size(parser)
    options.add_reading(parser)
    training_arguments.add(parser)
    recipes.add(parser)


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


def config(arguments):
    """Returns what is asked for, and the text of --text or None.

    Raises:
        ValueError: it names what there is not.
    """
    options.check_above_zero("vocabulary_size", arguments.vocabulary_size)
    prepared = _prepared(arguments) if arguments.text else None
    _check(arguments)

    # They import TensorFlow, and what is wrong is told at once.
    from tflm.experiment import tasks, teachers
    from tflm.text.dataset import Origin

    found = _experiment(arguments, prepared)
    tasks.task_of(found.model).corpus(found.corpus, Origin())
    teachers.check(found.training.distillation)
    return found, prepared


def begun(arguments, output, config, prepared, **more):
    """Claims a directory; returns what is trained there, and its text.

    Args:
        arguments: of the command.
        output: the directory.
        config: what is asked for; what is returned has the text's sizes.
        prepared: its text, None to prepare it.
        **more: that the claim says beside what a model follows from.

    Raises:
        ValueError: the directory is of something else, or the text is bad.
    """
    import dataclasses

    from tflm.experiment import claim, stages, tasks

    asked = _claimed(arguments, config) | more
    claim.claim(output, asked, arguments.overwrite)
    text = prepared or stages.prepare_text(config, output / "text")
    task = tasks.task_of(config.model)
    if _is_preset(arguments):
        config = _fitted(arguments, config, task, task.length(text))
    shape = task.shape(config.model, text)
    size = shape.vocabulary_size
    return dataclasses.replace(config, vocabulary_size=size, model=shape), text


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


def _experiment(arguments, text):
    """Returns what to train: what flags say, else the recipe."""
    import dataclasses

    config = _of_text(arguments, _base(arguments, text))
    given = training_arguments.given(arguments, config.training)
    training = dataclasses.replace(config.training, **given)
    return dataclasses.replace(config, training=training)


def _of_text(arguments, config):
    """Returns it with the text that flags name, and how they have it read."""
    import dataclasses

    flags = {name: getattr(arguments, name) for name in ("corpus", *_OF_TEXT)}
    given = {name: value for name, value in flags.items() if value}
    return dataclasses.replace(config, **given)


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


def _base(arguments, text):
    """Returns what is trained where no flag says it, of the task asked for."""
    from tflm.experiment import tasks
    from tflm.experiment.config import TAGGER
    from tflm.model.presets import preset

    def tokens(config):
        if text:
            return len(text.train)
        return recipes.tokens(_of_text(arguments, config))

    config = recipes.given(arguments, tokens).experiment
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
