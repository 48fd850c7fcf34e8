"""What phones print of themselves is read, whatever they lack."""

import pytest

from tests.adbd import texts
from tflm.device import state
from tflm.device.runner import CommandFailed, DeviceError
from tflm.device.state import Condition

WITH_HAL = """\
IsStatusOverride: false
Thermal Status: 3
Cached temperatures:
 Temperature{mValue=41.2, mType=3, mName=skin, mStatus=3}
"""
ANDROID_9 = "Can't find service: thermalservice\n"


class Printing:
    """A phone that prints recorded texts, one after the other."""

    name = "adb:R58"

    def __init__(self, *recordings):
        self.recordings = [*recordings]

    def run(self, command, timeout_s):
        key = " ".join(command)
        if key == "dumpsys thermalservice" and len(self.recordings) > 1:
            found = self.recordings.pop(0)
        else:
            found = self.recordings[0]
        if key not in found:
            raise CommandFailed(f"{key} failed", 127, "not found")
        return found[key]


HOT = texts.USUAL | {"dumpsys thermalservice": texts.HOT}


@pytest.mark.parametrize(
    "text, expected",
    [
        (texts.BATTERY, (83, 29.1, False)),
        (texts.USB, (83, 29.1, True)),
        (texts.WALL, (83, 29.1, True)),
        (texts.ARABIC, (83, 29.1, False)),
        (texts.BATTERY.replace("scale: 100", "scale: 200"), (42, 29.1, False)),
        (texts.BATTERY.replace("\n", "\r\n"), (83, 29.1, False)),
        (texts.BATTERY.replace("29", "-"), (83, -0.1, False)),
        (texts.GERMAN, (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_reads_the_battery(text, expected):
    names = "battery_percent", "battery_celsius", "charging"
    assert state.parse_battery(text) == dict(zip(names, expected, strict=True))


@pytest.mark.parametrize(
    "text, status",
    [(texts.THERMAL, 0), (WITH_HAL, 3), (ANDROID_9, None), ("", None)],
)
def test_reads_the_thermal_status(text, status):
    assert state.parse_thermal(text) == status


def test_reads_properties():
    found = state.parse_properties("[a.b]: [c]\r\n[d]: []\nnoise\n[e]: [[f]]\n")
    assert found == {"a.b": "c", "d": "", "e": "[f]"}


def test_reads_clocks_in_the_order_of_the_processors():
    line = "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq:%d\n"
    text = "".join(line % (i, i * 1000) for i in (10, 2, 0, 1))
    glob = "/sys/devices/system/cpu/cpu[0-9]*/cpufreq"
    command = f"sh -c grep -H . {glob}/cpuinfo_max_freq"
    found = state.identity(Printing(texts.USUAL | {command: text}))
    assert found["max_khz"] == (0, 1000, 2000, 10000)
    assert (found["model"], found["sdk"]) == ("Double", 34)


def test_a_phone_that_tells_nothing():
    silent = Printing({})
    assert state.condition(silent) == Condition()
    assert set(state.identity(silent).values()) == {None, ()}
    assert Condition().warnings == ()


@pytest.mark.parametrize(
    "condition, warning",
    [
        (Condition(thermal_status=1), "it is hot (thermal status 1)"),
        (Condition(battery_celsius=40.0), "it is hot (battery 40 °C)"),
        (Condition(charging=True), "it is charging, which heats it"),
        (Condition(battery_percent=19), "its battery is low (19 %)"),
        (Condition(battery_percent=0), "its battery is low (0 %)"),
        (Condition(power_save=True), "it saves power"),
    ],
)
def test_warns(condition, warning):
    assert condition.warnings == (warning,)
    with pytest.raises(DeviceError, match="as --strict asks") as caught:
        state.require_calm("adb:R58", condition)
    assert warning in str(caught.value)


def test_a_calm_phone_is_not_refused():
    calm = Condition(0, 83, 29.1, False, False)
    assert calm.warnings == ()
    state.require_calm("adb:R58", calm)


def test_waits_until_it_is_cool():
    slept = []
    phone = Printing(HOT, HOT, texts.USUAL)
    found = state.cool_down(phone, 60, 7, slept.append)
    assert found.heat is None
    assert slept == [7, 7]


def test_waits_no_longer_than_it_may():
    slept = []
    found = state.cool_down(Printing(HOT), 0, 7, slept.append)
    assert found.heat and slept == []


@pytest.mark.parametrize(
    "max_khz, mask",
    [
        ((1800, 1800, 1800, 1800, 2400, 2400, 2400, 2800), "f0"),
        ((2400, 1800), "1"),
        ((2400, 2400), None),
        ((), None),
    ],
)
def test_the_mask_of_the_fast_processors(max_khz, mask):
    assert state.big_cores(max_khz) == mask
