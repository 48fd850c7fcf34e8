r"""Our files against other runtimes and the least possible time, in one run.

python -m benchmarks.latency --output=results/latency.json
python -m benchmarks.latency --table=results/latency.json

The second prints the table of a run before, in Markdown.

All files are measured in interleaved rounds on one thread. The stock file is of
the very same model (`tflm.model.foreign.keras.to_keras`): fused LSTM, default
optimizations.
ONNX Runtime and PyTorch run the dense models of LSTM layers where they are
installed (`.[backends]`); they are checked against Keras first, and of several
forms the fastest counts. Times do not depend on what a model has learnt, so the
models have their first weights unless --model names a trained one.
"""

import dataclasses
import importlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

import numpy as np
from absl import app, flags, logging

from benchmarks import limit, program
from benchmarks.backends import weights
from benchmarks.backends.weights import Weights
from tflm import compression
from tflm.compression.low_rank import LowRank
from tflm.compression.tensor_train import TensorTrain
from tflm.latency.backend import Backend
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.language_model import LanguageModel
from tflm.model.presets import preset
from tflm.report import provenance
from tflm.report.rows import Row, load_rows, save_rows, zip_bytes
from tflm.report.text_table import markdown
from tflm.report.text_table import table as rows_table
from tflm.tflite import convert, formats, stock

_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")
_PRESETS = flags.DEFINE_list("presets", "keyboard,ptb-medium", "Which models.")
_MODEL = flags.DEFINE_string("model", None, "A trained model, as one more.")
_RUNS = flags.DEFINE_integer("runs", 1000, "Steps to measure of each file.")

_FILES: dict[str, Sequence[tuple[str, formats.Format]]] = {
    "keyboard": (
        ("", "float32"),
        ("", "int8"),
        ("", "mixed"),
        ("", "int4"),
        ("LowRank(rank=64, scope='layer_.*')", "int8"),
        ("TensorTrain(rank=32, scope='layer_.*')", "int8"),
    ),
    "ptb-medium": (
        ("", "float32"),
        ("", "int8"),
        ("", "int4"),
        # 4.2 M parameters, as the paper's LR LSTM 650/650.
        ("LowRank(rank=122)", "float32"),
        ("LowRank(rank=122)", "int8"),
        ("LowRank(rank=122)", "int4"),
        # Three of 0.67 M parameters. Square cores use each weight for many
        # products, 46 on average, long ones for less than two.
        ("LowRank(rank=19)", "int8"),
        ("TensorTrain(rank=28)", "int8"),
        ("TensorTrain(rank=32, layout='square')", "int8"),
    ),
}
_BACKENDS = {
    "ONNX Runtime": "benchmarks.backends.onnx_runtime",
    "PyTorch": "benchmarks.backends.pytorch",
}


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A form of a model; of several with one title the fastest is kept."""

    title: str
    recipe: str
    file: bytes | Backend
    parameters: int | None = None


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        rows = load_rows(_TABLE.value)
        print(markdown(rows, limit.COLUMNS), end="")
        return
    models = {name: build_model(preset(name)) for name in _PRESETS.value}
    if _MODEL.value:
        models[_MODEL.value] = workspace.load(_MODEL.value).model
    rows = []
    for name, whole in models.items():
        rows += measure([*ours(name, whole), *others(name, whole)])
    if program.OUTPUT.value:
        save_rows(rows, program.OUTPUT.value)
    print(rows_table(rows, limit.COLUMNS))


def measure(candidates: Sequence[Candidate]) -> list[Row]:
    """Returns the rows of one model, all measured in interleaved rounds.

    Raises:
        ValueError: as `limit.interleave`.
    """
    files = {candidate.recipe: candidate.file for candidate in candidates}
    found = limit.interleave(files, _RUNS.value)
    times = {recipe: latency.p50_ms for recipe, (latency, _) in found.items()}
    fastest = fastest_forms(candidates, times)
    theirs_ms = [
        times[each.recipe]
        for each in fastest
        if not isinstance(each.file, bytes) and each.title.endswith("int8")
    ]
    rows = []
    for each in fastest:
        latency, extra = found[each.recipe]
        if theirs_ms:
            extra["speed_up"] = round(min(theirs_ms) / latency.p50_ms, 3)
        rows.append(
            Row(
                name=each.title,
                recipe=each.recipe,
                bytes=len(limit.shipped(each.file)),
                zip_bytes=zip_bytes(limit.shipped(each.file)),
                parameters=each.parameters,
                latency=dataclasses.asdict(latency) | extra,
                provenance=provenance.provenance(program.command("latency")),
            )
        )
    return rows


def fastest_forms(
    candidates: Sequence[Candidate], times: Mapping[str, float]
) -> list[Candidate]:
    """Returns the fastest candidate of each title, by times of recipes."""
    fastest: dict[str, Candidate] = {}
    for each in candidates:
        best = fastest.setdefault(each.title, each)
        if times[each.recipe] < times[best.recipe]:
            fastest[each.title] = each
    return [*fastest.values()]


def ours(name: str, whole: LanguageModel) -> Iterator[Candidate]:
    """Yields the stock file and ours of one model."""
    title = f"{name}: stock"
    yield Candidate(title, title, stock.convert(whole))
    for methods, file_format in _FILES.get(name, _FILES["keyboard"]):
        title = f"{name}: " + ", ".join(filter(None, [methods, file_format]))
        logging.info("converting %s", title)
        parsed = compression.parse_all(methods)
        if name != _MODEL.value:
            parsed = [from_random(method) for method in parsed]
        smaller = compression.apply(parsed, whole, compression.skip_training)
        ids = np.arange(100, 200)
        content = convert.convert(smaller, file_format, calibration=ids)
        yield Candidate(title, title, content, smaller.parameters)


def from_random(method: compression.Method) -> compression.Method:
    """Returns a factorisation that keeps nothing of what it replaces.

    Singular values of random matrices would take minutes, for no use.
    """
    if isinstance(method, LowRank | TensorTrain):
        return dataclasses.replace(method, initial="random")
    return method


def others(name: str, whole: LanguageModel) -> Iterator[Candidate]:
    """Yields the forms of the model in runtimes that are installed."""
    try:
        found = weights.weights(whole)
    except ValueError as error:
        logging.info("no other backend of %s: %s", name, error)
        return
    for runtime, module in _BACKENDS.items():
        try:
            backend = importlib.import_module(module)
        except ModuleNotFoundError as error:
            logging.warning("%s is left out: %s", runtime, error)
            continue
        forms = itertools.product(backend.FORMATS, backend.FORMS)
        for file_format, form in forms:
            title = f"{name}: {runtime} {file_format}"
            made = checked(backend, found, whole, form, file_format)
            yield Candidate(title, f"{title}, {form}", made)


def checked(
    backend: ModuleType,
    found: Weights,
    whole: LanguageModel,
    form: str,
    file_format: formats.Format,
) -> Backend:
    """Returns a backend whose logits are those of Keras, on carried states.

    Raises:
        AssertionError: they are not.
    """
    logging.info("checking %s, %s, %s", backend.__name__, form, file_format)
    made = backend.convert(found, form, file_format)
    difference = weights.difference(made.open(threads=1), whole)
    if not difference <= formats.known(file_format).tolerance:
        raise AssertionError(
            f"{backend.__name__}, {form}, {file_format}: "
            f"logits are {difference:.3g} "
            f"of their range from Keras', so it is not the same model"
        )
    return made


if __name__ == "__main__":
    app.run(main)
