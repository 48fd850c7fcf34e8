"""The settings of training as arguments of commands."""

import argparse
import dataclasses
import functools
from collections.abc import Sequence
from typing import Any, get_args, get_type_hints

from tflm.commands.options import files_like
from tflm.commands.parser import Parser, completes
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig

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
    "precision": (str, "mixed is faster on processors with bfloat16"),
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


def add(parser: Parser, defaults: TrainingConfig | None = None) -> None:
    """Adds the settings of training, none of which is set by itself.

    Args:
        parser: of the command.
        defaults: what stands in for those that are not given, for the help;
            those of a preset if it is None.
    """
    whose = "" if defaults else "those of the preset where not given"
    group = parser.group("training", whose)
    for name, (kind, what) in TRAINING.items():
        names = _choices(name)
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


def given(
    arguments: argparse.Namespace, base: TrainingConfig | None = None
) -> dict[str, Any]:
    """Returns the settings of training that were given.

    Args:
        arguments: of the command.
        base: what they change; it may have a teacher already.

    Raises:
        ValueError: they say how to learn from a teacher, and there is none.
    """
    found = {
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
        return found
    how = base.distillation if base else None
    if how is None and "teacher" not in taught:
        raise ValueError(
            f"--teacher_{[*taught][0]} goes with --teacher: give both"
        )
    how = dataclasses.replace(how or DistillationConfig(), **taught)
    return found | {"distillation": how}


def _choices(field: str) -> tuple[str, ...]:
    """Returns what a setting of training may be, empty for a number."""
    return get_args(get_type_hints(TrainingConfig)[field])


def _these(names: Sequence[str], prefix: str) -> Sequence[str]:
    return names
