"""A directory with a model, its words, and where both come from."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tflm import files, json_files
from tflm.model import location, storage
from tflm.model.foreign import onnx_file
from tflm.model.foreign.description import Imported
from tflm.model.foreign.keras import from_keras
from tflm.model.foreign.pytorch import from_pytorch
from tflm.model.network import Network
from tflm.text import corpus
from tflm.text.cache_settings import CacheSettings
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.vocabularies import word_file
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Trained:
    """A model with its words and origin.

    Attributes:
        model: the model.
        vocabulary: its words.
        origin: what both were made from.
        source: what is known of a foreign model, None if it is none.
        lexicon: of a tagger, its words, suffixes and labels; else None.
    """

    model: Any
    vocabulary: Vocabulary
    origin: Origin
    source: Imported | None = None
    lexicon: Lexicon | None = None

    @property
    def protocol(self) -> Protocol:
        """How the model is used."""
        return self.origin.protocol or self.vocabulary.protocol

    def after(self, model: Network, methods: str) -> "Trained":
        """Returns what `methods`, as text, made of it."""
        recipe = ", ".join(filter(None, [self.origin.recipe, methods]))
        origin = dataclasses.replace(self.origin, recipe=recipe)
        return Trained(model, self.vocabulary, origin, lexicon=self.lexicon)


def save(trained: Trained, directory: files.Path) -> None:
    """Writes `model.npz`, `vocabulary.txt` and `origin.json`.

    Of a tagger also the other files of its lexicon.
    """
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    if trained.lexicon:
        trained.lexicon.save(directory)
    else:
        trained.vocabulary.save(directory / "vocabulary.txt")
    rules = trained.origin.rules
    if rules.file:
        files.write(directory / rules.file, rules.content)
    origin = json.dumps(_fields(trained), indent=1)
    files.write(directory / "origin.json", origin)
    # Last, as its presence says that the others are whole.
    storage.save(trained.model, directory / "model.npz")


def save_model(
    model: Network,
    vocabulary: Vocabulary | Lexicon | files.Path,
    directory: files.Path,
    origin: Origin | None = None,
) -> None:
    """Writes a model with its words to a directory, for `tflm.load`.

    The command takes such a directory too: `tflm export DIRECTORY`.

    Args:
        model: what to write.
        vocabulary: its words, or a file of them of any kind that the command
            takes, such as Keras' Tokenizer as JSON; it says how text becomes
            words, too. Of a tagger the lexicon of its text.
        directory: where to; it is made.
        origin: what both were made from, which bundles and reports tell.

    Raises:
        ValueError: the file is no vocabulary, or of another number of words.

    Examples:
        >>> tflm.save(model, words, "mine")
    """
    if isinstance(vocabulary, Lexicon):
        origin = origin or Origin(rules=vocabulary.rules)
        words = vocabulary.words
        found = Trained(model, words, origin, lexicon=vocabulary)
        save(_of_one_size(found, directory), directory)
        return
    origin, size = origin or Origin(), model.config.vocabulary_size
    if not isinstance(vocabulary, Vocabulary):
        vocabulary, rules = word_file.of(vocabulary).read(size)
        origin = dataclasses.replace(origin, rules=rules)
    vocabulary, protocol = agreed(vocabulary, origin.protocol or model.protocol)
    origin = dataclasses.replace(origin, protocol=protocol)
    save(_of_one_size(Trained(model, vocabulary, origin), directory), directory)


def load(
    path: files.Path,
    words: files.Path | None = None,
    config: files.Path | None = None,
    names: Mapping[str, str] | None = None,
) -> Trained:
    """Reads what `save` wrote, or a user's own model of Keras or PyTorch.

    Args:
        path: a directory, a `.keras` or `.h5` file, a SavedModel, or a
            `.safetensors` or `.npz` file of a PyTorch state dict, or an
            `.onnx` file.
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
        found = _foreign(path, words, config, names or {})
    else:
        found = _saved(path)
    return _of_one_size(found, path)


