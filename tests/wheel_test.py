"""What is installed is whole, and runs what the README says.

The wheel is built from the sdist, as pip would, and installed in an empty
environment that borrows all other packages from the one that runs the tests.
"""

import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile

import numpy as np
import pytest

from tests.prose import prose
from tests.readme import ELSEWHERE, ROOT, blocks, commands
from tflm.packages import DISTRIBUTION

BUILD = "from setuptools import build_meta as b; print(b.build_{}({!r}))"
# An epoch is enough to see a command end, an hour is too long.
QUICKLY = {
    "tflm train": " --epochs=1",
    "tflm compress": " --epochs=0.2",
}


def tracked() -> set[str]:
    """Returns the files of the library that git knows, or would add."""
    listing = "git ls-files --cached --others --exclude-standard tflm"
    names = subprocess.check_output(listing.split(), cwd=ROOT, text=True)
    return {n for n in names.splitlines() if (ROOT / n).is_file()}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    """The source distribution, built from what git knows."""
    place = tmp_path_factory.mktemp("tree")
    tops = [p.name for p in ROOT.iterdir() if p.is_file()]
    for name in [*tracked(), *tops]:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes((ROOT / name).read_bytes())
    return _build("sdist", place)


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory):
    """The wheel that is built from the source distribution alone."""
    place = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(place)
    [top] = place.iterdir()
    return _build("wheel", top)


def _build(kind, place):
    program = BUILD.format(kind, "dist")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=place,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return place / "dist" / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of programs of an environment with the wheel in it."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    programs = place / "bin"
    paths = sysconfig.get_paths(vars={"base": str(place)})
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    pth = pathlib.Path(paths["purelib"], "borrowed.pth")
    pth.write_text("\n".join(borrowed))
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", programs / "python"),
            *("install", "--quiet", "--no-deps", "--no-index"),
            *("--force-reinstall", "--ignore-installed", wheel),
        ],
        check=True,
        env=_clean(programs),
    )
    return programs


def _clean(programs):
    """Returns an environment that finds programs there, and no checkout."""
    found = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return found | {"PATH": f"{programs}{os.pathsep}{found['PATH']}"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as the README's reader has it: a text, and own models."""
    import tf_keras as keras
    from safetensors.numpy import save_file

    place = tmp_path_factory.mktemp("reader")
    (place / "my_text.txt").write_text(prose(200_000))
    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(70))]
    (place / "my_words.txt").write_text("\n".join(words) + "\n")
    model = keras.Sequential(
        [
            keras.layers.Embedding(72, 200),
            keras.layers.LSTM(200, return_sequences=True),
            keras.layers.Dense(72),
        ]
    )
    model.build([None, None])
    model.save(place / "my_model.keras")
    shapes = {
        "encoder.weight": (72, 16),
        "rnn.weight_ih_l0": (64, 16),
        "rnn.weight_hh_l0": (64, 16),
        "decoder.weight": (72, 16),
    }
    random = np.random.default_rng(0)
    theirs = {
        name: random.normal(size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }
    save_file(theirs, place / "my_model.safetensors")
    return place


@pytest.fixture(scope="module")
def runs(installed, place):
    """What became of each command of the README, in its order."""
    found = {}
    for line in commands("tflm"):
        if line in ELSEWHERE:
            continue
        quickly = [more for name, more in QUICKLY.items() if name in line]
        found[line] = subprocess.run(
            line + "".join(quickly),
            shell=True,
            cwd=place,
            env=_clean(installed),
            capture_output=True,
            text=True,
        )
        assert found[line].returncode == 0, f"{line}\n{found[line].stderr}"
    return found


def test_the_sdist_holds_the_library(sdist):
    with tarfile.open(sdist) as archive:
        names = [n.name.partition("/")[2] for n in archive if n.isfile()]
    assert {n for n in names if n.startswith("tflm/")} == tracked()
    needed = {"setup.py", "pyproject.toml", "README.md", "LICENSE"}
    assert needed | {"constraints.txt", "CHANGELOG.md"} <= {*names}


def test_the_wheel_holds_the_library_and_its_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        [entry_points] = [n for n in names if n.endswith("/entry_points.txt")]
        program = archive.read(entry_points).decode()
    assert {n for n in names if n.startswith("tflm/")} == tracked()
    assert {n.partition("/")[0].partition("-")[0] for n in names} == {
        "tflm",
        DISTRIBUTION.replace("-", "_"),
    }
    assert "tflm = tflm.cli:run" in program


CHECK = """
import importlib.metadata, pathlib, sys
from packaging.requirements import Requirement
import tflm
home = pathlib.Path(sys.prefix)
assert home in pathlib.Path(tflm.__file__).parents, tflm.__file__
name = "tflm-toolkit"
assert importlib.metadata.version(name) == tflm.__version__
for text in importlib.metadata.requires(name):
    wanted = Requirement(text)
    if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
        found = importlib.metadata.version(wanted.name)
        assert wanted.specifier.contains(found, prereleases=True), text
        print(wanted.name)
"""


def test_what_it_requires_is_there(installed, tmp_path):
    done = subprocess.run(
        [installed / "python", "-c", CHECK],
        cwd=tmp_path,
        env=_clean(installed),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    declared = importlib.metadata.requires(DISTRIBUTION) or []
    plain = [text for text in declared if "extra ==" not in text]
    assert len(done.stdout.splitlines()) >= len(plain) > 10


def test_every_command_of_the_readme_ends_well(runs):
    assert len(runs) >= 9
    assert [line for line, done in runs.items() if not done.stdout] == []


# What a command says of its progress; nothing else is on standard error.
OURS = re.compile(
    r"(training|compressing|vocabulary|text|float\d+|int\d|mixed): |"
    r"(preset|making|measuring|scoring|trying|going on|epoch) |"
    r"(the files? (is|are) not scored|no recipe is left): |"
    r"\S+ (is converted to|has no manifest: )|\S+\.(safetensors|txt): |"
    r"[\d.]+% of the words of the validation text are unknown "
)


def test_standard_error_holds_our_lines_alone(runs):
    said = {line: done.stderr.splitlines() for line, done in runs.items()}
    for line, lines in said.items():
        assert [x for x in lines if not OURS.match(x)] == [], line
    assert sum(map(len, said.values())) > 3


def test_what_was_trained_is_worth_something(runs, place):
    """Fewer guesses than a word of equal odds among all would take."""
    [found] = [d for line, d in runs.items() if "tflm evaluate" in line]
    perplexity = float(re.search(r"perplexity\s+([\d.]+)", found.stdout)[1])
    words = (place / "build/mine/vocabulary.txt").read_text().splitlines()
    assert 1 < perplexity < len(words) / 4


def test_the_python_of_the_readme_runs(installed, place):
    [source] = blocks("python")
    # The text is smaller than the reader's, and an hour is too long.
    how = "tflm.TrainingConfig(epochs=0.5, batch=16, steps=20)"
    quick = {"valid, how)": f"valid, {how})", "epochs=1)": "epochs=0.02)"}
    for theirs, ours in quick.items():
        assert theirs in source
        source = source.replace(theirs, ours)
    statements = source.strip().partition("\n\n")[2].splitlines()
    assert len(statements) == 11
    (place / "readme.py").write_text(source)
    done = subprocess.run(
        [installed / "python", "readme.py"],
        cwd=place,
        env=_clean(installed),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "perplexity=" in done.stdout
