"""The kinds of files that are read, how to damage each, and what reads it."""

import contextlib
import dataclasses
import hashlib
import io
import json
import pathlib
import shutil
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

from benchmarks.fuzz import mutations
from tflm import runtime
from tflm.archive import fallback
from tflm.archive.byte_archive import unpack_bytes
from tflm.archive.records import Header, Kind, Reader, Record
from tflm.archive.result import Damaged
from tflm.archive.unpack import unpack, unpack_line
from tflm.bundle.bundle import Bundle
from tflm.model import workspace
from tflm.model.foreign.keras import from_keras
from tflm.report import documents
from tflm.text.piece_table import table
from tflm.text.vocabularies import word_file
from tflm.tflite.flatbuffer import verify
from tflm.tflite.interpreter import load_step
from tflm.training import checkpoints
from tflm.training.distillation import soft_targets

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


def _one_model(bytewise: bool) -> Damage:
    def damage(corpus: pathlib.Path, place: pathlib.Path, random: Random):
        name = random.choice(("float", "int8"))
        sound = (corpus / f"{name}.tflite").read_bytes()
        change = mutations.damaged if bytewise else mutations.other_model
        place.mkdir()
        (place / "model.tflite").write_bytes(change(sound, random))

    return damage


def _archive(corpus: pathlib.Path, place: pathlib.Path, random: Random) -> None:
    """Damages one archive, or what is in it, its checksums made anew."""
    shutil.copytree(corpus / "archives", place)
    path = random.choice(sorted(place.glob("*.tflmz")))
    for other in place.glob("*.tflmz"):
        if other != path:
            other.unlink()
    content = path.read_bytes()
    if random.random() < 0.3:
        path.write_bytes(mutations.damaged(content, random))
        return
    reader = Reader(io.BytesIO(content))
    records = [*reader.records()]
    at = random.randrange(len(records))
    records[at] = _other_record(records[at], random)
    header = reader.header
    if random.random() < 0.2:
        header = Header(random.randrange(4), random.choice((1, 2, 3, 1 << 15)))
    parts = [header.content(), *(record.content() for record in records)]
    path.write_bytes(b"".join(parts))


def _other_record(record: Record, random: Random) -> Record:
    how = random.random()
    if how < 0.3:
        name = random.choice(("number", "length", "check"))
        value = random.choice((0, 1, 2, 999, 1 << 20, (1 << 32) - 1))
        changed: dict[str, Any] = {name: value}
        return dataclasses.replace(record, **changed)
    if how < 0.4:
        return dataclasses.replace(record, kind=random.choice([*Kind]))
    if record.kind is Kind.FINGERPRINT:
        text = fallback.unpack(record.payload, record.length)
        other = mutations.other_json(text, random)
        packed = fallback.pack(other)
        return dataclasses.replace(record, length=len(other), payload=packed)
    payload = mutations.damaged(record.payload, random)
    return dataclasses.replace(record, payload=payload)


def _teacher_file(
    corpus: pathlib.Path, place: pathlib.Path, random: Random
) -> None:
    """Damages what a teacher said, or what its file says of itself."""
    shutil.copytree(corpus / "teacher", place)
    [path] = place.iterdir()
    content = path.read_bytes()
    if random.random() < 0.4:
        path.write_bytes(mutations.damaged(content, random))
        return
    start, size = len(soft_targets.MAGIC), soft_targets.START
    said = mutations.other_json(content[start:size].rstrip(), random)
    begun = (soft_targets.MAGIC + said).ljust(size)
    path.write_bytes(begun + content[size:])


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
    except (MemoryError, RuntimeError) as error:  # As `limited.main`.
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
        words, rules = word_file.of(path).read()
        rules.join(rules.words("a bad cab"))
        if rules.by_piece:
            table.of(words, rules)


def _unzip(place: pathlib.Path) -> None:
    """Reads an archive in each way, as the command does."""
    [path] = place.glob("*.tflmz")
    bundle = Bundle.load(place / "bundle")
    ways = [
        lambda file: unpack_line(bundle, file, 2),
        lambda file: unpack(bundle, file, io.BytesIO(), recover=True),
        lambda file: unpack(bundle, file, io.BytesIO()),
    ]
    if path.stem == "bytes":
        ways = [
            lambda file: unpack_bytes(file, io.BytesIO(), recover=True),
            lambda file: unpack_bytes(file, io.BytesIO()),
        ]
    *others, last = ways
    for way in others:
        with open(path, "rb") as file, contextlib.suppress(ValueError, Damaged):
            way(file)
    with open(path, "rb") as file:
        try:
            last(file)
        except Damaged as error:  # One line for people, of the command.
            raise ValueError(str(error)) from None


def _teacher(place: pathlib.Path) -> None:
    for path in place.iterdir():
        found = soft_targets.load(path)
        assert found.ids.shape == found.probabilities.shape


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
    "vocabulary, tokenizer": Target(
        "JSON and bytes changed", _of("words"), (_words,)
    ),
    "archive": Target(
        "records changed, and their checksums", _archive, (_unzip,)
    ),
    "teacher's words": Target(
        "JSON and bytes changed", _teacher_file, (_teacher,)
    ),
    "results": Target("JSON and bytes changed", _of("results"), (_results,)),
}
