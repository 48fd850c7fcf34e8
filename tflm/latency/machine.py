"""What this machine is."""

import contextlib
import os
import pathlib
import platform
from typing import TypedDict


class Machine(TypedDict):
    """A machine without its name: processor, cores and system."""

    cpu: str
    cores: int
    system: str


def machine() -> Machine:
    """Returns what this machine is, but not its name."""
    system = f"{platform.system()} {platform.machine()}"
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
    return {"cpu": cpu, "cores": os.cpu_count() or 1, "system": system}
