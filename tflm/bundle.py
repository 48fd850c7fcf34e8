"""The bundle: all that a phone needs of a model, in one directory.

    model.tflite      reads one word (`tflm.tflite.step`)
    vocabulary.txt    UTF-8, one word a line, the line number is the id
    manifest.json     what it is, and the SHA-256 of each other file
    golden.json       what the file must answer to given words
    MODEL_CARD.md     the same for people

Python and Java check the same golden file.
"""

import dataclasses
import hashlib
import json
import pathlib
import shutil
import tempfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from tflm import files
from tflm.text import vocabulary
from tflm.text.candidates import Candidates
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import inspect
from tflm.tflite.interpreter import load_step

FORMAT_VERSION = 1

# Ours, so that a bundle quotes no corpus.
GOLDEN_TEXTS = (
    "see you",
    "how are you doing today ?",
    "i am on my way home",
    "thank you so much for",
    "what do you want to",
    "the weather is nice , is it not",
)
_GOLDEN_COUNT = 3
_GOLDEN_PREFIXES = ("", "t", "wh")


@dataclasses.dataclass(frozen=True)
class About:
    """What a manifest says of a model beside what its file shows.

    Attributes:
        name: for people.
        recipe: methods and format, as text.
        corpus: name of the training text.
        corpus_sha256: of its files.
        typed: whether words come from the tokenizer of typed text.
        display: lower-cased words to the way they are written (`i` to `I`).
        metrics: quality by name, of the file.
        provenance: command, versions, commit, hardware.
        licence: of the corpus, as far as it binds the model.
    """

    name: str
    recipe: str
    corpus: str
    corpus_sha256: str
    typed: bool = True
    display: Mapping[str, str] = dataclasses.field(default_factory=dict)
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    licence: str = ""


@dataclasses.dataclass(frozen=True)
class Bundle:
    """A bundle that was read and whose hashes are right."""

    model: bytes
    vocabulary: Vocabulary
    manifest: Mapping[str, Any]
    golden: Mapping[str, Any]

    @staticmethod
    def load(directory: files.Path) -> "Bundle":
        """Reads a bundle.

        Raises:
            ValueError: it is no bundle, is of another format version, lacks a
                file, or a file is not the one that the manifest names.
        """
        directory = pathlib.Path(directory)
        manifest = _read_manifest(directory)
        for name, expected in manifest["files"].items():
            _check_file(directory / name, expected["sha256"])
        golden = json.loads((directory / "golden.json").read_text("utf-8"))
        return Bundle(
            (directory / "model.tflite").read_bytes(),
            vocabulary.load(directory / "vocabulary.txt"),
            manifest,
            golden,
        )

    def check(self) -> None:
        """Proves that the file answers as the golden file says.

        Raises:
            ValueError: it does not; says where.
        """
        step = _as_on_a_phone(self.model)
        tolerance = self.golden["tolerance"]
        found = golden(step, self.vocabulary)["sequences"]
        for expected, ours in zip(self.golden["sequences"], found, strict=True):
            for place, (a, b) in enumerate(
                zip(expected["steps"], ours["steps"], strict=True)
            ):
                if not np.allclose(a["logits"], b["logits"], atol=tolerance):
                    raise ValueError(
                        f"after {place + 1} words of {expected['text']!r} the "
                        f"file's logits are {b['logits']}, not {a['logits']}"
                    )


def write(
    directory: files.Path,
    model: bytes,
    words: Vocabulary,
    about: About,
    overwrite: bool = False,
) -> None:
    """Writes a bundle: all of it, or nothing.

    Raises:
        ValueError: the file has not as many logits as there are words.
        FileExistsError: the directory exists and `overwrite` is not set.
    """
    directory = pathlib.Path(directory)
    if directory.exists() and not overwrite:
        raise FileExistsError(f"{directory} exists: give --overwrite")
    directory.parent.mkdir(parents=True, exist_ok=True)
    temporary = pathlib.Path(
        tempfile.mkdtemp(prefix=".tflm-", dir=directory.parent)
    )
    try:
        _fill(temporary, model, words, about)
        temporary.chmod(0o755)  # mkdtemp's are private.
        if directory.exists():
            shutil.rmtree(directory)
        temporary.rename(directory)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def golden(step, words: Vocabulary) -> dict[str, Any]:
    """Returns what `step` answers to the golden texts.

    Each begins with a state of zeros and `<eos>`. After every word: the
    likeliest words, for each prefix, and the logits of those of the first.
    """
    candidates = Candidates(words)
    sequences = []
    for text in GOLDEN_TEXTS:
        state, steps = step.initial_state(), []
        tokens = [words.eos, *words.encode(text.split())]
        for token in tokens:
            logits, state = step(token, state)
            best = candidates.best(logits, count=_GOLDEN_COUNT)
            steps.append(
                {
                    "top": best,
                    "logits": [round(float(logits[id]), 5) for id in best],
                    "suggestions": {
                        prefix: candidates.suggest(
                            logits, prefix, _GOLDEN_COUNT
                        )
                        for prefix in _GOLDEN_PREFIXES
                    },
                }
            )
        sequences.append({"text": text, "tokens": tokens, "steps": steps})
    # Kernels of other processors round otherwise; int8 activations more so.
    return {"tolerance": 0.2, "sequences": sequences}


