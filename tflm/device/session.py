"""Measures files on one phone, in turns."""

import contextlib
import dataclasses
import pathlib
import random
from collections.abc import Callable, Mapping
from typing import Any

from tflm.device import app, binary, rounds, state
from tflm.device.app import Pushed
from tflm.device.plan import Plan
from tflm.device.runner import DeviceError, DeviceGone, Runner, Stopped
from tflm.latency.results import Measurement

_DRIFTED = 1.1  # As Jetpack's Microbenchmark, which then measures again.


@dataclasses.dataclass
class _Turns:
    """What one file has given so far."""

    pushed: Pushed
    found: list[rounds.Found] = dataclasses.field(default_factory=list)
    warnings: dict[str, None] = dataclasses.field(default_factory=dict)


class Session:
    """Measures files on one phone, and cleans up there.

    Args:
        runner: the phone.
        files: .tflite files and directories of bundles, by name.
        plan: what to do.
        keep: takes each measurement that is whole, or that was cut short.
        fail: takes the device, the file's name (None: all) and the error.
    """

    def __init__(
        self,
        runner: Runner,
        files: Mapping[str, pathlib.Path],
        plan: Plan,
        keep: Callable[[Measurement], None],
        fail: Callable[[str, str | None, str], None],
    ):
        self._runner = runner
        self._files = files
        self._plan = plan
        self._keep = keep
        self._fail = fail
        self._waiting: dict[str, _Turns] = {}
        self._phone: dict[str, Any] = {}
        self._before = state.Condition()

    def run(self) -> None:
        """Measures all files; what fails is told to `fail`."""
        try:
            with contextlib.ExitStack() as stack:
                self._begin(stack)
                self._take_turns()
        except Stopped:
            self._cut_short("stopped")
        except DeviceError as error:
            unfinished = bool(self._waiting)
            self._cut_short(str(error))
            if not unfinished:
                self._fail(self._runner.name, None, str(error))

    def _begin(self, stack: contextlib.ExitStack) -> None:
        self._phone = state.identity(self._runner)
        self._before = self._calm()
        app.require(self._runner, self._plan.apk)
        stack.enter_context(app.cleared(self._runner))
        app.prepare(self._runner, self._plan.poll_seconds)
        for name, local in self._files.items():
            with self._failing(name):
                pushed = stack.enter_context(app.pushed(self._runner, local))
                self._waiting[name] = _Turns(pushed)

    def _take_turns(self) -> None:
        order = random.Random(self._plan.seed)
        for i in range(self._plan.rounds):
            warnings = (self._calm() if i else self._before).warnings
            names = [*self._waiting]
            order.shuffle(names)
            for name in names:
                with self._failing(name):
                    self._take_turn(self._waiting[name], warnings)
        for name in [*self._waiting]:
            with self._failing(name):
                self._end(name)

    def _take_turn(self, turns: _Turns, warnings: tuple[str, ...]) -> None:
        found = self._measure(turns.pushed)
        if rounds.became_hot(found) and self._plan.cool_seconds > 0:
            warnings = self._calm().warnings
            found = self._measure(turns.pushed)
        turns.found.append(found)
        turns.warnings |= dict.fromkeys(warnings)
        if rounds.became_hot(found):
            turns.warnings["it became hot while it measured"] = None

    def _measure(self, model: Pushed) -> rounds.Found:
        plan = self._plan
        return app.measure(
            self._runner,
            model,
            plan.settings,
            plan.timeout_seconds,
            plan.poll_seconds,
        )

    def _calm(self) -> state.Condition:
        """Returns the phone's state, after it has cooled down."""
        plan = self._plan
        found = state.cool_down(
            self._runner, plan.cool_seconds, plan.poll_seconds
        )
        if plan.strict:
            state.require_calm(self._runner.name, found)
        return found

    def _end(self, name: str) -> None:
        """Keeps a file that has had all of its turns."""
        plan, said = self._plan, None
        if plan.benchmark_binary is not None:
            said = binary.measure(
                self._runner,
                plan.benchmark_binary,
                _model(self._files[name]),
                plan.threads,
                plan.delegate == "xnnpack",
                plan.settings.runs,
                state.big_cores(self._phone.get("max_khz") or ()),
                plan.timeout_seconds,
            )
        after = dataclasses.asdict(state.condition(self._runner))
        self._keep(self._measurement(name, said, after))
        del self._waiting[name]

    def _measurement(
        self,
        name: str,
        benchmark_model: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> Measurement:
        turns = self._waiting[name]
        first, last = turns.found[0], turns.found[-1]
        latency = rounds.latency(turns.found)
        if latency["drift_ratio"] > _DRIFTED:
            drift = f"it slowed down {latency['drift_ratio']:.2f} times"
            turns.warnings[f"{drift} from the first third to the last"] = None
        told = _told(first.get("phone"))
        return Measurement(
            model=name,
            device=self._runner.name,
            latency=latency,
            rounds_ms=rounds.medians(turns.found),
            keys=rounds.keys(turns.found),
            benchmark_model=benchmark_model,
            device_state={
                **self._phone,
                **told,
                "before": dataclasses.asdict(self._before)
                | _told(first.get("before")),
                "after": (after or {}) | _told(last.get("after")),
            },
            warnings=tuple(turns.warnings),
        )

    @contextlib.contextmanager
    def _failing(self, name: str):
        """Ends one file's turns by an error of its own; others go on."""
        try:
            yield
        except DeviceGone:
            raise
        except (DeviceError, OSError) as error:
            self._give_up(name, str(error))

    def _give_up(self, name: str, error: str) -> None:
        """Keeps the rounds that a file has had, and says why not all."""
        turns = self._waiting.get(name)
        if turns and turns.found:
            had, wanted = len(turns.found), self._plan.rounds
            if had < wanted:
                turns.warnings[f"only {had} of {wanted} rounds"] = None
            self._keep(self._measurement(name))
        self._waiting.pop(name, None)
        self._fail(self._runner.name, name, error)

    def _cut_short(self, error: str) -> None:
        for name in [*self._waiting]:
            self._give_up(name, error)


def _model(local: pathlib.Path) -> pathlib.Path:
    return local / "model.tflite" if local.is_dir() else local


def _told(found: dict[str, Any] | None) -> dict[str, Any]:
    """Returns what the app knows, so that nothing known becomes unknown."""
    return {k: v for k, v in (found or {}).items() if v is not None}
