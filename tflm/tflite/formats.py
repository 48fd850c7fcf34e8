"""The formats that a .tflite file may have: the one table of them.

It imports neither TensorFlow nor the quantizer, so that a command lists the
formats and refuses others at once.
"""

import dataclasses
from typing import Literal

Format = Literal[
    "float32",
    "float16",
    "int8",
    "full_int8",
    "int4",
    "mixed",
    "fitted",
    "sparse",
]


@dataclasses.dataclass(frozen=True)
class Properties:
    """How a format stores weights, and what it asks for.

    Attributes:
        name: as `convert` and `tflm export --format` take it.
        help: what it is, in one line.
        layers: bits of a weight in a layer.
        tables: bits of a weight in an embedding table, and so in the softmax
            that is tied to one.
        tolerance: the largest difference of a logit from Keras', as a share
            of the range of the logits, that still counts as rounding and not
            as a wrong file.
        lost: the largest share of what the model knows of the next word
            (`check.lost_share`) that counts as rounding too, where single
            logits differ by more. Weights of 8 bits cost a few 1e-5, of 4
            bits some 0.005; one wrong row of a matrix costs 0.005 to 0.7.
        dynamic: whether weights are integers and activations are quantized
            word by word inside the products, as they come.
        calibrated: whether the activations' ranges are fixed, by ids of text.
        early_exit: whether the file may hold the parts of a hierarchical
            softmax apart.
        fitted: whether a matrix has fewer bits where they hold it exactly.
        oldest: the first TensorFlow Lite that reads such a file of any model,
            if it is a new one.
    """

    name: Format
    help: str
    layers: int
    tables: int
    tolerance: float
    lost: float = 0.0
    dynamic: bool = False
    calibrated: bool = False
    early_exit: bool = True
    fitted: bool = False
    oldest: str = ""


_TABLE = (
    Properties("float32", "the reference", 32, 32, tolerance=1e-4),
    Properties("float16", "half the bytes, not faster", 16, 16, tolerance=0.01),
    Properties(
        "int8",
        "a scale for each row",
        8,
        8,
        tolerance=0.1,
        lost=0.005,
        dynamic=True,
    ),
    Properties(
        "full_int8",
        "activations by ranges from a text too",
        8,
        8,
        tolerance=0.3,
        lost=0.01,
        calibrated=True,
        early_exit=False,
    ),
    Properties(
        "int4",
        "look at the quality first",
        4,
        4,
        tolerance=0.6,
        lost=0.02,
        dynamic=True,
        oldest="2.18",
    ),
    Properties(
        "mixed",
        "int8 layers and an int4 embedding table",
        8,
        4,
        tolerance=0.4,
        lost=0.02,
        dynamic=True,
        oldest="2.18",
    ),
    Properties(
        "fitted",
        "int8, and fewer where QuantizeAware(bits=...) did with them",
        8,
        8,
        tolerance=0.1,
        lost=0.005,
        dynamic=True,
        fitted=True,
        oldest="2.18",
    ),
    Properties(
        "sparse",
        "float32 without the zeros of a pruned model",
        32,
        32,
        tolerance=1e-4,
        early_exit=False,
    ),
)
FORMATS: dict[Format, Properties] = {row.name: row for row in _TABLE}
DYNAMIC = tuple(row.name for row in _TABLE if row.dynamic)


def known(name: str) -> Properties:
    """Returns the properties of a format.

    Raises:
        ValueError: there is none of this name.
    """
    for row in _TABLE:
        if row.name == name:
            return row
    raise ValueError(
        f"format {name!r} is unknown: give one of {', '.join(FORMATS)}"
    )


def check_runtime(name: str, runtime: str | None) -> None:
    """Refuses a format that no file for `runtime` can have.

    Raises:
        ValueError: there is no such format or version, or the one needs a
            newer other; says which formats it has.
    """
    from tflm.tflite.flatbuffer import runtimes

    wanted = known(name)
    if runtime is None:
        return
    runtimes.version_numbers(runtime)  # It refuses what is no version.

    def reads(row: Properties) -> bool:
        return not row.oldest or not runtimes.is_older(runtime, row.oldest)

    if not reads(wanted):
        others = ", ".join(row.name for row in _TABLE if reads(row))
        raise ValueError(
            f"format {name} needs TensorFlow Lite {wanted.oldest}, not "
            f"{runtime}: give a newer runtime or one of {others}"
        )


def summary() -> str:
    """Returns every format and what it is, in one line for `--help`."""
    return "; ".join(f"{row.name}: {row.help}" for row in _TABLE)
