"""tflm export: a model to a bundle with a .tflite file."""

from tflm.commands import options, recipes
from tflm.tflite import formats

_SENTENCES = 500  # Of test text, on which the file is scored.


def add(commands) -> None:
    """Adds `tflm export` to the commands."""
    parser = options.command(
        commands, "export", run, "write a bundle with a .tflite file"
    )
    options.add_model(parser)
    parser.add_argument(
        "--format",
        help=f"int8 if not given. {formats.summary()}",
    )
    parser.add_argument("--runtime", help="oldest TensorFlow Lite, as in 2.16")
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus",
        help=f"to calibrate full_int8 and to score; {options.CORPUS_HELP}",
    )
    parser.add_argument("--name", help="of the bundle, for people")
    recipes.add(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Writes a bundle, with the scores of its file where there is a text."""
    import pathlib

    _take(arguments)
    wanted = formats.known(arguments.format or "int8")
    output = pathlib.Path(arguments.output)
    if output.exists() and not arguments.overwrite:
        raise FileExistsError(f"{output} exists: give --overwrite")

    from tflm.experiment.config import Variant
    from tflm.model import workspace
    from tflm.tflite import convert, inspect

    variant = Variant(wanted.name, runtime=arguments.runtime)
    trained = workspace.load(arguments.model, arguments.vocabulary)
    corpus = _corpus(arguments.corpus, trained.origin, wanted.calibrated)
    ids = None
    if wanted.calibrated:
        ids = _calibration(corpus, trained.vocabulary)
    content = convert.convert(
        trained.model, variant.format, variant.runtime, ids
    )
    row = _row(variant.file_format, content, trained, corpus)
    _write(arguments, variant, content, trained, row)
    found = {
        "bundle": str(output),
        "bytes": len(content),
        "minimum_runtime": inspect.inspect(content).runtime,
    }
    options.show(found, arguments.json)


def _write(arguments, variant, content, trained, row):
    """Writes the bundle."""
    from tflm.bundle import manifest
    from tflm.bundle.bundle import write_bundle
    from tflm.experiment import lineage, recipe

    about = manifest.about(
        trained.origin,
        variant.file_format,
        arguments.name,
        row.quality,
        row.provenance,
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


def _corpus(name, origin, is_needed):
    """Returns the text to calibrate and to score on, None without one."""
    from absl import logging

    from tflm.text.corpus import load_corpus

    try:
        return load_corpus(name or origin.corpus)
    except ValueError as error:
        if name or is_needed:
            raise
        logging.warning("the file is not scored: %s", error)
        return None


def _row(name, content, trained, corpus):
    from tflm.experiment import stages
    from tflm.text.dataset import Origin
    from tflm.tflite.interpreter import load_step

    quality, origin = {}, trained.origin
    if corpus is not None:
        origin = Origin(corpus.name, corpus.sha256())
        step, sentences = load_step(content), corpus.sentences("test")
        quality = stages.score(step, trained.vocabulary, sentences, _SENTENCES)
    return stages.make_row(
        name, content, quality, origin, options.own_command()
    )


def _calibration(corpus, words):
    import itertools

    lines = itertools.islice(corpus.sentences("valid"), 50)
    return words.encode_text(lines)
