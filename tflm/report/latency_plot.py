"""Times of files on devices as an image."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from tflm.latency.results import Measurement
from tflm.report.style import ACCENT, INK, MUTED, PAPER, dress


def plot(found: Sequence[Measurement]) -> Figure:
    """Returns a plot with a line a file: p5 to p95, and the median."""
    names = [f"{each.model}\n{each.device}" for each in found]
    height = 0.9 + 0.42 * len(found)
    figure = Figure(figsize=(8, height), dpi=150, facecolor=PAPER)
    axes = figure.subplots()
    dress(axes, "ms a word: median, p5 to p95", grid="x")
    for place, each in enumerate(found):
        took = each.latency
        low, high = took.p5_ms, took.p95_ms
        axes.plot([low, high], [place] * 2, color=MUTED, linewidth=2)
        axes.plot(took.p50_ms, place, "o", color=ACCENT)
        axes.annotate(
            f"{took.p50_ms:.3f}",
            (took.p50_ms, place),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=INK,
        )
    axes.set_yticks(range(len(found)), names, fontsize=8, parse_math=False)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.set_xlim(left=0)
    figure.tight_layout()
    return figure
