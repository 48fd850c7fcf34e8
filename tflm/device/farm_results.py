"""What a device farm pulled from a phone: a file of each scenario."""

import json
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tflm.device import result, rounds
from tflm.device.phones import Outcome
from tflm.device.runner import DeviceError
from tflm.latency.results import Measurement

_NONCE = re.compile(r"(\d+)/(.+)")


def read(directory: pathlib.Path, device: str) -> Outcome:
    """Returns the results of one phone, wherever they are in a directory.

    Args:
        directory: what was pulled.
        device: the name of the phone, for the measurements.

    Raises:
        ValueError: there are no results, or one is of no package or is there
            twice.
    """
    texts = _texts(directory)
    outcome = Outcome([], [])
    for model in dict.fromkeys(model for model, _ in texts):
        of_model = {k: v for k, v in texts.items() if k[0] == model}
        found, error = _whole(of_model, device)
        if found:
            kept = _measurement(model, device, found, len(of_model))
            outcome.measurements.append(kept)
        if error:
            failure = {"device": device, "model": model, "error": error}
            outcome.failures.append(failure)
    return outcome


def _texts(directory: pathlib.Path) -> dict[tuple[str, int], str]:
    """Returns the files by model and round, in this order."""
    found: dict[tuple[str, int], str] = {}
    for path in sorted(directory.rglob("scenario_*.json")):
        text = path.read_text(encoding="utf-8")
        key = _key(path, text)
        if key in found:
            raise ValueError(
                f"{path} is of another phone too: give the results of one"
            )
        found[key] = text
    if not found:
        raise ValueError(f"{directory} has no scenario_*.json: pull them again")
    return dict(sorted(found.items()))


def _key(path: pathlib.Path, text: str) -> tuple[str, int]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: pull it again") from error
    nonce = content.get("nonce") if isinstance(content, dict) else None
    match = _NONCE.fullmatch(str(nonce))
    if not match:
        raise ValueError(f"{path} is no result of a package: leave it out")
    return match[2], int(match[1])


def _whole(
    texts: Mapping[tuple[str, int], str], device: str
) -> tuple[list[rounds.Found], str]:
    """Returns the rounds that are whole, and why one is not."""
    found: list[rounds.Found] = []
    error = ""
    for (model, number), text in texts.items():
        said = json.loads(text).get("file_sha256")
        sha256 = found[0]["file_sha256"] if found else said
        try:
            nonce = f"{number}/{model}"
            found.append(result.parse(text, device, nonce, str(sha256)))
        except DeviceError as reason:
            error = error or str(reason)
    return found, error


def _measurement(
    model: str, device: str, found: Sequence[rounds.Found], planned: int
) -> Measurement:
    warnings = []
    if len(found) < planned:
        warnings.append(f"only {len(found)} of {planned} rounds")
    if any(map(rounds.became_hot, found)):
        warnings.append("it became hot while it measured")
    state: dict[str, Any] = {
        **(found[0].get("phone") or {}),
        "before": found[0].get("before"),
        "after": found[-1].get("after"),
    }
    return Measurement(
        model=model,
        device=device,
        latency=rounds.latency(found),
        rounds_ms=rounds.medians(found),
        keys=rounds.keys(found),
        device_state=state,
        warnings=tuple(warnings),
    )
