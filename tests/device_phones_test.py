"""Files are measured on phones: what comes back, and what stays there."""

import dataclasses
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.adbd import texts
from tests.adbd.phone import Phone
from tests.adbd.server import plugged
from tflm.device import phones
from tflm.device.settings import Settings

ROOT = pathlib.Path(__file__).parents[1]
MODEL = ROOT / "android_demo/app/src/main/assets/keyboard/model.tflite"


pytest_plugins = ["tests.adbd.fixtures"]
pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def files(tmp_path):
    """Two files, the second larger: on this phone it is slower."""
    paths = {name: tmp_path / name for name in ("a.tflite", "b.tflite")}
    for size, path in enumerate(paths.values(), start=1):
        path.write_bytes(os.urandom(1000 * size))
    return paths


def settings(**changes):
    usual = {
        "runs": 100,
        "rounds": 2,
        "cool_seconds": 0,
        "poll_seconds": 0.02,
        "timeout_seconds": 5,
        "adb_seconds": 5,
    }
    return Settings(**usual | changes)


def measure(files, serials=(None,), **changes):
    return phones.measure(files, serials, settings(**changes))


def only_error(outcome):
    """Returns the one line that all failures have."""
    assert outcome.failures
    (line,) = {failure["error"] for failure in outcome.failures}
    assert "\n" not in line
    return line


def nothing_is_left(phone):
    return phone.files() == [] and not phone.app.is_running


def test_measures_files_in_interleaved_rounds(plug, phone, files):
    seen = []
    outcome = phones.measure(files, [None], settings(rounds=3), seen.append)
    assert outcome.failures == []
    assert seen == outcome.measurements
    a, b = sorted(outcome.measurements, key=lambda found: found.model)
    assert (a.model, b.model) == ("a.tflite", "b.tflite")
    assert a.device == f"adb:{plug.serial}"
    assert len(a.rounds_ms) == 3
    assert a.latency.runs == 150
    assert a.latency.p50_ms == pytest.approx(1.001003)
    assert b.latency.p50_ms == pytest.approx(1.002003)
    content = files["a.tflite"].read_bytes()
    assert a.latency.file_sha256 == hashlib.sha256(content).hexdigest()
    assert a.warnings == ()
    assert nothing_is_left(phone)


def test_has_every_field_of_a_latency(plug, files):
    (found, _) = measure(files).measurements
    fields = dataclasses.asdict(found.latency)
    assert [name for name, value in fields.items() if value is None] == [
        "memory_bytes"  # Which this phone does not tell.
    ]


def test_rounds_are_shuffled_alike_each_time(plug, phone, files):
    measure(files, rounds=6)
    first = [given["model"] for given in phone.app.started]
    kinds = {tuple(first[i : i + 2]) for i in range(0, 12, 2)}
    assert len(kinds) == 2  # a before b, and b before a.


def test_each_round_is_a_cold_start(plug, phone, files):
    outcome = measure(files, rounds=2)
    starts = [line for line in phone.log if line.startswith("am ")]
    before = [starts[i - 1] for i, x in enumerate(starts) if " nonce " in x]
    # Before the first there is none to end.
    assert [" end true" in line for line in before[1:]] == [True] * 3
    assert not any("force-stop" in line for line in phone.log)
    inits = {found.latency.init_ms for found in outcome.measurements}
    assert inits <= {12.0, 12.5, 13.0}  # Medians of 11, 12, 13 and 14.


def test_tells_the_phone_and_its_state(plug, files):
    found = measure(files).measurements[0].device_state
    assert found["kernel"] == "5.15.104-android13-8"
    assert found["page_bytes"] == 4096
    assert found["manufacturer"] == "Nobody"
    assert found["soc"] == "Double D1"
    assert found["before"]["battery_celsius"] == 29.1
    assert found["before"]["sustained"] is True
    assert found["after"]["battery_percent"] == 83
    json.dumps(found)


def test_types_a_script_with_a_bundle(plug, phone, tmp_path):
    directory = tmp_path / "bundle"
    directory.mkdir()
    (directory / "model.tflite").write_bytes(b"model")
    (directory / "manifest.json").write_text("{}")
    script = 'it\'s "so"\n$HOME'
    outcome = measure({"bundle": directory}, script=script)
    assert outcome.failures == []
    assert phone.app.started[0]["script"] == script
    keys = outcome.measurements[0].keystrokes
    assert keys["runs"] == 2 * len(script) and keys["p95_ms"] == 5.0
    assert nothing_is_left(phone)


