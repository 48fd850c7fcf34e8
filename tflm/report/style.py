"""What plots share: colours, axes and image files."""

import io
import logging
import textwrap
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tflm.report import fonts

# It tells what it does to each font that goes into a PDF.
logging.getLogger("fontTools").setLevel(logging.WARNING)

ImageFormat = Literal["png", "svg", "pdf"]

# Of a plot; a page has its own for each, in light and dark. Those that tell
# families apart are of Okabe and Ito (2008), whom the colour-blind can follow;
# its yellow is darkened, as it could not be seen on paper.
COLORS = {
    "paper": "#fdfdfc",
    "ink": "#1c1c1a",
    "muted": "#63625d",
    "rule": "#e4e3de",
    "accent": "#1f5fbf",
    "gray": "#8a8983",
    "orange": "#d55e00",
    "sky": "#56b4e9",
    "green": "#009e73",
    "blue": "#0072b2",
    "purple": "#cc79a7",
    "yellow": "#b89000",
}
PAPER, INK, MUTED, RULE, ACCENT = [*COLORS.values()][:5]

MARKERS = "os^Dv*PX"  # Of things in a row, in the order of their hues.
HUES = tuple(
    COLORS[name]
    for name in "blue orange green purple sky yellow ink gray".split()
)


def wrapped(title: str, says: str, inches: float) -> tuple[str, str]:
    """Returns a title and what explains the plot, in lines of a width."""
    points = 72 * inches
    return (
        textwrap.fill(title, int(points / 6.6)),
        textwrap.fill(says, int(points / 4.6)),
    )


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


def render(
    figure: Figure, image_format: ImageFormat, salt: str = "tflm"
) -> bytes:
    """Returns an image file, the same one for the same figure.

    Args:
        figure: to draw.
        image_format: of the file.
        salt: tells the names in an SVG from those of another in one page.
    """
    names = {
        "png": (),
        "svg": ("Date", "Creator", "Format", "Type"),
        "pdf": ("CreationDate", "Creator", "Producer"),
    }[image_format]
    image = io.BytesIO()
    settings: Any = {
        "svg.fonttype": "none",  # Text stays text,
        "svg.hashsalt": salt,  # the same figure gives the same names,
        "pdf.fonttype": 42,  # and publishers take no fonts of type 3.
    }
    with matplotlib.rc_context(settings), fonts.told():
        figure.savefig(
            image, format=image_format, metadata=dict.fromkeys(names)
        )
    return image.getvalue()