def _saved(path: pathlib.Path) -> Trained:
    said = json_files.read(path / "origin.json", _OriginFile)
    with json_files.within(path / "origin.json"):
        origin = _origin(said, path)
        roles = Roles.of(said.special_ids) if said.special_ids else None
    letters = said.suffix_letters
    return Trained(
        storage.load(path / "model.npz"),
        Vocabulary.load(path / "vocabulary.txt", roles),
        origin,
        lexicon=None if letters is None else Lexicon.load(path, letters),
    )


def _of_one_size(found: Trained, path: files.Path) -> Trained:
    """Returns a model that has as many words as its vocabulary.

    Raises:
        ValueError: it has not.
    """
    size = found.model.config.vocabulary_size
    if size != len(found.vocabulary):
        raise ValueError(
            f"{path} has {size} words and its vocabulary "
            f"{len(found.vocabulary)}: give the one it was trained with"
        )
    return found


def _foreign(
    path: pathlib.Path,
    words: files.Path,
    config: files.Path | None,
    names: Mapping[str, str],
) -> Trained:
    if path.suffix in location.PYTORCH:
        recipe, imported = "from_pytorch", from_pytorch.load(path, names)
    elif path.suffix in location.ONNX:
        recipe, imported = "from_onnx", onnx_file.load(path)
    else:
        recipe, imported = "from_keras", from_keras.load(path, config)
    size = imported.model.config.vocabulary_size
    vocabulary, rules = word_file.of(words).read(size)
    vocabulary, protocol = agreed(vocabulary, imported.protocol)
    recipe = f"{recipe}({path.name!r})"
    origin = Origin(corpus.OWN, rules=rules, recipe=recipe, protocol=protocol)
    return Trained(imported.model, vocabulary, origin, imported)


def agreed(
    vocabulary: Vocabulary, protocol: Protocol | None
) -> tuple[Vocabulary, Protocol]:
    """Returns both with the one id that fills windows.

    Args:
        vocabulary: what its file, or a flag, says of that id counts.
        protocol: what the model says, None if it says nothing.
    """
    if protocol is None:
        return vocabulary, vocabulary.protocol
    padding = vocabulary.roles.padding
    if padding is None:
        return vocabulary.padded_with(protocol.padding), protocol
    start = (padding if i == protocol.padding else i for i in protocol.start)
    return vocabulary, Protocol(tuple(start), padding)


def _fields(trained: Trained) -> dict[str, Any]:
    origin, lexicon = trained.origin, trained.lexicon
    cache = None if lexicon else trained.model.cache or origin.cache
    fields = dataclasses.asdict(origin) | {
        "rules": origin.rules.fields(),
        "protocol": origin.protocol and origin.protocol.fields(),
        "cache": cache and cache.fields(),
        "special_ids": trained.vocabulary.roles.fields(),
    }
    return fields | ({"suffix_letters": lexicon.letters} if lexicon else {})


class _OriginFile(msgspec.Struct, forbid_unknown_fields=True):
    """What `origin.json` holds; `typed` before there were other rules."""

    corpus: str = ""
    corpus_sha256: str = ""
    typed: bool = True
    rules: dict[str, Any] | None = None
    display: dict[str, str] = {}
    recipe: str = ""
    licence: str = ""
    protocol: dict[str, Any] | None = None
    cache: dict[str, Any] | None = None
    curation: str = ""
    special_ids: dict[str, Any] | None = None
    suffix_letters: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None


def _origin(said: _OriginFile, directory: pathlib.Path) -> Origin:
    rules = said.rules or (TYPED if said.typed else SPLIT).fields()
    file = TextRules.file_of(rules)
    return Origin(
        corpus=said.corpus,
        corpus_sha256=said.corpus_sha256,
        rules=TextRules.of(
            rules, files.read(directory / file) if file else b""
        ),
        display=said.display,
        recipe=said.recipe,
        licence=said.licence,
        protocol=Protocol.of(said.protocol) if said.protocol else None,
        cache=CacheSettings.of(said.cache) if said.cache else None,
        curation=said.curation,
    )
