"""A file on an emulated phone's processor says what it says here."""

import json
import pathlib
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from android_demo.build import downloads, pages, tools
from tests import tflite_files
from tflm.device import emulated
from tflm.tflite.flatbuffer import content

ROOT = pathlib.Path(__file__).parents[1]
MODEL = ROOT / "android_demo/app/src/main/assets/keyboard/model.tflite"
LIBRARY = "libtensorflowlite_jni.so"


@pytest.fixture(scope="module")
def apk(tmp_path_factory) -> pathlib.Path:
    """Of the app's APK, the library that the emulator needs."""
    tools.install("aarch64-linux-gnu-gcc", "qemu-aarch64")
    library = downloads.member("tensorflow-lite", f"jni/arm64-v8a/{LIBRARY}")
    path = tmp_path_factory.mktemp("emulated") / "app.apk"
    with zipfile.ZipFile(path, "w") as archive:
        content = pages.realign(library.read_bytes())
        archive.writestr(f"lib/arm64-v8a/{LIBRARY}", content)
    return path


def benchmark(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tflm", "benchmark", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_command_compares_the_logits_and_gives_no_time(apk):
    done = benchmark(
        MODEL, "--device=qemu:cortex-a76", f"--apk={apk}", "--json"
    )
    assert not done.returncode, done.stderr
    [found] = json.loads(done.stdout)["results"]
    assert found["device"] == "qemu:cortex-a76"
    assert found["agreement"]["max_logit_difference"] < 1e-4
    assert found["agreement"]["top1_agreement"] == 1
    assert "latency" not in found
    assert not [name for name in found["agreement"] if name.endswith("_ms")]


def test_other_weights_do_not_agree(apk, monkeypatch):
    original = emulated.load_step

    def worse(flatbuffer, xnnpack):
        step = original(flatbuffer, xnnpack=xnnpack)
        step._get = lambda index, get=step._get: get(index) * np.float32(1.1)
        return step

    monkeypatch.setattr(emulated, "load_step", worse)
    found = emulated.check(MODEL.read_bytes(), "cortex-a53", apk, 3)
    assert not found.agrees
    assert found.words == 3


@pytest.mark.parametrize(
    ("device", "flags", "says"),
    [
        ("qemu:pentium", (), "no processor 'pentium': give one of cortex-"),
        ("qemu:cortex-a53", ("--apk=none.apk",), "none.apk"),
        ("qemu:cortex-a53", (f"--apk={MODEL}",), "make apk"),
    ],
)
def test_what_cannot_be_emulated_is_one_line(apk, device, flags, says):
    flags = flags or (f"--apk={apk}",)
    done = benchmark(MODEL, f"--device={device}", *flags)
    assert done.returncode in (1, 2)
    [line] = [x for x in done.stderr.splitlines() if x.startswith("tflm: ")]
    assert says in line


def test_file_that_the_apps_library_refuses_says_why(apk):
    def renew(model):
        for code in model.operatorCodes:
            if content.op_name(code) == "FULLY_CONNECTED":
                code.version = 12

    newer = tflite_files.changed(MODEL.read_bytes(), renew)
    with pytest.raises(RuntimeError, match="'FULLY_CONNECTED' version '12'"):
        emulated.check(newer, "cortex-a53", apk, words=1)
