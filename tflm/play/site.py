"""Every file of the page, by its path: what is not here is not served."""

import dataclasses
import importlib.resources
import json
import pathlib
from typing import Any

from tflm.bundle.bundle import Bundle
from tflm.play import runtime
from tflm.text.piece_table import table
from tflm.tflite.flatbuffer import hidden_output

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".tflite": "application/octet-stream",
    ".wasm": "application/wasm",
}


@dataclasses.dataclass(frozen=True)
class File:
    """What is served at one path."""

    content: bytes
    type: str


def site(bundle: Bundle) -> dict[str, File]:
    """Returns the files of the page for one bundle.

    Raises:
        ValueError: its model reads pieces of words in a way that the page
            cannot.
        RuntimeError, OSError: as `runtime.read`.
    """
    known = facts(bundle)
    if "refused" in known["pieces"]:
        raise ValueError(
            f"the page cannot split text as {bundle.manifest['name']} does, "
            f"with {known['pieces']['refused']}: tflm suggest can"
        )
    contents = _page() | _runtime()
    contents["model.tflite"] = hidden_output.left_out(bundle.model)
    contents["model.json"] = json.dumps(known).encode()
    found = {
        path: File(content, _TYPES[pathlib.PurePosixPath(path).suffix])
        for path, content in contents.items()
    }
    first = "tagger.html" if bundle.tagging else "index.html"
    return {"": found[first], **found}


def facts(bundle: Bundle) -> dict[str, Any]:
    """Returns what the page needs to know of a bundle, as JSON has it."""
    manifest, words, rules = bundle.manifest, bundle.vocabulary, bundle.rules
    return {
        "task": manifest.get("task", "predict"),
        "name": manifest["name"],
        "recipe": manifest["recipe"],
        "file_bytes": len(bundle.model),
        "file_sha256": manifest["files"]["model.tflite"]["sha256"],
        "corpus": manifest["corpus"],
        "metrics": manifest["metrics"],
        "text": manifest["text"],
        "language": manifest.get("language")
        or manifest["text"].get("locale", ""),
        "words": words.words,
        "pieces": table.of(words, rules) if rules.by_piece else {},
        "start": bundle.protocol.start,
        "unk": words.unk,
        "padding": words.roles.padding,
        "never_suggested": words.special_ids,
        "spellings": dict(words.roles.spellings),
        "has_cache": bundle.cache is not None,
        "runtime": f"{runtime.CORE.name} {runtime.CORE.version}",
        **_of_tagger(bundle),
    }


def _of_tagger(bundle: Bundle) -> dict[str, Any]:
    """Returns what a page needs to know of a tagger beside."""
    if bundle.tagging is None:
        return {}
    lexicon = bundle.tagging.lexicon
    suffixes = lexicon.suffixes.words if lexicon.suffixes else ()
    told = {"labels": lexicon.labels, "suffixes": suffixes}
    return {"tagging": {**bundle.tagging.fields(), **told}}


def _page() -> dict[str, bytes]:
    folder = importlib.resources.files("tflm.play") / "page"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _runtime() -> dict[str, bytes]:
    """Returns the runtime's files.

    A worker knows no import map, so the one import by a package's name
    becomes a path.
    """
    core, utils = runtime.read(runtime.CORE), runtime.read(runtime.UTILS)
    name = f'"{runtime.UTILS.name}"'.encode()
    core["dist/index.js"] = core["dist/index.js"].replace(
        name, b'"../utils/dist/index.js"'
    )
    return {
        f"runtime/{path}": content
        for path, content in [
            *core.items(),
            *((f"utils/{path}", content) for path, content in utils.items()),
        ]
    }
