"""What became of a text or an archive."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Result:
    """What was written or read.

    Attributes:
        text_bytes: of the text.
        archive_bytes: of the archive.
        blocks: how many there are of each kind: `model`, `xz`, `stored`.
        lost: numbers of the blocks that could not be read, from the first of
            a gap to its last. A damaged number can make a gap of any length.
        damage: what was found damaged, a few words each.
    """

    text_bytes: int
    archive_bytes: int
    blocks: dict[str, int]
    lost: tuple[range, ...] = ()
    damage: tuple[str, ...] = ()


class Damaged(RuntimeError):
    """An archive that is not whole."""
