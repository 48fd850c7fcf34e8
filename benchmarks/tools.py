r"""Our files beside those of other tools, of one trained model.

python -m benchmarks.tools --model=build/tools/model \
    --other_python=OTHER/bin/python --output=results/tools.json
python -m benchmarks.tools --table=results/tools.json

Every tool gets the same weights, of plain LSTM layers, and is used as its own
documentation says first. What it makes is scored like any file of ours: bytes,
perplexity of the test text, agreement with Keras' float32, and times in
interleaved rounds on one thread. litert-torch and Olive run in an environment
of their own (`pip install litert-torch olive-ai onnx onnxruntime`), named by
--other_python; without it they are left out. --runs=0 takes no times.
"""

import dataclasses
import pathlib
from collections.abc import Callable, Iterator, Sequence

from absl import app, flags, logging

from benchmarks import limit, program
from benchmarks.backends import other_tools, weights
from benchmarks.backends.step import BackendStep, Renamed
from tflm.evaluation.quality import compare
from tflm.evaluation.score import score
from tflm.experiment import stages
from tflm.latency import benchmark
from tflm.latency.backend import Backend, TfliteFile
from tflm.model import workspace
from tflm.model.keras_step import KerasStep
from tflm.model.workspace import Trained
from tflm.report import columns
from tflm.report.rows import Row, load_rows, save_rows
from tflm.report.text_table import markdown
from tflm.report.text_table import table as rows_table
from tflm.text.corpus import load_corpus
from tflm.text.protocol import Step
from tflm.tflite import convert, stock

_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")
_MODEL = flags.DEFINE_string("model", None, "Directory of the trained model.")
_OTHER = flags.DEFINE_string("other_python", None, "Of litert-torch and Olive.")
_RUNS = flags.DEFINE_integer("runs", 1000, "Steps to time of each; 0: none.")
_SENTENCES = flags.DEFINE_integer("sentences", 200, "Of test text, to score.")

_WORDS = 1000  # Of validation text, on which agreement is measured.
_COLUMNS = {
    title: columns.PAGE[title]
    for title in ("MB", "zip MB", "perplexity", "same@1", "p50 ms", "p95 ms")
}


@dataclasses.dataclass(frozen=True)
class Made:
    """What a tool made of the model: what is timed, and what is scored."""

    name: str
    file: bytes | Backend
    step: Callable[[], Step]


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        print(markdown(load_rows(_TABLE.value), _COLUMNS), end="")
        return
    if not _MODEL.value:
        raise app.UsageError("give --model or --table")
    trained = workspace.load(_MODEL.value)
    rows = measure(trained, [*ours(trained), *others(trained)])
    if program.OUTPUT.value:
        save_rows(rows, program.OUTPUT.value)
    print(rows_table(rows, _COLUMNS))


def measure(trained: Trained, every: Sequence[Made]) -> list[Row]:
    """Returns a row of each file, timed in rounds with the others."""
    files = {each.name: each.file for each in every}
    times = benchmark.interleave(files, runs=_RUNS.value) if _RUNS.value else {}
    corpus = load_corpus(trained.origin.corpus)
    lines = [*_first(corpus.sentences("valid"), _WORDS)]
    ids = trained.vocabulary.encode_text(lines)[:_WORDS].tolist()
    rows = []
    for each in every:
        logging.info("scoring %s", each.name)
        quality = score(
            each.step(),
            trained.vocabulary,
            corpus.sentences("test"),
            _SENTENCES.value,
        )
        reference = KerasStep(trained.model)
        agreement = compare(each.step(), reference, trained.vocabulary, ids)
        row = stages.make_row(
            each.name,
            limit.shipped(each.file),
            quality | dataclasses.asdict(agreement),
            trained.origin,
            program.command("tools"),
        )
        if each.name in times:
            latency = dataclasses.asdict(times[each.name])
            row = dataclasses.replace(row, latency=latency)
        rows.append(row)
    return rows


def _first(lines: Iterator[Sequence[str]], words: int):
    count = 0
    for line in lines:
        yield line
        count += len(line) + 1
        if count >= words:
            return


def ours(trained: Trained) -> Iterator[Made]:
    """Yields our files of the model as it is."""
    for file_format in ("float32", "int8", "int4"):
        content = convert.convert(trained.model, file_format)
        yield _tflite(f"tflm {file_format}", content)


def others(trained: Trained) -> Iterator[Made]:
    """Yields what other tools make of the same weights."""
    content = stock.convert(trained.model)
    yield Made(
        "TensorFlow Lite converter, default optimizations",
        content,
        lambda: stock.StockStep(content),
    )
    step = convert.convert(trained.model, "float32")
    quantized = other_tools.ai_edge_quantizer(step)
    yield _tflite("ai-edge-quantizer, dynamic int8", quantized)
    found = weights.weights(trained.model)
    from benchmarks.backends import onnx_runtime  # Of an extra.

    plain = onnx_runtime.convert(found, "gemm", "float32")
    int8 = onnx_runtime.convert(found, "gemm", "int8")
    yield _backend("ONNX Runtime, quantize_dynamic", int8)
    if _OTHER.value:
        python = str(pathlib.Path(_OTHER.value).absolute())
        file = other_tools.litert_torch(found, python)
        yield _backend("litert-torch, float32", Renamed(file))
        file = other_tools.ai_edge_quantizer(file)
        yield _backend(
            "litert-torch + ai-edge-quantizer, dynamic int8", Renamed(file)
        )
        file = other_tools.olive(plain.content, python)
        olive = dataclasses.replace(plain, content=file)
        yield _backend("Olive, OnnxDynamicQuantization", olive)


def _tflite(name: str, content: bytes) -> Made:
    return Made(name, content, lambda: BackendStep(TfliteFile(content)))


def _backend(name: str, backend: Backend) -> Made:
    return Made(name, backend, lambda: BackendStep(backend))


if __name__ == "__main__":
    app.run(main)
