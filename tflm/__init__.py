"""Compresses recurrent language models into small, fast .tflite files.

The public names, in the order of the data's way:

    text        load_corpus, Vocabulary
    model       LayerConfig, ModelConfig, preset, build_model, from_keras
    PyTorch's   from_pytorch, to_pytorch
    training    TrainingConfig, settings_for, train, make_fit
    a teacher   soft_targets, DistillationConfig
    on disk     save, load
    smaller     compress, Budget, compress_to_budget
    the file    convert, inspect, probe
    its worth   load_step, evaluate, benchmark
    to a phone  write_bundle, Bundle
    few bytes   zip, unzip
    taggers     prepare_tagged, TaggerConfig, train_tagger, make_tagger_fit
    their file  Tagging, SentenceTagger

Their examples go on from one another in this order. They read `text.txt`,
which may be any text with one sentence or message a line, and `trips.txt`, in
which each word has a label.

A name is imported when it is first used: `import tflm` is instant, as only
the modules that compute import TensorFlow. What is not listed here may move
between versions (docs/stability.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.2.0"

__all__ = [
    "load_corpus",
    "Vocabulary",
    "LayerConfig",
    "ModelConfig",
    "preset",
    "build_model",
    "from_keras",
    "from_pytorch",
    "to_pytorch",
    "TrainingConfig",
    "settings_for",
    "train",
    "make_fit",
    "soft_targets",
    "DistillationConfig",
    "save",
    "load",
    "compress",
    "Budget",
    "compress_to_budget",
    "convert",
    "inspect",
    "probe",
    "load_step",
    "evaluate",
    "benchmark",
    "write_bundle",
    "Bundle",
    "zip",
    "unzip",
    "prepare_tagged",
    "TaggerConfig",
    "train_tagger",
    "make_tagger_fit",
    "Tagging",
    "SentenceTagger",
]

# Where each name is at home, as "module:attribute".
_HOME = {
    "load_corpus": "tflm.text.corpus:load_corpus",
    "Vocabulary": "tflm.text.vocabulary:Vocabulary",
    "LayerConfig": "tflm.model.config:LayerConfig",
    "ModelConfig": "tflm.model.config:ModelConfig",
    "preset": "tflm.model.presets:preset",
    "build_model": "tflm.model.build:build_model",
    "from_keras": "tflm.model.foreign.keras.from_keras:from_keras",
    "from_pytorch": "tflm.model.foreign.pytorch.from_pytorch:from_pytorch",
    "to_pytorch": "tflm.model.foreign.pytorch.to_pytorch:to_pytorch",
    "TrainingConfig": "tflm.training.config:TrainingConfig",
    "settings_for": "tflm.training.by_length:settings_for",
    "train": "tflm.training.train:train",
    "make_fit": "tflm.training.train:make_fit",
    "soft_targets": "tflm.training.distillation.write:write",
    "DistillationConfig": (
        "tflm.training.distillation.config:DistillationConfig"
    ),
    "save": "tflm.model.workspace:save_model",
    "load": "tflm.model.workspace:load",
    "compress": "tflm.compression.compress:compress",
    "Budget": "tflm.search.budget:Budget",
    "compress_to_budget": "tflm.search.compress_to_budget:compress_to_budget",
    "convert": "tflm.tflite.convert:convert",
    "inspect": "tflm.tflite.inspect:inspect",
    "probe": "tflm.probing:probe",
    "load_step": "tflm.tflite.interpreter:load_step",
    "evaluate": "tflm.evaluation.quality:evaluate",
    "benchmark": "tflm.latency.benchmark:measure",
    "write_bundle": "tflm.bundle.bundle:write_bundle",
    "Bundle": "tflm.bundle.bundle:Bundle",
    "zip": "tflm.archive.pack:pack",
    "unzip": "tflm.archive.unpack:unpack",
    "prepare_tagged": "tflm.text.tagged.dataset:prepare_tagged",
    "TaggerConfig": "tflm.model.tagger_config:TaggerConfig",
    "train_tagger": "tflm.training.train_tagger:train_tagger",
    "make_tagger_fit": "tflm.training.train_tagger:make_tagger_fit",
    "Tagging": "tflm.bundle.tagging:Tagging",
    "SentenceTagger": "tflm.bundle.sentence_tagger:SentenceTagger",
}

if TYPE_CHECKING:  # The same for type checkers, which run nothing.
    from tflm.archive.pack import pack as zip  # noqa: A004
    from tflm.archive.unpack import unpack as unzip
    from tflm.bundle.bundle import Bundle, write_bundle
    from tflm.bundle.sentence_tagger import SentenceTagger
    from tflm.bundle.tagging import Tagging
    from tflm.compression.compress import compress
    from tflm.evaluation.quality import evaluate
    from tflm.latency.benchmark import measure as benchmark
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig
    from tflm.model.foreign.keras.from_keras import from_keras
    from tflm.model.foreign.pytorch.from_pytorch import from_pytorch
    from tflm.model.foreign.pytorch.to_pytorch import to_pytorch
    from tflm.model.presets import preset
    from tflm.model.tagger_config import TaggerConfig
    from tflm.model.workspace import load
    from tflm.model.workspace import save_model as save
    from tflm.probing import probe
    from tflm.search.budget import Budget
    from tflm.search.compress_to_budget import compress_to_budget
    from tflm.text.corpus import load_corpus
    from tflm.text.tagged.dataset import prepare_tagged
    from tflm.text.vocabulary import Vocabulary
    from tflm.tflite.convert import convert
    from tflm.tflite.inspect import inspect
    from tflm.tflite.interpreter import load_step
    from tflm.training.by_length import settings_for
    from tflm.training.config import TrainingConfig
    from tflm.training.distillation.config import DistillationConfig
    from tflm.training.distillation.write import write as soft_targets
    from tflm.training.train import make_fit, train
    from tflm.training.train_tagger import make_tagger_fit, train_tagger
else:

    def __getattr__(name: str):
        if name not in _HOME:
            raise AttributeError(f"module 'tflm' has no attribute {name!r}")
        module, _, attribute = _HOME[name].partition(":")
        value = getattr(import_module(module), attribute)
        globals()[name] = value  # So the next use does not come here.
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
