"""A model by its path, whatever lies there: what every command opens.

A workspace is a directory that `tflm train` or `tflm compress` wrote, or a
file of Keras or PyTorch with its words; a bundle is what `tflm export` wrote; a
.tflite file may have its words beside it. `check` refuses at once, `open_model`
reads.
"""

import collections
import dataclasses
import functools
import pathlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tflm import files
    from tflm.bundle.bundle import Bundle
    from tflm.bundle.tagging import Tagging
    from tflm.model.workspace import Trained
    from tflm.text.dataset import Origin
    from tflm.text.protocol import Protocol, Step
    from tflm.text.vocabulary import Vocabulary

HELP = "workspace, bundle or .tflite file"

Kind = Literal["workspace", "bundle", "file"]


@dataclasses.dataclass(frozen=True)
class Opened:
    """A model that was opened.

    Attributes:
        name: for people; that of its manifest, else of its path.
        vocabulary: its words, None for a .tflite file that has none.
        origin: what it was made from, as far as is known.
        recipe: its methods and format, as text; empty if they are not known.
        is_converted: whether it is a workspace, which a file is made of.
        content: returns the .tflite file, for which a workspace is converted,
            once.
        step: returns what reads a word.
        bundle: returns it as a bundle.
        is_tagger: whether it labels words; then no step reads a word alone.
    """

    name: str
    vocabulary: "Vocabulary | None"
    origin: "Origin"
    recipe: str
    is_converted: bool
    content: Callable[[], bytes]
    step: "Callable[[], Step]"
    bundle: "Callable[[], Bundle]"
    is_tagger: bool = False

    @property
    def protocol(self) -> "Protocol | None":
        """How the model is used; None for what its words say."""
        return self.origin.protocol


def check(
    path: str,
    words: "files.Path | None" = None,
    file_format: str | None = None,
    has_words: bool = True,
) -> Kind:
    """Returns what lies at a path, without a look into it.

    Args:
        path: as a user gives it.
        words: their file, where they are not beside it.
        file_format: that a workspace is to be converted to, None for float32.
        has_words: whether a .tflite file needs its words.

    Raises:
        ValueError: nothing there can be opened, or it lacks its words.
    """
    from tflm.model import location
    from tflm.tflite import formats

    if file_format and formats.known(file_format).calibrated:
        raise ValueError(
            f"format {file_format} needs a text: tflm export makes such a file"
        )
    place = pathlib.Path(path)
    if not place.exists():
        raise ValueError(f"{path} is missing: give a {HELP}")
    if (place / "manifest.json").exists() or _of_bundle(place):
        return "bundle"
    if location.is_foreign(place) or (place / "model.npz").exists():
        location.check(path, words)
        return "workspace"
    if place.is_dir():
        location.check_finished(place)
        raise ValueError(f"{path} is no model: give a {HELP}")
    beside = pathlib.Path(words or place.with_name("vocabulary.txt"))
    if has_words and not beside.exists():
        raise location.no_words(path)
    return "file"


def open_model(
    path: str,
    words: "files.Path | None" = None,
    file_format: str | None = None,
    has_words: bool = True,
    config: "files.Path | None" = None,
    names: Mapping[str, str] | None = None,
) -> Opened:
    """Opens what `check`, which takes the same, finds at a path.

    Args:
        path: as a user gives it.
        words: their file, where they are not beside it.
        file_format: that a workspace is to be converted to, None for float32.
        has_words: whether a .tflite file needs its words.
        config: of a Keras file that has weights alone.
        names: what the tensors of a PyTorch model are.

    Raises:
        ValueError: as there, or it is damaged.
    """
    kind = check(path, words, file_format, has_words)
    place = pathlib.Path(path)
    if kind == "bundle":
        return _bundle(place.parent if _of_bundle(place) else place)
    if kind == "workspace":
        return _workspace(path, words, file_format, config, names)
    return _file(place, words)


