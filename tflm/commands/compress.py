"""tflm compress: a model to a smaller one, by methods or to a budget."""

from tflm.commands import (
    foreign,
    lists,
    options,
    recipes,
    training_arguments,
    workers,
)
from tflm.commands.parser import Parser, completes
from tflm.training.config import TUNING


def add(commands) -> None:
    """Adds `tflm compress` to the commands."""
    parser = options.command(
        commands,
        "compress",
        run,
        "make a model smaller",
        usage="MODEL --output DIR [options]\n"
        "    (--methods METHODS | --budget_bytes SIZE | --recipe FILE)",
        examples=(
            "tflm compress mine --methods='LowRank(rank=64)' --output=small",
            "tflm compress mine --methods='Prune(sparsity=0.6), Cluster()' \\\n"
            "    --epochs=0.5 --output=pruned",
            "tflm compress mine --budget_bytes=1MB --output=fits",
            "tflm compress own.keras --vocabulary=words.txt \\\n"
            "    --corpus=my_text.txt --budget_bytes=1MB --output=fits",
        ),
        more="A run that was stopped goes on when it is started again.",
        goes_on=True,
    )
    parser.sections.append(lists.methods)
    foreign.add_model(parser)
    _add_how(parser)
    options.add_output(parser, required=True)
    options.add_corpus(parser, "to train on after (default: the model's own)")
    _add_training(parser)
    group = workers.add(parser, "train what is tried, with --budget_bytes")
    workers.add_cpus(group)
    recipes.add(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def _add_how(parser: Parser) -> None:
    how = parser.group("how").add_mutually_exclusive_group()
    methods = how.add_argument(
        "--methods",
        help="applied from left to right, as in 'LowRank(rank=64), Prune()'",
    )
    completes(methods, lists.method_calls)
    how.add_argument(
        "--budget_bytes",
        metavar="SIZE",
        help="bytes of the .tflite file, as in 900000, 900kB or 1MB: methods "
        "and format are chosen",
    )
    parser.group("how").add_argument(
        "--budget_ms",
        type=float,
        help="milliseconds of a word on this machine, with --budget_bytes "
        "(default: any)",
    )


def _add_training(parser: Parser) -> None:
    training_arguments.add(parser, TUNING)
    parser.group("training").add_argument(
        "--no_training",
        action="store_true",
        help="leave the weights as the methods make them: no text is needed",
    )


def run(arguments) -> None:
    """Compresses; a run that was killed goes on where it was."""
    import pathlib

    if arguments.budget_ms is not None and arguments.budget_bytes is None:
        raise ValueError("--budget_ms goes with --budget_bytes: give both")
    output = options.new_model_directory(
        arguments.output, arguments.overwrite, last="rows.json"
    )
    if output.resolve() == pathlib.Path(arguments.model).resolve():
        raise ValueError(
            f"--output {output} is the model itself: give another directory"
        )
    said = _take(arguments) if arguments.recipe else TUNING
    _check(arguments, _tuned(arguments, said))

    from tflm.experiment.tasks import task_of
    from tflm.model import workspace

    trained = workspace.load(arguments.model, **foreign.given(arguments))
    usual = task_of(trained.model.config).tuning
    tuning = _tuned(arguments, said if arguments.recipe else usual, usual)
    by = _by_budget if arguments.budget_bytes else _by_methods
    found, rows = by(arguments, output, trained, tuning)
    _show(found, rows, arguments.json)


def _check(arguments, tuning):
    """Refuses at once what names nothing that there is."""
    from tflm.compression import catalogue
    from tflm.experiment import teachers
    from tflm.model import location

    location.check(arguments.model, foreign.words(arguments))
    foreign.check(arguments)
    if arguments.budget_bytes is not None:
        _budget(arguments)
    elif arguments.methods:
        catalogue.check(arguments.methods)
    else:
        raise ValueError(
            "nothing says by what to compress: give --methods, "
            "--budget_bytes or a --recipe with one of them"
        )
    if arguments.corpus:
        options.check_corpus(arguments.corpus)
    if asked := workers.given(arguments):
        if arguments.budget_bytes is None:
            raise ValueError(
                "--workers and --ray go with --budget_bytes: methods alone "
                "are tried by one process"
            )
        asked.check()
    teachers.check(tuning and tuning.distillation)


def _budget(arguments):
    from tflm.search.budget import Budget, parse_bytes

    return Budget(parse_bytes(arguments.budget_bytes), arguments.budget_ms)


def _show(found, rows, as_json):
    """Prints what was made, and its rows below the text that they are of."""
    from tflm.report import comparable, text_table
    from tflm.report.rows import plain

    if as_json:
        found["rows"] = [*map(plain, rows)]
    options.show(found, as_json)
    if as_json:
        return
    for text, here in comparable.by_text(rows).items():
        print(f"\n{text}\n\n{text_table.table(here)}")


def _by_methods(arguments, output, trained, tuning):
    from tflm import compression
    from tflm.experiment import claim, lineage, stages, tasks
    from tflm.model.digest import digest

    methods = compression.parse_all(arguments.methods)
    corpus = arguments.corpus or trained.origin.corpus
    asked = {
        "model": digest(trained.model),
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
        task = tasks.task_of(trained.model.config)
        text = task.read(corpus, output / "text", trained)
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
    from tflm.experiment import tasks
    from tflm.experiment.side_by_side import SideBySide
    from tflm.report.rows import save_rows

    task = tasks.task_of(original.model.config)
    try:
        corpus = task.corpus(name, original.origin)
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


def _by_budget(arguments, output, trained, tuning):
    from tflm import compression
    from tflm.experiment import claim, lineage
    from tflm.model.digest import digest
    from tflm.report.measures import measure_of
    from tflm.search.compress_to_budget import compress_to_budget
    from tflm.search.outcome import WRITTEN

    # Not the budget: another one goes on with what this one has measured.
    asked = {
        "model": digest(trained.model),
        "search": arguments.corpus or trained.origin.corpus,
        "tuning": claim.settings(tuning),
    }
    claim.claim(output, asked, arguments.overwrite, WRITTEN)
    found = compress_to_budget(
        trained,
        _budget(arguments),
        output,
        arguments.corpus,
        tuning,
        command=options.own_command(),
        recipe=lineage.of(arguments.model),
        workers=workers.given(arguments),
    )
    measure = measure_of([found.row.quality])
    return {
        "methods": compression.text(found.candidate.methods) or "none",
        "format": found.candidate.format,
        "bytes": found.row.bytes,
        "p50_ms": found.row.latency["p50_ms"],
        measure.watched: measure.of(found.row.quality),
        "parameters_before": trained.model.parameters,
        "parameters": found.trained.model.parameters,
        "bundle": str(output / "bundle"),
        "decision_log": str(output / "decision_log.md"),
    }, found.rows


def _take(arguments):
    """Takes what no flag gives from the recipe; returns how it trains."""
    from tflm import compression
    from tflm.experiment import lineage

    recipe = recipes.given(arguments)
    config, limit = recipe.experiment, recipe.budget
    arguments.corpus = arguments.corpus or config.corpus
    if arguments.methods or arguments.budget_bytes:
        return lineage.tuning_of(config, config.shipped)
    if limit:
        arguments.budget_bytes = str(limit.bytes)
        arguments.budget_ms = limit.ms
        return config.tuning if limit.tuned else None
    arguments.methods = compression.text(config.shipped.methods)
    return lineage.tuning_of(config, config.shipped)


def _tuned(arguments, tuning, usual=TUNING):
    """Returns how to train after each method, None for not at all.

    What is asked for by flags is completed by `tuning`, or else by `usual`.
    """
    import dataclasses

    given = training_arguments.given(arguments, tuning)
    if arguments.no_training and given:
        names = (name.replace("distillation", "teacher") for name in given)
        raise ValueError(
            f"--no_training trains nothing: leave out "
            f"{', '.join(f'--{name}' for name in names)}"
        )
    is_skipped = arguments.no_training or given.get("epochs") == 0
    if is_skipped or not (tuning or given):
        return None
    return dataclasses.replace(tuning or usual, **given)
