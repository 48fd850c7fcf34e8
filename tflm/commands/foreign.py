"""A model of another tool: its file, its words, and what neither says."""

import argparse
import functools
import pathlib
import zipfile
from typing import TYPE_CHECKING, Any

from tflm.commands import options
from tflm.commands.parser import Parser
from tflm.experiment import opening
from tflm.model import location

if TYPE_CHECKING:
    from tflm.text.vocabularies.word_file import WordFile

VOCABULARY_HELP = (
    "of a .keras, .h5, .safetensors or .tflite file (of the latter the "
    "vocabulary.txt beside it, if not given)"
)
FORMAT_HELP = "what a workspace is converted to, in memory (default: float32)"

# Which models a flag says something of.
_OF = {
    "format": "workspaces, which are converted",
    "vocabulary": "other tools' files",
    "config": "Keras' .h5 files",
    "map": "PyTorch's files",
}
_YES_OR_NO = {None: None, "yes": True, "no": False}


def add_model(parser: Parser) -> None:
    """Adds the model that a command reads."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="directory of tflm train or compress, or .keras, .h5, .onnx or "
        ".safetensors file",
    )
    add(parser, "of such a file")


def add_any_model(parser: Parser, name: str, **fields: Any) -> None:
    """Adds the argument `name`, a path that `opening` opens, and its like."""
    parser.add_argument(name, metavar=name.upper(), help=opening.HELP, **fields)
    add(parser, VOCABULARY_HELP)
    options.add_format(parser, what=FORMAT_HELP)


def add(parser: Parser, whose: str) -> None:
    """Adds the words of a model, and what its file may not say itself."""
    group = parser.group("another tool's model")
    _add_words(group, whose)
    group.add_argument(
        "--config",
        metavar="FILE",
        help="model.to_json() of a .weights.h5 file",
    )
    group.add_argument(
        "--map",
        action="append",
        type=_pair,
        metavar="NAME=PART",
        help="what a tensor of a PyTorch model is, where its name does not "
        "tell: embedding, softmax, an activation such as relu, or none; or "
        "its place among the layers, as in 1 or 2:relu; may be repeated",
    )


def _add_words(group, whose: str) -> None:
    group.add_argument(
        "--vocabulary",
        metavar="FILE",
        help=f"words {whose}: a list, Keras' Tokenizer as JSON, the "
        "vocabulary.txt of its layers, a JSON of word to id, a SentencePiece "
        "model, a tokenizer.json",
    )
    for role, what in {
        "eos": "ends a sentence",
        "unk": "stands for unknown words",
        "padding": "fills windows, and is no word",
    }.items():
        group.add_argument(
            f"--{role}",
            metavar="WORD",
            help=f"the word, or its id, that {what}; none for no word "
            "(default: what FILE says, or the usual names)",
        )
    group.add_argument(
        "--lower_case",
        choices=("yes", "no"),
        help="put text into lower case first (default: what FILE says, or "
        "yes where its words are)",
    )
    group.add_argument(
        "--text_rules",
        metavar="KIND",
        help="how text becomes words: typed, white space, keras or "
        "text_vectorization (default: what FILE says, or typed)",
    )


def given(arguments: argparse.Namespace) -> dict[str, Any]:
    """Returns what flags say of a model that was not trained here.

    Its keys are the arguments of `workspace.load`.

    Raises:
        ValueError: as `check`.
    """
    check(arguments)
    return {
        "words": words(arguments),
        "config": arguments.config,
        "names": dict(arguments.map or ()),
    }


def check(arguments: argparse.Namespace) -> None:
    """Refuses flags that say nothing of any model that a command was given.

    Raises:
        ValueError: there is such a flag, or no model where one should be.
    """
    paths, vocabulary = _paths(arguments), words(arguments)
    kinds = [opening.check(x, vocabulary, has_words=False) for x in paths]
    for flag, what in _OF.items():
        if getattr(arguments, flag, None) and not any(
            map(functools.partial(_fits, flag), paths, kinds)
        ):
            raise ValueError(
                f"--{flag} is of {what}, and not of {', '.join(paths)}: "
                f"leave it out"
            )


def _paths(arguments: argparse.Namespace) -> list[str]:
    """Returns the models that a command was given."""
    said = vars(arguments)
    one = [said.get(name) for name in ("model", "file", "reference")]
    return [*filter(None, one), *said.get("files", ())]


def _fits(flag: str, path: str, kind: opening.Kind) -> bool:
    """Tells whether a flag says something of a model."""
    if flag == "format":
        return kind == "workspace"
    if flag == "vocabulary" and kind == "file":
        return True
    if kind != "workspace" or not location.is_foreign(path):
        return False
    suffix = pathlib.Path(path).suffix
    if flag == "config":  # What Keras zips has its layers in it.
        return suffix in location.KERAS and not zipfile.is_zipfile(path)
    return flag == "vocabulary" or suffix in location.PYTORCH


def _pair(text: str) -> tuple[str, str]:
    name, is_pair, part = text.partition("=")
    if not (name and is_pair and part):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no pair: write it as in encoder.weight=embedding"
        )
    return name, part


def words(arguments: argparse.Namespace) -> "WordFile | None":
    """Returns the file that --vocabulary names, with what flags say of it.

    Raises:
        ValueError: there are such flags, and no file.
    """
    from tflm.text.vocabularies.word_file import WordFile

    said = {
        "eos": arguments.eos,
        "unk": arguments.unk,
        "padding": arguments.padding,
        "lower_case": _YES_OR_NO[arguments.lower_case],
        "kind": arguments.text_rules,
    }
    if arguments.vocabulary:
        return WordFile(arguments.vocabulary, **said)
    if any(value is not None for value in said.values()):
        raise ValueError(
            "--eos, --unk, --padding, --lower_case and --text_rules say what "
            "a vocabulary file does not: give --vocabulary"
        )
    return None
