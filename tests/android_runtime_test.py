"""Runs the TensorFlow Lite of the app, without a phone.

Its libraries for Android load on Linux as they are (tflm/emulator): the
one for x86-64 in a JVM, under the app's own StepModel, and the one for ARM64,
as it is in the APK, under an emulator of two processors.
"""

import os
import pathlib
import shutil
import subprocess
import zipfile

import numpy as np
import pytest

from android_demo.build import compiler, downloads, pages, tools
from tflm.bundle import golden
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.bundle.tagging import Tagging
from tflm.emulator import arm64
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.tagger_config import TaggerConfig
from tflm.text.rules import TextRules
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.sentence import TaggedSentence
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step

ROOT = pathlib.Path(__file__).parents[1]
DEMO = ROOT / "android_demo"
BUNDLE = DEMO / "app/src/main/assets/keyboard"
MODEL = DEMO / "app/src/main/java/org/tflm/keyboard/model"
LIBRARY = "libtensorflowlite_jni.so"

# The golden file rounds to 5 decimals, and what is left is the order in which
# processors add: TensorFlow Lite's int8 sums are exact.
TOLERANCE = 5e-5


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("runtime")


@pytest.fixture(scope="module")
def with_hidden(folder) -> pathlib.Path:
    """A file that gives what its softmax reads, and that after word 7."""
    layers = (LayerConfig("cifg", 16, 8),)
    model = build_model(ModelConfig(60, 8, layers, init_scale=0.4))
    content = convert.convert_here(model, "int8", "2.16")
    place = folder / "hidden"
    place.mkdir()
    (place / "model.tflite").write_bytes(content)
    step = load_step(content, xnnpack=False)
    _, _, hidden = step.read(7, step.initial_state())
    (place / "hidden.txt").write_text("\n".join(map(str, hidden.tolist())))
    return place


@pytest.fixture(scope="module")
def tagger(folder) -> pathlib.Path:
    """A tagger's bundle; its two directions remember unlike amounts."""
    lexicon = Lexicon.build(
        [TaggedSentence(("play", "jazz", "by", "Davis"), ("O", "B", "O", "I"))]
        * 2,
        size=20,
    )
    config = TaggerConfig(
        *(len(lexicon.words), 8),
        layers=(
            LayerConfig("dense", 8, activation="relu"),
            LayerConfig("gru", 6),
        ),
        labels=len(lexicon.labels),
        window=1,
        previous=2,
        label_size=4,
        suffixes=len(lexicon.suffixes),
        suffix_size=4,
        direction="both",
        init_scale=0.8,
    )
    tagging = Tagging(lexicon, config.reading)
    content = convert.convert_here(build_model(config), "int8", "2.16")
    about = About(rules=TextRules("marked", False), tagging=tagging)
    write_bundle(folder / "tagger", content, lexicon.words, about)
    return folder / "tagger"


@pytest.fixture(scope="module")
def tests_in_a_jvm(
    folder, android_libraries, with_hidden, tagger
) -> subprocess.CompletedProcess:
    """Returns what JUnit says of the tests beside the native code."""
    runtime = [
        downloads.member("tensorflow-lite", "classes.jar"),
        downloads.member("tensorflow-lite-api", "classes.jar"),
        *downloads.paths(["junit", "hamcrest", "json"]),
    ]
    app = folder / "app"  # Of the app, what needs no phone.
    app.mkdir()
    for name in (
        *("Loading.java", "StepModel.java", "StepModels.java"),
        "TagModel.java",
    ):
        shutil.copy(MODEL / name, app)
    sources = [DEMO / "core/src/main/java", app, DEMO / "native/src/test/java"]
    classes = folder / "classes"
    android = downloads.path("android-all")  # Not in the JVM that runs them.
    compiler.javac(sources, [*runtime, android], classes)
    class_path = os.pathsep.join(map(str, [classes, *runtime]))
    junit = [
        "org.junit.runner.JUnitCore",
        "org.tflm.keyboard.model.StepModelTest",
        "org.tflm.keyboard.model.TagModelTest",
    ]
    return subprocess.run(
        [tools.tool("java"), f"-Dbundle={BUNDLE}", f"-Dhidden={with_hidden}"]
        + [f"-Dtagger={tagger}", "-cp", class_path, *junit],
        env={**os.environ, "LD_LIBRARY_PATH": str(android_libraries)},
        capture_output=True,
        text=True,
    )


def test_step_model_passes_its_tests(tests_in_a_jvm):
    print(tests_in_a_jvm.stdout)  # What was measured, under pytest -s.
    assert not tests_in_a_jvm.returncode, tests_in_a_jvm.stdout


def test_largest_difference_in_the_jvm_is_rounding(tests_in_a_jvm):
    [line] = [
        line
        for line in tests_in_a_jvm.stdout.splitlines()
        if "largest difference of a logit" in line
    ]
    assert float(line.rpartition(" ")[2]) < TOLERANCE


@pytest.fixture(scope="module")
def unpacked(apk, folder) -> pathlib.Path:
    """Returns the files of the APK, taken out of it."""
    with zipfile.ZipFile(apk) as archive:
        archive.extractall(folder / "apk")
    return folder / "apk"


@pytest.fixture(scope="module")
def program(unpacked, folder) -> pathlib.Path:
    tools.install("aarch64-linux-gnu-gcc", "qemu-aarch64")
    arm64.build(unpacked / "lib/arm64-v8a" / LIBRARY, folder / "arm64")
    return folder / "arm64"


# A core of 2012's design, and one with dot products and the larger pages.
@pytest.fixture(
    scope="module", params=[("cortex-a53", 4096), ("cortex-a76", pages.PAGE)]
)
def answers(request, unpacked, program) -> list[tuple[dict, dict]]:
    """Returns for each golden word what is expected and what a core says."""
    assets = unpacked / "assets" / BUNDLE.name
    loaded = Bundle.load(assets)
    sizes = len(loaded.vocabulary), loaded.manifest["state_size"]
    model = assets / "model.tflite"
    command = arm64.command(program, model, *request.param)
    with arm64.Step(command, *sizes) as step:
        found = golden.make(
            step, loaded.vocabulary, loaded.rules, loaded.protocol.start
        )
    return [
        pair
        for expected, ours in zip(
            loaded.golden["sequences"], found["sequences"], strict=True
        )
        for pair in zip(expected["steps"], ours["steps"], strict=True)
    ]


def test_suggestions_on_arm64_are_those_of_python(answers):
    for expected, found in answers:
        assert found["suggestions"] == expected["suggestions"]


def test_logits_on_arm64_differ_by_rounding(answers):
    differences = [
        np.abs(np.subtract(found["logits"], expected["logits"])).max()
        for expected, found in answers
    ]
    print("largest difference of a logit:", max(differences))
    assert max(differences) < TOLERANCE
