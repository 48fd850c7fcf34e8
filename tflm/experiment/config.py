"""What the whole pipeline shall make: a model, files of it, and how."""

import dataclasses
import hashlib

from tflm import compression
from tflm.model.config import ModelConfig
from tflm.model.presets import preset
from tflm.tflite.formats import Format
from tflm.training.config import TRAINING_PRESETS, TrainingConfig


@dataclasses.dataclass(frozen=True)
class Variant:
    """A file to make.

    Attributes:
        methods: of compression, as text.
        format: of the weights.
        runtime: oldest TensorFlow Lite that must read it; None for any.
        tuned: whether the model is trained after each method.
        tuning: how, if not as the plan says.
    """

    methods: str
    format: Format
    runtime: str | None = None
    tuned: bool = True
    tuning: TrainingConfig | None = None

    @property
    def name(self) -> str:
        file_format = self.format + (
            f" for {self.runtime}" if self.runtime else ""
        )
        methods = self.methods + ("" if self.tuned else " untrained")
        return " + ".join(filter(None, [methods, file_format]))

    @property
    def slug(self) -> str:
        """A short file name; the hash keeps the methods' fields apart."""
        parts = [self.model_slug, self.format, self.runtime]
        return "-".join(filter(None, parts))

    @property
    def model_slug(self) -> str:
        """The same for the model, which other formats of it share."""
        parts = [slug(self.methods), None if self.tuned else "untrained"]
        if self.tuning:
            parts.append(_digest(repr(self.tuning)))
        return "-".join(filter(None, parts))


@dataclasses.dataclass(frozen=True)
class ExperimentConfig:
    """What to train, compress and measure.

    Attributes:
        corpus: as `corpus.load` takes it.
        vocabulary_size: words.
        name: of the model, for reports.
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
    name: str = "keyboard"
    model: ModelConfig = preset("keyboard")
    training: TrainingConfig = TRAINING_PRESETS["keyboard"]
    tuning: TrainingConfig = TrainingConfig(
        epochs=0.2,
        learning_rate=0.001,
        schedule="cosine",
        loss="sampled",
        exact=0.05,
    )
    variants: tuple[Variant, ...] = (
        Variant("", "float32"),
        Variant("", "float16"),
        Variant("", "int8"),
        Variant("", "int8", "2.16"),
        Variant("", "full_int8"),
        Variant("", "mixed"),
        Variant("", "int4"),
        Variant("LowRank(rank=64, scope='layer_.*')", "int8"),
        Variant("TensorTrain(rank=32, scope='layer_.*')", "int8"),
        Variant("Prune(sparsity=0.6, ramp_steps=150)", "int8"),
    )
    valid_tokens: int = 0
    test_sentences: int = 0
    # The newest library for Android on Maven Central is 2.16.1.
    shipped: Variant = Variant("", "int8", "2.16")
    scores_valid: bool = False
    has_baselines: bool = True


FULL = ExperimentConfig()

# Minutes instead of an hour: enough to see every stage, not to ship.
DEMO = ExperimentConfig(
    training=dataclasses.replace(
        FULL.training, epochs=0.6, exact=0.02, checkpoint_seconds=15.0
    ),
    tuning=dataclasses.replace(FULL.tuning, epochs=0.05),
    variants=tuple(
        dataclasses.replace(
            variant,
            methods=variant.methods.replace("ramp_steps=150", "ramp_steps=40"),
        )
        for variant in FULL.variants
    ),
    valid_tokens=20_000,
    test_sentences=500,
)


def slug(methods: str) -> str:
    """Returns a file name for methods: LowRank(rank=8) to LowRank-1f2e3d."""
    if not methods:
        return ""
    names = [type(m).__name__ for m in compression.parse_all(methods)]
    return "-".join([*names, _digest(methods)])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
