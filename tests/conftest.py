"""What many tests share: small models, ids to train on, a quick fit."""

import dataclasses
import gc
import importlib
import os
import signal
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")  # As the command has it.

import numpy as np
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a test that is skipped for want of a tool has failed."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


def pytest_collection_finish():
    """Spares each collection of garbage, and each conversion has one, 0.5 s.

    What is imported by now stays anyway.
    """
    gc.collect()
    gc.freeze()


VOCABULARY_SIZE = 60
CHROMIUM = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1100,900",
)


@pytest.fixture(scope="session")
def ids():
    """Text with something to learn: each word follows from the one before."""
    random = np.random.default_rng(0)
    ids = [0]
    for _ in range(3000):
        noise = random.integers(VOCABULARY_SIZE)
        ids.append((ids[-1] * 7 + 3) % VOCABULARY_SIZE if noise > 9 else noise)
    return np.array(ids, np.int32)


@pytest.fixture
def make_model():
    """Returns a function that builds small models with lively weights."""
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    def make(
        kind="cifg", tied=True, layers=1, projection=8, groups=1, **fields
    ):
        if not tied:
            fields.setdefault("embedding_size", 12)
        config = ModelConfig(
            **{
                "vocabulary_size": VOCABULARY_SIZE,
                "embedding_size": 8,
                "layers": (LayerConfig(kind, 16, projection, groups=groups),)
                * layers,
                "tied": tied,
                "init_scale": 0.4,
            }
            | fields
        )
        return build_model(config)

    return make


@pytest.fixture
def model(make_model):
    """The smallest keyboard: one projected CIFG layer, a tied table."""
    return make_model()


@pytest.fixture(scope="session")
def training_config():
    from tflm.training.config import TrainingConfig

    return TrainingConfig(epochs=0.5, batch=8, steps=5, reset=0.0)


@pytest.fixture(scope="session")
def fit(ids, training_config):
    """Trains for a moment, as a method of compression does."""
    from tflm.training.train import make_fit

    return make_fit(ids, ids[:300], training_config, bar=False)


@pytest.fixture(scope="session")
def fit_longer(ids, training_config):
    """Trains until a model has learnt something that can be lost."""
    from tflm.training.train import make_fit

    longer = dataclasses.replace(training_config, epochs=3)
    return make_fit(ids, ids[:300], longer, bar=False)


@pytest.fixture(scope="session")
def words():
    """A vocabulary for the small models: letters are words here."""
    from tflm.text.vocabulary import Vocabulary

    special = ("<eos>", "<unk>", "<number>")
    plain = ["i", "you", "see", "the", "then", "there", "they", "what", "who"]
    plain += [f"w{n}" for n in range(VOCABULARY_SIZE - len(plain) - 3)]
    return Vocabulary((*special, *plain))


@pytest.fixture
def corpus_file(tmp_path):
    """A text of 1,200 lines about few things."""
    random = np.random.default_rng(0)
    people = ["i", "you", "we", "they", "Anna", "my sister"]
    verbs = ["see", "like", "want", "know", "think of", "don't need"]
    things = [f"thing{n}" for n in range(30)]
    lines = [
        f"{random.choice(people)} {random.choice(verbs)} the "
        f"{random.choice(things)} {random.choice(things)} , line {n} ."
        for n in range(1200)
    ]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="session")
def apk(tmp_path_factory):
    """The keyboard's APK, built once for all processes that run tests."""
    from android_demo.build.process import alone
    from android_demo.build.versions import DEMO

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # Which the workers share.
    path = folder / "keyboard.apk"
    with alone("apk-for-tests"):
        if not path.exists():
            program = [sys.executable, "-m", "android_demo.build.apk"]
            flags = [f"--output={path}"]
            subprocess.run([*program, *flags], cwd=DEMO.parent, check=True)
    return path


@pytest.fixture(scope="session")
def android_libraries(tmp_path_factory):
    """The folder of Android's libraries, as Linux can load them."""
    from android_demo.build import downloads, tools
    from tflm.emulator import bionic

    inside = "jni/x86_64/libtensorflowlite_jni.so"
    library = downloads.member("tensorflow-lite", inside)
    tools.install("gcc")
    folder = tmp_path_factory.mktemp("android") / "libraries"
    bionic.build(library, folder)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser with a profile of its own, that saves to `downloads`."""
    from selenium import webdriver

    from android_demo.build import tools

    folder = tmp_path_factory.mktemp("chromium")
    options = webdriver.ChromeOptions()
    options.binary_location = tools.tool("chromium")
    for argument in (*CHROMIUM, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(folder / "downloads")}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(tools.tool("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(60)
    driver.downloads = folder / "downloads"
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def conversions():
    """What was converted, by all that a conversion reads."""
    return {}


@pytest.fixture(scope="module")
def converts_here(conversions):
    """Converts in this process, and what was converted before not again.

    `convert_test` and the commands of the README show what a child makes.
    """
    from tflm.tflite import child

    def run(module, directory, what):
        read = [path.read_bytes() for path in sorted(directory.iterdir())]
        key = (module, *read)
        if key not in conversions:
            importlib.import_module(module).main(directory)
            conversions[key] = (directory / "model.tflite").read_bytes()
        return conversions[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "run", run)
        yield


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c():
    """Ctrl-C ends what a test starts, also where tests run in the background.

    A shell has its background commands ignore it, and they pass that on.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
