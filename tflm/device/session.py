"""Measures files on one phone, in interleaved rounds."""

import contextlib
import dataclasses
import pathlib
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tflm.device import app, binary, rounds, state
from tflm.device.app import Pushed
from tflm.device.result import Round
from tflm.device.runner import DeviceError, DeviceGone, Runner, Stopped
from tflm.device.settings import Settings
from tflm.latency.results import Measurement

_DRIFTED = 1.1  # As Jetpack's Microbenchmark, which then measures again.


@dataclasses.dataclass
class _Unfinished:
    """What one file has given so far."""

    pushed: Pushed
    rounds: list[Round] = dataclasses.field(default_factory=list)
    warnings: dict[str, None] = dataclasses.field(default_factory=dict)


class Session:
    """Measures files on one phone, and cleans up there.

    Args:
        runner: the phone.
        files: .tflite files and directories of bundles, by name.
        settings: what to do.
        keep: takes each measurement that is whole, or that was cut short.
        fail: takes the device, the file's name (None: all) and the error.
    """

    def __init__(
        self,
        runner: Runner,
        files: Mapping[str, pathlib.Path],
        settings: Settings,
        keep: Callable[[Measurement], None],
        fail: Callable[[str, str | None, str], None],
    ):
        self._runner = runner
        self._files = files
        self._settings = settings
        self._keep = keep
        self._fail = fail
        self._unfinished: dict[str, _Unfinished] = {}
        self._phone: dict[str, Any] = {}
        self._before = state.Condition()

    def run(self) -> None:
        """Measures all files; what fails is told to `fail`."""
        try:
            with contextlib.ExitStack() as stack:
                self._prepare(stack)
                self._measure_rounds()
        except Stopped:
            self._cut_short("stopped")
        except DeviceError as error:
            had_files = bool(self._unfinished)
            self._cut_short(str(error))
            if not had_files:
                self._fail(self._runner.name, None, str(error))

    def _prepare(self, stack: contextlib.ExitStack) -> None:
        self._phone = state.identity(self._runner)
        self._before = self._calm()
        app.require(self._runner, self._settings.apk)
        stack.enter_context(
            app.cleared(self._runner, self._settings.poll_seconds)
        )
        app.prepare(self._runner, self._settings.poll_seconds)
        for name, local in self._files.items():
            with self._failing(name):
                pushed = stack.enter_context(app.pushed(self._runner, local))
                self._unfinished[name] = _Unfinished(pushed)

    def _measure_rounds(self) -> None:
        order = random.Random(self._settings.seed)
        for i in range(self._settings.rounds):
            warnings = (self._calm() if i else self._before).warnings
            names = [*self._unfinished]
            order.shuffle(names)
            for name in names:
                with self._failing(name):
                    self._measure_round(self._unfinished[name], warnings)
        for name in [*self._unfinished]:
            with self._failing(name):
                self._finish(name)

    def _measure_round(
        self, file: _Unfinished, warnings: tuple[str, ...]
    ) -> None:
        found = app.measure(self._runner, file.pushed, self._settings)
        if found.became_hot and self._settings.cool_seconds > 0:
            warnings = self._calm().warnings
            found = app.measure(self._runner, file.pushed, self._settings)
        file.rounds.append(found)
        file.warnings |= dict.fromkeys(warnings)

    def _calm(self) -> state.Condition:
        """Returns the phone's state, after it has cooled down."""
        settings = self._settings
        found = state.cool_down(
            self._runner, settings.cool_seconds, settings.poll_seconds
        )
        if settings.strict:
            state.require_calm(self._runner.name, found)
        return found

    def _finish(self, name: str) -> None:
        """Keeps a file that has had all of its rounds."""
        settings, said = self._settings, None
        if settings.benchmark_binary is not None:
            said = binary.measure(
                self._runner,
                settings.benchmark_binary,
                app.tflite_file(self._files[name]),
                settings.threads,
                settings.delegate == "xnnpack",
                settings.round_runs,
                state.big_cores(self._phone.get("max_khz") or ()),
                settings.timeout_seconds,
            )
        after = dataclasses.asdict(state.condition(self._runner))
        self._keep(self._measurement(name, said, after))
        del self._unfinished[name]

    def _measurement(
        self,
        name: str,
        benchmark_model: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> Measurement:
        found = self._unfinished[name].rounds
        latency = rounds.latency(found)
        warnings = [
            *self._unfinished[name].warnings,
            *rounds.warnings(found, self._settings.rounds),
        ]
        if latency.drift_ratio > _DRIFTED:
            warnings.append(
                f"it slowed down {latency.drift_ratio:.2f} times from the "
                "first third to the last"
            )
        before = dataclasses.asdict(self._before)
        return Measurement(
            model=name,
            device=self._runner.name,
            latency=latency,
            rounds_ms=rounds.medians(found),
            keystrokes=rounds.keystrokes(found),
            benchmark_model=benchmark_model,
            device_state={
                **self._phone,
                **_known(found[0].phone),
                "before": before | _known(found[0].before),
                "after": (after or {}) | _known(found[-1].after),
            },
            warnings=tuple(warnings),
        )

    @contextlib.contextmanager
    def _failing(self, name: str) -> Iterator[None]:
        """Gives up one file at an error of its own; others go on."""
        try:
            yield
        except DeviceGone:
            raise
        except (DeviceError, OSError) as error:
            self._give_up(name, str(error))

    def _give_up(self, name: str, error: str) -> None:
        """Keeps the rounds that a file has had, and says why not all."""
        if name in self._unfinished and self._unfinished[name].rounds:
            self._keep(self._measurement(name))
        self._unfinished.pop(name, None)
        self._fail(self._runner.name, name, error)

    def _cut_short(self, error: str) -> None:
        for name in [*self._unfinished]:
            self._give_up(name, error)


def _known(found: dict[str, Any]) -> dict[str, Any]:
    """Returns what the app knows, so that nothing known becomes unknown."""
    return {k: v for k, v in found.items() if v is not None}