def named(models: Iterable[tuple[str, Opened]]) -> Mapping[str, Opened]:
    """Returns models by name, with the path where two have the same one."""
    models = [*models]
    count = collections.Counter(opened.name for _, opened in models)
    return {
        opened.name if count[opened.name] == 1 else path: opened
        for path, opened in models
    }


def tagging_of(trained: "Trained") -> "Tagging | None":
    """Returns how a model's file is used if it is a tagger's."""
    from tflm.bundle.tagging import Tagging

    if trained.lexicon is None:
        return None
    return Tagging(trained.lexicon, trained.model.config.reading)


def _of_bundle(place: pathlib.Path) -> bool:
    """Tells whether this is the file of a bundle."""
    if place.name != "model.tflite":  # Which a path as "." has not.
        return False
    return place.with_name("manifest.json").exists()


def _bundle(directory: pathlib.Path) -> Opened:
    from tflm.bundle.bundle import Bundle
    from tflm.text.dataset import Origin
    from tflm.tflite.interpreter import load_step

    found = Bundle.load(directory)
    _probe(found.model, directory)
    corpus = found.manifest["corpus"]
    return Opened(
        found.manifest["name"],
        found.vocabulary,
        Origin(
            corpus["name"],
            corpus["sha256"],
            found.rules,
            protocol=found.protocol,
            cache=found.cache,
        ),
        found.manifest["recipe"],
        False,
        lambda: found.model,
        lambda: load_step(found.model),
        lambda: found,
        found.tagging is not None,
    )


def _workspace(
    path: str,
    words: "files.Path | None",
    file_format: str | None,
    config: "files.Path | None",
    names: Mapping[str, str] | None,
) -> Opened:
    from absl import logging

    from tflm.bundle import manifest
    from tflm.bundle.bundle import in_memory
    from tflm.model import workspace
    from tflm.model.keras_step import KerasStep
    from tflm.tflite import convert, formats
    from tflm.tflite.interpreter import load_step

    trained = workspace.load(path, words, config, names)
    wanted = formats.known(file_format or "float32").name

    @functools.cache
    def content() -> bytes:
        logging.info("%s is converted to %s in memory", path, wanted)
        return convert.convert(trained.model, wanted)

    def step() -> "Step":
        if file_format is None:  # The same numbers, without a file.
            return KerasStep(trained.model)
        return load_step(content())

    known, origin = trained.vocabulary, trained.origin
    name = manifest.name_of(path, origin, wanted)
    about = manifest.about(origin, wanted, name, tagging=tagging_of(trained))

    def bundle() -> "Bundle":
        return in_memory(content(), known, about)

    return Opened(
        *(name, known, origin, about.recipe, True, content, step, bundle),
        is_tagger=trained.lexicon is not None,
    )


def _probe(content: bytes, place: pathlib.Path) -> None:
    """Proves that a file can be run here, whoever made it."""
    from tflm import probing
    from tflm.tflite.flatbuffer import verify

    try:
        verify.check(content)
        probing.probe(content)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _file(place: pathlib.Path, vocabulary: "files.Path | None") -> Opened:
    from tflm import files
    from tflm.bundle.bundle import in_memory
    from tflm.bundle.manifest import About
    from tflm.model import location
    from tflm.text.dataset import Origin
    from tflm.text.rules import TYPED
    from tflm.text.vocabularies import word_file
    from tflm.tflite.interpreter import load_step

    content, name = files.read(place), str(place)
    _probe(content, place)
    path = vocabulary or place.with_name("vocabulary.txt")
    words, rules = None, TYPED
    if pathlib.Path(path).exists():
        size = load_step(content).vocabulary_size
        words, rules = word_file.of(path).read(size)

    def bundle() -> "Bundle":
        if words is None:
            raise location.no_words(place)
        return in_memory(content, words, About(name, rules=rules))

    return Opened(
        name,
        words,
        Origin(rules=rules),
        "",
        False,
        lambda: content,
        lambda: load_step(content),
        bundle,
    )
