"""How a device is to measure."""

import dataclasses
import math
import pathlib

from tflm.latency.statistics import MIN_RUNS


@dataclasses.dataclass(frozen=True)
class Settings:
    """How devices are to measure each file.

    Attributes:
        threads: how many TensorFlow Lite may use.
        delegate: `xnnpack`, TensorFlow Lite's default, or `none`.
        warmup: steps before each round that are not measured.
        runs: steps of each file, of all rounds together.
        seconds: of each file, in all, which ends it with fewer runs.
        rounds: new processes that share these runs.
        script: a text to type, for bundles.
        sustained: whether to ask for Android's sustained performance.
        strict: whether to refuse a phone that is hot, charging or low.
        cool_seconds: how long to wait for a hot phone, before each round.
        timeout_seconds: how long to wait for one result.
        apk: the app to install; None uses the one that is there.
        benchmark_binary: TensorFlow Lite's program, to run it too.
        seed: of the order of the files in each round.
        poll_seconds: how often to look for a result, or whether it is cool.
        adb_seconds: how long adb may take to answer.

    Raises:
        ValueError: a value is out of range.
    """

    threads: int = 1
    delegate: str = "xnnpack"
    warmup: int = 20
    runs: int = 1000
    seconds: float = 20.0
    rounds: int = 5
    script: str | None = None
    sustained: bool = True
    strict: bool = False
    cool_seconds: float = 300.0
    timeout_seconds: float = 120.0
    apk: pathlib.Path | None = None
    benchmark_binary: pathlib.Path | None = None
    seed: int = 0
    poll_seconds: float = 0.5
    adb_seconds: float = 20.0

    def __post_init__(self):
        for name in ("threads", "warmup", "rounds"):
            if getattr(self, name) < 1:
                value = getattr(self, name)
                raise ValueError(f"{name} must be at least 1, got {value}")
        if self.runs < MIN_RUNS:
            raise ValueError(
                f"runs must be at least {MIN_RUNS}, got {self.runs}"
            )
        for name in ("seconds", "timeout_seconds"):
            if not getattr(self, name) > 0:
                value = getattr(self, name)
                raise ValueError(f"{name} must be above 0, got {value}")
        if self.delegate not in ("xnnpack", "none"):
            raise ValueError(
                f"delegate must be xnnpack or none, got {self.delegate!r}"
            )

    @property
    def round_runs(self) -> int:
        """Steps to measure in one round."""
        return max(MIN_RUNS, math.ceil(self.runs / self.rounds))

    @property
    def round_seconds(self) -> float:
        """The time that one round has for them."""
        return max(0.1, self.seconds / self.rounds)

    @property
    def extras(self) -> dict[str, str]:
        """What the app's activity reads of it for one round, by name."""
        script = {} if self.script is None else {"script": self.script}
        return {
            "threads": str(self.threads),
            "warmup": str(self.warmup),
            "runs": str(self.round_runs),
            "seconds": f"{self.round_seconds:g}",
            "delegate": self.delegate,
            "sustained": str(self.sustained).lower(),
            **script,
        }
