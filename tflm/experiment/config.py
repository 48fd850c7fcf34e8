"""What a whole run shall make: a model, files of it, and how."""

import dataclasses
import hashlib
from typing import Literal

from tflm import compression
from tflm.compression import (
    LowRank,
    Method,
    Prune,
    QuantizeAware,
    TensorTrain,
)
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.presets import preset
from tflm.text import duplicates
from tflm.text.kinds import Kind
from tflm.tflite.formats import Format
from tflm.training.config import (
    TAG_TUNING,
    TRAINING_PRESETS,
    TUNING,
    TrainingConfig,
)


@dataclasses.dataclass(frozen=True)
class Variant:
    """A file to make.

    Attributes:
        format: of the weights.
        methods: of compression, applied from left to right.
        runtime: oldest TensorFlow Lite that must read it; None for any.
        tuned: whether the model is trained after each method.
        tuning: how, if not as the experiment says.
    """

    format: Format
    methods: tuple[Method, ...] = ()
    runtime: str | None = None
    tuned: bool = True
    tuning: TrainingConfig | None = None

    @property
    def file_format(self) -> str:
        """The format and what must read it, as in "int8 for 2.16"."""
        runtime = f" for {self.runtime}" if self.runtime else ""
        return self.format + runtime

    @property
    def name(self) -> str:
        """What people call it, as in "LowRank(rank=64) + int8"."""
        methods = compression.text(self.methods)
        methods += "" if self.tuned else " untrained"
        return " + ".join(filter(None, [methods, self.file_format]))

    @property
    def slug(self) -> str:
        """A short file name; the hash keeps the methods' fields apart."""
        model = "" if self.model_slug == "full" else self.model_slug
        return "-".join(filter(None, [model, self.format, self.runtime]))

    @property
    def model_slug(self) -> str:
        """The same for the model, which other formats of it share."""
        parts = [type(method).__name__ for method in self.methods]
        if self.methods:
            parts.append(_digest(compression.text(self.methods)))
        if not self.tuned:
            parts.append("untrained")
        if self.tuning:
            parts.append(_digest(repr(self.tuning)))
        return "-".join(parts) or "full"


@dataclasses.dataclass(frozen=True)
class ExperimentConfig:
    """What to train, compress and measure.

    Attributes:
        corpus: as `corpus.load_corpus` takes it.
        vocabulary_size: words.
        language: of the corpus, a BCP 47 tag; empty for any.
        tokenizer: how its text becomes words, as `languages.rules_of` takes
            it; empty for what fits the language.
        curated: whether the vocabulary is one that a keyboard may show to
            anybody, as `tflm.text.curation` makes it; for English.
        deduplicate: which repeated lines of the text are left out, as
            `tflm.text.duplicates` has it; empty for none.
        name: of the model, for reports.
        scored_on: the corpus whose test text files are scored on; empty for
            the one that is trained on.
        model: its shape; the vocabulary's size is the text's.
        training: of the model.
        tuning: after each method of compression.
        variants: the files to make.
        valid_tokens: of validation text to watch while training; 0 for all.
        test_sentences: of test text to score files on; 0 for all.
        shipped: the variant that is also scored message by message, and whose
            bytes the n-gram model may take.
        scores_valid: whether files are scored on validation text too.
        has_baselines: whether n-gram models are trained and scored beside.
    """

    corpus: str = "chitchat"
    vocabulary_size: int = 10_000
    language: str = ""
    tokenizer: Kind | Literal[""] = ""
    curated: bool = False
    deduplicate: duplicates.Kind | Literal[""] = ""
    name: str = "keyboard"
    scored_on: str = ""
    model: ModelConfig = preset("keyboard")
    training: TrainingConfig = TRAINING_PRESETS["keyboard"]
    tuning: TrainingConfig = TUNING
    variants: tuple[Variant, ...] = ()
    valid_tokens: int = 0
    test_sentences: int = 0
    # The newest library for Android on Maven Central is 2.16.1.
    shipped: Variant = Variant("int8", runtime="2.16")
    scores_valid: bool = False
    has_baselines: bool = True


def _keyboard_files(ramp_steps: int) -> tuple[Variant, ...]:
    prune = Prune(sparsity=0.6, ramp_steps=ramp_steps)
    return (
        Variant("float32"),
        Variant("float16"),
        Variant("int8"),
        Variant("int8", runtime="2.16"),
        Variant("full_int8"),
        Variant("mixed"),
        Variant("int4"),
        Variant("int8", (LowRank(rank=64, scope="layer_.*"),)),
        Variant("int8", (TensorTrain(rank=32, scope="layer_.*"),)),
        Variant("int8", (prune,)),
    )


_FULL_TRAINING = dataclasses.replace(
    TRAINING_PRESETS["keyboard"],
    epochs=8.0,
    samples=500,
    reset=0.01,
    alone=0.5,
    precision="mixed",
)


def _trained(file_format: Format, layers: int, tables: int) -> Variant:
    """Returns a file of few bits for which the model is trained on."""
    tuning = dataclasses.replace(
        _FULL_TRAINING, epochs=1.0, learning_rate=0.0005, exact=0.1
    )
    return Variant(file_format, (QuantizeAware(layers, tables),), tuning=tuning)


# What people typed to each other counts most; see docs/chat.md for the shape.
FULL = ExperimentConfig(
    corpus="chitchat:3,irc,multidogo,clinc150,multiwoz:0.5",
    vocabulary_size=14_000,
    curated=True,
    scored_on="chitchat",
    model=ModelConfig(
        embedding_size=80,
        layers=(LayerConfig("cifg", 700, 80),),
        input_dropout=0.1,
        output_dropout=0.1,
    ),
    training=_FULL_TRAINING,
    tuning=dataclasses.replace(TUNING, epochs=0.2, exact=0.05),
    variants=(
        *_keyboard_files(ramp_steps=150),
        _trained("mixed", 8, 4),
        _trained("int4", 4, 4),
    ),
)

TAGGER = ExperimentConfig(
    corpus="",
    name="tagger",
    model=preset("tagger"),
    training=TRAINING_PRESETS["tagger"],
    tuning=TAG_TUNING,
    shipped=Variant("int8"),
    has_baselines=False,
)

# Minutes instead of an hour: the smaller shape in many small updates, without
# dropout, is past an n-gram model of the same bytes by then. It is not to ship.
DEMO = dataclasses.replace(
    FULL,
    corpus="chitchat",
    vocabulary_size=10_000,
    curated=False,
    scored_on="",
    model=dataclasses.replace(
        preset("keyboard-medium"), input_dropout=0.0, output_dropout=0.0
    ),
    training=dataclasses.replace(
        TRAINING_PRESETS["keyboard-medium"],
        epochs=1.3,
        learning_rate=0.006,
        steps=20,
        exact=0.02,
        checkpoint_seconds=15.0,
    ),
    tuning=dataclasses.replace(
        FULL.tuning, epochs=0.06, learning_rate=0.004, samples=500
    ),
    variants=tuple(
        variant
        for variant in _keyboard_files(ramp_steps=40)
        if variant.format not in ("float16", "full_int8")
    ),
    valid_tokens=20_000,
    test_sentences=500,
)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
