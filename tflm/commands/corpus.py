"""tflm corpus: fetches a corpus, counts one, or puts it into ids."""

import argparse
from typing import Any

from tflm.commands import lists, options, prepare
from tflm.commands.parser import completes


def add(commands) -> None:
    """Adds `tflm corpus` and what it does."""
    group = commands.add_parser(
        "corpus",
        help="fetch a corpus, count it or put it into ids",
        description="Fetch a corpus, count it or put it into ids.",
        epilog="tflm corpus ACTION --help has its options.",
    )
    actions = group.add_subparsers(required=True, metavar="ACTION")
    _add_fetch(actions)
    parser = options.command(
        actions,
        "show",
        show,
        "count sentences, words and coverage",
        examples=(
            "tflm corpus show my_text.txt --vocabulary_size=5000",
            "tflm corpus show ptb:data/ptb --json",
            "tflm corpus show wode_wenben.txt --language=zh",
        ),
    )
    parser.add_argument("name", help=options.CORPUS_HELP)
    options.add_vocabulary_size(parser, default=10_000)
    options.add_language(parser)
    options.add_json(parser)
    prepare.add(actions)


def _add_fetch(actions) -> None:
    parser = options.command(
        actions,
        "fetch",
        fetch,
        "download a text that has a name",
        examples=(
            "tflm corpus fetch ptb --output=data/ptb",
            "tflm corpus fetch clinc150",
        ),
    )
    completes(parser.add_argument("name", help="see below"), lists.text_names)
    parser.add_argument(
        "--output",
        help="directory; data/ptb or data/chat, where it is looked for, if "
        "not given",
    )
    parser.sections.append(lists.texts)


def fetch(arguments: argparse.Namespace) -> None:
    """Downloads a text; prints its name for other commands.

    Raises:
        ConnectionError: there is no network.
        ValueError: there is no such text, or a file is another one.
    """
    from tflm.text import download

    name = arguments.name
    directory = arguments.output or download.FOLDERS.get(name, "")
    download.fetch(name, directory)
    print(f"{name}:{directory}")


def show(arguments: argparse.Namespace) -> None:
    """Prints what each split holds and how much of it a vocabulary covers.

    Raises:
        ValueError: there is no such corpus, or it has no words.
    """
    import dataclasses
    import json

    from tflm.text import languages, statistics
    from tflm.text.corpus import load_corpus
    from tflm.text.dataset import build_vocabulary
    from tflm.text.splits import SPLITS

    text, size = load_corpus(arguments.name), arguments.vocabulary_size
    text = text.read_by(
        languages.rules_of(
            text, arguments.language or "", arguments.tokenizer or "", size
        )
    )
    words = build_vocabulary(text, size)
    known = words.ids.__contains__
    found: dict[str, Any] = {
        split: dataclasses.asdict(
            statistics.statistics(text.sentences(split), known)
        )
        for split in SPLITS
    }
    found["vocabulary"] = {"words": len(words)}
    found["test in train"] = dataclasses.asdict(statistics.repeated(text))
    if text.rule:
        found["left out"] = {"rule": text.rule} | {
            split: dataclasses.asdict(statistics.left_out(text.left_out(split)))
            for split in SPLITS
        }
    print(json.dumps(found, indent=1) if arguments.json else _text(found))


def _text(found) -> str:
    """Returns what `show` found, for people."""
    import textwrap

    lines = [
        f"{split:6} {row['sentences']:>9,} sentences {row['tokens']:>11,} "
        f"tokens {row['distinct_words']:>8,} different words, "
        f"{row['known_share']:.1%} of tokens known"
        for split in ("train", "valid", "test")
        for row in [found[split]]
    ]
    both = found["test in train"]
    lines += [
        f"Known: in a vocabulary of {found['vocabulary']['words']:,} words.",
        f"Of the test sentences {both['sentences']:,} are in train too "
        f"({both['sentence_share']:.1%}, {both['token_share']:.1%} of tokens).",
    ]
    if "left out" in found:
        rule, *splits = found["left out"].items()
        counts = "; ".join(
            f"{split} {row['conversations']} ({row['messages']:,} messages, "
            f"{row['words']:,} words)"
            for split, row in splits
        )
        text = f"Left out: {counts}. The rule: {rule[1]}."
        lines += textwrap.wrap(text, 79)
    return "\n".join(lines)
