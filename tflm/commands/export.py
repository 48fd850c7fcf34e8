"""tflm export: a model to a bundle with a .tflite file."""

from tflm import directories
from tflm.commands import (
    cache,
    container,
    foreign,
    options,
    protocol,
    recipes,
)
from tflm.tflite import formats


def add(commands) -> None:
    """Adds `tflm export` to the commands."""
    parser = options.command(
        commands,
        "export",
        run,
        "write a bundle with a .tflite file",
        usage="MODEL --output DIR [--format FORMAT] [options]",
        examples=(
            "tflm export small --output=bundle",
            "tflm export small --format=int8 --runtime=2.16 --output=bundle",
            "tflm export own.keras --vocabulary=words.txt --output=bundle",
            "tflm export own.keras --vocabulary=words.txt --windows=x.npy "
            "--output=bundle",
            "tflm export my.safetensors --vocabulary=words.txt --output=bundle",
            "tflm export small --cache=500 --output=bundle",
            "tflm export small --to=onnx --output=onnx",
        ),
    )
    foreign.add_model(parser)
    protocol.add(parser)
    _add_file(parser)
    cache.add(
        parser, "have phones keep so many words of a field, as in 500, beside"
    )
    options.add_output(parser, required=True)
    options.add_corpus(
        parser,
        "to score on and to calibrate full_int8 (default: the model's own)",
    )
    parser.add_argument(
        "--name",
        help="of the bundle, for people (default: MODEL, methods and format)",
    )
    options.add_mlflow(parser)
    recipes.add(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def _add_file(parser) -> None:
    parser.add_argument(
        "--to",
        choices=("litert", "savedmodel", "onnx"),
        default="litert",
        help="container: a bundle with a .tflite file, or the float32 step "
        "for another runtime, with the words beside it",
    )
    options.add_format(parser, "of the weights (default: int8)")
    parser.add_argument(
        "--runtime",
        metavar="VERSION",
        help="oldest TensorFlow Lite that must read it, as in 2.16 "
        "(default: the current one)",
    )
    parser.add_argument(
        "--no_metadata",
        action="store_true",
        help="leave out the description for other tools, and the words, that "
        "make the file larger",
    )


def run(arguments) -> None:
    """Writes a bundle, with the scores of its file where there is a text."""
    import pathlib

    if arguments.to != "litert":
        container.check(arguments)
    _take(arguments)
    output = pathlib.Path(arguments.output)
    directories.check(output, arguments.overwrite)
    wanted = _check(arguments)

    with _logged(arguments, wanted.name) as log:
        _export(arguments, wanted, log)


def _export(arguments, wanted, log) -> None:
    from tflm.experiment.config import Variant
    from tflm.model import workspace
    from tflm.tflite import inspect

    variant = Variant(wanted.name, runtime=arguments.runtime)
    trained = workspace.load(arguments.model, **foreign.given(arguments))
    trained = protocol.given(arguments, trained)
    if arguments.to != "litert":
        container.write(arguments, trained)
        return
    cache.check_model(arguments, trained)
    corpus = _corpus(arguments.corpus, trained, wanted.calibrated)
    content = _convert(trained, variant, corpus if wanted.calibrated else None)
    proof = protocol.prove(content, trained, arguments)
    about = _about(arguments, variant, trained)
    about = cache.beside(arguments, about, content, trained)
    content = _described(arguments, content, trained, about)
    row = _row(variant.file_format, content, trained, corpus)
    _write(arguments, variant, content, trained, row, about)
    if log:
        sizes = {"bytes": row.bytes, "zip_bytes": row.zip_bytes}
        log.log({**sizes, **row.quality})
    found = {
        "bundle": arguments.output,
        "bytes": len(content),
        "minimum_runtime": inspect.inspect(content).runtime,
        **proof,
        **cache.shown(about.cache),
        "rows": [_plain(row, about.name, trained)],
    }
    options.show(found, arguments.json)


def _described(arguments, content, trained, about) -> bytes:
    from tflm.bundle import described

    if arguments.no_metadata:
        return content
    return described.described(content, trained.vocabulary, about)


def _convert(trained, variant, corpus) -> bytes:
    """Returns the file, calibrated by a text if there is one."""
    from tflm.tflite import convert

    ids = None
    if corpus is not None and not trained.lexicon:  # Refused of a tagger.
        ids = _calibration(corpus, trained.vocabulary)
    return convert.convert(trained.model, variant.format, variant.runtime, ids)


def _about(arguments, variant, trained):
    """Returns what the bundle says of the file before that is measured."""
    from tflm.bundle import manifest
    from tflm.experiment.opening import tagging_of

    return manifest.about(
        trained.origin,
        variant.file_format,
        arguments.name or _name(arguments.model, trained, variant),
        tagging=tagging_of(trained),
    )


def _write(arguments, variant, content, trained, row, about):
    import dataclasses

    from tflm.bundle.bundle import write_bundle
    from tflm.experiment import lineage, recipe

    about = dataclasses.replace(
        about, metrics=row.quality, provenance=row.provenance
    )
    way = lineage.exported(lineage.of(arguments.model), variant)
    write_bundle(
        arguments.output,
        content,
        trained.vocabulary,
        about,
        arguments.overwrite,
        recipe.text(way) if way else "",
    )


def _take(arguments):
    """Takes what no flag gives from the recipe: that of what ships."""
    if not arguments.recipe:
        return
    config = recipes.given(arguments).experiment
    if not arguments.format:  # A runtime goes with its format.
        arguments.format = config.shipped.format
        arguments.runtime = arguments.runtime or config.shipped.runtime
    arguments.corpus = arguments.corpus or config.corpus


def _check(arguments):
    """Refuses at once what cannot be; returns the properties of the format."""
    from tflm.model import location

    wanted = formats.known(arguments.format or "int8")
    cache.check(arguments, wanted)
    formats.check_runtime(wanted.name, arguments.runtime)
    location.check(arguments.model, foreign.words(arguments))
    foreign.check(arguments)
    protocol.check(arguments)
    if arguments.corpus:
        options.check_corpus(arguments.corpus)
    return wanted


def _name(path, trained, variant):
    from tflm.bundle import manifest

    return manifest.name_of(path, trained.origin, variant.file_format)


def _plain(row, name, trained):
    """Returns the row of the file as `tflm report` reads it."""
    import dataclasses

    from tflm.report.rows import plain

    methods = trained.origin.recipe
    return plain(
        dataclasses.replace(
            row,
            name=name,
            recipe=f"{methods} + {row.recipe}" if methods else row.recipe,
            parameters=trained.model.parameters,
        )
    )


def _corpus(name, trained, is_needed):
    """Returns the text to calibrate and to score on, None without one."""
    from absl import logging

    from tflm.experiment import tasks

    origin = trained.origin
    task = tasks.task_of(trained.model.config)
    try:
        return task.corpus(name or origin.corpus, origin)
    except ValueError as error:
        if name or is_needed:
            raise
        logging.warning("the file is not scored: %s", error)
        return None


def _row(name, content, trained, corpus):
    from tflm.experiment import stages, tasks
    from tflm.text.dataset import Origin
    from tflm.text.vocabularies import reachable

    quality, origin = {}, trained.origin
    if corpus is not None:
        origin = Origin(corpus.name, corpus.sha256())
        task = tasks.task_of(trained.model.config)
        quality = task.score(
            content, trained, corpus, "test", options.SCORED_SENTENCES
        )
        reachable.warn_of_unknown(quality.get("known_share", 1), corpus.name)
    return stages.make_row(
        name, content, quality, origin, options.own_command()
    )


def _logged(arguments, name):
    """Returns a context of a run below that of the training, or of None."""
    import contextlib
    import pathlib

    if not arguments.mlflow:
        return contextlib.nullcontext()
    from tflm.tracking import mlflow_run

    asked = ("model", "format", "runtime", "corpus")
    run = mlflow_run.open_run(
        arguments.mlflow,
        name,
        {key: getattr(arguments, key) for key in asked},
        parent=pathlib.Path(arguments.model) / "checkpoints",
    )
    return run.ending()


def _calibration(corpus, words):
    import itertools

    lines = itertools.islice(corpus.sentences("valid"), 50)
    return words.encode_text(lines)
