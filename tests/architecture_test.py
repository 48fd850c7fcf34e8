"""Keeps the imports, the BUILD file and the source tree in agreement."""

import ast
import functools
import graphlib
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]

# What each part of tflm may import of tflm, besides itself and SHARED. A part
# is a module or a package, and `tflite.load` is apart from `tflite`. A new part
# takes a line here and a target of the same name in BUILD.
ALLOWED = {
    "tokenizer": set(),
    "corpus": {"tokenizer"},
    "vocabulary": set(),
    "layers": set(),
    "model": {"layers"},
    "training": {"corpus", "model"},
    "compress": {"layers", "model"},
    "tflite.load": set(),
    "tflite.inspect": {"tflite.load"},
    "tflite": {"layers", "model", "tflite.inspect", "tflite.load"},
    "bundle": {"tflite", "tflite.inspect", "tflite.load", "vocabulary"},
    "evaluation": {"vocabulary"},
    "ngram": set(),
    "benchmark": set(),
    "report": {"benchmark", "evaluation"},
}
SHARED = {"files"}  # Imports nothing of ours, and anybody may import it.
ALLOWED |= {"files": set(), "cli": set(ALLOWED)}

# What may not be imported anywhere, and what to do instead.
FORBIDDEN = {
    "keras": "Keras 3 is refused by TF-MOT: import tf_keras as keras",
    "tensorflow.keras": "import tf_keras as keras",
    "tensorflow.python": "it is private to TensorFlow",
    "pickle": "it runs what it reads: save JSON and arrays",
    "cloudpickle": "it runs what it reads: save JSON and arrays",
    "dill": "it runs what it reads: save JSON and arrays",
    "joblib": "it runs what it reads: save JSON and arrays",
    "marshal": "it runs what it reads: save JSON and arrays",
    "shelve": "it runs what it reads: save JSON and arrays",
}


def sources(*folders: str) -> list[pathlib.Path]:
    """Returns the Python files of our folders, as paths from the root."""
    paths = (path for top in folders for path in (ROOT / top).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in paths)


LIBRARY = sources("tflm")
PROGRAMS = sources("benchmarks", "export")
TESTS = sources("tests")
EVERYTHING = [*LIBRARY, *PROGRAMS, *TESTS, pathlib.Path("setup.py")]
each_file = functools.partial(pytest.mark.parametrize, "path", ids=str)