def test_runs_the_program_of_tensorflow_lite_too(plug, phone, files, tmp_path):
    program = tmp_path / "benchmark_model"
    program.write_bytes(b"\x7fELF")
    for i, khz in enumerate(["1800000"] * 4 + ["2800000"] * 4):
        path = phone.path(f"/sys/devices/system/cpu/cpu{i}/cpufreq")
        path.mkdir(parents=True)
        (path / "cpuinfo_max_freq").write_text(f"{khz}\n")
        (path / "scaling_governor").write_text("schedutil\n")
    outcome = measure(files, benchmark_binary=program)
    found = outcome.measurements[0]
    assert found.benchmark_model["avg_ms"] == pytest.approx(2.66425)
    assert found.benchmark_model["taskset"] == "f0"
    assert any(line.startswith("taskset f0 /data") for line in phone.log)
    assert found.device_state["before"]["governors"] == ("schedutil",) * 8
    assert not [path for path in phone.files() if "/data/" in path]


def test_two_phones_at_once(plug, files, tmp_path):
    with plugged(Phone(tmp_path / "other")) as other:
        outcome = measure(files, [plug.serial, other.serial, plug.serial])
    assert outcome.failures == []
    found = sorted((f.device, f.model) for f in outcome.measurements)
    serials = sorted([plug.serial, other.serial])
    assert found == [(f"adb:{s}", name) for s in serials for name in files]


def test_no_phone(files):
    assert "no device" in only_error(measure(files))


def test_a_phone_that_fails_leaves_the_others(plug, files, tmp_path):
    bad = Phone(tmp_path / "bad", is_authorized=False)
    with plugged(bad) as other:
        outcome = measure(files, [other.serial, plug.serial])
    assert len(outcome.measurements) == 2
    assert "is unauthorized" in only_error(outcome)


def test_no_app(plug, phone, files):
    phone.has_app = False
    line = only_error(measure(files))
    assert "has no app org.tflm.keyboard" in line and "--apk=FILE" in line


def test_an_app_that_is_refused(plug, phone, files, tmp_path):
    phone.refusal = "INSTALL_FAILED_USER_RESTRICTED: Install canceled by user"
    apk = tmp_path / "app.apk"
    apk.write_bytes(b"PK")
    assert "developer options" in only_error(measure(files, apk=apk))
    assert nothing_is_left(phone)


@pytest.mark.parametrize(
    "does, expected",
    [
        ("crash", "the app has crashed or was closed: see adb logcat"),
        ("truncated", "result.json is not whole"),
        ("another model", "the result is of another model"),
        ("another run", "the result is of another run"),
        ("NaN", "NaN is no number"),
        ("error", "the app says: the model is broken"),
    ],
)
def test_an_app_that_fails(does, expected, plug, phone, files):
    phone.app.does = does
    assert expected in measure(files).failures[0]["error"]
    assert nothing_is_left(phone)


def test_an_app_that_never_ends(plug, phone, files):
    phone.app.does = "wait"
    start = time.monotonic()
    outcome = measure(files, timeout_seconds=0.3)
    assert "within 0.3 s: keep the screen on" in only_error(outcome)
    assert time.monotonic() - start < 4
    assert nothing_is_left(phone)


def test_an_activity_that_is_not_there(plug, phone, files):
    phone.app.greeting = "Error type 3\nError: Activity class is missing.\n"
    assert "install this version" in only_error(measure(files))


def test_rounds_that_went_well_are_kept(plug, phone, files):
    phone.app.does, phone.app.fails_after = "crash", 4
    outcome = measure(files, rounds=3)
    assert len(outcome.measurements) == len(outcome.failures) == 2
    for found in outcome.measurements:
        assert found.warnings == ("only 2 of 3 rounds",)
        assert len(found.rounds_ms) == 2
    assert nothing_is_left(phone)


def test_one_bad_file_leaves_the_others(plug, phone, files, tmp_path):
    phone.free_bytes = 1500
    outcome = measure({**files, "c": tmp_path / "none"})
    assert [found.model for found in outcome.measurements] == ["a.tflite"]
    assert [f["model"] for f in outcome.failures] == ["b.tflite", "c"]
    assert "no space" in outcome.failures[0]["error"]
    assert nothing_is_left(phone)


def test_gone_in_mid_push(plug, phone, files):
    phone.gone_at = "push"
    line = only_error(measure(files))
    assert "is gone while" in line and "check the cable" in line


def test_gone_in_mid_run(plug, phone, files):
    phone.gone_at = "run"
    outcome = measure(files)
    assert "is gone while it ran am" in only_error(outcome)
    assert [f["model"] for f in outcome.failures] == [*files]


def test_gone_later_keeps_what_was_measured(plug, phone, files):
    def unplug_at_the_last(measurement):
        plug.unplug()

    outcome = phones.measure(files, [None], settings(), unplug_at_the_last)
    assert [len(f.rounds_ms) for f in outcome.measurements] == [2, 2]
    assert len(outcome.failures) == 1


