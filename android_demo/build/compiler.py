"""Java sources to class files, and class files to what Android runs."""

import pathlib
import tempfile
from collections.abc import Iterable

from android_demo.build import downloads
from android_demo.build.process import run
from android_demo.build.tools import tool
from android_demo.build.versions import MINIMUM_SDK, VERSIONS

# For a JVM that is gone in seconds: it compiles what it runs once, and quickly.
SHORT = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def javac(
    sources: Iterable[pathlib.Path],
    class_path: Iterable[pathlib.Path],
    classes: pathlib.Path,
) -> None:
    """Compiles Java files, or all in a folder, into the folder `classes`."""
    files = sorted(
        file
        for source in sources
        for file in ([source] if source.is_file() else source.rglob("*.java"))
    )
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as arguments:
        arguments.writelines(f'"{file}"\n' for file in files)
        arguments.flush()
        run(
            [
                *(tool("javac"), *(f"-J{flag}" for flag in SHORT)),
                *("-encoding", "UTF-8", "-proc:none", "-g"),
                *("--release", str(VERSIONS["java"]), "-d", classes),
                # Android 7 has only what Android 15 calls deprecated.
                *("-Xlint:all,-classfile,-options,-deprecation", "-Werror"),
                *("-classpath", ":".join(map(str, class_path))),
                f"@{arguments.name}",
            ]
        )


def dex(jars: Iterable[pathlib.Path], folder: pathlib.Path) -> None:
    """Writes classes.dex into a folder, for the oldest Android we support."""
    jdk = pathlib.Path(tool("javac")).resolve().parents[1]
    run(
        [
            *(tool("java"), *SHORT, "-cp", downloads.path("d8")),
            *("com.android.tools.r8.D8", "--release"),
            *("--min-api", str(MINIMUM_SDK)),
            # java.* and what is only in Android.
            *("--lib", jdk, "--lib", downloads.path("android-all")),
            *("--output", folder),
            *jars,
        ]
    )
