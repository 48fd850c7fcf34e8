"""What a recipe says that a file may take."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limit:
    """What a file may take, where a search chooses its methods and format.

    Attributes:
        bytes: of the file.
        ms: of one word; None for any.
        tuned: whether a model is trained after each method.

    Raises:
        ValueError: one of the first two is not positive.
    """

    bytes: int
    ms: float | None = None
    tuned: bool = True

    def __post_init__(self):
        for name in ("bytes", "ms"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}")
