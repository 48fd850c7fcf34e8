"""Packages for device farms: what is in them, and what their script does."""

import hashlib
import json
import os
import pathlib
import stat
import subprocess
import zipfile

import pytest
import yaml

from tflm.device import farm, scenarios
from tflm.device.settings import Settings

FILES = "/sdcard/Android/data/org.tflm.keyboard/files"
ADB = """\
#!/bin/bash
# Records how it is called; its phone has no app yet and measures at once.
printf '%s\\n' "$(printf '[%s]' "$@")" >> "$CALLS"
case "$*" in
  *"pm path"*) exit 1 ;;
  *"pidof"*) [[ -f $PHONE.runs ]] ;;
  *"--es end true"*) rm "$PHONE.runs" ;;
  *BenchmarkActivity*--es*) touch "$PHONE.runs"; eval "set -- ${@: -1}"
    while (($#)); do [[ $1 = nonce ]] && echo "$2" > "$PHONE"; shift; done ;;
  *" pull "*)
    nonce=$(cat "$PHONE")
    [[ $nonce = */$BROKEN ]] && reason=', "error": "it broke"'
    echo "{\\"nonce\\": \\"$nonce\\"${reason:-}}" > "${@: -1}" ;;
esac
"""


def short(**changes):
    """Returns settings of two rounds, each of 200 steps within 5 s."""
    given = {"runs": 400, "seconds": 10, "rounds": 2} | changes
    return Settings(**given)


@pytest.fixture
def apk(tmp_path):
    path = tmp_path / "some.apk"
    with zipfile.ZipFile(path, "w") as archive:
        text = "com.google.intent.action.TEST_LOOP"
        archive.writestr("AndroidManifest.xml", text.encode("utf-16-le"))
    return path


@pytest.fixture
def models(tmp_path):
    """Returns a bare file and a bundle."""
    file = tmp_path / "bare.tflite"
    file.write_bytes(b"bare")
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for name in ("manifest.json", "model.tflite"):
        (bundle / name).write_bytes(name.encode())
    return [file, bundle]


@pytest.fixture
def export(models, apk, tmp_path):
    """Returns a function that writes a package and tells where."""

    def export(kind, **settings):
        farm.package(kind, models, apk, short(**settings), tmp_path / kind)
        return tmp_path / kind

    return export


def tree(directory):
    paths = (path for path in directory.rglob("*") if path.is_file())
    return sorted(path.relative_to(directory).as_posix() for path in paths)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def unpacked(export, tmp_path):
    with zipfile.ZipFile(
        export("aws", script="it's so") / "tests.zip"
    ) as archive:
        archive.extractall(tmp_path / "host")
    return tmp_path / "host"


def test_each_round_has_each_file_once_in_an_order_of_its_own():
    names = ["a", "b", "c", "d"]
    found = scenarios.shuffled(names, Settings(rounds=5))
    assert [s.number for s in found] == [*range(1, 21)]
    rounds = [
        [s.model for s in found[start : start + 4]] for start in range(0, 20, 4)
    ]
    assert all(sorted(order) == names for order in rounds)
    assert len(set(map(tuple, rounds))) > 1
    assert found == scenarios.shuffled(names, Settings(rounds=5))
    nonces = {s.extras["nonce"] for s in found}
    assert nonces == {f"{r}/{n}" for r in range(1, 6) for n in names}


def test_extras_are_those_of_the_activity():
    [scenario] = scenarios.shuffled(
        ["a.tflite"],
        Settings(runs=200, rounds=1, seconds=2.5, script="so", delegate="none"),
    )
    assert scenario.extras == {
        "nonce": "1/a.tflite",
        "model": "a.tflite",
        "threads": "1",
        "warmup": "20",
        "runs": "200",
        "seconds": "2.5",
        "delegate": "none",
        "sustained": "true",
        "script": "so",
    }


def test_activity_reads_every_extra():
    root = pathlib.Path(__file__).parents[1]
    folder = root / "android_demo/app/src/main/java/org/tflm/keyboard/benchmark"
    java = (folder / "BenchmarkPlan.java").read_text()
    [scenario] = scenarios.shuffled(["a"], Settings(rounds=1, script="so"))
    for name in scenario.extras:
        assert f'"{name}"' in java
    assert (
        f'"{scenarios.LIST}"' in (folder / "BenchmarkScenario.java").read_text()
    )


def test_firebase_takes_only_an_app_that_it_can_start(models, tmp_path):
    usual = tmp_path / "usual.apk"
    with zipfile.ZipFile(usual, "w") as archive:
        archive.writestr("AndroidManifest.xml", b"")
    with pytest.raises(ValueError, match="make apk FARM=1"):
        farm.package("firebase", models, usual, short(), tmp_path / "new")


