"""What cannot be is refused before TensorFlow is imported or a file made."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]

REFUSALS = {
    "train --preset keybord --output x": "did you mean keyboard",
    "train --optimizer rmsprop --output x": "give sgd or adam",
    "train --schedule cosin --output x": "schedule 'cosin' is unknown",
    "train --loss half --output x": "give full or sampled",
    "train --vocabulary_size 0 --output x": "=0 is too few: give 1 or more",
    "train --vocabulary_size -3 --output x": "=-3 is too few: give 1 or more",
    "evaluate model --sentences 0": "--sentences=0 is too few: give 1 or more",
    "evaluate model --sentences=-5": "--sentences=-5 is too few: give 1 or mo",
    "train --epochs 0 --output x": "epochs must be above 0",
    "train --corpus nowhere.txt --output x": "no such file or folder",
    "train --corpus ptb:nowhere --output x": "tflm corpus fetch ptb",
    "train --output model": "model exists: give --overwrite",
    "train --teacher nowhere --output x": "nowhere is missing: give a work",
    "train --teacher model, --output x": "give a path, or several by comma",
    "train --teacher cut.topk --output x": "cut.topk is damaged (its header",
    "train --teacher model --teacher_gate x --output x": "none, target, corr",
    "train --teacher_gate max --output x": "goes with --teacher: give both",
    "compress model --methods Prune() --teacher no --output x": "no is missi",
    "train --vocabulry-size 9 --output x": "did you mean --vocabulary_size",
    "train --corpuss a.txt": "--corpuss is unknown: did you mean --corpus?",
    "suggest x --text y": "--text is unknown: did you mean --text_rules?",
    "train --dropout 0.2 --output x": "tflm: --dropout is unknown; see tflm",
    "completion bas": "shell 'bas' is unknown: did you mean bash? There are",
    "evaluate a b": "b is one too many: tflm evaluate takes FILE alone; --r",
    "doctor now": "now is one too many: tflm doctor takes flags alone",
    "exprot model --output x": "did you mean export",
    "compress model --methods Prun() --output x": "did you mean Prune",
    "compress model --methods Prune(sparsty=1) --output x": "mean sparsity",
    "compress model --methods Prune --output x": "write it as in",
    "compress nowhere --methods Prune() --output x": "holds no model",
    "compress begun --methods Prune() --output x": "begun has no model yet",
    "evaluate begun": "begun has no model yet, as what was to leave it there",
    "compress model --methods Prune() --loss x --output x": "full or sampled",
    "compress model --methods Prune() --corpus no --output x": "no such file",
    "compress model --methods Prune() --output model": "give --overwrite",
    "compress model --budget_bytes tiny --output x": "write it as in 1MB",
    "compress model --budget_bytes 0 --output x": "must be above 0",
    "compress model --budget_bytes 1MB --budget_ms -1 --output x": "above 0",
    "compress own.keras --methods Prune() --output x": "give --vocabulary",
    "export model --format int7 --output x": "give one of float32",
    "export model --format int4 --runtime 2.16 --output x": "2.18, not 2.16",
    "export model --format mixed --runtime 2.9 --output x": "2.18, not 2.9",
    "export model --runtime new --output x": "no runtime version",
    "export model --to onnx --format int8 --output x": "leave --format",
    **{
        f"export model --to onnx {flag} --output x": f"leave {flag[:6]}"
        for flag in (
            *("--windows w.npy", "--start zeros", "--corpus nowhere.txt"),
            *("--name n", "--no_metadata", "--mlflow sqlite:///m.db"),
            *("--recipe r.toml",),
        )
    },
    "export model --vocabulary own.pt --output x": "of model: leave it out",
    "export own.keras --vocabulary own.pt --map a=relu --output x": "PyTorch's",
    "compress model --methods Prune() --map a=relu --output x": "leave it out",
    "export own.onnx --vocabulary own.pt --map a=relu --output x": "leave it",
    "export own.safetensors --vocabulary own.pt --config own.pt --output x": (
        "--config is of Keras' .h5 files, and not of own.safetensors: leave it"
    ),
    "export own.pt --output x": "convert it with python -c",
    "export model --map a --output x": "'a' is no pair",
    "export own.safetensors --output x": "give --vocabulary",
    "corpus show ids": "ids is a text in ids, of tflm corpus prepare: train on",
    "corpus prepare ids --output x": "train on it with tflm train --text=ids",
    "train --corpus ids --output x": "train on it with tflm train --text=ids",
    "export model --output model": "model exists: give --overwrite",
    "export nowhere --output x": "holds no model",
    "export model --corpus nowhere.txt --output x": "no such file",
    "export model --windows no.npy --output x": "no.npy is missing",
    "export no.keras --vocabulary w.txt --output x": "no.keras is missing",
    "export no.keras --output x": "no.keras is missing",
}

# All in one process: TensorFlow, once there, would be seen by every later one.
PROGRAM = """
import contextlib, io, json, sys
from tests.command import run_here
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = run_here(*line.split())
    print(json.dumps([code, said.getvalue(), "tensorflow" in sys.modules]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    place = tmp_path_factory.mktemp("refusals")
    (place / "model").mkdir()
    (place / "model" / "model.npz").touch()
    (place / "begun").mkdir()
    (place / "begun" / "run.json").touch()
    for name in ("own.keras", "own.pt", "own.safetensors", "own.onnx"):
        (place / name).touch()
    (place / "ids").mkdir()
    for name in ("vocabulary.txt", "train.ids", "valid.ids", "text.json"):
        (place / "ids" / name).touch()
    (place / "cut.topk").write_bytes(b"tflmtopk{")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input="\n".join(REFUSALS),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = map(json.loads, done.stdout.splitlines())
    return place, dict(zip(REFUSALS, lines, strict=True))


@pytest.mark.parametrize("command", REFUSALS)
def test_is_refused_at_once(command, answers):
    code, said, has_tensorflow = answers[1][command]
    assert code == 2
    assert REFUSALS[command] in said
    assert said.startswith("tflm: ")
    assert said.count("\n") == 1
    assert not has_tensorflow


def test_nothing_was_made(answers):
    assert not (answers[0] / "x").exists()
