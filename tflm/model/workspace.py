"""A directory with a model, its words, and where both come from."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping

from tflm import files
from tflm.model import location, storage
from tflm.model.foreign import from_keras, pytorch
from tflm.model.foreign.description import Imported
from tflm.model.language_model import LanguageModel
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Trained:
    """A model with its words and origin.

    Attributes:
        model: the model.
        vocabulary: its words.
        origin: what both were made from.
        source: what is known of a foreign model, None if it is none.
    """

    model: LanguageModel
    vocabulary: Vocabulary
    origin: Origin
    source: Imported | None = None

    def after(self, model: LanguageModel, methods: str) -> "Trained":
        """Returns what `methods`, as text, made of it."""
        recipe = ", ".join(filter(None, [self.origin.recipe, methods]))
        origin = dataclasses.replace(self.origin, recipe=recipe)
        return Trained(model, self.vocabulary, origin)


def save(trained: Trained, directory: files.Path) -> None:
    """Writes `model.npz`, `vocabulary.txt` and `origin.json`."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    trained.vocabulary.save(directory / "vocabulary.txt")
    origin = json.dumps(dataclasses.asdict(trained.origin), indent=1)
    files.write(directory / "origin.json", origin)
    # Last, as its presence says that the others are whole.
    storage.save(trained.model, directory / "model.npz")


def save_model(
    model: LanguageModel,
    vocabulary: Vocabulary,
    directory: files.Path,
    origin: Origin | None = None,
) -> None:
    """Writes a model with its words to a directory, for `tflm.load`.

    The command takes such a directory too: `tflm export DIRECTORY`.

    Args:
        model: what to write.
        vocabulary: its words.
        directory: where to; it is made.
        origin: what both were made from, which bundles and reports tell.

    Examples:
        >>> tflm.save(model, words, "mine")
    """
    origin = origin or Origin()
    if origin.protocol is None:
        origin = dataclasses.replace(origin, protocol=model.protocol)
    save(Trained(model, vocabulary, origin), directory)


def load(
    path: files.Path,
    words: files.Path | None = None,
    config: files.Path | None = None,
    names: Mapping[str, str] | None = None,
) -> Trained:
    """Reads what `save` wrote, or a user's own model of Keras or PyTorch.

    Args:
        path: a directory, a `.keras` or `.h5` file of Keras, or a
            `.safetensors` or `.npz` file of a PyTorch state dict.
        words: the vocabulary file that a user's own model was trained with.
        config: of a Keras file that has weights alone, `model.to_json()`.
        names: what the tensors of a state dict are, as `tflm.from_pytorch`
            takes it.

    Raises:
        ValueError: there is none, it is damaged or unsupported, or it has
            another number of words than the vocabulary.

    Examples:
        >>> trained = tflm.load("mine")
        >>> trained.vocabulary == words, trained.model.parameters
        (True, 3844)
    """
    path = pathlib.Path(path)
    location.check(path, words)
    if words is not None and location.is_foreign(path):
        if path.suffix in location.PYTORCH:
            way, imported = "from_pytorch", pytorch.load(path, names)
        else:
            way, imported = "from_keras", from_keras.load(path, config)
        origin = Origin(
            corpus="the user's own",
            recipe=f"{way}({path.name!r})",
            protocol=imported.protocol,
        )
        vocabulary = Vocabulary.load(words)
        found = Trained(imported.model, vocabulary, origin, imported)
    else:
        found = Trained(
            storage.load(path / "model.npz"),
            Vocabulary.load(path / "vocabulary.txt"),
            _origin(path / "origin.json"),
        )
    size = found.model.config.vocabulary_size
    if size != len(found.vocabulary):
        raise ValueError(
            f"{path} has {size} words and its vocabulary "
            f"{len(found.vocabulary)}: give the one it was trained with"
        )
    return found


def _origin(path: pathlib.Path) -> Origin:
    fields = json.loads(path.read_text("utf-8"))
    if protocol := fields.get("protocol"):
        fields["protocol"] = Protocol.of(protocol)
    return Origin(**fields)
