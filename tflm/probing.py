"""A foreign .tflite file, run in a process that may die of it."""

from tflm import limited


def probe(content: bytes) -> None:
    """Proves that the runtime survives one step of each signature, of zeros.

    With and without XNNPACK, in a process of its own that is limited in memory
    and time. What it survives may still end it on another input, so this is no
    wall against somebody who wants that: run such a file in a container.

    Args:
        content: of a .tflite file.

    Raises:
        ValueError: it died, ran out of memory or time, or was refused.

    Examples:
        >>> tflm.probe(content)
    """
    limited.survive(__name__, content, "the runtime")


def try_out(content: bytes) -> None:
    """Runs a file on zeros."""
    from tflm import runtime

    runtime.run_once(content)