@pytest.mark.parametrize("battery", [texts.ARABIC, texts.GERMAN, ""])
def test_a_phone_in_another_language(battery, plug, phone, files):
    phone.answers["dumpsys battery"] = battery
    phone.answers["dumpsys thermalservice"] = "Thermal Status: ٠\n"
    phone.answers["settings get global low_power"] = "null\n"
    phone.app.greeting = "Gestartet: Intent\nZustand: gut\n"
    outcome = measure(files)
    assert outcome.failures == []
    assert outcome.measurements[0].warnings == ()


def test_a_phone_that_lacks_commands(plug, phone, files):
    for command in texts.USUAL:
        phone.answers[command] = None
    outcome = measure(files)
    assert outcome.failures == []
    assert outcome.measurements[0].device_state["kernel"] is None


@pytest.mark.parametrize(
    "command, text, warning",
    [
        ("dumpsys thermalservice", texts.HOT, "it is hot (thermal status 2)"),
        ("dumpsys battery", texts.USB, "it is charging, which heats it"),
        ("dumpsys battery", texts.LOW, "its battery is low (9 %)"),
    ],
)
def test_warns_or_refuses(command, text, warning, plug, phone, files):
    phone.answers[command] = text
    outcome = measure(files)
    assert outcome.measurements[0].warnings == (warning,)
    line = only_error(measure(files, strict=True))
    assert warning in line and "let it rest" in line
    assert nothing_is_left(phone)


def test_cools_down_and_goes_on(plug, phone, files):
    phone.answers["dumpsys thermalservice"] = texts.HOT
    cool = threading.Timer(0.4, phone.answers.clear)
    cool.start()
    outcome = measure(files, cool_seconds=5, strict=True)
    assert outcome.failures == []
    assert outcome.measurements[0].warnings == ()


def test_warns_where_it_became_hot(plug, phone, files):
    phone.app.hot_starts = 9
    for found in measure(files).measurements:
        assert found.warnings == ("it became hot while it measured",)


def test_measures_again_where_it_became_hot(plug, phone, files):
    phone.app.hot_starts = 1
    for found in measure(files, cool_seconds=1).measurements:
        assert found.warnings == () and len(found.rounds_ms) == 2
    assert len(phone.app.started) == 5


def test_the_app_makes_its_directory_itself(plug, phone, files):
    measure(files)
    makes = [x for x in phone.log if "--es model /none" in x or "mkdir" in x]
    assert "--es model /none" in makes[0]
    phone.log.clear()
    measure(files)
    assert not [line for line in phone.log if "--es model /none" in line]


def test_ctrl_c_cleans_up_and_keeps_whole_rounds(plug, phone, files):
    phone.app.does, phone.app.fails_after = "wait", 2
    main, kept = threading.main_thread().ident, []

    def interrupt():
        while len(phone.app.started) < 3:
            time.sleep(0.02)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        phones.measure(files, [None], settings(timeout_seconds=30), kept.append)
    assert [len(found.rounds_ms) for found in kept] == [1, 1]
    assert nothing_is_left(phone)


@pytest.mark.parametrize(
    "changes",
    [{"threads": 0}, {"runs": 49}, {"seconds": 0}, {"delegate": "gpu"}],
)
def test_settings_refuse_what_is_out_of_range(changes):
    with pytest.raises(ValueError, match=[*changes][0]):
        settings(**changes)


def command(*arguments, cwd):
    """Starts `tflm benchmark` as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tflm", "benchmark", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_measures(plug, phone, tmp_path):
    device = f"--device=adb:{plug.serial}"
    rows = tmp_path / "rows.json"
    options = "--runs=100", "--rounds=2", f"--output={rows}"
    with command(MODEL, device, *options, cwd=tmp_path) as tflm:
        output, errors = tflm.communicate(timeout=60)
    assert tflm.returncode == 0, errors
    name = json.loads(MODEL.with_name("manifest.json").read_text())["name"]
    assert "1.0" in output and name in output
    (found,) = json.loads(rows.read_text())["results"]
    assert found["device"] == f"adb:{plug.serial}"
    assert found["latency"]["num_runs"] == 100
    assert nothing_is_left(phone)


def test_the_command_fails_in_one_line(plug, phone, tmp_path):
    phone.answers["dumpsys thermalservice"] = texts.HOT
    options = "--device=adb", "--strict", "--cool_seconds=0"
    with command(MODEL, *options, cwd=tmp_path) as tflm:
        _, errors = tflm.communicate(timeout=60)
    assert tflm.returncode == 1
    (line,) = errors.splitlines()
    assert line.startswith("tflm: ") and "it is hot" in line
    assert nothing_is_left(phone)


def test_ctrl_c_of_the_command(plug, phone, tmp_path):
    phone.app.does = "wait"
    with command(MODEL, "--device=adb", cwd=tmp_path) as tflm:
        while not phone.app.started and tflm.poll() is None:
            time.sleep(0.05)
        tflm.send_signal(signal.SIGINT)
        _, errors = tflm.communicate(timeout=30)
    assert tflm.returncode not in (0, None)
    assert "Traceback" not in errors
    assert nothing_is_left(phone)
