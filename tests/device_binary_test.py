"""What TensorFlow Lite's own program prints is read as it was recorded."""

import json
import pathlib

import pytest

from tests.adbd import texts
from tflm.device import binary
from tflm.device.runner import CommandFailed, DeviceError

# TensorFlow 2.4: no percentiles, other words for memory, large numbers.
OLD = """\
STARTING!
Num threads: [4]
Loaded model /data/local/tmp/model.tflite
Initialized session in 17.187ms.
Running benchmark for at least 1 iterations and at least 0.5 seconds
count=1 curr=3512391

Running benchmark for at least 50 iterations and at least 1 seconds
count=50 first=2990275 curr=2913402 min=2727568 max=3189954 avg=2.95034e+06 \
std=109798

Inference timings in us: Init: 17187, First inference: 3512391, \
Warmup (avg): 3.51239e+06, Inference (avg): 2.95034e+06
Peak memory footprint (MB): init=4.21094 overall=46.0859
"""

LITERT = {
    "model": "/data/local/tmp/model.tflite",
    "accelerators": ["cpu"],
    "latency": {
        "init_ms": 20.283,
        "warmup_avg_ms": 3.02841,
        "avg_ms": 2.66425,
        "median_ms": 2.66,
        "num_runs": 376,
        "device": "none",
    },
}

PROFILE = """\
Profiling Info for Benchmark Initialization:
Summary by node type
node type,count,avg_ms,avg %,cdf %,mem KB,times called
AllocateTensors,1,1.356,100%,100%,0,1

Operator-wise Profiling Info for Regular Benchmark Runs:
Run Order
node type,start,first,avg_ms,%,cdf%,mem KB,times called,name
FULLY_CONNECTED,0.001,0.912,0.9,34%,34%,0,1,[logits]:11
Summary by node type
node type,count,avg_ms,avg %,cdf %,mem KB,times called
FULLY_CONNECTED,4,1.92,73%,73%,0,4
LOGISTIC,2,0.31,11%,84%,0,2

Timings (microseconds): count=376
"""


def test_reads_text():
    assert binary.parse(texts.BENCHMARK_MODEL) == {
        "init_ms": pytest.approx(20.283),
        "first_ms": pytest.approx(3.393),
        "warmup_avg_ms": pytest.approx(3.02841),
        "avg_ms": pytest.approx(2.66425),
        "num_runs": 376,
        "min_ms": pytest.approx(2.6),
        "max_ms": pytest.approx(3.1),
        "std_ms": pytest.approx(0.035),
        "p5_ms": pytest.approx(2.611),
        "median_ms": pytest.approx(2.66),
        "p95_ms": pytest.approx(2.733),
        "memory_mb": pytest.approx(7.42969),
    }


def test_reads_text_of_old_versions():
    found = binary.parse(OLD)
    assert found["avg_ms"] == pytest.approx(2950.34)
    assert found["num_runs"] == 50
    assert found["memory_mb"] == pytest.approx(46.0859)
    assert "median_ms" not in found


def test_reads_what_android_logs():
    lines = texts.BENCHMARK_MODEL.splitlines()
    logged = "\n".join(f"I tflite  : {line}" for line in lines)
    assert binary.parse(logged) == binary.parse(texts.BENCHMARK_MODEL)


def test_reads_json():
    output = f"INFO: done\n{json.dumps(LITERT, indent=2)}\n"
    expected = {k: v for k, v in LITERT["latency"].items() if k != "device"}
    assert binary.parse(output) == expected


def test_reads_the_csv_of_operations():
    found = binary.parse(texts.BENCHMARK_MODEL + PROFILE)
    assert found["operations"] == [
        {"operation": "FULLY_CONNECTED", "count": 4, "avg_ms": 1.92},
        {"operation": "LOGISTIC", "count": 2, "avg_ms": 0.31},
    ]
    assert found["num_runs"] == 376


@pytest.mark.parametrize(
    "output", ["", "{", "ERROR: Failed to load model", "{}", '{"latency": 3}']
)
def test_refuses_what_has_no_times(output):
    with pytest.raises(ValueError, match="printed no times"):
        binary.parse(output)


class Failing:
    """A phone on which the program fails."""

    name = "adb:R58"

    def __init__(self, output=None):
        self.output = output
        self.log = []

    def push(self, local, remote):
        self.log.append(f"push {remote}")

    def run(self, command, timeout_s):
        self.log.append(" ".join(command))
        if command[0] == "taskset":
            raise CommandFailed("no taskset", 127, "")
        if "benchmark_model" not in command[0]:
            return ""
        if self.output is None:
            raise CommandFailed("adb:R58: it failed", 139, "Segmentation fault")
        return self.output


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "benchmark_model"
    path.write_bytes(b"\x7fELF")
    return path


@pytest.mark.parametrize("output", [None, "ERROR: wrong ABI"])
def test_leaves_nothing_behind(output, program):
    phone = Failing(output)
    with pytest.raises(DeviceError):
        binary.measure(phone, program, program)
    folder = phone.log[0].split()[-1]
    assert folder.startswith("/data/local/tmp/tflm-")
    assert phone.log[-1] == f"rm -rf {folder}"


def test_goes_without_taskset_where_there_is_none(program):
    phone = Failing(texts.BENCHMARK_MODEL)
    found = binary.measure(phone, program, program, mask="f0")
    assert found["taskset"] is None
    assert "--use_xnnpack=true" in phone.log[-2]


def test_a_program_that_is_not_there():
    with pytest.raises(FileNotFoundError, match="built for the phone"):
        binary.measure(Failing(), pathlib.Path("none"), pathlib.Path("m"))
