"""What a device farm pulled from a phone: a file of each scenario."""

import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tflm import files, json_files
from tflm.device import result, rounds
from tflm.device.phones import Outcome
from tflm.device.result import Round
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
        text = files.read_text(path)
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
        content = json_files.parse(text, str(path), dict[str, Any])
    except ValueError as error:
        raise ValueError(f"{error}: pull it again") from None
    nonce = content.get("nonce")
    match = _NONCE.fullmatch(str(nonce))
    if not match:
        raise ValueError(f"{path} is no result of a package: leave it out")
    return match[2], int(match[1])


def _whole(
    texts: Mapping[tuple[str, int], str], device: str
) -> tuple[list[Round], str]:
    """Returns the rounds that are whole, and why one is not."""
    found: list[Round] = []
    error = ""
    for (model, number), text in texts.items():
        said = json_files.parse(text, model, dict[str, Any]).get("file_sha256")
        sha256 = found[0].latency.file_sha256 if found else said
        try:
            nonce = f"{number}/{model}"
            found.append(result.parse(text, device, nonce, str(sha256)))
        except DeviceError as reason:
            error = error or str(reason)
    return found, error


def _measurement(
    model: str, device: str, found: Sequence[Round], planned: int
) -> Measurement:
    return Measurement(
        model=model,
        device=device,
        latency=rounds.latency(found),
        rounds_ms=rounds.medians(found),
        keystrokes=rounds.keystrokes(found),
        device_state={
            **found[0].phone,
            "before": found[0].before,
            "after": found[-1].after,
        },
        warnings=tuple(rounds.warnings(found, planned)),
    )
