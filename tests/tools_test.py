"""What stands between the files of other tools and our measurements."""

import dataclasses
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.backends import other_tools, step, weights
from tflm.latency.backend import TfliteFile
from tflm.model.keras_step import KerasStep
from tflm.tflite import convert


@pytest.fixture
def lstm(make_model):
    return make_model("lstm", tied=False, layers=2, projection=0)


@dataclasses.dataclass
class Numbered:
    """A loaded file whose tensors are numbered, as litert-torch's are."""

    loaded: object
    runtime: str = ""
    NAMES = {
        "args_0": "token",
        "args_1": "state",
        "output_0": "logits",
        "output_1": "state",
    }

    def __post_init__(self):
        self.invoke = self.loaded.invoke
        ours = self.loaded.inputs, self.loaded.outputs
        self.inputs, self.outputs = (
            {k: d[v] for k, v in self.NAMES.items() if k.startswith(kind)}
            for kind, d in zip(("args", "output"), ours, strict=True)
        )

    def write(self, name, value):
        self.loaded.write(self.NAMES[name], value)

    def read(self, name):
        return self.loaded.read(self.NAMES[name])


def test_numbered_tensors_get_their_names_again(lstm):
    loaded = TfliteFile(convert.convert_here(lstm)).open(threads=1)
    renamed = step.LoadedRenamed(Numbered(loaded))
    assert weights.difference(renamed, lstm) < 1e-4


def test_a_backend_is_scored_as_a_step(lstm):
    made = step.BackendStep(TfliteFile(convert.convert_here(lstm)))
    expected = KerasStep(lstm)
    state, other = made.initial_state(), expected.initial_state()
    for token in (3, 1, 4):
        logits, state = made(token, state)
        wanted, other = expected(token, other)
        np.testing.assert_allclose(logits, wanted, atol=1e-4)


def test_ai_edge_quantizer_is_used_as_it_is(lstm):
    content = convert.convert_here(lstm)
    smaller = other_tools.ai_edge_quantizer(content)
    assert len(smaller) < len(content)
    assert weights.difference(TfliteFile(smaller).open(1), lstm) < 0.1


def test_a_tool_that_fails_is_named(tmp_path):
    with pytest.raises(RuntimeError, match="no-such"):
        other_tools.run(["bash", "-c", "echo no-such >&2; exit 3"])


def test_the_page_shows_the_table_of_the_results():
    root = pathlib.Path(__file__).parents[1]
    command = [sys.executable, "-m", "benchmarks.tools"]
    table = subprocess.check_output(
        [*command, "--table=results/tools.json"], cwd=root, text=True
    )
    assert table in (root / "docs/comparison.md").read_text("utf-8")
