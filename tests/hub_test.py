"""Bundles go to a hub and come back; see `hub_double`."""

import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import huggingface_hub
import pytest
from huggingface_hub import constants

from tests.command import run_here
from tests.hub_double import TOKEN, serving
from tflm import limited
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.hub import card, client
from tflm.hub.client import Place
from tflm.tflite import convert

NAME = "someone/small"
ABOUT = About(
    "a test",
    "keyboard, float32",
    "chitchat",
    "ff" * 32,
    metrics={"tokens": 90, "perplexity": 9.5, "recall_at_3": 0.25},
    licence="MIT",
)


@pytest.fixture(scope="module")
def made(words, tmp_path_factory):
    """A small bundle."""
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    layers = (LayerConfig("cifg", 16, 8),)
    config = ModelConfig(60, 8, layers, init_scale=0.4)
    content = convert.convert_here(build_model(config))
    directory = tmp_path_factory.mktemp("made") / "bundle"
    write_bundle(directory, content, words, ABOUT)
    return directory


def at(url, monkeypatch):
    """Has the client ask this hub, as HF_ENDPOINT does at its import."""
    api = functools.partial(huggingface_hub.HfApi, endpoint=url)
    monkeypatch.setattr(huggingface_hub, "HfApi", api)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub that the client of this process knows, and is logged in to."""
    with serving() as hub:
        at(hub.url, monkeypatch)
        # Its own storage, in place of git LFS, is no HTTP that can be doubled.
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield hub


@pytest.fixture
def pushed(hub, made):
    """What a push of the bundle has left on the hub: the files by name."""
    assert run_here("push", made, NAME) == 0
    return hub.repositories[NAME].files("main")


def contents(directory: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_what_was_pushed_is_pulled(pushed, made, tmp_path):
    output = tmp_path / "pulled"
    assert run_here("pull", NAME, f"--output={output}") == 0
    assert contents(output) == contents(made)
    Bundle.load(output).check()
    assert output.stat().st_mode & 0o777 == 0o755


def test_a_push_is_one_commit(pushed, hub, made):
    assert {*pushed} == {*contents(made), "README.md", ".gitattributes"}
    assert len([a for a in hub.asked if "/commit/" in a]) == 1


def test_the_command_reads_the_endpoint_of_its_environment(made, tmp_path):
    with serving() as hub:
        environment = {
            **os.environ,
            "HF_ENDPOINT": hub.url,
            "HF_TOKEN": TOKEN,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HOME": str(tmp_path / "home"),
        }
        command = [sys.executable, "-m", "tflm", "push", made, NAME]
        done = subprocess.run(
            [*command, "--json"], env=environment, capture_output=True
        )
        assert done.stderr == b""
        commit = json.loads(done.stdout)["commit"]
        sha = hub.repositories[NAME].branches["main"]
        assert commit == f"{hub.url}/{NAME}/commit/{sha}"


def test_the_card_is_what_the_hub_reads(pushed):
    found = huggingface_hub.ModelCard(pushed["README.md"].decode())
    data = found.data.to_dict()
    assert data["license"] == "mit"
    assert data["language"] == "en"
    assert data["library_name"] == "tflm"
    assert data["pipeline_tag"] == "text-generation"
    assert "tflite" in data["tags"]
    [index] = data["model-index"]
    assert index["name"] == "a test"
    [result] = index["results"]
    metrics = {each["type"]: each["value"] for each in result["metrics"]}
    assert metrics == {"perplexity": 9.5, "recall_at_3": 0.25}
    assert result["dataset"]["name"] == "chitchat"
    assert "# a test" in found.text


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC BY-SA 4.0", {"license": "cc-by-sa-4.0"}),
        ("my own", {"license": "other", "license_name": "my-own"}),
    ],
)
def test_a_licence_is_spelled_as_the_hub_does(made, licence, expected):
    manifest = dict(Bundle.load(made).manifest)
    text = card.card(manifest, "# a test", "hi", licence)
    data = huggingface_hub.ModelCard(text).data.to_dict()
    assert {k: v for k, v in data.items() if "license" in k} == expected
    assert data["language"] == "hi"


def test_a_bundle_of_an_unknown_text_has_a_card(made):
    manifest = dict(Bundle.load(made).manifest)
    manifest |= {"corpus": {"name": "", "licence": ""}, "metrics": {}}
    data = huggingface_hub.ModelCard(card.card(manifest, "# it")).data
    assert (data.language, data.license) == (None, "unknown")
    assert not data.eval_results


def test_a_private_push_is_private(hub, made):
    assert run_here("push", made, NAME, "--private") == 0
    assert hub.repositories[NAME].private


def test_nothing_private_goes_to_a_public_repository(hub, made, capsys):
    hub.add(NAME, {"before": b""})
    assert run_here("push", made, NAME, "--private") == 1
    assert "is there and public" in capsys.readouterr().err
    assert {*hub.repositories[NAME].files("main")} == {"before"}


def test_revisions_are_kept_apart(pushed, hub, made, tmp_path, capsys):
    assert run_here("push", made, NAME, "--revision=small") == 0
    assert hub.repositories[NAME].branches.keys() == {"main", "small"}
    output = tmp_path / "pulled"
    assert run_here("pull", f"{NAME}@small", f"--output={output}") == 0
    sha = hub.repositories[NAME].branches["small"]
    assert sha in capsys.readouterr().out


def refused(capsys, code, *arguments) -> str:
    """Runs a command that is refused; returns the one line that it says."""
    capsys.readouterr()
    assert run_here(*arguments) == code
    [line] = capsys.readouterr().err.splitlines()
    return line


def test_whoever_is_not_logged_in_is_told_how(hub, made, monkeypatch, capsys):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    assert "hf auth login" in refused(capsys, 1, "push", made, NAME)
    assert hub.repositories == {}


def test_a_token_without_the_right_is_told_so(hub, made, capsys):
    assert "may not write" in refused(capsys, 1, "push", made, "others/it")


@pytest.mark.parametrize(
    "name", ["small", "a/b/c", "a/", "a/b@", "../x", "a/.."]
)
def test_what_is_no_name_is_refused(hub, made, capsys, tmp_path, name):
    refused(capsys, 2, "push", made, name)
    refused(capsys, 2, "pull", name, f"--output={tmp_path / 'new'}")
    assert hub.asked == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("someone/missing", "someone/missing is not on the hub"),
        (f"{NAME}@v9", "has no revision 'v9'"),
    ],
)
def test_what_is_not_there_is_named(pushed, capsys, tmp_path, name, message):
    output = tmp_path / "new"
    line = refused(capsys, 2, "pull", name, f"--output={output}")
    assert message in line
    assert not output.exists()


def test_a_repository_of_another_kind_is_no_bundle(hub, capsys, tmp_path):
    hub.add(NAME, {"pytorch_model.bin": b"\x80"})
    line = refused(capsys, 2, "pull", NAME, f"--output={tmp_path / 'new'}")
    assert "has no manifest.json, so it is no bundle" in line
    assert not any("pytorch" in asked for asked in hub.asked)


def test_an_interrupted_push_changes_nothing(pushed, hub, made, capsys):
    before = dict(hub.repositories[NAME].branches)
    hub.breaks_at = "/commit/"
    line = refused(capsys, 1, "push", made, NAME)
    assert "nothing was changed" in line and "run it again" in line
    assert hub.repositories[NAME].branches == before
    hub.breaks_at = ""
    assert run_here("push", made, NAME) == 0


def test_a_changed_bundle_is_not_pushed(hub, made, words, capsys, tmp_path):
    content = Bundle.load(made).model
    write_bundle(tmp_path / "bundle", content, words, ABOUT)
    (tmp_path / "bundle/vocabulary.txt").write_bytes(b"other\n")
    line = refused(capsys, 2, "push", tmp_path / "bundle", NAME)
    assert "vocabulary.txt was changed" in line
    assert hub.asked == []


def test_a_bundle_whose_file_ends_whoever_runs_it_is_not_pushed(
    hub, made, words, capsys, tmp_path, monkeypatch
):
    content = Bundle.load(made).model + b"\0"  # It has not been tried yet.
    write_bundle(tmp_path / "bundle", content, words, ABOUT)
    program = "import os; os.kill(os.getpid(), 11)"
    monkeypatch.setattr(limited, "_program", lambda module: program)
    line = refused(capsys, 2, "push", tmp_path / "bundle", NAME)
    assert "the runtime died on it (SIGSEGV)" in line
    assert hub.asked == []


def test_an_output_that_exists_is_kept(hub, capsys, tmp_path):
    line = refused(capsys, 2, "pull", NAME, f"--output={tmp_path}")
    assert "--overwrite" in line
    assert hub.asked == []


def repacked(pushed, **changed) -> dict[str, bytes]:
    """Returns the files of a bundle, some changed, with their right hashes."""
    files = {**pushed, **changed}
    manifest = json.loads(files["manifest.json"])
    for name, entry in manifest["files"].items():
        entry["sha256"] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    return files


def changed_byte(pushed):
    model = bytearray(pushed["model.tflite"])
    model[len(model) // 2] ^= 1
    return {**pushed, "model.tflite": bytes(model)}


def other_answers(pushed):
    golden = json.loads(pushed["golden.json"])
    golden["sequences"][0]["steps"][0]["logits"][0] += 1
    return repacked(pushed, **{"golden.json": json.dumps(golden).encode()})


def no_answers(pushed):
    return repacked(pushed, **{"golden.json": b"[1]"})


def no_model(pushed):
    return repacked(pushed, **{"model.tflite": b"\x80\x04pickled"})


def named_outside(pushed):
    manifest = json.loads(pushed["manifest.json"])
    manifest["files"]["../outside"] = {"bytes": 1, "sha256": "00"}
    text = json.dumps(manifest).encode()
    return {**pushed, "manifest.json": text, "../outside": b"!"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed_byte, "model.tflite was changed"),
        (other_answers, "after 1 words of 'see you'"),
        (no_answers, "golden.json: expected object, got array"),
        (no_model, "someone/small is refused"),
        (named_outside, "names the file '../outside'"),
    ],
)
def test_what_is_unsound_is_not_put_in_place(
    pushed, hub, made, capsys, tmp_path, change, message
):
    output = tmp_path / "there"
    write_bundle(output, (made / "model.tflite").read_bytes(), _words(made))
    before = contents(output)
    hub.add(NAME, change(pushed))
    command = ("pull", NAME, f"--output={output}", "--overwrite")
    assert message in refused(capsys, 2, *command)
    assert contents(output) == before
    assert [*tmp_path.iterdir()] == [output]


def _words(directory):
    return Bundle.load(directory).vocabulary


def test_only_what_the_manifest_names_is_taken(pushed, hub, tmp_path):
    hub.repositories[NAME].commit("main", {"weights.bin": b"\x80\x04"})
    output = tmp_path / "pulled"
    assert run_here("pull", NAME, f"--output={output}") == 0
    assert "weights.bin" not in contents(output)
    assert not any("weights" in asked for asked in hub.asked)


def test_a_hub_that_is_away_is_one_line(made, capsys, monkeypatch):
    at("http://127.0.0.1:9", monkeypatch)
    assert "check the network" in refused(capsys, 1, "push", made, NAME)


def test_without_the_client_the_cure_is_named(made, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    line = refused(capsys, 1, "push", made, NAME)
    assert line.endswith("pip install 'tflm-toolkit[hub]'")


def test_a_place_is_read_as_it_is_written():
    place = Place.parse("a/b@v1")
    assert (place.repository, place.revision) == ("a/b", "v1")
    assert str(dataclasses.replace(place, revision=None)) == "a/b"
    assert client.Place.parse(str(place)) == place
