"""What this machine is."""

import contextlib
import os
import pathlib
import platform


def machine() -> dict[str, str | int]:
    """Returns `cpu`, `cores` and `system` of this machine, but not its name."""
    system = f"{platform.system()} {platform.machine()}"
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
    return {"cpu": cpu, "cores": os.cpu_count() or 1, "system": system}