def test_firebase_package_is_what_the_argument_file_names(export):
    directory = export("firebase")
    assert tree(directory) == [
        "README.md",
        "benchmark.yaml",
        "models/bare.tflite",
        "models/bundle/manifest.json",
        "models/bundle/model.tflite",
        "scenarios.json",
        "tflm-keyboard.apk",
    ]
    assert (
        (directory / "benchmark.yaml").read_text()
        == f"""\
# gcloud firebase test android run benchmark.yaml:benchmark
benchmark:
  type: game-loop
  app: tflm-keyboard.apk
  timeout: 4m
  scenario-numbers: [1, 2, 3, 4]
  other-files:
    "{FILES}/benchmark/bare.tflite": "models/bare.tflite"
    "{FILES}/benchmark/bundle/manifest.json": "models/bundle/manifest.json"
    "{FILES}/benchmark/bundle/model.tflite": "models/bundle/model.tflite"
    "{FILES}/benchmark/scenarios.json": "scenarios.json"
  directories-to-pull:
    - {FILES}/results
  # What would run beside the measurement.
  record-video: false
  performance-metrics: false
  auto-google-login: false
  # Physical phones; gcloud firebase test android models list names others.
  device:
    - model: oriole
      version: "33"
"""
    )
    readme = (directory / "README.md").read_text()
    assert "gcloud firebase test android run benchmark.yaml:benchmark" in readme


def test_firebase_argument_file_parses(export):
    text = (export("firebase") / "benchmark.yaml").read_text()
    arguments = yaml.safe_load(text)["benchmark"]
    assert arguments["scenario-numbers"] == [1, 2, 3, 4]
    assert arguments["device"] == [{"model": "oriole", "version": "33"}]
    for source in arguments["other-files"].values():
        assert isinstance(source, str)


def test_test_spec_of_aws_parses(export):
    spec = yaml.safe_load((export("aws") / "testspec.yml").read_text())
    assert spec["version"] == 0.1
    assert spec["android_test_host"] == "amazon_linux_2"
    [command] = spec["phases"]["test"]["commands"]
    assert command == 'bash "$DEVICEFARM_TEST_PACKAGE_PATH/benchmark.sh"'
    assert spec["artifacts"] == ["$DEVICEFARM_LOG_DIR"]


def test_scenarios_of_firebase_are_of_files_that_are_pushed(export, models):
    directory = export("firebase")
    listed = json.loads((directory / "scenarios.json").read_text())
    assert [*listed] == ["1", "2", "3", "4"]
    assert {extras["model"] for extras in listed.values()} == {
        "bare.tflite",
        "bundle",
    }
    found = (directory / "models/bare.tflite").read_bytes()
    assert sha256(found) == sha256(models[0].read_bytes())
    packed = (directory / "tflm-keyboard.apk").read_bytes()
    assert packed == (models[0].parent / "some.apk").read_bytes()


def test_aws_package_is_the_least_that_is_accepted(export, models):
    directory = export("aws")
    assert tree(directory) == [
        "README.md",
        "scenarios.json",
        "tests.zip",
        "testspec.yml",
        "tflm-keyboard.apk",
    ]
    archive = zipfile.ZipFile(directory / "tests.zip")
    assert archive.testzip() is None
    assert archive.namelist() == [
        "requirements.txt",
        "tests/test_benchmark.py",
        "benchmark.sh",
        "models/bare.tflite",
        "models/bundle/manifest.json",
        "models/bundle/model.tflite",
    ]
    found = archive.read("models/bundle/model.tflite")
    assert sha256(found) == sha256((models[1] / "model.tflite").read_bytes())
    compile(archive.read("tests/test_benchmark.py"), "test", "exec")


def test_same_input_gives_the_same_package(models, apk, tmp_path):
    for kind in farm.KINDS:
        one, two = tmp_path / f"{kind}1", tmp_path / f"{kind}2"
        for directory in (one, two):
            farm.package(kind, models, apk, short(), directory)
        for name in tree(one):
            assert (one / name).read_bytes() == (two / name).read_bytes()


