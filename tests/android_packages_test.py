"""The packages of the Android keyboard use each other one way only."""

import pathlib
import re

DEMO = pathlib.Path(__file__).parents[1] / "android_demo"
ROOT = "org.tflm.keyboard"

# Each package, and those that it may use: all stand above it. That the core
# uses nothing of Android is seen when android_core_test.py compiles it.
USES = {
    "core": set(),
    "core.benchmark": {"core"},
    "model": {"core"},
    "ui": {"core"},
    "benchmark": {"core", "core.benchmark", "model", "ui"},
    "settings": {"core", "model", "ui", "benchmark"},
    "ime": {"core", "model", "ui", "settings"},
}

_PACKAGE = re.compile(rf"^package {ROOT}\.([\w.]+);$", re.MULTILINE)
_USE = re.compile(rf"\b{ROOT}\.([a-z][\w.]*?)\.[A-Z]")


def sources():
    """Yields each Java file of ours, tests too, its text and its package."""
    for part in ("app", "core", "native"):
        for path in sorted((DEMO / part / "src").rglob("*.java")):
            text = path.read_text("utf-8")
            yield path, text, _PACKAGE.search(text)[1]


def test_every_package_is_in_the_table_and_says_what_it_is():
    assert {package for _, _, package in sources()} == set(USES)
    described = {
        package
        for path, _, package in sources()
        if path.name == "package-info.java"
    }
    assert described == set(USES)


def test_there_is_no_cycle():
    above = set()
    for package, uses in USES.items():
        assert uses <= above
        above.add(package)


def test_sources_use_only_what_their_package_may():
    wrong = {
        path.relative_to(DEMO).as_posix(): others
        for path, text, package in sources()
        if (others := set(_USE.findall(text)) - USES[package] - {package})
    }
    assert not wrong


def test_a_wrong_use_is_found():
    text = "import org.tflm.keyboard.core.benchmark.Benchmark;\n"
    text += "org.tflm.keyboard.ime.Languages all;"
    assert _USE.findall(text) == ["core.benchmark", "ime"]
