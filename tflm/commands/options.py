"""Arguments and output that several commands share."""

import argparse
import glob
import json
import os
import pathlib
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tflm.commands import lists
from tflm.commands.parser import Parser, completes

VERBOSE_HELP = "show tracebacks, and what TensorFlow says"
SCORED_SENTENCES = 500  # Of test text, on which commands score a file.
CORPUS_HELP = (
    "chitchat, ptb:DIR, wikitext2:DIR, a text, folder or URL, or A:3,B:1"
)


def command(
    commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    help_text: str,
    usage: str = "",
    examples: Sequence[str] = (),
    more: str = "",
    goes_on: bool = False,
) -> Parser:
    """Returns the parser of a new command.

    Args:
        commands: where it is added.
        name: of the command.
        run: carries it out.
        help_text: what it does, in one line.
        usage: its arguments in one line; all of them if it is not given.
        examples: commands, as one would type them.
        more: what the help of the command itself says after `help_text`.
        goes_on: where it was stopped; others begin again.
    """
    description = f"{help_text[0].upper()}{help_text[1:]}. {more}".strip()
    parser: Parser = commands.add_parser(
        name,
        help=help_text,
        description=textwrap.fill(description, 78),
        usage=f"%(prog)s {usage}" if usage else None,
    )
    parser.set_defaults(run=run, refuse=parser.refuse, goes_on=goes_on)
    parser.add_argument(
        "--verbose",
        action="store_true",
        default=argparse.SUPPRESS,  # It may stand before the command, too.
        help=VERBOSE_HELP,
    )
    if examples:
        parser.sections.append(lambda: ("examples", "\n".join(examples)))
    return parser


def add_corpus(
    parser: Parser, what: str = "", default: str | None = None
) -> None:
    """Adds --corpus; `what` says what for."""
    text = "; ".join(filter(None, [what, CORPUS_HELP]))
    action = parser.add_argument("--corpus", default=default, help=text)
    completes(action, corpora)


def check_corpus(name: str) -> None:
    """Refuses at once a corpus that there is not, of any task.

    Raises:
        ValueError: there is none.
    """
    from tflm.text.corpus import load_corpus
    from tflm.text.tagged.corpus import is_tagged, load_tagged

    (load_tagged if is_tagged(name) else load_corpus)(name)


def add_format(
    parser: Parser, what: str = "of the weights", default: str | None = None
) -> None:
    """Adds --format, and the list of formats to the help."""
    action = parser.add_argument("--format", default=default, help=what)
    completes(action, lists.format_names)
    parser.sections.append(lists.formats)


def add_output(parser: Parser, **fields: Any) -> None:
    """Adds --output, a directory."""
    parser.group("output").add_argument(
        "--output", metavar="DIR", help="directory to write", **fields
    )


def add_language(parser: Parser) -> None:
    """Adds --language and --tokenizer."""
    language = parser.add_argument(
        "--language",
        metavar="TAG",
        help="of the text, as in de, tr or zh: for its case and its words",
    )
    completes(language, lists.languages)
    tokenizer = parser.add_argument(
        "--tokenizer",
        choices=lists.tokenizers(""),
        metavar="KIND",
        help=f"how text becomes words: {', '.join(lists.tokenizers(''))} "
        f"(default: what fits the language)",
    )
    completes(tokenizer, lists.tokenizers)


def add_vocabulary_size(parser: Parser, default: int | None = None) -> None:
    """Adds --vocabulary_size."""
    text = "at most so many words, the most frequent ones"
    if default is None:
        text += " (default: 10000)"
    parser.add_argument(
        "--vocabulary_size", type=int, default=default, help=text
    )


def check_above_zero(name: str, value: int | None) -> None:
    """Refuses a flag's count below 1, if one is given.

    Raises:
        ValueError: it is below 1.
    """
    if value is not None and value < 1:
        raise ValueError(f"--{name}={value} is too few: give 1 or more")


def add_reading(parser: Parser) -> None:
    """Adds how a text is read: --curated, --deduplicate and its language."""
    parser.add_argument(
        "--curated",
        action="store_true",
        help="leave out of an English vocabulary what no keyboard should show",
    )
    add_language(parser)
    parser.add_argument(
        "--deduplicate",
        choices=("exact", "near"),
        help="leave out lines that are equal to one before, or nearly",
    )


def add_mlflow(parser: Parser) -> None:
    """Adds --mlflow."""
    parser.add_argument(
        "--mlflow",
        metavar="URI",
        help="log to this MLflow, as in http://127.0.0.1:5000 or "
        "sqlite:///mlflow.db (pip install 'tflm-toolkit[mlflow]')",
    )


def add_json(parser: Parser) -> None:
    """Adds --json."""
    parser.group("output").add_argument(
        "--json", action="store_true", help="print JSON, for programs"
    )


def add_overwrite(parser: Parser) -> None:
    """Adds --overwrite."""
    parser.group("output").add_argument(
        "--overwrite", action="store_true", help="replace what is at --output"
    )


def new_model_directory(
    path: str, overwrite: bool, last: str = "model.npz"
) -> pathlib.Path:
    """Returns a directory for a model; it is made when there is one to save.

    Args:
        path: of the directory.
        overwrite: whether what is finished there may be replaced.
        last: the file without which a command that was begun there goes on.

    Raises:
        FileExistsError: a finished model is there and `overwrite` is not set.
    """
    directory = pathlib.Path(path)
    is_begun = (directory / "run.json").exists()
    if is_begun and not (directory / last).exists():
        return directory
    if (directory / "model.npz").exists() and not overwrite:
        raise FileExistsError(f"{directory} exists: give --overwrite")
    return directory


def own_command() -> str:
    """Returns the command that is running, as one would type it."""
    return shlex.join(["tflm", *sys.argv[1:]])


def show(values: dict[str, Any], as_json: bool) -> None:
    """Prints results, a line each or as JSON."""
    if as_json:
        print(json.dumps(values, indent=1))
        return
    for name, value in values.items():
        if isinstance(value, float):
            value = f"{value:.4f}"
        if not isinstance(value, list):
            print(f"{name:24} {value}")


def corpora(prefix: str) -> Iterable[str]:
    """Yields names of corpora, and files and folders that may be one."""
    yield from ("chitchat", "ptb:", "wikitext2:")
    yield from files_like(prefix)


def files_like(prefix: str) -> Iterable[str]:
    """Yields the files and folders whose path begins with `prefix`."""
    for path in glob.glob(glob.escape(prefix) + "*"):
        yield path + "/" * os.path.isdir(path)