def run_spec(unpacked, tmp_path, broken="none"):
    """Runs the command of the test spec on a host whose adb is a stub."""
    tools, log, calls = (tmp_path / n for n in ("tools", "log", "calls"))
    tools.mkdir()
    log.mkdir()
    adb = tools / "adb"
    adb.write_text(ADB)
    adb.chmod(adb.stat().st_mode | stat.S_IXUSR)
    spec = (tmp_path / "aws/testspec.yml").read_text()
    [command] = [
        line.partition("- ")[2]
        for line in spec.splitlines()
        if line.startswith("      - ")
    ]
    done = subprocess.run(
        ["bash", "-c", command],
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "DEVICEFARM_TEST_PACKAGE_PATH": str(unpacked),
            "DEVICEFARM_LOG_DIR": str(log),
            "DEVICEFARM_DEVICE_UDID": "R58",
            "DEVICEFARM_APP_PATH": "/app to test.apk",
            "CALLS": str(calls),
            "PHONE": str(tmp_path / "phone"),
            "BROKEN": broken,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done, log, calls.read_text().splitlines()


def test_script_of_aws_is_bash(unpacked):
    subprocess.run(["bash", "-n", unpacked / "benchmark.sh"], check=True)


def test_script_of_aws_measures_every_scenario(unpacked, tmp_path):
    done, log, calls = run_spec(unpacked, tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(call.startswith("[-s][R58]") for call in calls)
    calls = [call.removeprefix("[-s][R58]") for call in calls]
    assert calls[:7] == [
        "[shell][pm][path][org.tflm.keyboard]",
        "[install][/app to test.apk]",
        "[shell][am][start][-W][-n]"
        "[org.tflm.keyboard/.benchmark.BenchmarkActivity]",
        f"[shell][mkdir][-p][{FILES}/benchmark][{FILES}/benchmark/bundle]",
        *(
            f"[push][{unpacked}/models/{name}][{FILES}/benchmark/{name}]"
            for name in (
                "bare.tflite",
                "bundle/manifest.json",
                "bundle/model.tflite",
            )
        ),
    ]
    assert not any("force-stop" in call for call in calls)
    ends = [call for call in calls if call.endswith("[--es][end][true]")]
    assert len(ends) == 3  # The process of each but the last.
    calls = [c for c in calls if "[pidof]" not in c and c not in ends]
    listed = json.loads((tmp_path / "aws/scenarios.json").read_text())
    for place, (number, extras) in enumerate(listed.items()):
        clean, start, pull = calls[7 + 3 * place : 10 + 3 * place]
        assert clean == f"[shell][rm][-f][{FILES}/result.json]"
        said = subprocess.check_output(
            ["bash", "-c", f"printf '%s\\n' {start[8:-1]}"], text=True
        ).splitlines()
        words = [
            "am",
            "start",
            "-W",
            "-n",
            "org.tflm.keyboard/.benchmark.BenchmarkActivity",
        ]
        for name, value in extras.items():
            path = f"{FILES}/benchmark/{value}" if name == "model" else value
            words += ["--es", name, path]
        assert said == words
        kept = log / f"results/scenario_{number}.json"
        assert pull == f"[pull][{FILES}/result.json][{kept}]"
        assert json.loads(kept.read_text())["nonce"] == extras["nonce"]
    assert calls[19:] == [f"[shell][rm][-rf][{FILES}/benchmark]"]


def test_script_of_aws_fails_and_goes_on_where_the_app_does(unpacked, tmp_path):
    done, log, calls = run_spec(unpacked, tmp_path, broken="bundle")
    assert done.returncode == 1
    assert done.stderr.count("was not measured") == 2
    assert calls[-1] == f"[-s][R58][shell][rm][-rf][{FILES}/benchmark]"
    texts = [path.read_text() for path in sorted(log.rglob("*.json"))]
    assert len(texts) == 4 and sum("it broke" in text for text in texts) == 2


@pytest.mark.parametrize("kind", farm.KINDS)
def test_what_cannot_be_packed_is_refused_with_the_cure(
    kind, models, apk, tmp_path
):
    def refused(reason, **changes):
        given = dict(
            kind=kind,
            models=models,
            apk=apk,
            settings=short(),
            directory=tmp_path / "new",
        )
        with pytest.raises(ValueError, match=reason) as caught:
            farm.package(**given | changes)
        assert len(str(caught.value).splitlines()) == 1
        assert not (tmp_path / "new").exists()

    refused("make one with make apk", apk=tmp_path / "none.apk")
    refused("give a new one", directory=tmp_path)
    refused("there is no file to measure", models=[])
    refused("2 files are named bare.tflite: rename", models=[models[0]] * 2)
    refused("is no file: give a file", models=[tmp_path / "none.tflite"])
    refused("package must be one of", kind="browserstack")
    listed = tmp_path / "scenarios.json"
    listed.write_text("")
    refused("is a name of the package", models=[listed])
    spaced = tmp_path / "a b;c.tflite"
    spaced.write_bytes(b"")
    refused("rename it to letters", models=[spaced])


def test_a_test_longer_than_firebase_gives_is_refused(export):
    with pytest.raises(
        ValueError, match="4 runs may take 50 minutes.*--rounds"
    ):
        export("firebase", seconds=1280)


def test_nothing_is_left_of_a_package_that_cannot_be_written(
    models, apk, tmp_path, monkeypatch
):
    def full(self, content):
        raise OSError(28, "No space left on device", str(self))

    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        farm.package("aws", models, apk, short(), place / "new")
    assert not [*place.iterdir()]


def test_a_package_is_the_same_in_another_directory(
    models, apk, tmp_path, export
):
    farm.package("firebase", models, apk, short(), tmp_path / "named")
    assert tree(tmp_path / "named") == tree(export("firebase"))
