"""The most memory that a process ever had."""

import pathlib
import re


def of_this() -> int:
    """Returns the bytes of this process, without those of its parent.

    Linux's own count of a process begins with what its parent had.
    """
    found = of("self")
    if found is None:  # As where there is no /proc.
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found


def of(process: int | str) -> int | None:
    """Returns the bytes of a process by its number, None if it is not there."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return None
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) << 10 if found else None
