"""What a file may cost, and how to read it from text."""

import dataclasses
import re

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "KIB": 2**10, "MIB": 2**20}


@dataclasses.dataclass(frozen=True)
class Budget:
    """The most that a .tflite file may take.

    Attributes:
        bytes: of the file as it lies on a disk.
        ms: of one word on this machine, median, one thread; None for any.

    Raises:
        ValueError: one of them is not positive.

    Examples:
        >>> budget = tflm.Budget(bytes=20_000)
    """

    bytes: int
    ms: float | None = None

    def __post_init__(self):
        if self.bytes < 1:
            raise ValueError(
                f"budget_bytes must be above 0, got {self.bytes}: "
                f"write it as in 1MB or 900000"
            )
        if self.ms is not None and not 0 < self.ms < float("inf"):
            raise ValueError(
                f"budget_ms must be above 0, got {self.ms}: write it as in 0.1"
            )


def parse_bytes(text: str) -> int:
    """Reads a size: `900000`, `900kB`, `1.5MB` (10^6) or `1MiB` (2^20).

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", text)
    if found is None or found[2].upper() not in _UNITS:
        raise ValueError(
            f"budget_bytes {text!r} is no size: write it as in 1MB or 900000"
        )
    return int(float(found[1]) * _UNITS[found[2].upper()])
