"""The keyboard's core passes its own tests: as compiled, and as dexed.

The dexed classes are what a phone runs: D8 rewrites what Android 7 lacks. Here
they come back as class files, so that the same JUnit tests run on them.
"""

import os
import pathlib
import re
import subprocess

import pytest

from android_demo.build import compiler, downloads, tools

ROOT = pathlib.Path(__file__).parents[1]
CORE = ROOT / "android_demo/core/src"


@pytest.fixture(scope="module")
def libraries():
    return downloads.paths(["json", "junit", "hamcrest"])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("core")


@pytest.fixture(scope="module")
def compiled(place, libraries):
    """Returns the classes of the core, which has no android.* to see."""
    compiler.javac([CORE / "main/java"], libraries[:1], place / "main")
    return place / "main"


@pytest.fixture(scope="module")
def dexed(place, compiled):
    """Returns the same after D8, as a jar again."""
    compiler.dex(sorted(compiled.rglob("*.class")), place)
    jar = place / "dexed.jar"
    subprocess.run(
        [tools.tool("enjarify"), place / "classes.dex", "-o", jar],
        # It is written for the Python of the system, not ours.
        env={**os.environ, "PATH": f"/usr/bin:{os.environ['PATH']}"},
        check=True,
    )
    return jar


@pytest.fixture(scope="module")
def tests(place, compiled, libraries):
    class_path = [compiled, *libraries]
    compiler.javac([CORE / "test/java"], class_path, place / "test")
    return place / "test"


@pytest.mark.parametrize("classes", ["compiled", "dexed"])
def test_core_passes_its_tests(classes, tests, libraries, request):
    main = request.getfixturevalue(classes)
    folders = [CORE / "main/resources", CORE / "test/resources"]
    class_path = ":".join(map(str, [main, tests, *folders, *libraries]))
    names = [
        ".".join(path.relative_to(tests).with_suffix("").parts)
        for path in sorted(tests.rglob("*Test.class"))
    ]
    done = subprocess.run(
        [tools.tool("java"), *compiler.SHORT, "-cp", class_path]
        + ["org.junit.runner.JUnitCore", *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [count] = re.findall(r"OK \((\d+) tests\)", done.stdout)
    assert int(count) >= len(names) > 0
