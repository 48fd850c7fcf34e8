"""tflm export: a model to a bundle with a .tflite file."""

from tflm.commands import options
from tflm.tflite import formats


def add(commands) -> None:
    parser = options.command(
        commands, "export", run, "write a bundle with a .tflite file"
    )
    options.add_model(parser)
    parser.add_argument(
        "--format",
        default="int8",
        help=f"int8 if not given. {formats.summary()}",
    )
    parser.add_argument("--runtime", help="oldest TensorFlow Lite, as in 2.16")
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus", help=f"to calibrate full_int8; {options.CORPUS_HELP}"
    )
    parser.add_argument("--name", help="of the bundle, for people")
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    # Before what takes seconds to import.
    wanted = formats.known(arguments.format)
    import pathlib

    from tflm.bundle.bundle import write_bundle
    from tflm.bundle.manifest import About
    from tflm.model import workspace
    from tflm.tflite import convert, inspect

    trained = workspace.load(arguments.model, arguments.vocabulary)
    output = pathlib.Path(arguments.output)
    if output.exists() and not arguments.overwrite:
        raise FileExistsError(f"{output} exists: give --overwrite")
    ids = None
    if wanted.calibrated:
        ids = _calibration(arguments.corpus or trained.origin.corpus, trained)
    content = convert.convert(
        trained.model, arguments.format, arguments.runtime, ids
    )
    origin = trained.origin
    about = About(
        name=arguments.name or f"{origin.recipe} {arguments.format}",
        recipe=f"{origin.recipe}, {arguments.format}",
        corpus=origin.corpus,
        corpus_sha256=origin.corpus_sha256,
        typed=origin.typed,
        display=origin.display,
        provenance={"command": options.own_command()},
    )
    write_bundle(
        output, content, trained.vocabulary, about, arguments.overwrite
    )
    found = {
        "bundle": str(output),
        "bytes": len(content),
        "minimum_runtime": inspect.inspect(content).runtime,
    }
    options.show(found, arguments.json)


def _calibration(name, trained):
    import itertools

    from tflm.text.corpus import load_corpus

    words = trained.vocabulary
    lines = itertools.islice(load_corpus(name).sentences("valid"), 50)
    return [
        word_id
        for line in lines
        for word_id in [*words.encode(line), words.eos]
    ]
