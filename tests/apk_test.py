"""The Android keyboard is built as a user builds it, and looked into."""

import hashlib
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import zipfile

import pytest

from android_demo.build import bundles, pages, tools
from android_demo.build.process import BuildError

ROOT = pathlib.Path(__file__).parents[1]
DEMO = ROOT / "android_demo"
BUNDLE = DEMO / "app/src/main/assets/keyboard"
TAGGER = BUNDLE.with_name("slots")
VERSIONS = json.loads((DEMO / "versions.json").read_text("utf-8"))
MAXIMUM_BYTES = 9_000_000
MODEL = "assets/keyboard/model.tflite"
LIBRARY = "lib/{}/libtensorflowlite_jni.so"


def build(output, *folders, flags=()):
    return subprocess.run(
        [
            *(sys.executable, "-m", "android_demo.build.apk"),
            *(f"--output={output}", f"--bundle={','.join(map(str, folders))}"),
            *flags,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def ask(tool, *arguments):
    """Returns what a tool of Android says of the APK."""
    # An emoji among the texts of an app is no UTF-8 as Java writes it.
    return subprocess.check_output(
        [tools.tool(tool), *arguments], text=True, errors="replace"
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("apk")


@pytest.fixture(scope="module")
def badging(apk):
    return ask("aapt", "dump", "badging", apk)


@pytest.fixture(scope="module")
def archive(apk):
    with zipfile.ZipFile(apk) as opened:
        yield opened


def content_at(archive, name):
    """Returns where in the APK the content of a file begins."""
    header = archive.getinfo(name).header_offset
    archive.fp.seek(header + 26)  # Lengths of its name and extra field.
    return header + 30 + sum(struct.unpack("<HH", archive.fp.read(4)))


@pytest.fixture(scope="module")
def small_bundle(place, words):
    """Returns a function that writes a bundle of another model."""
    from tflm.bundle.bundle import write_bundle
    from tflm.bundle.manifest import About
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig
    from tflm.tflite import convert

    layers = (LayerConfig("cifg", 16, 8),)
    model = build_model(ModelConfig(60, 8, layers, init_scale=0.4))

    def write(name, file_format="float32"):
        content = convert.convert_here(model, file_format)
        about = About("a", "", "chitchat", "")
        write_bundle(place / name, content, words, about)
        return place / name

    return write


@pytest.fixture
def copied_bundle(tmp_path):
    return shutil.copytree(BUNDLE, tmp_path / "copy")


def refused(done, message):
    """Tells whether the build ended with one line of error and code 2."""
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("android_demo.build.apk: ")
    assert message in line
    return True


def test_signature_verifies(apk):
    said = ask("apksigner", "verify", "--verbose", apk)
    assert "Verified using v2 scheme (APK Signature Scheme v2): true" in said
    assert "Verified using v3 scheme (APK Signature Scheme v3): true" in said


def test_signature_is_by_the_debug_key_that_is_committed(apk):
    keystore = DEMO / "debug.keystore"
    listed = subprocess.check_output(
        ["keytool", "-list", "-keystore", keystore, "-storepass", "android"],
        text=True,
    )
    [ours] = re.findall(r"SHA-256\): ([0-9A-F:]+)", listed)
    said = ask("apksigner", "verify", "--print-certs", apk)
    assert ours.replace(":", "").lower() in said


def test_it_is_an_input_method(badging):
    assert "provides-component:'ime'" in badging


def test_names_and_versions_are_those_of_the_list(badging):
    assert f"package: name='{VERSIONS['application_id']}'" in badging
    assert f"versionCode='{VERSIONS['version_code']}'" in badging
    assert f"versionName='{VERSIONS['version_name']}'" in badging
    assert f"sdkVersion:'{VERSIONS['minimum_sdk']}'" in badging
    assert f"targetSdkVersion:'{VERSIONS['target_sdk']}'" in badging


def test_it_has_an_icon_and_an_activity_to_start(badging):
    assert "launchable-activity: name='org.tflm.keyboard." in badging
    assert "application-debuggable" not in badging
    assert re.search(r"application: label='.+' icon='res/.+'", badging)


def test_it_has_no_permissions(apk, badging):
    said = ask("aapt", "dump", "permissions", apk)
    assert said.splitlines() == ["package: org.tflm.keyboard"]
    assert "uses-permission" not in badging


def test_it_runs_on_phones_of_64_and_32_bits(badging):
    [line] = re.findall("native-code: (.+)", badging)
    assert line.replace("'", "").split() == VERSIONS["abis"]


def test_size(apk):
    assert apk.stat().st_size <= MAXIMUM_BYTES


def test_bundle_is_there_and_unchanged(archive):
    for file in BUNDLE.iterdir():
        name = f"assets/keyboard/{file.name}"
        assert archive.read(name) == file.read_bytes()


@pytest.mark.parametrize(
    "name", [MODEL, *map(LIBRARY.format, VERSIONS["abis"])]
)
def test_file_can_be_mapped(name, archive):
    assert archive.getinfo(name).compress_type == zipfile.ZIP_STORED
    assert content_at(archive, name) % pages.PAGE == 0


def test_table_of_resources_can_be_mapped(archive):
    entry = archive.getinfo("resources.arsc")
    assert entry.compress_type == zipfile.ZIP_STORED
    assert content_at(archive, entry.filename) % 4 == 0


def test_alignment_satisfies_zipalign(apk):
    subprocess.check_call([tools.tool("zipalign"), "-c", "-p", "4", apk])


def test_libraries_are_used_inside_the_apk(apk):
    said = ask("aapt", "dump", "xmltree", apk, "AndroidManifest.xml")
    assert re.search(r"extractNativeLibs\(\w+\)=\(type 0x12\)0x0", said)


def test_library_of_64_bits_loads_with_pages_of_16_kb(archive):
    library = archive.read(LIBRARY.format("arm64-v8a"))
    assert pages.alignment(library) == 16384


def test_library_of_32_bits_loads_with_pages_of_4_kb(archive):
    """There are no larger ones where programs of 32 bits run."""
    library = archive.read(LIBRARY.format("armeabi-v7a"))
    [table] = struct.unpack_from("<I", library, 28)
    size, count = struct.unpack_from("<HH", library, 42)
    segments = [
        struct.unpack_from("<8I", library, table + place * size)
        for place in range(count)
    ]
    assert min(s[7] for s in segments if s[0] == 1) == 4096  # 1 is PT_LOAD.


def test_the_keyboard_and_a_tagger_ship(archive):
    names = archive.namelist()
    for folder in (BUNDLE, TAGGER):
        assert f"assets/{folder.name}/model.tflite" in names


def test_same_inputs_give_the_same_bytes(apk, place):
    again = place / "elsewhere" / "again.apk"
    assert build(again, BUNDLE, TAGGER).returncode == 0
    assert again.read_bytes() == apk.read_bytes()


@pytest.mark.parametrize("part", ["core", "app"])
def test_every_source_is_in_the_apk(part, apk):
    top = DEMO / part / "src/main/java"
    sources = {
        path.relative_to(top).with_suffix("").as_posix()
        for path in top.rglob("*.java")
        if path.stem != "package-info"
    }
    said = ask("dexdump", apk)
    classes = set(re.findall(r"Class descriptor  : 'L(.+);'", said))
    assert sources
    assert sources <= classes


def test_resources_of_the_core_are_in_the_apk(archive):
    top = DEMO / "core/src/main/resources"
    for path in top.rglob("*.*"):
        name = path.relative_to(top).as_posix()
        assert archive.read(name) == path.read_bytes()


def gradle(name):
    return (DEMO / name).read_text("utf-8")


def test_gradle_names_the_same_versions():
    """It reads them from the list, and names no other but its plugin's."""
    app = gradle("app/build.gradle")
    used = set(re.findall(r"\bversions\.(\w+)", app))
    assert used == {
        *("application_id", "version_code", "version_name", "java", "abis"),
        *("minimum_sdk", "target_sdk", "compile_sdk", "libraries"),
    }
    texts = [app, *map(gradle, ["core/build.gradle", "build.gradle"])]
    assert re.findall(r"\d+\.[\d.]+", "".join(texts)) == ["8.7.3"]
    assert re.findall(r"artifact\('(.+)'\)", "".join(texts))
    for name in re.findall(r"artifact\('(.+)'\)", "".join(texts)):
        assert name in VERSIONS["maven"]


def test_gradle_has_the_same_sources():
    """It keeps to the standard folders, which are those of our build."""
    assert "include ':core', ':app'" in gradle("settings.gradle")
    for name in ["core/build.gradle", "app/build.gradle"]:
        assert "sourceSets" not in gradle(name)
        assert "Not built by CI" in gradle(name)


def test_several_bundles_are_several_languages(place, small_bundle):
    other = small_bundle("other")
    done = build(place / "two.apk", BUNDLE, other)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(place / "two.apk") as opened:
        found = {n for n in opened.namelist() if n.endswith("/manifest.json")}
    assert found == {
        "assets/keyboard/manifest.json",
        "assets/other/manifest.json",
    }


def test_bundle_with_a_file_missing_is_refused(copied_bundle, tmp_path):
    (copied_bundle / "vocabulary.txt").unlink()
    done = build(tmp_path / "a.apk", copied_bundle)
    assert refused(done, "vocabulary.txt is missing")
    assert not (tmp_path / "a.apk").exists()


def test_bundle_with_a_changed_file_is_refused(copied_bundle, tmp_path):
    with open(copied_bundle / "model.tflite", "ab") as file:
        file.write(b"\0")
    done = build(tmp_path / "a.apk", copied_bundle)
    assert refused(done, "model.tflite was changed: its SHA-256 is")


def test_bundle_of_another_format_is_refused(copied_bundle, tmp_path):
    path = copied_bundle / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"format_version": 4}), "utf-8")
    done = build(tmp_path / "a.apk", copied_bundle)
    assert refused(done, "is a bundle of format 4")


