"""Runs the Android app without a phone, in Robolectric's Android.

The app is the one of the APK, with its resources, its model and TensorFlow
Lite's own library for Android (tflm/emulator); only the system around it
is simulated. Robolectric wants some classes of androidx, which are not among
what we download: android_demo/robolectric stands in for them. Screenshots go
to build/android/screenshots, to be looked at.
"""

import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import pytest

from android_demo.build import compiler, downloads, resources, tools
from android_demo.build.versions import APPLICATION_ID, BUILD, VERSIONS

ROOT = pathlib.Path(__file__).parents[1]
DEMO = ROOT / "android_demo"
MAIN = DEMO / "app/src/main"
TESTS = DEMO / "app/src/test"
SCREENSHOTS = BUILD / "screenshots"
JVM = [
    *compiler.SHORT,
    "-XX:ReservedCodeCacheSize=160m",  # Else it is full, and all is slow.
    "--add-opens=java.base/java.io=ALL-UNNAMED",  # Robolectric opens assets.
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def class_path(folder) -> list[pathlib.Path]:
    """Returns the app, its tests and all that both need."""
    generated, classes, work = (
        folder / name for name in ("java", "classes", "work")
    )
    for new in (generated, classes, work):
        new.mkdir()
    resources.link(MAIN, work, generated)
    archives = [
        *(downloads.member(x, "classes.jar") for x in VERSIONS["libraries"]),
        *downloads.paths([*VERSIONS["robolectric"], "junit", "hamcrest"]),
        downloads.path("android-all"),
    ]
    sources = [
        *(DEMO / "core/src/main/java", MAIN / "java", generated),
        *(DEMO / "robolectric/src/main/java", TESTS / "java"),
    ]
    compiler.javac(sources, archives, classes)
    others = [DEMO / "core/src/main/resources", TESTS / "resources"]
    return [folder / "settings", classes, *others, *archives]


@pytest.fixture(scope="module")
def settings(folder, apk) -> pathlib.Path:
    """Tells Robolectric which app to run, and where its Android is."""
    config = folder / "settings/com/android/tools/test_config.properties"
    config.parent.mkdir(parents=True)
    config.write_text(
        f"android_resource_apk={apk}\n"
        f"android_merged_manifest={folder}/work/AndroidManifest.xml\n"
        f"android_custom_package={APPLICATION_ID}\n"
    )
    android = VERSIONS["maven"]["android-all-instrumented"]["artifact"]
    name = android.replace(":", r"\:")
    path = downloads.path("android-all-instrumented")
    dependencies = folder / "settings/robolectric-deps.properties"
    dependencies.write_text(f"{name}={path}\n")
    return dependencies


@pytest.fixture(scope="module")
def run(android_libraries, class_path, settings) -> subprocess.CompletedProcess:
    """Returns what JUnit says of the tests of the app."""
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir(parents=True)
    command = [
        *(tools.tool("java"), *JVM),
        f"-Drobolectric-deps.properties={settings}",
        f"-Dscreenshots={SCREENSHOTS}",
        *("-cp", os.pathsep.join(map(str, class_path))),
        "org.junit.runner.JUnitCore",
        *map(_class_name, _test_files()),
    ]
    return subprocess.run(
        command,
        env={**os.environ, "LD_LIBRARY_PATH": str(android_libraries)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _test_files() -> list[pathlib.Path]:
    return sorted(TESTS.rglob("*Test.java"))


def _class_name(path: pathlib.Path) -> str:
    relative = path.relative_to(TESTS / "java").with_suffix("")
    return ".".join(relative.parts)


def test_the_app_passes_its_tests(run):
    assert not run.returncode, run.stdout[run.stdout.find("\nTime:") :]


def test_every_test_ran(run):
    written = sum(path.read_text().count("@Test\n") for path in _test_files())
    assert f"OK ({written} tests)" in run.stdout


@pytest.mark.parametrize("screen", ["portrait", "landscape", "tablet"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_was_drawn(run, screen, theme):
    for page in ["keyboard", "completions", "symbols"]:
        drawn = SCREENSHOTS / f"{page}_{screen}_{theme}.png"
        assert drawn.stat().st_size > 10_000, drawn


def test_stand_ins_are_only_those_that_robolectric_names():
    """Each is there because a class of Robolectric refers to it."""
    names = {
        path.relative_to(DEMO / "robolectric/src/main/java")
        .with_suffix("")
        .as_posix()
        for path in (DEMO / "robolectric").rglob("*.java")
    }
    assert names <= _names(downloads.path("robolectric"))


def _names(archive: pathlib.Path) -> set[str]:
    """Returns the classes of androidx that the classes of an archive name."""
    with zipfile.ZipFile(archive) as opened:
        content = b"".join(map(opened.read, opened.namelist()))
    return set(
        name.decode() for name in re.findall(rb"androidx/test/[\w/]+", content)
    )
