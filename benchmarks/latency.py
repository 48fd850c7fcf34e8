r"""Our files against the stock path, in one run on one thread.

python -m benchmarks.latency --output=results/latency.json

The stock file is of the very same net (`tflm.to_keras`): fused LSTM, default
optimizations. Times do not depend on what a net has learnt, so the nets have
their first weights unless --model names a trained one.
"""

import dataclasses
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402
from absl import app, flags, logging  # noqa: E402

from tflm import (  # noqa: E402
    benchmark,
    compress,
    model,
    provenance,
    report,
    workspace,
)
from tflm.tflite import convert, stock  # noqa: E402

_OUTPUT = flags.DEFINE_string("output", None, "JSON file of the rows.")
_PRESETS = flags.DEFINE_list("presets", "keyboard,ptb-medium", "Which nets.")
_MODEL = flags.DEFINE_string("model", None, "A trained model, as one more.")
_RUNS = flags.DEFINE_integer("runs", 1000, "Steps to measure of each file.")

_FILES = {
    "keyboard": (
        ("", "float32"),
        ("", "int8"),
        ("", "mixed"),
        ("", "int4"),
        ("LowRank(rank=64, scope='lstm_.*')", "int8"),
        ("TensorTrain(rank=32, scope='lstm_.*')", "int8"),
    ),
    # 4.2 M parameters, as the paper's LR LSTM 650/650.
    "ptb-medium": (
        ("", "float32"),
        ("", "int8"),
        ("", "int4"),
        ("LowRank(rank=122)", "int8"),
        ("LowRank(rank=122)", "int4"),
        ("TensorTrain(rank=32)", "int8"),
    ),
}


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    command = "python -m benchmarks.latency " + " ".join(sys.argv[1:])
    nets = {
        name: model.build_model(model.preset(name)) for name in _PRESETS.value
    }
    if _MODEL.value:
        nets[_MODEL.value] = workspace.load(_MODEL.value).model
    rows = [
        row for name, net in nets.items() for row in measure(name, net, command)
    ]
    if _OUTPUT.value:
        report.save(rows, _OUTPUT.value)
    print(report.table(rows))


def measure(name, net, command):
    contents = {f"{name}: stock": stock.convert(net)}
    parameters = {}
    for methods, format in _FILES.get(name, _FILES["keyboard"]):
        title = ": ".join([name, ", ".join(filter(None, [methods, format]))])
        logging.info("converting %s", title)
        smaller = compress.apply(
            compress.parse_all(methods), net, compress.skip_training
        )
        parameters[title] = smaller.parameters
        ids = np.arange(100, 200)
        contents[title] = convert.convert(smaller, format, calibration=ids)
    found = benchmark.interleave(contents, runs=_RUNS.value)
    for title, latency in found.items():
        yield report.Row(
            name=title,
            recipe=title,
            bytes=len(contents[title]),
            zip_bytes=report.zip_bytes(contents[title]),
            parameters=parameters.get(title),
            quality={},
            latency=dataclasses.asdict(latency),
            provenance=provenance.provenance(command),
        )


if __name__ == "__main__":
    app.run(main)