def test_folder_that_is_no_bundle_is_refused(tmp_path):
    done = build(tmp_path / "a.apk", tmp_path)
    assert refused(done, "is not a bundle")


def test_bundle_that_needs_a_newer_runtime_is_refused(small_bundle, tmp_path):
    done = build(tmp_path / "a.apk", small_bundle("newer", "int4"))
    assert refused(done, "needs TensorFlow Lite 2.1")


def test_bundle_that_answers_otherwise_is_refused(copied_bundle, tmp_path):
    answers = json.loads((copied_bundle / "golden.json").read_text("utf-8"))
    answers["sequences"][0]["steps"][0]["logits"][0] += 5
    change(copied_bundle, "golden.json", json.dumps(answers).encode())
    done = build(tmp_path / "a.apk", copied_bundle)
    assert refused(done, "does not answer as its golden.json says")


def test_model_that_ends_its_process_is_refused(monkeypatch):
    """One process dies, and it is not that of the build."""
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(bundles, "_CHECK", crash)
    with pytest.raises(BuildError, match="ends whoever runs it .SIGSEGV."):
        bundles.assets([BUNDLE])


def change(bundle, name, content):
    """Changes a file of a bundle, and what the manifest says of it."""
    (bundle / name).write_bytes(content)
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"][name] |= {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    path.write_text(json.dumps(manifest), "utf-8")


def test_only_builds_for_farms_have_a_door_for_all(apk, place):
    def has_door(path):
        tree = ask("aapt", "dump", "xmltree", path, "AndroidManifest.xml")
        return "BenchmarkScenarios" in tree

    farm = place / "farm.apk"
    flags = ("--farm", "--abis=x86_64")
    assert build(farm, BUNDLE, flags=flags).returncode == 0
    assert not has_door(apk)
    assert has_door(farm)
    libraries = re.findall(
        "native-code: (.+)", ask("aapt", "dump", "badging", farm)
    )
    assert libraries == ["'x86_64'"]  # That of emulators.


def test_processor_that_there_is_no_library_for_is_refused(tmp_path):
    done = build(tmp_path / "a.apk", BUNDLE, flags=("--abis=riscv64",))
    assert refused(
        done, "ABIS must be some of arm64-v8a,armeabi-v7a,x86,x86_64"
    )


def test_bundles_of_one_name_are_refused(tmp_path):
    copy = shutil.copytree(BUNDLE, tmp_path / BUNDLE.name)
    done = build(tmp_path / "a.apk", BUNDLE, copy)
    assert refused(done, "two bundles are called 'keyboard'")
