"""Keeps the imports, the BUILD file and the source tree in agreement."""

import ast
import functools
import graphlib
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest

ROOT = pathlib.Path(__file__).parents[1]

# The table is Starlark, which reads as Python here.
_TABLE: dict = {}
exec((ROOT / "architecture.bzl").read_text("utf-8"), _TABLE)
MAY_IMPORT: dict[str, list[str]] = _TABLE["MAY_IMPORT"]

PRINTING = {"cli", "commands"}  # All others return what they find.

# What takes long to import, so that commands do it only when they need it.
SLOW = {
    "matplotlib",
    "tensorflow",
    "tensorflow_model_optimization",
    "tf_keras",
}
PICKLES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}


def sources(*folders: str) -> list[pathlib.Path]:
    """Returns the Python files of some folders, as paths from the root."""
    paths = (path for top in folders for path in (ROOT / top).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in paths)


def module(path: pathlib.Path) -> str:
    """Returns `tflm.tflite.interpreter` for `tflm/tflite/interpreter.py`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


LIBRARY = sources("tflm")
PROGRAMS = sources("android_demo", "benchmarks", "export")
EVERYTHING = [*LIBRARY, *PROGRAMS, *sources("tests")]
MODULES = {module(path) for path in EVERYTHING}


def each(paths: list[pathlib.Path]) -> Callable:
    """Makes a test of one file one of all of these, which names the wrong."""

    def of_all(check):
        def test():
            wrong = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as error:
                    wrong.append(f"{path}: {error}")
            assert not wrong, "\n".join(wrong)

        return test

    return of_all


def nodes(path: pathlib.Path, kind: type) -> list[ast.AST]:
    return [node for node in _walked(path) if isinstance(node, kind)]


@functools.cache
def _walked(path: pathlib.Path) -> list[ast.AST]:
    return [*ast.walk(_tree(path))]


@functools.cache
def _tree(path: pathlib.Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@functools.cache
def imports(path: pathlib.Path) -> set[str]:
    """Returns what a file imports, also inside its functions.

    `from tflm.text import corpus` imports the file `tflm.text.corpus`, and
    `from tflm.files import write` the file `tflm.files`. Of another package,
    `from absl import app` imports `absl.app`.
    """
    found = {a.name for node in nodes(path, ast.Import) for a in node.names}
    for node in nodes(path, ast.ImportFrom):
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        is_ours = node.module in MODULES
        found |= {
            n if n in MODULES or not is_ours else node.module for n in names
        }
    return found


def at_once(path: pathlib.Path) -> set[str]:
    """Returns what a file imports as soon as it is imported itself."""
    statements = (ast.Import, ast.ImportFrom)
    top = [n for n in _tree(path).body if isinstance(n, statements)]
    return {getattr(node, "module", None) or "" for node in top}


def calls(path: pathlib.Path) -> set[str]:
    return {ast.unparse(node.func) for node in nodes(path, ast.Call)}


def first(name: str) -> str:
    return name.partition(".")[0]


SHARED_BY_PROGRAMS = {
    module(path) for path in PROGRAMS if "app.run" not in calls(path)
}


def part(name: str) -> str:
    """Returns the part of tflm that a module belongs to, as `tflite`."""
    return name.split(".")[1] if "." in name else name


@each(LIBRARY)
def test_imports_flow_one_way(path):
    here = part(module(path))
    if here == "tflm":
        assert not at_once(path) & MODULES, "it offers all, and imports none"
        return
    assert here in MAY_IMPORT, "it needs a line in architecture.bzl"
    used = {part(name) for name in imports(path) if first(name) == "tflm"}
    assert used <= {here, "tflm", *MAY_IMPORT[here]}


def test_no_part_imports_itself_by_way_of_another():
    graphlib.TopologicalSorter(MAY_IMPORT).prepare()


@each([*LIBRARY, *PROGRAMS])
def test_imports_no_program_and_no_test(path):
    # Programs may share modules beside them; the library knows none of those.
    ours = set() if path in LIBRARY else SHARED_BY_PROGRAMS
    used = set(map(first, imports(path) - ours))
    assert not used & {"android_demo", "benchmarks", "export", "tests"}


@each(EVERYTHING)
def test_imports_are_absolute(path):
    assert all(node.level == 0 for node in nodes(path, ast.ImportFrom))


@each(EVERYTHING)
def test_keras_is_tf_keras(path):
    """TF-MOT refuses Keras 3, which is what other spellings mean."""
    for node in nodes(path, ast.ImportFrom):
        assert node.module != "tf_keras" and first(node.module) != "keras"
    for node in nodes(path, ast.Import):
        for alias in node.names:
            called = alias.asname or alias.name
            if called in ("keras_2", "keras_3"):  # Whose models tests bring.
                assert path.parts[0] == "tests"
            elif first(alias.name) in ("keras", "tf_keras"):
                assert (alias.name, called) == ("tf_keras", "keras")
    for node in nodes(path, ast.Attribute):
        if node.attr == "keras":
            assert ast.unparse(node.value) not in ("tf", "tensorflow")


@each(EVERYTHING)
def test_nothing_is_unpickled(path):
    assert not set(map(first, imports(path))) & PICKLES
    for node in nodes(path, ast.keyword):
        if node.arg == "allow_pickle":
            assert ast.unparse(node.value) == "False"


@each([*LIBRARY, *PROGRAMS])
def test_nothing_that_was_read_is_executed(path):
    assert not calls(path) & {"eval", "exec"}


@each([path for path in LIBRARY if part(module(path)) not in PRINTING])
def test_library_has_no_flags_and_no_prints(path):
    assert not imports(path) & {"absl.app", "absl.flags"}
    assert "print" not in calls(path)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@each(LIBRARY)
def test_a_file_is_one_concept(path):
    assert len((ROOT / path).read_text("utf-8").splitlines()) <= 300


@each(LIBRARY)
def test_a_function_is_read_at_once(path):
    for function in nodes(path, FUNCTIONS):
        body = function.body[bool(ast.get_docstring(function)) :]
        lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        assert lines <= 40, f"{function.name} has {lines} lines"


def public(nodes: list[ast.stmt]) -> list:
    """Returns the public functions and classes among some statements."""
    kinds = (*FUNCTIONS, ast.ClassDef)
    found = [node for node in nodes if isinstance(node, kinds)]
    return [node for node in found if not node.name.startswith("_")]


def test_public_names_say_what_they_are():
    """An override is said by the method of the base class that it is of."""
    classes, said = {}, {}
    for path in LIBRARY:
        for node in public(_tree(path).body):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = node
            else:
                name = f"{path}: {node.name}"
                said[name] = bool(ast.get_docstring(node))

    def is_said(owner: ast.ClassDef, name: str) -> bool:
        own = {node.name: node for node in public(owner.body)}
        bases = [getattr(base, "id", None) for base in owner.bases]
        return bool(name in own and ast.get_docstring(own[name])) or any(
            is_said(classes[base], name) for base in bases if base in classes
        )

    for owner in classes.values():
        said[owner.name] = bool(ast.get_docstring(owner))
        for method in public(owner.body):
            name = f"{owner.name}.{method.name}"
            said[name] = is_said(owner, method.name)
    silent = [name for name, is_ in said.items() if not is_]
    assert len(silent) <= 0.05 * len(said), silent


@pytest.mark.parametrize("name", ["tflm", "tflm.cli"])
def test_import_brings_nothing_slow(name):
    program = f"import sys, {name}; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.check_output(command, cwd=ROOT, text=True).split()
    assert name in loaded
    assert not SLOW & set(loaded)


@pytest.fixture(scope="module")
def build() -> dict[str, dict]:
    """Returns the arguments of each target in BUILD, by its name."""
    targets = {}

    def declare(name, **arguments):
        assert name not in targets
        targets[name] = arguments

    def glob(include, exclude=(), allow_empty=False):
        found = set().union(*map(_matches, include))
        assert found or allow_empty, f"nothing matches {include}"
        return sorted(found.difference(*map(_matches, exclude)))

    def load(label, *names):
        if label == "//:architecture.bzl":
            scope.update({name: _TABLE[name] for name in names})

    rules = ["filegroup", "py_binary", "py_library", "py_test"]
    scope = dict.fromkeys(rules, declare)
    scope |= {"load": load, "package": lambda **_: None}
    scope |= {"all_requirements": [], "glob": glob}
    exec((ROOT / "BUILD").read_text("utf-8"), scope)
    return targets


@functools.cache  # One reads the whole tree.
def _matches(pattern: str) -> frozenset[str]:
    if pattern.endswith("**"):
        pattern += "/*"  # For pathlib, ** alone is folders only.
    paths = (path for path in ROOT.glob(pattern) if path.is_file())
    return frozenset(path.relative_to(ROOT).as_posix() for path in paths)


def _modules(target: dict) -> set[str]:
    paths = [path for path in target.get("srcs", []) if path.endswith(".py")]
    assert not [path for path in paths if not (ROOT / path).is_file()]
    return {module(pathlib.Path(path)) for path in paths}


def test_build_file_names_every_source(build):
    listed = set().union(*map(_modules, build.values()))
    assert MODULES - listed <= {"export"}  # An empty __init__.py.
    assert listed <= MODULES


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_build_file_agrees_with_the_table(name, build):
    modules = _modules(build[name])
    assert {part(module) for module in modules} == {name}
    expected = {":init", *(f":{other}" for other in MAY_IMPORT[name])}
    assert {*build[name]["deps"]} == expected
