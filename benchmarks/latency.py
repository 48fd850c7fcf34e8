r"""Our files against other runtimes and the least possible time, in one run.

python -m benchmarks.latency --output=results/latency.json
python -m benchmarks.latency --table=results/latency.json

The second prints the table of a run before, in Markdown.

All files take turns on one thread. The stock file is of the very same net
(`tflm.model.to_keras`): fused LSTM, default optimizations. ONNX Runtime and
PyTorch run the dense nets of LSTM layers where they are installed
(`.[peers]`); they are checked against Keras first, and of several forms the
fastest counts. Times do not depend on what a net has learnt, so the nets have
their first weights unless --model names a trained one.
"""

import dataclasses
import importlib
import itertools
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402
from absl import app, flags, logging  # noqa: E402

from benchmarks import limit  # noqa: E402
from benchmarks.peers import nets  # noqa: E402
from tflm import compression
from tflm.latency.backend import Backend
from tflm.model import workspace
from tflm.model.language_model import build_model
from tflm.model.presets import preset
from tflm.report import provenance
from tflm.report.rows import Row, load_rows, save_rows, zip_bytes
from tflm.report.text_table import markdown
from tflm.report.text_table import table as rows_table
from tflm.tflite import convert, formats, stock  # noqa: E402

_OUTPUT = flags.DEFINE_string("output", None, "JSON file of the rows.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")
_PRESETS = flags.DEFINE_list("presets", "keyboard,ptb-medium", "Which nets.")
_MODEL = flags.DEFINE_string("model", None, "A trained model, as one more.")
_RUNS = flags.DEFINE_integer("runs", 1000, "Steps to measure of each file.")

# Square cores, the default, use each weight for many products (46 on average),
# long ones for 1.8. Long cores of a table would make long rows to look up.
_LONG_CORES = (
    "LowRank(rank=19, scope='embedding'), "
    "TensorTrain(rank=24, in_dims=(10, 1000), out_dims=(650, 1), "
    "scope='softmax'), "
    "TensorTrain(rank=24, in_dims=(1, 650), out_dims=(650, 4), "
    "scope='layer_.*')"
)
_NAMES = {_LONG_CORES: "TensorTrain(rank=24) of long cores"}
_FILES = {
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
        # Three of 0.67 M parameters.
        ("LowRank(rank=19)", "int8"),
        ("TensorTrain(rank=32)", "int8"),
        (_LONG_CORES, "int8"),
    ),
}
_PEERS = {
    "ONNX Runtime": "benchmarks.peers.onnx_runtime",
    "PyTorch": "benchmarks.peers.pytorch",
}


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    if _TABLE.value:
        rows = load_rows(_TABLE.value)
        print(markdown(rows, limit.COLUMNS), end="")
        return
    command = "python -m benchmarks.latency " + " ".join(sys.argv[1:])
    models = {name: build_model(preset(name)) for name in _PRESETS.value}
    if _MODEL.value:
        models[_MODEL.value] = workspace.load(_MODEL.value).model
    rows = []
    for name, whole in models.items():
        rows += measure(name, whole, command)
    if _OUTPUT.value:
        save_rows(rows, _OUTPUT.value)
    print(rows_table(rows, limit.COLUMNS))


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A form of a net; of several with one title the fastest is kept."""

    title: str
    recipe: str
    file: bytes | Backend
    parameters: int | None = None

    @property
    def content(self):
        return self.file if isinstance(self.file, bytes) else self.file.content


def measure(name, whole, command):
    """Yields the rows of one net, all of them measured in turns."""
    candidates = [*ours(name, whole), *peers(name, whole)]
    files = {candidate.recipe: candidate.file for candidate in candidates}
    found = limit.interleave(files, _RUNS.value)
    times = {recipe: latency.p50_ms for recipe, (latency, _) in found.items()}
    fastest = {}
    for candidate in candidates:
        best = fastest.get(candidate.title, candidate)
        fastest[candidate.title] = min(
            best, candidate, key=lambda candidate: times[candidate.recipe]
        )
    peer_ms = min(
        (
            times[candidate.recipe]
            for title, candidate in fastest.items()
            if candidate.file is not candidate.content
            and title.endswith("int8")
        ),
        default=None,
    )
    for title, candidate in fastest.items():
        latency, extra = found[candidate.recipe]
        if peer_ms:
            extra["speed_up"] = round(peer_ms / latency.p50_ms, 3)
        yield Row(
            name=title,
            recipe=candidate.recipe,
            bytes=len(candidate.content),
            zip_bytes=zip_bytes(candidate.content),
            parameters=candidate.parameters,
            quality={},
            latency=dataclasses.asdict(latency) | extra,
            provenance=provenance.provenance(command),
        )


def ours(name, whole):
    """Yields the stock file and ours of one net."""
    title = f"{name}: stock"
    yield Candidate(title, title, stock.convert(whole))
    for methods, file_format in _FILES.get(name, _FILES["keyboard"]):
        texts = (
            [_NAMES.get(methods, methods), file_format],
            [methods, file_format],
        )
        title, recipe = (
            f"{name}: " + ", ".join(filter(None, text)) for text in texts
        )
        logging.info("converting %s", title)
        smaller = compression.apply(
            parsed(methods, name), whole, compression.skip_training
        )
        ids = np.arange(100, 200)
        content = convert.convert(smaller, file_format, calibration=ids)
        yield Candidate(title, recipe, content, smaller.parameters)


def parsed(methods, name):
    """Returns methods; of a net that has learnt nothing they keep nothing."""
    found = compression.parse_all(methods)
    if name == _MODEL.value:
        return found
    # Singular values of random matrices would take minutes, for no use.
    return [dataclasses.replace(method, initial="random") for method in found]


def peers(name, whole):
    """Yields the forms of the net in runtimes that are installed."""
    try:
        net = nets.net(whole)
    except ValueError as error:
        logging.info("no peers of %s: %s", name, error)
        return
    for runtime, module in _PEERS.items():
        try:
            peer = importlib.import_module(module)
        except ModuleNotFoundError as error:
            logging.warning("%s is left out: %s", runtime, error)
            continue
        for file_format, form in itertools.product(peer.FORMATS, peer.FORMS):
            title = f"{name}: {runtime} {file_format}"
            made = checked(peer, net, whole, form, file_format)
            yield Candidate(title, f"{title}, {form}", made)


def checked(peer, net, whole, form, file_format):
    """Returns a peer whose logits are those of Keras, on carried states."""
    logging.info("checking %s, %s, %s", peer.__name__, form, file_format)
    made = peer.Peer(peer.convert(net, form, file_format), net)
    difference = nets.difference(made.open(threads=1), whole)
    if not difference <= formats.known(file_format).tolerance:
        raise AssertionError(
            f"{peer.__name__}, {form}, {file_format}: "
            f"logits are {difference:.3g} "
            f"of their range from Keras', so it is not the same net"
        )
    return made


if __name__ == "__main__":
    app.run(main)
