"""The kinds of files that are read, how to damage each, and what reads it."""

import dataclasses
import hashlib
import json
import pathlib
import shutil
import zipfile
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from benchmarks.fuzz import mutations
from tflm import runtime
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.keras import from_keras, to_keras
from tflm.report import documents
from tflm.text.cache_settings import CacheSettings
from tflm.text.dataset import Origin
from tflm.text.vocabularies import word_file
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import convert
from tflm.tflite.flatbuffer import verify
from tflm.tflite.interpreter import load_step
from tflm.training import checkpoints

_LETTERS = "abcdefghijklmnopqrst"
_JSON = {
    "words.json": json.dumps({letter: i for i, letter in enumerate(_LETTERS)}),
    "tokenizer.json": json.dumps(
        {
            "class_name": "Tokenizer",
            "config": {
                "word_index": json.dumps({"a": 1, "b": 2, "c": 3}),
                "num_words": None,
                "oov_token": "a",
                "filters": ",",
                "split": " ",
                "char_level": False,
                "lower": True,
            },
        }
    ),
    "list.json": json.dumps(["<unk>", *_LETTERS]),
}
Damage = Callable[[pathlib.Path, pathlib.Path, Random], None]


@dataclasses.dataclass(frozen=True)
class Target:
    """A kind of files.

    Attributes:
        what: is done to them, for people.
        damage: makes a directory of a corpus a damaged one.
        steps: read it; all but the last only find out what a process survives.
    """

    what: str
    damage: Damage
    steps: Sequence[Callable[[pathlib.Path], None]]


def make_corpus(place: pathlib.Path) -> None:
    """Writes sound files of all kinds."""
    words = Vocabulary(("<eos>", "<unk>", *_LETTERS))
    layer = LayerConfig("cifg", 16, 8)
    model = build_model(ModelConfig(len(words), 8, (layer,)))
    content = convert.convert_here(model)
    int8 = convert.convert_here(model, "int8")
    for name, each in (("float", content), ("int8", int8)):
        (place / f"{name}.tflite").write_bytes(each)
    about = About("small", cache=CacheSettings(9))
    write_bundle(place / "bundle", content, words, about)
    trained = workspace.Trained(model, words, Origin("a text"))
    workspace.save(trained, place / "workspace")
    untied = build_model(
        ModelConfig(len(words), 8, (LayerConfig("lstm", 8),), tied=False)
    )
    stock = to_keras.to_keras(untied)
    (place / "keras").mkdir()
    stock.save(place / "keras" / "model.keras")
    stock.save(place / "keras" / "model.h5")
    (place / "checkpoint").mkdir()
    progress = {"step": 1, "history": [{"epoch": 1.0}], "fingerprint": "ab"}
    text = np.frombuffer(json.dumps(progress).encode(), np.uint8)
    np.savez(
        place / "checkpoint" / "step-1.npz", progress=text, v0=np.zeros([3, 4])
    )
    (place / "words").mkdir()
    for name, said in _JSON.items():
        (place / "words" / name).write_text(said)
    (place / "results").mkdir()
    shutil.copy(
        _RESULTS / "chitchat" / "keyboard.json", place / "results" / "rows.json"
    )
    shutil.copy(_RESULTS / "comparison.json", place / "results" / "times.json")


_RESULTS = pathlib.Path(__file__).parents[2] / "results"


def _one_model(bytewise: bool) -> Damage:
    def damage(corpus: pathlib.Path, place: pathlib.Path, random: Random):
        name = random.choice(("float", "int8"))
        sound = (corpus / f"{name}.tflite").read_bytes()
        change = mutations.damaged if bytewise else mutations.other_model
        place.mkdir()
        (place / "model.tflite").write_bytes(change(sound, random))

    return damage


