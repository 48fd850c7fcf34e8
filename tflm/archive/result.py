"""What became of a text or an archive."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Result:
    """What was written or read.

    Attributes:
        text_bytes: of the text.
        archive_bytes: of the archive.
        blocks: how many there are of each kind: `model`, `xz`, `stored`.
        lost: numbers of the blocks that could not be read.
        damage: what was found damaged, a few words each.
    """

    text_bytes: int
    archive_bytes: int
    blocks: dict[str, int]
    lost: tuple[int, ...] = ()
    damage: tuple[str, ...] = ()


class Damaged(RuntimeError):
    """An archive that is not whole."""
