"""A teacher by its path: what it said of a text, made where it is missing."""

import hashlib
import pathlib

from tflm import files
from tflm.experiment import opening
from tflm.text.dataset import Text
from tflm.text.vocabulary import Vocabulary
from tflm.training.distillation import soft_targets
from tflm.training.distillation.config import DistillationConfig
from tflm.training.distillation.soft_targets import Header, SoftTargets


def paths(config: DistillationConfig) -> list[str]:
    """Returns the paths that a lesson names.

    Raises:
        ValueError: it names none.
    """
    found = [path.strip() for path in config.teacher.split(",")]
    if not all(found):
        raise ValueError(
            f"teacher {config.teacher!r} names no model: give a path, or "
            f"several by comma"
        )
    return found


def check(config: DistillationConfig | None) -> None:
    """Refuses a teacher that is not there, without a look into a model.

    Args:
        config: whose `teacher` is a workspace, bundle or .tflite file, several
            of these by comma, or one file of what a teacher said.

    Raises:
        ValueError: there is none, or one that is damaged.
    """
    if config is None:
        return
    given = paths(config)
    for path in given:
        if not soft_targets.is_one(path):
            opening.check(path)
        elif len(given) > 1:
            raise ValueError(
                f"{path} is what a teacher said, which is not averaged: give "
                f"it alone, or models"
            )
        else:
            soft_targets.read_header(path)


def targets(
    config: DistillationConfig | None, text: Text
) -> SoftTargets | None:
    """Returns what a teacher said of a training text, None without one.

    It is kept beside the ids of the text, so that it is read once for all
    that learns from it.

    Args:
        config: as `check` takes it.
        text: what the teacher reads.

    Raises:
        ValueError: the teacher has other words, or is not what `check` takes.
        OSError: the disk has no room.
    """
    if config is None:
        return None
    check(config)
    path, *others = paths(config)
    if soft_targets.is_one(path):
        found = soft_targets.load(path)
        if found.header.vocabulary_sha256 != soft_targets.digest_of_words(
            text.vocabulary
        ):
            raise _other_words(path, found.header.vocabulary_size, text)
        found.check(text.train, len(text.vocabulary))
        return found
    return _read([path, *others], config.words, text)


def _read(paths: list[str], words: int, text: Text) -> SoftTargets:
    from tflm.training.distillation import write
    from tflm.training.distillation.teacher import Mixture

    teachers = [_teacher(path, text) for path in paths]
    teacher = teachers[0] if len(teachers) == 1 else Mixture(teachers)
    header = write.header_of(teacher, text.vocabulary, text.train, words)
    path = text.directory / _name(header)
    return write.write(
        teacher, text.vocabulary, text.train, text.valid, path, words
    )


def _teacher(path: str, text: Text):
    from tflm.model import location, workspace
    from tflm.training.distillation.teacher import Net, Reader

    if opening.check(path) == "workspace":
        trained = workspace.load(path)
        _check_words(path, trained.vocabulary, text)
        return Net(trained.model, trained.protocol, path)
    opened = opening.open_model(path)
    words = opened.vocabulary
    if words is None:
        raise location.no_words(path)
    _check_words(path, words, text)
    return Reader(
        opened.step(),
        len(words),
        opened.protocol or words.protocol,
        path,
        hashlib.sha256(opened.content()).hexdigest(),
    )


def _check_words(path: files.Path, words: Vocabulary, text: Text) -> None:
    if words.words != text.vocabulary.words:
        raise _other_words(path, len(words), text)


def _other_words(path: files.Path, count: int, text: Text) -> ValueError:
    return ValueError(
        f"the teacher {path} has another vocabulary ({count} words; the text "
        f"has {len(text.vocabulary)}): give one that was trained with the same"
    )


def _name(header: Header) -> pathlib.Path:
    """Returns a name that no other teacher, text or number of words has."""
    digest = hashlib.sha256(repr(header.about).encode()).hexdigest()
    return pathlib.Path(f"teacher-{digest[:8]}.topk")