def _of(folder: str) -> Damage:
    """Returns what damages one file of a folder, but for a bundle's model."""

    def damage(corpus: pathlib.Path, place: pathlib.Path, random: Random):
        shutil.copytree(corpus / folder, place)
        names = [p for p in sorted(place.iterdir()) if p.suffix != ".tflite"]
        path = random.choice(names)
        path.write_bytes(_other(path, random))
        if folder == "bundle" and path.name != "manifest.json":
            _sign(place, path)

    return damage


def _other(path: pathlib.Path, random: Random) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".json" and random.random() < 0.8:
        return mutations.other_json(data, random)
    if path.suffix in (".npz", ".keras") and random.random() < 0.8:
        return _other_member(path, random)
    return mutations.damaged(data, random)


def _other_member(path: pathlib.Path, random: Random) -> bytes:
    """Returns an archive of which one member is another."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice([*members])
    data = members[name]
    start = data.find(b"{", 80) if path.suffix == ".npz" else 0
    has_json = name.endswith(".json") or name in ("config.npy", "progress.npy")
    is_json = has_json and random.random() < 0.8
    if is_json and path.suffix == ".npz":  # Behind the header of an array.
        text = mutations.other_json(data[start:], random)
        made = np.frombuffer(text, np.uint8)
        with open(path.with_suffix(".npy"), "wb") as file:
            np.save(file, made)
        members[name] = path.with_suffix(".npy").read_bytes()
        path.with_suffix(".npy").unlink()
    elif is_json:
        members[name] = mutations.other_json(data, random)
    else:
        members[name] = mutations.damaged(data, random)
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return path.read_bytes()


def _sign(bundle: pathlib.Path, path: pathlib.Path) -> None:
    """Makes a bundle's manifest name a damaged file as its own."""
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["files"][path.name]["sha256"] = digest
    (bundle / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _probe(place: pathlib.Path) -> None:
    content = (place / "model.tflite").read_bytes()
    verify.check(content)
    try:
        runtime.run_once(content)
    except (MemoryError, RuntimeError) as error:  # As `probing.main`.
        raise ValueError(str(error).partition("\n")[0]) from None


def _step(place: pathlib.Path) -> None:
    for xnnpack in (True, False):
        content = (place / "model.tflite").read_bytes()
        step = load_step(content, xnnpack=xnnpack)
        state = step.initial_state()
        for token in range(0, min(step.vocabulary_size, 200), 3):
            try:
                _, state = step(token, state)
            except RuntimeError as error:  # One line for people, of `cli`.
                raise ValueError(str(error).partition("\n")[0]) from None


def _bundle(place: pathlib.Path) -> None:
    found = Bundle.load(place)
    found.rules.words("a b")
    assert found.protocol is not None
    assert found.cache is None or found.cache.window
    found.check()


def _keras(place: pathlib.Path) -> None:
    for path in place.iterdir():
        from_keras.load(path)


def _words(place: pathlib.Path) -> None:
    for path in place.iterdir():
        word_file.of(path).read()


def _workspace(place: pathlib.Path) -> None:
    workspace.load(place)


def _checkpoint(place: pathlib.Path) -> None:
    for path in place.iterdir():
        checkpoints.read(path)


def _results(place: pathlib.Path) -> None:
    for path in place.iterdir():
        documents.read([path])


TARGETS = {
    ".tflite, by structure": Target(
        "indices, shapes, options swapped", _one_model(False), (_probe, _step)
    ),
    ".tflite, by bytes": Target(
        "bytes changed", _one_model(True), (_probe, _step)
    ),
    "bundle": Target("JSON and bytes changed", _of("bundle"), (_bundle,)),
    "workspace": Target(
        "JSON, arrays and bytes changed", _of("workspace"), (_workspace,)
    ),
    "checkpoint": Target(
        "JSON, arrays and bytes changed", _of("checkpoint"), (_checkpoint,)
    ),
    ".keras and .h5": Target("JSON and bytes changed", _of("keras"), (_keras,)),
    "vocabulary": Target("JSON and bytes changed", _of("words"), (_words,)),
    "results": Target("JSON and bytes changed", _of("results"), (_results,)),
}