def _fill(directory, model: bytes, words: Vocabulary, about: About) -> None:
    step = load_step(model)
    if step.vocabulary_size != len(words):
        raise ValueError(
            f"the model has {step.vocabulary_size} words and the vocabulary "
            f"{len(words)}: give the one that it was trained with"
        )
    (directory / "model.tflite").write_bytes(model)
    words.save(directory / "vocabulary.txt")
    _write_json(directory / "golden.json", golden(_as_on_a_phone(model), words))
    manifest = _manifest(step, model, words, about)
    (directory / "MODEL_CARD.md").write_text(_card(manifest), "utf-8")
    manifest["files"] = {
        path.name: {
            "bytes": path.stat().st_size,
            "sha256": files.sha256(path),
        }
        for path in sorted(directory.iterdir())
    }
    _write_json(directory / "manifest.json", manifest)


def _as_on_a_phone(model: bytes):
    """Returns the step of a file with the sums of TensorFlow Lite 2.16.

    It gives no int8 weights to XNNPACK, whose sums differ in the second decimal
    of a logit: enough to change the order of words that are as likely.
    """
    return load_step(model, xnnpack=False)


def _manifest(step, model: bytes, words: Vocabulary, about: About) -> dict:
    found = inspect.inspect(model)
    return {
        "format_version": FORMAT_VERSION,
        "name": about.name,
        "recipe": about.recipe,
        "signature": {
            "name": "step",
            "inputs": {
                "token": {"dtype": "int32", "shape": [1]},
                "state": {"dtype": "float32", "shape": [1, step.state_size]},
            },
            "outputs": {
                "logits": {"dtype": "float32", "shape": [1, len(words)]},
                "state": {"dtype": "float32", "shape": [1, step.state_size]},
            },
        },
        "vocabulary_size": len(words),
        "state_size": step.state_size,
        "special_ids": {
            "eos": words.eos,
            "unk": words.unk,
            "never_suggested": list(words.special_ids),
        },
        "text": {
            "tokenizer": "typed" if about.typed else "white space",
            "lower_case": about.typed,
            "display": dict(about.display),
        },
        "minimum_runtime": found.runtime,
        "operations": {op.name: op.version for op in found.operations},
        "corpus": {
            "name": about.corpus,
            "sha256": about.corpus_sha256,
            "licence": about.licence,
        },
        "metrics": dict(about.metrics),
        "provenance": dict(about.provenance),
    }


def _card(manifest: Mapping[str, Any]) -> str:
    metrics = [
        f"| {name.replace('_', ' ')} | {_short(value)} |"
        for name, value in manifest["metrics"].items()
    ]
    corpus = manifest["corpus"]
    command = manifest["provenance"].get("command", "")
    licence = f" (licence {corpus['licence']})" if corpus["licence"] else ""
    return "\n".join(
        [
            f"# {manifest['name']}",
            "",
            "Predicts the next word of typed text, one word at a time, on the "
            "device. `manifest.json` has the same facts for programs.",
            "",
            f"- Recipe: `{manifest['recipe']}`",
            f"- Words: {manifest['vocabulary_size']}",
            f"- Needs TensorFlow Lite {manifest['minimum_runtime']} or newer",
            f"- Trained on: {corpus['name']}{licence}",
            f"- Made by: `{command}`" if command else "",
            "",
            "| measured on the file | |",
            "|---|---|",
            *metrics,
            "",
            "Limits: it repeats what is common in its training text, with that "
            "text's biases, and knows no word outside its vocabulary. It has "
            "no filter for offensive words; a keyboard should have one.",
            "",
        ]
    )


def _short(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _read_manifest(directory: pathlib.Path) -> dict[str, Any]:
    path = directory / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        version = manifest["format_version"]
        manifest["files"]["model.tflite"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(
            f"{directory} is not a bundle (no readable manifest.json): "
            f"make one with tflm export"
        ) from None
    if version != FORMAT_VERSION:
        raise ValueError(
            f"{directory} is a bundle of format {version}, this toolkit reads "
            f"{FORMAT_VERSION}: export the model again"
        )
    return manifest


def _check_file(path: pathlib.Path, expected: str) -> None:
    if not path.is_file():
        raise ValueError(f"{path} is missing: copy the whole bundle again")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} was changed: its SHA-256 is {found[:12]}..., the "
            f"manifest says {expected[:12]}...; copy the bundle again"
        )


def _write_json(path: pathlib.Path, value: Any) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")
