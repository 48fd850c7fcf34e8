"""The manifest of a bundle that lies on disk."""

import pathlib
import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tflm import files, json_files
from tflm.bundle.tagging import Tagging
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.reading import Reading

FORMAT_VERSION = 2  # A reader of 1 would begin every text after `<eos>`.
TAGGER_VERSION = 3  # A reader of 2 knows no other task than prediction.
_READ = (1, FORMAT_VERSION, TAGGER_VERSION)
TAG = "tag"


def read(directory: pathlib.Path) -> dict[str, Any]:
    """Returns the manifest of a bundle.

    Raises:
        ValueError: there is none, it is of another format version, or it names
            a file that is not beside it.
    """
    path = directory / "manifest.json"
    if not directory.exists():
        raise ValueError(
            f"there is no directory {directory}: make a bundle with tflm export"
        )
    try:
        manifest = json_files.read(path, dict[str, Any])
        head = json_files.convert(manifest, "manifest.json", _Head)
    except (OSError, ValueError) as error:
        raise _no_bundle(directory, error) from None
    version = head.format_version
    if version not in _READ:
        raise ValueError(
            f"{directory} is a bundle of format {version}, this toolkit reads "
            f"1 to {TAGGER_VERSION}: export the model again"
        )
    if version == TAGGER_VERSION and manifest.get("task") != TAG:
        raise ValueError(
            f"{directory} is for the task {manifest.get('task')!r}, which "
            f"this toolkit cannot: update it"
        )
    for name in head.files:
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise ValueError(
                f"{directory} names the file {name!r}, which no bundle has: "
                f"do not trust it"
            )
    if "model.tflite" not in head.files:
        raise _no_bundle(directory, "manifest.json names no model.tflite")
    shape = _TaggerManifest if manifest.get("task") == TAG else _Manifest
    try:
        json_files.convert(manifest, "manifest.json", shape)
    except ValueError as error:
        raise _no_bundle(directory, error) from None
    return manifest


def _no_bundle(directory: pathlib.Path, reason: object) -> ValueError:
    return ValueError(
        f"{directory} is not a bundle ({reason}): make one with tflm export"
    )


class _File(msgspec.Struct):
    sha256: str


class _Head(msgspec.Struct):
    """What a manifest of any version has."""

    format_version: int
    files: dict[str, _File]


class _Corpus(msgspec.Struct):
    name: str
    sha256: str
    licence: str = ""


class _Text(msgspec.Struct):
    display: dict[str, str] = {}


class _Manifest(msgspec.Struct):
    """What is read of a manifest; its parts have shapes of their own."""

    name: str
    recipe: str
    vocabulary_size: int
    state_size: int
    special_ids: dict[str, Any]
    text: _Text
    corpus: _Corpus
    metrics: dict[str, Any]
    provenance: dict[str, Any]
    minimum_runtime: str
    signature: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    task: str | None = None
    protocol: dict[str, Any] | None = None
    cache: dict[str, Any] | None = None


class _Tagging(msgspec.Struct):
    suffix_letters: Annotated[int, msgspec.Meta(ge=0, le=99)]


class _TaggerManifest(_Manifest, kw_only=True):
    tagging: _Tagging


def protocol(manifest: Mapping[str, Any]) -> Protocol:
    """Returns how a bundle's model is used: in format 1, after `<eos>`.

    A tagger's sentences begin with zeros.
    """
    if manifest.get("task") == TAG:
        return Protocol()
    if manifest["format_version"] == 1:
        return Protocol.after(manifest["special_ids"]["eos"])
    return Protocol.of(manifest.get("protocol") or {})


def check_file(path: pathlib.Path, expected: str) -> None:
    """Proves that a file of a bundle is the one that was written.

    Args:
        path: of the file.
        expected: its SHA-256, in hexadecimal.

    Raises:
        ValueError: it is missing or another one.
    """
    if not path.is_file():
        raise ValueError(f"{path} is missing: copy the whole bundle again")
    found = files.sha256(path)
    if found != expected:
        raise ValueError(
            f"{path} was changed: its SHA-256 is {found[:12]}..., the "
            f"manifest says {expected[:12]}...; copy the bundle again"
        )


def cache(manifest: Mapping[str, Any]) -> CacheSettings | None:
    """Returns the settings of a bundle's cache, None if it has none.

    Raises:
        ValueError: there is no such cache.
    """
    fields = manifest.get("cache")
    return CacheSettings.of(fields) if fields else None


def tagging(
    manifest: Mapping[str, Any], directory: pathlib.Path
) -> Tagging | None:
    """Returns how a bundle's tagger is used, None of a language model.

    Raises:
        ValueError: a file of its lexicon is missing or damaged.
    """
    if manifest.get("task") != TAG:
        return None
    fields = manifest["tagging"]
    lexicon = Lexicon.load(directory, fields["suffix_letters"])
    return Tagging(lexicon, Reading.of(fields))
