"""tflm compress: a model to a smaller one, by methods or to a budget."""

from tflm.commands import options


def add(commands) -> None:
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
    from tflm.model import workspace

    if arguments.budget_ms is not None and arguments.budget_bytes is None:
        raise ValueError("--budget_ms goes with --budget_bytes: give both")
    trained = workspace.load(arguments.model, arguments.vocabulary)
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    by = _by_budget if arguments.budget_bytes else _by_methods
    options.show(by(arguments, trained, output), arguments.json)


def _by_methods(arguments, trained, output):
    from tflm import compression
    from tflm.model import workspace

    methods = compression.parse_all(arguments.methods)
    fit = compression.skip_training
    if arguments.epochs != 0:
        fit = _fit(arguments, trained, output)
    smaller = compression.apply(methods, trained.model, fit)
    workspace.save(trained.after(smaller, arguments.methods), output)
    return {
        "parameters_before": trained.model.parameters,
        "parameters": smaller.parameters,
    }


def _by_budget(arguments, trained, output):
    from tflm.search import budget, deliver

    limit = budget.Budget(
        budget.parse_bytes(arguments.budget_bytes), arguments.budget_ms
    )
    found = deliver.deliver(
        trained,
        _text(arguments, trained, output),
        limit,
        _tuning(arguments) if arguments.epochs != 0 else None,
        output,
        options.own_command(),
    )
    best = min(found.rows, key=lambda row: row.quality["perplexity"])
    return {
        "methods": ", ".join(found.candidate.methods) or "none",
        "format": found.candidate.format,
        "bytes": best.bytes,
        "p50_ms": best.latency["p50_ms"],
        "valid_perplexity": best.quality["perplexity"],
        "parameters_before": trained.model.parameters,
        "parameters": found.model.parameters,
        "bundle": str(output / "bundle"),
        "account": str(output / "account.md"),
    }


def _fit(arguments, trained, output):
    from tflm.training.train import make_fit

    text = _text(arguments, trained, output)
    return make_fit(text.train, text.valid, _tuning(arguments))


def _text(arguments, trained, output):
    from tflm.text import dataset

    return dataset.prepare(
        arguments.corpus or trained.origin.corpus,
        output / "text",
        words=trained.vocabulary,
    )


def _tuning(arguments):
    from tflm.training.config import TrainingConfig

    settings = {"epochs": 1.0, "learning_rate": 0.001}
    return TrainingConfig(**settings | options.given_training(arguments))
