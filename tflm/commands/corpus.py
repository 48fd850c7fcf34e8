"""tflm corpus: fetches a corpus, or counts one."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm corpus fetch` and `tflm corpus show`."""
    group = commands.add_parser("corpus", help="fetch a corpus or count it")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    parser = options.command(
        actions, "fetch", fetch, "download a standard corpus"
    )
    parser.add_argument("name", help="ptb")
    parser.add_argument("--output", default="data/ptb", help="directory")
    parser = options.command(
        actions, "show", show, "count sentences, words and coverage"
    )
    parser.add_argument("name", help=options.CORPUS_HELP)
    parser.add_argument("--vocabulary_size", type=int, default=10_000)
    options.add_json(parser)


def fetch(arguments: argparse.Namespace) -> None:
    """Downloads a standard corpus; prints its name for other commands.

    Raises:
        ConnectionError: there is no network.
        ValueError: it has another name than `ptb`, or a file is another text.
    """
    from tflm.text.download import fetch_ptb

    if arguments.name != "ptb":
        raise ValueError(f"no source for {arguments.name!r}: there is ptb")
    fetch_ptb(arguments.output)
    print(f"ptb:{arguments.output}")


def show(arguments: argparse.Namespace) -> None:
    """Prints what each split holds and how much of it a vocabulary covers.

    Raises:
        ValueError: there is no such corpus, or it is too small.
    """
    import dataclasses
    import json

    from tflm.text import corpus
    from tflm.text.corpus import SPLITS, load_corpus
    from tflm.text.vocabulary import EOS, UNK, Vocabulary

    text = load_corpus(arguments.name)
    special = (EOS, UNK, *text.special)
    words = Vocabulary.build(
        text.sentences("train"), arguments.vocabulary_size, special
    )
    found = {
        split: corpus.statistics(text.sentences(split), words.ids.__contains__)
        for split in SPLITS
    }
    if arguments.json:
        rows = {name: dataclasses.asdict(row) for name, row in found.items()}
        print(json.dumps(rows, indent=1))
        return
    for name, row in found.items():
        print(
            f"{name:6} {row.sentences:>9,} sentences {row.tokens:>11,} tokens "
            f"{row.distinct_words:>8,} different words, "
            f"{row.coverage:.1%} of tokens known"
        )
