"""Reads the `result.json` of the demo app, and believes only a whole one."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from tflm import json_files
from tflm.device.runner import DeviceError
from tflm.latency.statistics import Latency, statistics

_AGAIN = "measure again"
_NUMBERS = (
    "init_ms",
    "first_ms",
    "step_p50_ms",
    "warmup_runs",
    "warmup_mean_ms",
    "file_bytes",
)
# Fields of `Latency` that the app tells as they are.
_TOLD = (
    *_NUMBERS,
    "memory_bytes",
    "file_sha256",
    "threads",
    "xnnpack",
    "cpu",
    "cores",
    "system",
    "runtime",
)


@dataclasses.dataclass(frozen=True)
class Round:
    """What the app has measured in one process.

    Attributes:
        latency: of this round.
        invoke_ns: of each measured step, in their order.
        keystroke_ns: from each keystroke to the suggestion bar's new words;
            empty where none was typed.
        phone: what the app knows of the phone.
        before, after: what it knows of the phone's state.
    """

    latency: Latency
    invoke_ns: Sequence[int]
    keystroke_ns: Sequence[int]
    phone: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def became_hot(self) -> bool:
        """Whether the phone was hot when the round ended."""
        return bool(self.after.get("thermal_status"))


def parse(text: str, name: str, nonce: str, sha256: str) -> Round:
    """Returns what the app has measured.

    Args:
        text: the file.
        name: of the device, for errors.
        nonce: what the app was given, to tell this result from an old one.
        sha256: of the model that was to be measured.

    Raises:
        DeviceError: the file is cut off, of another run or another model, or
            tells that the app has failed.
    """
    found = _object(text, name)
    if found.get("nonce") != nonce:
        raise DeviceError(
            f"{name}: the result is of another run ({found.get('nonce')!r}): "
            f"does somebody else use this phone? {_AGAIN}"
        )
    if "error" in found:
        raise DeviceError(
            f"{name}: the app says: {' '.join(str(found['error']).split())}"
        )
    if found.get("file_sha256") != sha256:
        raise DeviceError(
            f"{name}: the result is of another model (SHA-256 "
            f"{str(found.get('file_sha256'))[:12]}, not {sha256[:12]}): "
            f"{_AGAIN}"
        )
    _require_objects(found, name)
    _require_numbers(found, name)
    return _round(found)


def _round(found: dict[str, Any]) -> Round:
    told: dict[str, Any] = {field: found.get(field) for field in _TOLD}
    return Round(
        latency=Latency(**told, **statistics(found["invoke_ns"])),
        invoke_ns=found["invoke_ns"],
        keystroke_ns=found["keys"]["press_ns"] if "keys" in found else [],
        phone=found.get("phone") or {},
        before=found.get("before") or {},
        after=found.get("after") or {},
    )


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        return json_files.parse(text, "it", dict[str, Any])
    except ValueError as error:
        raise DeviceError(
            f"{name}: result.json is not whole ({error}): {_AGAIN}; if it "
            "stays so, the phone's storage may be full"
        ) from None


def _require_objects(found: dict[str, Any], name: str) -> None:
    for key in ("keys", "phone", "before", "after"):
        if not isinstance(found.get(key) or {}, dict):
            raise DeviceError(
                f"{name}: result.json has no object as its {key}: {_AGAIN}"
            )


def _require_numbers(found: dict[str, Any], name: str) -> None:
    bad = [key for key in _NUMBERS if not is_time(found.get(key))]
    times = found.get("invoke_ns")
    if not isinstance(times, list) or not times or not all(map(is_time, times)):
        bad.append("invoke_ns")
    if "keys" in found:
        keystrokes = (found["keys"] or {}).get("press_ns") or [None]
        if not all(map(is_time, keystrokes)):
            bad.append("keys.press_ns")
    if bad:
        raise DeviceError(
            f"{name}: result.json has no finite {', '.join(bad)}: install "
            "this version of the app, as --apk=FILE"
        )


def is_time(value: Any) -> bool:
    """Tells whether something is a finite number and not negative."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0
