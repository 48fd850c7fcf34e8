"""What a phone is, and what may slow it down at the moment."""

import contextlib
import dataclasses
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from tflm.device.runner import CommandFailed, DeviceError, Runner

HOT_CELSIUS = 40.0  # Of the battery: many phones slow down above it.
LOW_PERCENT = 20  # Many phones save power below it.
_ASK_SECONDS = 20.0
_CPUS = "/sys/devices/system/cpu/cpu[0-9]*/cpufreq"
_PROPERTIES = {
    "manufacturer": ("ro.product.manufacturer",),
    "model": ("ro.product.model",),
    "soc": ("ro.soc.model", "ro.board.platform", "ro.hardware"),
    "abi": ("ro.product.cpu.abi",),
    "sdk": ("ro.build.version.sdk",),
    "android": ("ro.build.version.release",),
    "build": ("ro.build.fingerprint",),
}


@dataclasses.dataclass(frozen=True)
class Condition:
    """What may change from minute to minute; None is what is not told.

    Attributes:
        thermal_status: 0 is none; from 1, light, Android slows down.
        governors: by processor, such as `schedutil`.
        clocks_khz: by processor, at this moment.
    """

    thermal_status: int | None = None
    battery_percent: int | None = None
    battery_celsius: float | None = None
    charging: bool | None = None
    power_save: bool | None = None
    governors: tuple[str, ...] = ()
    clocks_khz: tuple[int, ...] = ()

    @property
    def heat(self) -> str | None:
        """What is hot, or None."""
        if self.thermal_status:
            return f"it is hot (thermal status {self.thermal_status})"
        if (self.battery_celsius or 0) >= HOT_CELSIUS:
            return f"it is hot (battery {self.battery_celsius:g} °C)"
        return None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why a time that is measured now may not be what users see."""
        found = [self.heat]
        if self.charging:
            found.append("it is charging, which heats it")
        if self.battery_percent is not None:
            if self.battery_percent < LOW_PERCENT:
                found.append(f"its battery is low ({self.battery_percent} %)")
        if self.power_save:
            found.append("it saves power")
        return tuple(warning for warning in found if warning)


def identity(runner: Runner) -> dict[str, Any]:
    """Returns what a phone is: model, chip, Android, kernel, page size.

    A name whose value the phone does not tell is None. `max_khz` has the
    highest clock of each processor.

    Raises:
        DeviceGone: the phone does not answer.
    """
    properties = parse_properties(_ask(runner, ["getprop"]))
    found: dict[str, Any] = {
        name: next((properties[k] for k in keys if properties.get(k)), None)
        for name, keys in _PROPERTIES.items()
    }
    found["sdk"] = number(found["sdk"])
    found["kernel"] = _ask(runner, ["uname", "-r"]).strip() or None
    found["page_bytes"] = number(_ask(runner, ["getconf", "PAGE_SIZE"]))
    limits = _each_cpu(runner, "cpuinfo_max_freq")
    found["max_khz"] = tuple(number(limit) or 0 for limit in limits)
    return found


def condition(runner: Runner) -> Condition:
    """Returns the state that a phone is in.

    Raises:
        DeviceGone: the phone does not answer.
    """
    battery = parse_battery(_ask(runner, ["dumpsys", "battery"]))
    thermal = _ask(runner, ["dumpsys", "thermalservice"])
    saving = _ask(runner, ["settings", "get", "global", "low_power"])
    clocks = _each_cpu(runner, "scaling_cur_freq")
    return Condition(
        thermal_status=parse_thermal(thermal),
        power_save={"0": False, "1": True}.get(saving.strip()),
        governors=tuple(_each_cpu(runner, "scaling_governor")),
        clocks_khz=tuple(number(clock) or 0 for clock in clocks),
        **battery,
    )


def cool_down(
    runner: Runner,
    cool_seconds: float,
    poll_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Condition:
    """Waits until a phone is not hot, and returns its state then.

    It may still be hot, after `cool_seconds`.

    Raises:
        DeviceGone: the phone does not answer.
    """
    deadline = time.monotonic() + cool_seconds
    found = condition(runner)
    while found.heat and time.monotonic() < deadline:
        sleep(poll_seconds)
        found = condition(runner)
    return found


def require_calm(name: str, found: Condition) -> None:
    """Refuses a phone that is hot, charging, low or saving power.

    Raises:
        DeviceError: it is; says what to do.
    """
    if found.warnings:
        raise DeviceError(
            f"{name} is refused, as --strict asks: "
            f"{', '.join(found.warnings)}: let it rest, charged and "
            "unplugged (adb over Wi-Fi), or raise --cool_seconds"
        )


def big_cores(max_khz: Sequence[int]) -> str | None:
    """Returns the mask for `taskset` of the processors that are not slow.

    None where all are alike or nothing is known.
    """
    if not max_khz or min(max_khz) == max(max_khz):
        return None
    slowest = min(max_khz)
    return f"{sum(1 << i for i, k in enumerate(max_khz) if k > slowest):x}"


def parse_properties(text: str) -> dict[str, str]:
    """Returns what `getprop` has printed."""
    return dict(re.findall(r"^\[(.+?)\]: \[(.*?)\]\r?$", text, re.MULTILINE))


def parse_battery(text: str) -> dict[str, Any]:
    """Returns the fields of `Condition` that `dumpsys battery` tells."""
    # Within a line: the heading has a colon, too, and nothing behind it.
    field = r"^[^\S\n]*([\w ]+?)[^\S\n]*:[^\S\n]*(\S+)"
    fields = dict(re.findall(field, text, re.MULTILINE))
    level, scale = number(fields.get("level")), number(fields.get("scale"))
    tenths = number(fields.get("temperature"))
    sources = [v for k, v in fields.items() if k.endswith(" powered")]
    return {
        "battery_percent": _percent(level, scale or 100),
        "battery_celsius": None if tenths is None else tenths / 10,
        "charging": "true" in sources if sources else None,
    }


def parse_thermal(text: str) -> int | None:
    """Returns the status that `dumpsys thermalservice` tells, 0 to 6."""
    found = re.search(r"Thermal Status:\s*(\d+)", text)
    return number(found[1]) if found else None


def number(text: str | None) -> int | None:
    """Returns a whole number, in the digits of any script, or None."""
    found = re.fullmatch(r"\s*(-?\d+)\s*", text or "")
    return int(found[1]) if found else None


def _percent(level: int | None, scale: int) -> int | None:
    return None if level is None else round(100 * level / scale)


def _each_cpu(runner: Runner, name: str) -> list[str]:
    """Returns the lines of a file that each processor has, in order."""
    text = _ask(runner, ["sh", "-c", f"grep -H . {_CPUS}/{name}"])
    found = re.findall(r"/cpu(\d+)/cpufreq/\w+:\s*(\S+)", text)
    return [value for _, value in sorted((int(i), v) for i, v in found)]


def _ask(runner: Runner, command: Sequence[str]) -> str:
    """Returns what a command prints, nothing if the phone has it not."""
    with contextlib.suppress(CommandFailed):
        return runner.run(command, _ASK_SECONDS)
    return ""
