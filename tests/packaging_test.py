"""Keeps setup.py, constraints.txt and the Makefile true to the tree."""

import ast
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from export import licences

ROOT = pathlib.Path(__file__).parents[1]
NAME = "tflm-toolkit"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# Of files that are imported only when what they are for is asked for.
OWN_EXTRAS = {
    "tflm/containers/onnx_model.py": "onnx",
    "tflm/model/foreign/onnx_file.py": "onnx",
    "tflm/model/foreign/pytorch/module.py": "pytorch",
    "tflm/experiment/together.py": "ray",
    "tflm/scale/cluster.py": "ray",
    "tflm/scale/words.py": "ray",
    "tflm/scale/passes.py": "ray",
    "tflm/search/tuning.py": "ray",
    "tflm/text/duplicates.py": "duplicates",
    "tflm/text/storage.py": "ray",
    "tests/pytorch_models.py": "pytorch",
    "tests/torch_test.py": "pytorch",
}


def requirements(name: str, extra: str = "") -> set[str]:
    """Returns the distributions that a distribution asks for here."""
    found = map(Requirement, importlib.metadata.requires(name) or [])
    return {
        canonical(requirement.name)
        for requirement in found
        if not requirement.marker
        or requirement.marker.evaluate({"extra": extra})
    }


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    """Returns the pinned version of each distribution, for this Python."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if not line.startswith("#")]
    return {
        canonical(requirement.name): str(requirement.specifier)
        for requirement in found
        if not requirement.marker or requirement.marker.evaluate()
    }


def test_everything_that_is_installed_is_pinned(pins):
    waiting = requirements(NAME, "docs") | requirements(NAME, "test")
    known = {}
    while waiting:
        name = waiting.pop()
        known[name] = f"=={importlib.metadata.version(name)}"
        waiting |= requirements(name) - set(known)
    assert known.items() <= pins.items()


def test_everything_that_is_installed_has_its_hashes_pinned(pins):
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z])", text)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    locked = {}
    for block in blocks:
        wanted = Requirement(block.partition(" \\\n")[0])
        if not wanted.marker or wanted.marker.evaluate():
            locked[canonical(wanted.name)] = str(wanted.specifier)
    assert locked.items() <= pins.items()
    waiting, known = (
        requirements(NAME, "docs") | requirements(NAME, "test"),
        set(),
    )
    while waiting:
        known |= waiting
        waiting = set().union(*map(requirements, waiting)) - known
    assert known <= {*locked}


def test_every_licence_is_allowed():
    names = {canonical(d.name) for d in importlib.metadata.distributions()}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonical(re.split("==", line)[0]) for line in lines}
    found = {name: licences.licence(name) for name in names & pinned}
    licences.refused(found)
    with pytest.raises(ValueError, match="x has the licence GPL-3.0: no"):
        licences.refused({"x": "GPL-3.0"})


def test_page_of_licences_names_every_package(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs/licences.md").read_text("utf-8")
    assert {*re.findall(r"[\w.-]+", page)} >= {*licences.pinned()}


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("(MIT OR Apache-2.0) AND PSF-2.0", True),
    ],
)
def test_a_licence_may_be_chosen_but_not_left_out(expression, is_allowed):
    assert licences.is_allowed(expression) == is_allowed


@pytest.mark.parametrize(
    ("folder", "extra"),
    [
        ("tflm", ""),
        ("export", ""),
        ("android_demo", ""),
        ("docs", "docs"),
        ("tests", "test"),
    ],
)
def test_every_imported_package_is_declared(folder, extra):
    owners = importlib.metadata.packages_distributions()
    for path in (ROOT / folder).rglob("*.py"):
        own = OWN_EXTRAS.get(str(path.relative_to(ROOT)), extra)
        declared = requirements(NAME, extra) | requirements(NAME, own)
        for name in _imports(path) - set(sys.stdlib_module_names):
            # Python 3.10 knows fewer owners; most packages have one name.
            found = set(map(canonical, owners.get(name, [name])))
            assert declared & found, f"{path} imports {name}"


def _imports(path: pathlib.Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()}
    return {name.partition(".")[0] for name in names} - ours


def test_unfit_interpreter_is_refused_in_one_line(tmp_path):
    # As from a shell, though a make may be running this test.
    outside = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    made = subprocess.run(
        ["make", "lint", "PYTHON=false", f"VENV={tmp_path}/venv"],
        cwd=ROOT,
        env=outside,
        capture_output=True,
        text=True,
    )
    message, makes_own = made.stderr.splitlines()
    assert "no Python 3.10 to 3.13" in message
    assert makes_own.startswith("make: ***")
    assert not (tmp_path / "venv").exists()
