"""The models of the Penn Treebank table, and the files made of them."""

import dataclasses
import functools
import pathlib

from tflm import files
from tflm.compression import LowRank, Prune, QuantizeAware, TensorTrain
from tflm.experiment import ptb_models
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.training.config import TUNING, Precision
from tflm.training.distillation.config import DistillationConfig

# A text of sentences in their order: no row begins anew.
_TUNING = dataclasses.replace(TUNING, epochs=2, reset=0.0)

# Where nine weights of ten go, the others have to learn again.
_PRUNING = dataclasses.replace(
    _TUNING, epochs=4, batch=20, learning_rate=0.002, samples=1000
)

_PLAIN = (Variant("float32"), Variant("int8"))
_INT4 = (Variant("int4"), Variant("int4", (QuantizeAware(4, 4),)))
_PRUNE = Prune(sparsity=0.9, ramp_steps=2000)
_PRUNE_BY_NEED = dataclasses.replace(_PRUNE, balance="sensitivity")
_PRUNE_BY_USE = dataclasses.replace(_PRUNE, importance="weighted")
# Of the large matrices: the file is just below half a megabyte.
_TRAIN_OF_CORES = TensorTrain(
    rank=68, scope="embedding|layer_0/(input_0|projection)"
)
_FIT_90 = Prune(sparsity=0.9, importance="weighted")
_FIT_70 = Prune(sparsity=0.7, importance="weighted")

_VARIANTS = {
    "lstm-200": (
        *_PLAIN,
        Variant("float32", (Prune(sparsity=0.9),), tuned=False),
        Variant("float32", (_PRUNE,), tuning=_PRUNING),
        Variant("int8", (_PRUNE,), tuning=_PRUNING),
        Variant("int8", (_PRUNE_BY_NEED,), tuning=_PRUNING),
        Variant("float32", (_FIT_90,), tuned=False),
        Variant("int8", (_FIT_70,), tuned=False),
        Variant("float32", (_PRUNE_BY_USE,), tuning=_PRUNING),
        Variant("int8", (_PRUNE_BY_USE,), tuning=_PRUNING),
        Variant("int8", (LowRank(rank=40, initial="weighted"),)),
        Variant("int8", (TensorTrain(rank=32),)),
        *_INT4,
    ),
    "best-1mb": (*_PLAIN, *_INT4),
    "best-5mb": (*_PLAIN, *_INT4),
}


@dataclasses.dataclass(frozen=True)
class _Lesson:
    """How a model of the table is taught.

    Attributes:
        teachers: models of the table that it learns from.
        epochs: of its training; who is told more than the next word has use
            for more.
        variants: the files to make.
        final_weight: as of `DistillationConfig`.
    """

    teachers: tuple[str, ...]
    epochs: float
    variants: tuple[Variant, ...]
    final_weight: float = DistillationConfig.final_weight


# In the order of their training.
_LESSONS = {
    "pru-5mb": _Lesson(("best-5mb",), 30, (*_PLAIN, *_INT4)),
    "pru-1mb": _Lesson(
        ("best-5mb", "pru-5mb-taught"),
        24,
        (
            *_PLAIN,
            *_INT4,
            Variant("int4", (_TRAIN_OF_CORES, QuantizeAware(4, 4))),
        ),
    ),
    # It could learn the text by heart: the teachers have their say to the end.
    "pru-10mb": _Lesson(
        ("best-5mb", "pru-5mb-taught"), 36, (*_PLAIN, *_INT4), final_weight=0.3
    ),
    "lstm-200": _Lesson(
        ("best-5mb", "pru-5mb-taught"),
        12,
        (
            *_PLAIN,
            Variant("float32", (_PRUNE_BY_USE,), tuning=_PRUNING),
            Variant("int8", (_PRUNE_BY_USE,), tuning=_PRUNING),
        ),
    ),
}


def experiments(
    directory: str,
    output: files.Path = "build/ptb",
    precision: Precision = "float32",
) -> dict[str, ExperimentConfig]:
    """Returns the experiments of the table, by the names of their models.

    Args:
        directory: of the text, where ptb.train.txt is.
        output: where each has its directory, that of the teacher too.
        precision: of all their training.
    """
    found = _alone(directory)
    found |= _taught(found, output)
    return {
        name: _trained_with(config, precision=precision)
        for name, config in found.items()
    }


def _alone(directory: str) -> dict[str, ExperimentConfig]:
    return {
        name: ExperimentConfig(
            corpus=f"ptb:{directory}",
            vocabulary_size=ptb_models.VOCABULARY,
            name=name,
            model=model,
            training=training,
            tuning=_TUNING,
            variants=_VARIANTS.get(name, _PLAIN),
            shipped=_PLAIN[1],
            scores_valid=True,
            has_baselines=False,
        )
        for name, (model, training) in ptb_models.models().items()
    }


def _taught(
    alone: dict[str, ExperimentConfig], output: files.Path
) -> dict[str, ExperimentConfig]:
    """Returns models that learn from another, and whose files do, too."""
    found = {}
    for name, lesson in _LESSONS.items():
        usual = alone[name]
        teachers = ",".join(
            str(pathlib.Path(output, teacher, "models", "full"))
            for teacher in lesson.teachers
        )
        longer = dataclasses.replace(
            usual,
            name=f"{name}-taught",
            training=dataclasses.replace(usual.training, epochs=lesson.epochs),
            # At 0.001 an epoch leaves a file worse than rounding alone.
            tuning=dataclasses.replace(
                usual.tuning, epochs=4, learning_rate=0.0003
            ),
            variants=lesson.variants,
        )
        found[longer.name] = _trained_with(
            longer,
            distillation=DistillationConfig(
                teacher=teachers, final_weight=lesson.final_weight
            ),
        )
    return found


def _trained_with(config: ExperimentConfig, **settings) -> ExperimentConfig:
    """Returns the experiment with the settings in all training of it."""
    change = functools.partial(dataclasses.replace, **settings)
    return dataclasses.replace(
        config,
        training=change(config.training),
        tuning=change(config.tuning),
        variants=tuple(
            dataclasses.replace(each, tuning=change(each.tuning))
            if each.tuning
            else each
            for each in config.variants
        ),
    )
