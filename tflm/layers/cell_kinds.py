"""The kinds of cells by name."""

from tflm.layers.cells import (
    Cell,
    CIFGCell,
    GRUCell,
    LSTMCell,
    PlainCell,
    ResetBeforeGRUCell,
)
from tflm.layers.pyramidal import PyramidalCell

CELLS: dict[str, type[Cell]] = {
    "lstm": LSTMCell,
    "cifg": CIFGCell,
    "gru": GRUCell,
    "gru_reset_before": ResetBeforeGRUCell,
    "rnn": PlainCell,
    "pru": PyramidalCell,
}