@functools.cache
def tree(path: pathlib.Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def nodes(path: pathlib.Path, *kinds: type) -> list[ast.AST]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def module(path: pathlib.Path) -> str:
    """Returns `tflm.tflite.load` for `tflm/tflite/load.py`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path) for path in EVERYTHING}


def imports(path: pathlib.Path) -> set[str]:
    """Returns the modules that a file imports, also inside its functions.

    `from tflm.tflite import load` imports `tflm.tflite.load`, for that is a
    file; `from tflm.files import write` imports `tflm.files`.
    """
    found = {
        alias.name for node in nodes(path, ast.Import) for alias in node.names
    }
    for node in nodes(path, ast.ImportFrom):
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            found.add(name if _is_module(name) else node.module)
    return found


def _is_module(name: str) -> bool:
    return name in MODULES or name in FORBIDDEN


def part(name: str) -> str:
    """Returns the part of tflm that a module belongs to."""
    owners = [p for p in ALLOWED if f"{name}.".startswith(f"tflm.{p}.")]
    return max(owners, key=len, default=name)


def target(part: str) -> str:
    """Returns the name of a part's target in BUILD."""
    return part.replace(".", "_")


def ours(path: pathlib.Path) -> set[str]:
    """Returns the first names of the imported modules that are not tflm's."""
    tops = {name.partition(".")[0] for name in imports(path)}
    return tops & {"benchmarks", "export", "tests"}


@each_file(argvalues=LIBRARY)
def test_imports_flow_one_way(path):
    here = part(module(path))
    if here == "tflm":
        allowed = set()  # tflm/__init__.py: importing tflm is instant.
    else:
        assert here in ALLOWED, f"give {here} a line in ALLOWED and in BUILD"
        allowed = ALLOWED[here] | SHARED | {here, "tflm"}
    used = {
        part(name) for name in imports(path) if f"{name}.".startswith("tflm.")
    }
    assert used <= allowed
    assert not ours(path)


@each_file(argvalues=PROGRAMS)
def test_programs_import_only_the_library(path):
    assert not ours(path)


def test_no_part_imports_itself_by_way_of_another():
    graphlib.TopologicalSorter(ALLOWED).prepare()


@each_file(argvalues=EVERYTHING)
def test_imports_are_absolute(path):
    assert all(node.level == 0 for node in nodes(path, ast.ImportFrom))


@each_file(argvalues=EVERYTHING)
def test_imports_nothing_forbidden(path):
    for name in imports(path):
        for forbidden, instead in FORBIDDEN.items():
            message = f"no {forbidden}: {instead}"
            assert not f"{name}.".startswith(f"{forbidden}."), message


@each_file(argvalues=EVERYTHING)
def test_keras_is_tf_keras(path):
    for node in nodes(path, ast.Attribute):
        assert ast.unparse(node) not in ("tf.keras", "tensorflow.keras")
    for node in nodes(path, ast.ImportFrom):
        assert node.module.partition(".")[0] != "tf_keras"
    for node in nodes(path, ast.Import):
        for alias in node.names:
            if alias.name.partition(".")[0] == "tf_keras":
                assert ast.unparse(alias) == "tf_keras as keras"


@each_file(argvalues=EVERYTHING)
def test_arrays_are_never_unpickled(path):
    for node in nodes(path, ast.keyword):
        if node.arg == "allow_pickle":
            assert ast.unparse(node.value) == "False"


@each_file(argvalues=[*LIBRARY, *PROGRAMS])
def test_nothing_that_is_read_is_executed(path):
    for node in nodes(path, ast.Call):
        assert ast.unparse(node.func) not in ("eval", "exec")


@each_file(argvalues=[p for p in LIBRARY if p.name != "cli.py"])
def test_library_has_no_flags_and_no_prints(path):
    assert not imports(path) & {"absl.app", "absl.flags"}
    for node in nodes(path, ast.ImportFrom):
        assert node.module != "absl" or not {
            alias.name for alias in node.names
        } & {"app", "flags"}
    for node in nodes(path, ast.Call):
        assert ast.unparse(node.func) != "print"


@pytest.mark.parametrize("name", ["tflm", "tflm.cli"])
def test_import_brings_no_tensorflow(name):
    program = f"import sys, {name}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert name in loaded
    assert not {
        "keras",
        "tensorflow",
        "tensorflow_model_optimization",
        "tf_keras",
    } & set(loaded)


@pytest.fixture(scope="module")
def build() -> dict[str, dict]:
    """Returns the arguments of each target in BUILD, by its name."""
    targets = {}

    def declare(name, **arguments):
        assert name not in targets
        targets[name] = arguments

    def glob(include, exclude=(), allow_empty=False):
        found = {path for pattern in include for path in _matching(pattern)}
        found -= {path for pattern in exclude for path in _matching(pattern)}
        assert found or allow_empty, f"nothing matches {include}"
        return sorted(found)

    def ignore(*_, **__):
        pass

    rules = ["filegroup", "py_binary", "py_library", "py_test"]
    names = dict.fromkeys(rules, declare)
    names |= {"load": ignore, "package": ignore, "glob": glob}
    names["all_requirements"] = []
    exec((ROOT / "BUILD").read_text(), names)  # Starlark reads as Python here.
    return targets


def _matching(pattern: str) -> set[str]:
    if pattern.endswith("**"):
        pattern += "/*"  # For pathlib, ** alone is folders only.
    paths = (p for p in ROOT.glob(pattern) if p.is_file())
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_build_file_names_every_source(build):
    listed = {source for target in build.values() for source in _srcs(target)}
    tree = {
        path.as_posix()
        for path in EVERYTHING
        if path.name != "setup.py" and (ROOT / path).stat().st_size
    }
    assert {path for path in listed if (ROOT / path).stat().st_size} == tree


def _srcs(target: dict) -> list[str]:
    return [path for path in target.get("srcs", []) if path.endswith(".py")]


def test_build_file_has_a_target_for_each_part(build):
    for name in ALLOWED:
        assert {
            part(module(pathlib.Path(p))) for p in _srcs(build[target(name)])
        } - {"tflm"} == {name}


@pytest.mark.parametrize("name", ALLOWED)
def test_build_file_agrees_with_the_table(name, build):
    allowed = ALLOWED[name] | SHARED - {name}
    assert sorted(build[target(name)]["deps"]) == sorted(
        f":{target(part)}" for part in allowed
    )
