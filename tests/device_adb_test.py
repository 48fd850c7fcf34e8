"""The real client of adb, against a phone's side of our own."""

import os
import pathlib
import threading
import time

import pytest

from tests.adbd.phone import Phone
from tests.adbd.server import plugged
from tflm.device import adb
from tflm.device.adb import Adb
from tflm.device.process import Stop
from tflm.device.runner import (
    CommandFailed,
    DeviceError,
    DeviceGone,
    Stopped,
)

pytest_plugins = ["tests.adbd.fixtures"]
pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def runner(plug):
    return Adb(plug.serial)


def refusal(kind, action, *arguments, **options):
    """Returns the one line of the error that an action ends with."""
    with pytest.raises(kind) as caught:
        action(*arguments, **options)
    assert "\n" not in str(caught.value)
    assert no_child_is_left()
    return str(caught.value)


def no_child_is_left():
    """Tells whether all programs that this process started have ended."""
    tasks = pathlib.Path("/proc/self/task").iterdir()
    children = " ".join((task / "children").read_text() for task in tasks)
    names = [
        pathlib.Path(f"/proc/{child}/cmdline").read_text()
        for child in children.split()
    ]
    return not [name for name in names if "shell" in name or "push" in name]


def test_lists_and_chooses_the_only_phone(plug):
    assert adb.devices() == [adb.Listed(plug.serial, "device")]
    assert adb.choose(None) == plug.serial
    assert adb.choose(plug.serial) == plug.serial


def test_no_phone():
    assert "turn on USB debugging" in refusal(DeviceError, adb.choose, None)


def test_a_serial_that_is_not_there(plug):
    line = refusal(DeviceError, adb.choose, "R58")
    assert "no device R58" in line and plug.serial in line


def test_two_phones_without_a_serial(plug, tmp_path):
    with plugged(Phone(tmp_path / "other")) as other:
        line = refusal(DeviceError, adb.choose, None)
        assert "2 devices" in line and "--device=adb:" in line
        assert adb.choose(other.serial) == other.serial


def test_no_adb(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    line = refusal(DeviceError, adb.devices)
    assert "sudo apt-get install adb" in line


def test_an_unauthorized_phone(tmp_path):
    with plugged(Phone(tmp_path / "phone", is_authorized=False)) as plug:
        line = refusal(DeviceError, adb.choose, plug.serial)
    assert "is unauthorized" in line and "allow USB debugging" in line


def test_an_offline_phone(tmp_path):
    with plugged(Phone(tmp_path / "phone", is_mute=True)) as plug:
        line = refusal(DeviceError, adb.choose, plug.serial, 5, 0.2)
    assert "is offline: reconnect" in line


@pytest.mark.parametrize(
    "line, state",
    [
        ("R58\tunauthorized", "unauthorized"),
        ("R58            device usb:1-2 product:d model:D", "device"),
        ("R58 no permissions (user in plugdev group); see [http]", None),
        ("R58 offline transport_id:3", "offline"),
    ],
)
def test_reads_what_adb_lists(line, state):
    text = f"List of devices attached\n{line}\n\n"
    found = [adb.Listed("R58", state or "no permissions")]
    assert adb.parse_devices(text) == found


def test_runs_a_command_with_any_text(runner, phone):
    phone.answers["getprop 'a \"b\" $c; d'"] = "yes\n"
    assert runner.run(["getprop", 'a "b" $c; d'], 5) == "yes\n"


def test_tells_the_exit_code(runner):
    with pytest.raises(CommandFailed, match="not found") as caught:
        runner.run(["nosuch"], 5)
    assert caught.value.code == 127


def test_a_command_that_takes_too_long(runner, phone):
    phone.slow["uname"] = 3
    start = time.monotonic()
    line = refusal(DeviceError, runner.run, ["uname", "-r"], 0.3)
    assert "uname took over 0.3 s" in line
    assert time.monotonic() - start < 2


def test_ctrl_c_ends_what_runs_and_lets_the_cleaning_run(plug, phone):
    phone.slow["uname"] = 3
    event = threading.Event()
    runner = Adb(plug.serial, Stop(event))
    threading.Timer(0.2, event.set).start()
    assert refusal(Stopped, runner.run, ["uname", "-r"], 9) == "stopped"
    assert runner.run(["rm", "-rf", "/data"], 5) == ""


def test_copies_files_and_directories(runner, phone, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_bytes(os.urandom(300_000))
    runner.push(source, "/data/there")
    runner.pull("/data/there/a", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == (source / "a").read_bytes()
    assert phone.files() == ["/data/there/a"]


def test_no_file_to_pull(runner, tmp_path):
    line = refusal(DeviceError, runner.pull, "/data/none", tmp_path / "back")
    assert "No such file" in line


def test_no_space(runner, phone, tmp_path):
    phone.free_bytes = 1000
    big = tmp_path / "big"
    big.write_bytes(bytes(100_000))
    line = refusal(DeviceError, runner.push, big, "/data/big")
    assert "no space" in line and "delete something" in line
    assert phone.files() == []


def test_gone_in_mid_push(runner, phone, tmp_path):
    phone.gone_at = "push"
    big = tmp_path / "big"
    big.write_bytes(bytes(3_000_000))
    line = refusal(DeviceGone, runner.push, big, "/data/big")
    assert f"is gone while {big}" in line and "cable" in line


def test_gone_in_mid_run(runner, phone, plug):
    phone.slow["uname"] = 5
    threading.Timer(0.2, plug.unplug).start()
    line = refusal(DeviceGone, runner.run, ["uname", "-r"], 9)
    assert "is gone while it ran uname" in line


def test_installs(tmp_path, runner, phone):
    phone.has_app = False
    apk = tmp_path / "app.apk"
    apk.write_bytes(b"PK" + bytes(1000))
    runner.install(apk)
    assert phone.has_app


@pytest.mark.parametrize(
    "reason, cure",
    [
        ("INSTALL_FAILED_UPDATE_INCOMPATIBLE: signatures", "adb uninstall"),
        ("INSTALL_FAILED_USER_RESTRICTED: by user", "developer options"),
        ("INSTALL_FAILED_INSUFFICIENT_STORAGE", "is full"),
        ("INSTALL_FAILED_SOMETHING_NEW: hm", "by hand"),
    ],
)
def test_an_install_that_is_refused(reason, cure, tmp_path, runner, phone):
    phone.refusal = reason
    apk = tmp_path / "app.apk"
    apk.write_bytes(b"PK" + bytes(1000))
    line = refusal(DeviceError, runner.install, apk)
    assert f"({reason.partition(':')[0]}): " in line and cure in line


def test_an_app_that_is_none(tmp_path, runner):
    line = refusal(DeviceError, runner.install, tmp_path / "none.apk")
    assert "make apk" in line
    (tmp_path / "none.apk").write_bytes(b"text")
    line = refusal(DeviceError, runner.install, tmp_path / "none.apk")
    assert "no APK that Android can read" in line
