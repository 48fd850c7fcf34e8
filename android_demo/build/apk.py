r"""Builds the Android keyboard, without an SDK and without Gradle.

python -m android_demo.build.apk \
    --bundle=android_demo/app/src/main/assets/keyboard \
    --output=build/android/tflm-keyboard.apk

Several bundles, with commas between, are several languages of the keyboard, and
a tagger that it may have. Without --bundle they are those of the assets. --farm
adds the benchmark that device farms start, and --abis=x86_64 is for emulators.
"""

import pathlib
import sys
import tempfile
import zipfile

from absl import app, flags

from android_demo.build import (
    bundles,
    compiler,
    downloads,
    pages,
    resources,
    sign,
    tools,
    zips,
)
from android_demo.build.process import BuildError
from android_demo.build.versions import BUILD, DEMO, VERSIONS

_MAIN = DEMO / "app/src/main"
_FARM = DEMO / "app/src/farm"
_CORE = DEMO / "core/src/main"
_LIBRARY = "libtensorflowlite_jni.so"
_SHIPPED = [str(_MAIN / "assets" / name) for name in ("keyboard", "slots")]
_BUNDLE = flags.DEFINE_list("bundle", _SHIPPED, "Folders of the bundles.")
_OUTPUT = flags.DEFINE_string(
    "output", str(BUILD / "tflm-keyboard.apk"), "The APK to write."
)
_FOR_FARM = flags.DEFINE_bool("farm", False, "Let device farms start it.")
_ABIS = flags.DEFINE_list("abis", VERSIONS["abis"], "Kinds of processors.")


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    output = pathlib.Path(_OUTPUT.value)
    try:
        folders = [pathlib.Path(name).resolve() for name in _BUNDLE.value]
        content = bundles.assets(folders)
        tools.install("aapt2", "apksigner", "java", "javac")
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as work:
            content |= _code(pathlib.Path(work)) | _libraries()
            unsigned = pathlib.Path(work) / "unsigned.apk"
            zips.write(unsigned, content)
            output.parent.mkdir(parents=True, exist_ok=True)
            sign.sign(unsigned, output)
    except BuildError as error:
        print(f"android_demo.build.apk: {error}", file=sys.stderr)
        sys.exit(2)
    names = ", ".join(folder.name for folder in folders)
    print(f"{output}: {output.stat().st_size:,} bytes, with {names}")


def _code(work: pathlib.Path) -> dict[str, bytes]:
    """Returns resources and classes of the app, as files of the APK."""
    generated, classes, dexed = (
        work / name for name in ("java", "classes", "dex")
    )
    for folder in (generated, classes, dexed):
        folder.mkdir()
    farm = _FARM if _FOR_FARM.value else None
    content = resources.link(_MAIN, work, generated, farm)
    libraries = [
        downloads.member(name, "classes.jar") for name in VERSIONS["libraries"]
    ]
    compiler.javac(
        [_CORE / "java", _MAIN / "java", generated],
        [downloads.path("android-all"), *libraries],
        classes,
    )
    compiler.dex([*sorted(classes.rglob("*.class")), *libraries], dexed)
    return content | _files(dexed) | _files(_CORE / "resources")


def _files(folder: pathlib.Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _libraries() -> dict[str, bytes]:
    """Returns TensorFlow Lite for each kind of processor that is asked for.

    Only kernels of 64 bits have pages of 16 KB, and run nothing of 32 bits.

    Raises:
        BuildError: it has none for such a processor.
    """
    with zipfile.ZipFile(downloads.path("tensorflow-lite")) as archive:
        places = {
            name.split("/")[1]: name
            for name in archive.namelist()
            if name.endswith(_LIBRARY)
        }
        if not _ABIS.value or not places.keys() >= {*_ABIS.value}:
            raise BuildError(
                f"ABIS must be some of {','.join(sorted(places))}, got "
                f"{','.join(_ABIS.value)}"
            )
        found = {abi: archive.read(places[abi]) for abi in _ABIS.value}
    return {
        f"lib/{abi}/{_LIBRARY}": pages.realign(library)
        if abi == "arm64-v8a"
        else library
        for abi, library in found.items()
    }


if __name__ == "__main__":
    app.run(main)
