"""tflm compress: a model to a smaller one, by methods or to a budget."""

from tflm.commands import options, recipes


def add(commands) -> None:
    """Adds `tflm compress` to the commands."""
    parser = options.command(commands, "compress", run, "make a model smaller")
    options.add_model(parser)
    how = parser.add_mutually_exclusive_group()
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
    recipes.add(parser)
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
    tuning = _take(arguments)
    by = _by_budget if arguments.budget_bytes else _by_methods
    options.show(by(arguments, output, tuning), arguments.json)


def _by_methods(arguments, output, tuning):
    from tflm import compression
    from tflm.experiment import claim, lineage, stages
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
    before = lineage.of(arguments.model)
    after = lineage.compressed(before, methods, tuning, corpus)
    recipes.leave(after, output)
    text = None
    if tuning:
        words = trained.vocabulary
        text = dataset.prepare(corpus, output / "text", words=words)
    smaller = stages.compress_model(output, trained, methods, tuning, text)
    return {
        "parameters_before": trained.model.parameters,
        "parameters": smaller.model.parameters,
    }


def _by_budget(arguments, output, tuning):
    from tflm.search.budget import Budget, parse_bytes

    limit = Budget(parse_bytes(arguments.budget_bytes), arguments.budget_ms)

    from tflm import compression
    from tflm.experiment import lineage
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
        recipe=lineage.of(arguments.model),
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
    }


def _take(arguments):
    """Takes what no flag gives from the recipe; returns how to train.

    That is after each method, None for not at all.

    Raises:
        ValueError: neither says by what to compress.
    """
    import dataclasses

    from tflm import compression
    from tflm.experiment import lineage

    recipe = recipes.given(arguments)
    config = recipe.experiment
    tuning = lineage.tuning_of(config, config.shipped)
    if arguments.recipe:
        arguments.corpus = arguments.corpus or config.corpus
    if not (arguments.methods or arguments.budget_bytes):
        if recipe.budget:
            arguments.budget_bytes = str(recipe.budget.bytes)
            arguments.budget_ms = arguments.budget_ms or recipe.budget.ms
            tuning = config.tuning if recipe.budget.tuned else None
        arguments.methods = compression.text(config.shipped.methods)
        if not (recipe.budget or arguments.methods):
            raise ValueError(
                "nothing says by what to compress: give --methods, "
                "--budget_bytes or a --recipe with one of them"
            )
    given = options.given_training(arguments)
    if given.get("epochs") == 0 or not (tuning or given):
        return None
    return dataclasses.replace(tuning or config.tuning, **given)
