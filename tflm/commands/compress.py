"""tflm compress: a model to a smaller one, by methods or to a budget."""

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm compress` to the commands."""
    parser = options.command(commands, "compress", run, "make a model smaller")
    options.add_model(parser)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--methods", help="as in 'LowRank(rank=64), Prune()'")
    how.add_argument(
        "--budget_bytes",
        metavar="SIZE",
        help="of a .tflite file, as in 1MB: methods and bits are chosen",
    )
    parser.add_argument(
        "--budget_ms", type=float, help="of a word, with --budget_bytes"
    )
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus", help=f"to train on after; {options.CORPUS_HELP}"
    )
    options.add_training(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    """Compresses; a run that was killed goes on where it was."""
    import pathlib

    if arguments.budget_ms is not None and arguments.budget_bytes is None:
        raise ValueError("--budget_ms goes with --budget_bytes: give both")
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    if output.resolve() == pathlib.Path(arguments.model).resolve():
        raise ValueError(
            f"--output {output} is the model itself: give another directory"
        )
    by = _by_budget if arguments.budget_bytes else _by_methods
    found, rows = by(arguments, output, _tuning(arguments))
    _show(found, rows, arguments.json)


def _show(found, rows, as_json):
    import dataclasses

    from tflm.report import text_table

    if as_json:
        found["rows"] = [dataclasses.asdict(row) for row in rows]
    options.show(found, as_json)
    if not as_json:
        print("\n" + text_table.table(rows))


def _by_methods(arguments, output, tuning):
    from tflm import compression
    from tflm.experiment import claim, stages
    from tflm.model import workspace
    from tflm.text import dataset

    trained = workspace.load(arguments.model, arguments.vocabulary)
    methods = compression.parse_all(arguments.methods)
    corpus = arguments.corpus or trained.origin.corpus
    asked = {
        "model": claim.digest(trained.model),
        "methods": compression.text(methods),
        "corpus": corpus if tuning else None,
        "tuning": claim.settings(tuning),
    }
    claim.claim(output, asked, arguments.overwrite)
    text = None
    if tuning:
        words = trained.vocabulary
        text = dataset.prepare(corpus, output / "text", words=words)
    smaller = stages.compress_model(output, trained, methods, tuning, text)
    rows = _rows(trained, smaller, methods, corpus, output)
    return {
        "parameters_before": trained.model.parameters,
        "parameters": smaller.model.parameters,
    }, rows


def _rows(original, smaller, methods, name, output):
    """Returns the rows of the files before and after, kept in rows.json."""
    from absl import logging

    from tflm import compression
    from tflm.experiment.side_by_side import SideBySide
    from tflm.report.rows import save_rows
    from tflm.text.corpus import load_corpus

    try:
        corpus = load_corpus(name)
    except ValueError as error:
        logging.warning("the files are not scored: %s", error)
        corpus = None
    files = SideBySide(
        *(original, corpus, "test", options.SCORED_SENTENCES),
        *(output / "files", options.own_command()),
    )
    after = f"{compression.text(methods)} + int8"
    rows = [*files.originals(), files.row(after, smaller, "int8")]
    rows = files.timed(rows)
    save_rows(rows, output / "rows.json")
    return rows


def _by_budget(arguments, output, tuning):
    from tflm.search.budget import Budget, parse_bytes

    limit = Budget(parse_bytes(arguments.budget_bytes), arguments.budget_ms)

    from tflm import compression
    from tflm.model import workspace
    from tflm.search.compress_to_budget import compress_to_budget

    trained = workspace.load(arguments.model, arguments.vocabulary)
    found = compress_to_budget(
        trained,
        limit,
        output,
        arguments.corpus,
        tuning,
        command=options.own_command(),
    )
    return {
        "methods": compression.text(found.candidate.methods) or "none",
        "format": found.candidate.format,
        "bytes": found.row.bytes,
        "p50_ms": found.row.latency["p50_ms"],
        "valid_perplexity": found.row.quality["perplexity"],
        "parameters_before": trained.model.parameters,
        "parameters": found.trained.model.parameters,
        "bundle": str(output / "bundle"),
        "decision_log": str(output / "decision_log.md"),
    }, found.rows


def _tuning(arguments):
    """Returns how to train after each method, None for not at all."""
    import dataclasses

    from tflm.training.config import TUNING

    given = options.given_training(arguments)
    if given.get("epochs") == 0:
        return None
    return dataclasses.replace(TUNING, **given)
