"""Reads the `result.json` of the demo app, and believes only a whole one."""

import json
import math
from typing import Any

from tflm.device.runner import DeviceError

_AGAIN = "measure again"
_NUMBERS = (
    "init_ms",
    "first_ms",
    "step_p50_ms",
    "warmup_runs",
    "warmup_mean_ms",
    "file_bytes",
)


def parse(text: str, name: str, nonce: str, sha256: str) -> dict[str, Any]:
    """Returns what the app has found.

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
    _require_numbers(found, name)
    return found


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise DeviceError(
            f"{name}: result.json is not whole ({error}): {_AGAIN}; if it "
            "stays so, the phone's storage may be full"
        ) from None
    if not isinstance(found, dict):
        raise DeviceError(f"{name}: result.json is no object: {_AGAIN}")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _require_numbers(found: dict[str, Any], name: str) -> None:
    bad = [key for key in _NUMBERS if not is_time(found.get(key))]
    times = found.get("invoke_ns")
    if not isinstance(times, list) or not times or not all(map(is_time, times)):
        bad.append("invoke_ns")
    if "keys" in found:
        presses = (found["keys"] or {}).get("press_ns") or [None]
        if not all(map(is_time, presses)):
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
