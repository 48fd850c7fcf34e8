"""tflm corpus prepare: a text in ids, by one process or many."""

import argparse
import contextlib
import pathlib

from tflm.commands import options, workers

_WRITTEN = ("vocabulary.txt", "train.ids", "valid.ids", "text.json")


def add(actions) -> None:
    """Adds `tflm corpus prepare` to the actions."""
    parser = options.command(
        actions,
        "prepare",
        run,
        "put a text into ids, which models are trained on",
        usage="NAME --output DIR [options]",
        examples=(
            "tflm corpus prepare my_text.txt --output=ids",
            "tflm corpus prepare 'web/*.txt.gz' --workers=8 --output=ids",
            "tflm corpus prepare s3://bucket/web --ray=auto --output=ids",
            "tflm train --text=ids --output=mine",
        ),
        more="What several workers write is what one process writes, to the "
        "byte.",
        goes_on=True,
    )
    parser.add_argument("name", help=options.CORPUS_HELP)
    options.add_output(parser, required=True)
    options.add_vocabulary_size(parser, default=10_000)
    options.add_reading(parser)
    _add_workers(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def _add_workers(parser) -> None:
    group = workers.add(parser, "read")
    group.add_argument(
        "--shard_megabytes",
        type=int,
        default=64,
        help="of a file that a process reads at once",
    )


def run(arguments: argparse.Namespace) -> None:
    """Writes the text in ids; prints how much it is.

    Raises:
        FileExistsError: something is at --output.
        ValueError: there is no such corpus, or several cannot read it.
        RuntimeError: there is no Ray, or it fails.
        OSError: a file or a cluster does not answer.
    """
    from tflm.text.corpus import load_corpus

    corpus = load_corpus(arguments.name)  # Before anything is made.
    directory = _directory(arguments.output, arguments.overwrite)
    with _passes(arguments) as passes:
        text = _prepare(arguments, corpus, directory, passes)
    found = {
        "corpus": text.corpus.name,
        "vocabulary_size": len(text.vocabulary),
        "train_tokens": len(text.train),
        "valid_tokens": len(text.valid),
    }
    if text.corpus.rule:
        found["left_out"] = text.corpus.rule
    options.show(found, arguments.json)


def _prepare(arguments, corpus, directory, passes):
    from tflm.text import coverage, dataset, languages

    size = arguments.vocabulary_size
    rules = languages.rules_of(
        corpus,
        *(arguments.language or "", arguments.tokenizer or "", size),
    )
    text = dataset.prepare(
        *(arguments.name, directory, size),
        rules=rules,
        curated=arguments.curated,
        deduplicate=arguments.deduplicate or "",
        passes=passes,
    )
    coverage.report(text)
    return text


@contextlib.contextmanager
def _passes(arguments):
    """Yields who reads the text, None for this process."""
    found = workers.given(arguments)
    if found is None:
        yield None
        return
    if arguments.curated:
        raise ValueError(
            "--curated is found by one process: leave --workers and --ray out"
        )
    if arguments.shard_megabytes < 1:
        raise ValueError(
            f"--shard_megabytes={arguments.shard_megabytes} holds no line: "
            f"give 1 or more"
        )
    with found.connected():
        from tflm.scale.passes import ManyProcesses

        yield ManyProcesses(arguments.shard_megabytes << 20)


def _directory(path, overwrite) -> pathlib.Path:
    """Returns a directory for this command alone, which it may write."""
    from tflm import directories

    directory = pathlib.Path(path)
    if directory.exists() and not directory.is_dir():
        raise FileExistsError(f"{path} is no directory: give another --output")
    there = [p.name for p in directory.iterdir()] if directory.exists() else []
    for name in sorted(there):
        if name not in _WRITTEN and not name.startswith(".tflm-"):
            raise FileExistsError(
                f"{directory / name} is none of a text in ids: give another "
                f"--output"
            )
    if "text.json" in there and not overwrite:
        raise FileExistsError(f"{directory} exists: give --overwrite")
    directory.mkdir(parents=True, exist_ok=True)
    directories.hold(directory)
    return directory
