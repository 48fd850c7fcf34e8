"""Which rows of a batch are read here, where others are read elsewhere."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Part:
    """Rows of a batch that several read, each some of them.

    Attributes:
        first: of the rows, from 0.
        end: the row after the last.
        batch: rows of the whole.
    """

    first: int
    end: int
    batch: int

    @property
    def share(self) -> float:
        """How much of the batch it is."""
        return (self.end - self.first) / self.batch

    def of(self, rows: Any) -> Any:
        """Returns what belongs to its rows of an array or a tensor.

        Args:
            rows: what belongs to all, [batch k, ...]; k things for each row.
        """
        if self.share == 1:
            return rows
        each = rows.shape[0] // self.batch
        return rows[self.first * each : self.end * each]


def whole(batch: int) -> Part:
    """Returns all rows of a batch."""
    return Part(0, batch, batch)
