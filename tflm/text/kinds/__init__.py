"""Ways to split text, each a file of its own."""

from typing import Literal, get_args

Kind = Literal["typed", "unicode", "segmented", "characters", "white space"]
KINDS: tuple[str, ...] = get_args(Kind)
