"""Inputs that once ended in another exception, a hang or no memory.

`python -m benchmarks.fuzz --keep=DIR` finds such; what it finds is added to
`wrong_inputs.json`, as small as it can be.
"""

import json
import pathlib

import numpy as np
import pytest

from tests.refusals import refusal
from tflm.report import documents
from tflm.text.vocabularies import word_file

INPUTS = json.loads(
    pathlib.Path(__file__).with_name("wrong_inputs.json").read_text("utf-8")
)


def _checkpoint(path):
    from tflm.training import checkpoints

    np.savez(path.with_suffix(".npz"), progress=np.fromfile(path, np.uint8))
    checkpoints.read(path.with_suffix(".npz"))


READERS = {
    "results": lambda path: documents.read([path]),
    "vocabulary": lambda path: word_file.of(path).read(),
    "checkpoint": _checkpoint,
}


@pytest.mark.parametrize("case", INPUTS, ids=lambda case: case["text"][:40])
def test_is_refused_in_one_line(case, tmp_path):
    path = tmp_path / "input.json"
    path.write_text(case["text"], "utf-8")
    assert "input" in refusal(READERS[case["reads"]], path)
