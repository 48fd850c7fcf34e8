"""Arguments and output that several commands share."""

import argparse
import dataclasses
import functools
import glob
import json
import os
import pathlib
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args, get_type_hints

from tflm.commands import lists
from tflm.commands.parser import Parser, completes
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig

VERBOSE_HELP = "show tracebacks, and what TensorFlow says"
SCORED_SENTENCES = 500  # Of test text, on which commands score a file.
CORPUS_HELP = (
    "chitchat, ptb:DIR, wikitext2:DIR, a text, folder or URL, or A:3,B:1"
)

TRAINING = {
    "epochs": (float, "passes over the text; a fraction is allowed"),
    "batch": (int, "rows of text side by side"),
    "steps": (int, "words after which the gradient is cut"),
    "optimizer": (str, ""),
    "learning_rate": (float, "the highest of the run"),
    "schedule": (str, "of the learning rate"),
    "loss": (str, "sampled is faster, and nearly as good"),
    "patience": (int, "epochs without gain before it stops, 0 for never"),
    "seed": (int, "of all that is random"),
    "alone": (float, "share of rows that are read message by message"),
    "cache": (int, "words of a cache that is learned too, 0 for none"),
    "label_noise": (float, "of a tagger: share of wrong labels fed back"),
    "word_noise": (float, "of a tagger: share of words read as unknown"),
    "rare_noise": (float, "of a tagger: the same, more for rarer words"),
    "swaps": (int, "of a tagger: copies of the text with other spans"),
    "checkpoint_seconds": (float, "how often a run saves itself"),
}

# The same of a teacher, with what goes before the name of each field.
TEACHER = {
    "words": (int, "of the teacher to keep, the likeliest after each word"),
    "gate": (str, "where the teacher is trusted"),
    "power": (float, "of the probability that target and max go by"),
    "weight": (float, "of the teacher in the loss, at the start"),
    "final_weight": (float, "the same at the end"),
    "temperature": (float, "of both distributions"),
}


def command(
    commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    help_text: str,
    usage: str = "",
    examples: Sequence[str] = (),
    more: str = "",
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
    """
    description = f"{help_text[0].upper()}{help_text[1:]}. {more}".strip()
    parser: Parser = commands.add_parser(
        name,
        help=help_text,
        description=textwrap.fill(description, 78),
        usage=f"%(prog)s {usage}" if usage else None,
    )
    parser.set_defaults(run=run, refuse=parser.refuse)
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


def add_training(
    parser: Parser, defaults: TrainingConfig | None = None
) -> None:
    """Adds the settings of training, none of which is set by itself.

    Args:
        parser: of the command.
        defaults: what stands in for those that are not given, for the help;
            those of a preset if it is None.
    """
    whose = "" if defaults else "those of the preset where not given"
    group = parser.group("training", whose)
    for name, (kind, what) in TRAINING.items():
        names = training_names(name)
        text = "; ".join(filter(None, [", ".join(names), what]))
        if defaults:
            text += f" (default: {getattr(defaults, name)})"
        action = group.add_argument(f"--{name}", type=kind, help=text)
        completes(action, functools.partial(_these, names))
    _add_teacher(parser)


def _add_teacher(parser: Parser) -> None:
    group = parser.group("teacher", "a better model to learn from")
    teacher = group.add_argument(
        "--teacher",
        metavar="MODEL[,MODEL]",
        help="workspace, bundle, .tflite file, or the .topk file that an "
        "earlier run left; several are averaged",
    )
    completes(teacher, files_like)
    usual = DistillationConfig()
    for name, (kind, what) in TEACHER.items():
        names = get_args(get_type_hints(DistillationConfig)[name])
        text = "; ".join(filter(None, [", ".join(names), what]))
        action = group.add_argument(
            f"--teacher_{name}",
            type=kind,
            metavar="X",
            help=f"{text} (default: {getattr(usual, name)})",
        )
        completes(action, functools.partial(_these, names))


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


def add_deduplicate(parser: Parser) -> None:
    """Adds --deduplicate."""
    parser.add_argument(
        "--deduplicate",
        choices=("exact", "near"),
        help="leave out lines that are equal to one before, or nearly",
    )


def training_names(field: str) -> tuple[str, ...]:
    """Returns what a setting of training may be, empty for a number."""
    return get_args(get_type_hints(TrainingConfig)[field])


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


def given_training(
    arguments: argparse.Namespace, base: TrainingConfig | None = None
) -> dict[str, Any]:
    """Returns the settings of training that were given.

    Args:
        arguments: of the command.
        base: what they change; it may have a teacher already.

    Raises:
        ValueError: they say how to learn from a teacher, and there is none.
    """
    given = {
        name: getattr(arguments, name)
        for name in TRAINING
        if getattr(arguments, name) is not None
    }
    taught = {
        name: getattr(arguments, f"teacher_{name}")
        for name in TEACHER
        if getattr(arguments, f"teacher_{name}") is not None
    }
    if arguments.teacher:
        taught["teacher"] = arguments.teacher
    if not taught:
        return given
    how = base.distillation if base else None
    if how is None and "teacher" not in taught:
        raise ValueError(
            f"--teacher_{[*taught][0]} goes with --teacher: give both"
        )
    how = dataclasses.replace(how or DistillationConfig(), **taught)
    return given | {"distillation": how}


def new_model_directory(path: str, overwrite: bool) -> pathlib.Path:
    """Returns a directory for a model; it is made when there is one to save.

    Raises:
        FileExistsError: a finished model is there and `overwrite` is not set.
    """
    directory = pathlib.Path(path)
    model = directory / "model.npz"
    if model.exists() and not overwrite:
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


def _these(names: Sequence[str], prefix: str) -> Sequence[str]:
    return names


def corpora(prefix: str) -> Iterable[str]:
    """Yields names of corpora, and files and folders that may be one."""
    yield from ("chitchat", "ptb:", "wikitext2:")
    yield from files_like(prefix)


def files_like(prefix: str) -> Iterable[str]:
    """Yields the files and folders whose path begins with `prefix`."""
    for path in glob.glob(glob.escape(prefix) + "*"):
        yield path + "/" * os.path.isdir(path)
