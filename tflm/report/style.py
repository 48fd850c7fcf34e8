"""What plots share: colours, axes and image files."""

import io
from typing import Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLORS = {  # Of a plot; a page has its own for each, in light and dark.
    "paper": "#fdfdfc",
    "ink": "#1c1c1a",
    "muted": "#63625d",
    "rule": "#e4e3de",
    "accent": "#1f5fbf",
}
PAPER, INK, MUTED, RULE, ACCENT = COLORS.values()


def dress(
    axes: Axes, xlabel: str, grid: Literal["both", "x", "y"] = "both"
) -> None:
    """Gives axes a pale grid, quiet ticks and a label."""
    axes.set_facecolor(PAPER)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.grid(axis=grid, color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, labelsize=8.5, labelcolor=MUTED)
    axes.set_xlabel(xlabel, color=MUTED, fontsize=9)


def render(figure: Figure, image_format: Literal["png", "svg"]) -> bytes:
    """Returns an image file, the same one for the same figure."""
    names = (
        ("Date", "Creator", "Format", "Type") if image_format == "svg" else ()
    )
    image = io.BytesIO()
    # Text stays text, and the same figure gives the same names.
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "tflm"}
    ):
        figure.savefig(
            image, format=image_format, metadata=dict.fromkeys(names)
        )
    return image.getvalue()
