"""Tables as text, for a terminal."""

from collections.abc import Sequence


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Returns cells in columns, the first to the left, others to the right."""
    first, *others = [
        max(map(len, cells)) for cells in zip(*lines, strict=True)
    ]
    return "\n".join(
        "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)])
        for line in lines
    )
