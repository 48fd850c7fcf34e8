"""What the keyboard's build fetches is pinned, and is what was pinned."""

import json
import os
import pathlib
import re
import shutil
import zipfile

import pytest

from android_demo.build import downloads, tools
from android_demo.build.process import BuildError
from android_demo.build.versions import VERSIONS

ROOT = pathlib.Path(__file__).parents[1]
PINS = VERSIONS["maven"] | VERSIONS["wheels"]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "_CACHE", tmp_path)
    return tmp_path


def test_versions_are_read_as_they_are_committed():
    text = (ROOT / "android_demo/versions.json").read_text("utf-8")
    assert json.loads(text) == VERSIONS
    assert json.dumps(VERSIONS, indent=1) + "\n" == text


@pytest.mark.parametrize("name", PINS)
def test_each_download_has_one_version_and_its_hash(name):
    pin = PINS[name]
    assert re.fullmatch("[0-9a-f]{64}", pin["sha256"])
    assert re.search(
        r"[:=]v?\d[\w.-]*(:\w+)*$", pin.get("artifact", pin.get("wheel"))
    )


def test_file_that_was_changed_is_refused(cache):
    genuine = downloads.path("hamcrest")
    genuine.write_bytes(genuine.read_bytes() + b"\0")
    with pytest.raises(BuildError, match="has the SHA-256 .* versions.json"):
        downloads.path("hamcrest")


def test_file_is_fetched_once(cache, monkeypatch):
    genuine = downloads.path("hamcrest")
    monkeypatch.setattr(downloads, "_fetch_artifacts", None)
    assert downloads.path("hamcrest") == genuine


def test_member_of_an_archive_is_a_file(cache):
    found = downloads.member("hamcrest", "META-INF/MANIFEST.MF")
    with zipfile.ZipFile(downloads.path("hamcrest")) as archive:
        assert found.read_bytes() == archive.read("META-INF/MANIFEST.MF")


def test_unknown_name_is_refused():
    with pytest.raises(BuildError, match="has no 'androidx'"):
        downloads.path("androidx")


def test_missing_tools_are_named_with_the_one_command(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(BuildError) as error:
        tools.install("aapt2", "aapt", "apksigner", "mvn")
    assert str(error.value) == (
        "aapt2, aapt, apksigner, mvn not found: "
        "sudo apt-get install aapt apksigner maven"
    )
