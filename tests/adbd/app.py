"""What the demo app does on a phone, right or wrong."""

import dataclasses
import hashlib
import json
import pathlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.adbd.phone import Phone

FOLDER = "/sdcard/Android/data/org.tflm.keyboard/files"


def extras(words: Sequence[str]) -> dict[str, str]:
    """Returns the extras of an intent, by name."""
    kinds = ("--es", "--ei", "--ez")
    starts = [i for i, word in enumerate(words) if word in kinds]
    return {words[i + 1]: words[i + 2] for i in starts}


@dataclasses.dataclass
class App:
    """The app.

    Attributes:
        does: `write` a result, or `crash`, `wait` for ever, or write it
            `truncated`, of `another model`, of `another run`, with `NaN`, or
            say an `error`.
        fails_after: starts that go well before it does that.
        step_ns: the time of each step, by file name's hash or for all.
        hot_starts: starts after which it tells that the phone is hot.
        greeting: what `am start` prints.
        started: the extras of each start.
    """

    does: str = "write"
    fails_after: int = 0
    step_ns: int = 1_000_000
    hot_starts: int = 0
    greeting: str = "Starting: Intent\nStatus: ok\nComplete\n"
    started: list[dict[str, str]] = dataclasses.field(default_factory=list)
    is_running: bool = False
    _timer: threading.Timer | None = None

    def start(self, phone: "Phone", given: dict[str, str]) -> None:
        """Starts it; its result is there a moment later."""
        if not phone.path(given["model"]).exists():
            _write(phone, '{"error": "no such model"}')
            return
        self.started.append(given)
        well = len(self.started) <= self.fails_after
        does = "write" if well else self.does
        self.is_running = does != "crash"
        if does not in ("crash", "wait"):
            text = self._text(phone, given, does)
            self._timer = threading.Timer(0.03, _write, (phone, text))
            self._timer.start()

    def stop(self) -> None:
        """Ends it, with or without a result."""
        if self._timer is not None:
            self._timer.cancel()
        self.is_running = False

    def _text(self, phone: "Phone", given: dict[str, str], does: str) -> str:
        if does == "error":
            found = {"nonce": given["nonce"], "error": "the model is\nbroken"}
            return json.dumps(found)
        content = _model(phone.path(given["model"])).read_bytes()
        found = self._result(given, content)
        if does == "another model":
            found["file_sha256"] = "0" * 64
        if does == "another run":
            found["nonce"] = "of yesterday"
        if does == "NaN":
            found["init_ms"] = float("nan")
        text = json.dumps(found)
        return text[: len(text) // 2] if does == "truncated" else text

    def _result(self, given: dict[str, str], content: bytes) -> dict[str, Any]:
        runs, warmup = int(given["runs"]), int(given["warmup"])
        step = self.step_ns + len(content)  # So that files differ.
        state = {"thermal_status": 0, "battery_percent": 83}
        is_hot = len(self.started) <= self.hot_starts
        after = {**state, "thermal_status": 1 if is_hot else 0}
        found = {
            "nonce": given["nonce"],
            "init_ms": 10.0 + len(self.started),
            "first_ms": 2.0,
            "warmup_runs": warmup,
            "warmup_mean_ms": 1.2,
            "step_p50_ms": step / 1e6 + 0.01,
            "memory_bytes": None,
            "file_bytes": len(content),
            "file_sha256": hashlib.sha256(content).hexdigest(),
            "threads": int(given["threads"]),
            "xnnpack": given["delegate"] == "xnnpack",
            "cpu": "Double D1",
            "cores": 8,
            "system": "Android 14 arm64-v8a",
            "runtime": "TensorFlow Lite 2.16.1",
            "invoke_ns": [step + i % 7 for i in range(runs)],
            "phone": {"soc": "Double D1", "model": "Double"},
            "before": {**state, "sustained": "sustained" in given},
            "after": after,
        }
        if "script" in given:
            keystrokes = [5_000_000] * len(given["script"])
            found["keys"] = {"runs": len(keystrokes), "press_ns": keystrokes}
        return found


def _model(path: pathlib.Path) -> pathlib.Path:
    return path / "model.tflite" if path.is_dir() else path


def _write(phone: "Phone", text: str) -> None:
    path = phone.path(f"{FOLDER}/result.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text)
    part.rename(path)
