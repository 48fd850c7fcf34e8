"""Results as one HTML page, and its plots beside it as PNG, SVG and PDF."""

import importlib.resources
import pathlib
import re
import string
from collections.abc import Mapping, Sequence
from html import escape as _escape
from typing import get_args

from matplotlib.figure import Figure

from tflm import files
from tflm.report import html_table, sections, style
from tflm.report.curves import Curve
from tflm.report.matrices import Matrix
from tflm.report.pareto import Cost
from tflm.report.rows import Row
from tflm.report.sections import Section


def write(
    rows: Sequence[Row],
    path: files.Path,
    title: str,
    notes: str = "",
    cost: Cost = "MB",
    runs: Sequence[Curve] = (),
    models: Mapping[str, Sequence[Matrix]] | None = None,
) -> None:
    """Writes the page to `path` and its plots beside it: PNG, SVG and PDF.

    The plot's files have the name of the page with another ending; where there
    are several plots, what each shows is added to the name. Each file is
    written whole or not at all.

    Args:
        rows, title, notes, cost, runs, models: as `html` takes them.
        path: of the page.

    Raises:
        ValueError: `path` has the ending of an image, or there is nothing to
            plot.
        OSError: the directory is missing, full or read-only.
    """
    path = pathlib.Path(path)
    formats = get_args(style.ImageFormat)
    if path.suffix.lower().removeprefix(".") in formats:
        raise ValueError(f"the page {path} is HTML: let its name end in .html")
    found = sections.make(rows, cost, runs, models or {})
    for name, figure in sections.by_file_name(found).items():
        for image_format in formats:
            files.write(
                path.with_name(f"{path.stem}{name}.{image_format}"),
                style.render(figure, image_format),
            )
    files.write(path, _page(found, rows, title, notes))


def html(
    rows: Sequence[Row],
    title: str,
    notes: str = "",
    cost: Cost = "MB",
    runs: Sequence[Curve] = (),
    models: Mapping[str, Sequence[Matrix]] | None = None,
) -> str:
    """Returns one page that needs no other file, for light and dark screens.

    Rows of different texts have a plot and a table each.

    Args:
        rows: the table has them by size, the largest first.
        title: heading of the page.
        notes: plain text to come first; an empty line parts paragraphs.
        cost: what the plot sets against perplexity.
        runs: training runs, for a plot of their perplexities.
        models: matrices of models or files, by name, for plots of them.

    Raises:
        ValueError: there is nothing to plot.
    """
    found = sections.make(rows, cost, runs, models or {})
    return _page(found, rows, title, notes)


def _page(
    found: Sequence[Section], rows: Sequence[Row], title: str, notes: str
) -> str:
    paragraphs = [part for part in re.split(r"\n\s*\n", notes) if part.strip()]
    return string.Template(_resource("page.html")).substitute(
        title=_escape(title),
        style=_resource("style.css"),
        script=_resource("script.js"),
        notes="\n".join(f"<p>{_escape(part)}</p>" for part in paragraphs),
        sections="\n".join(
            _section(section, len(found) > 1, number)
            for number, section in enumerate(found)
        ),
        explanations=html_table.explanations(rows) if rows else "",
        sources=html_table.sources(rows) if rows else "",
    )


def _section(section: Section, is_named: bool, number: int) -> str:
    head = f"<h2>{_escape(section.name)}</h2>\n" if is_named else ""
    plots = "\n".join(
        f'<figure class="{kind}">\n'
        f"{_inline_svg(plot, section.label, f'{kind}{number}')}</figure>"
        for kind, plot in zip(("broad", "narrow"), section.plots, strict=False)
    )
    return f"<section>\n{head}{plots}\n{section.tables}\n</section>"


def _inline_svg(figure: Figure, label: str, salt: str) -> str:
    """Returns the figure as an element of a page, in the page's colors."""
    svg = style.render(figure, "svg", salt).decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    for name, color in style.COLORS.items():
        svg = svg.replace(color, f"var(--{name})")
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def _resource(name: str) -> str:
    folder = importlib.resources.files("tflm.report") / "page"
    return (folder / name).read_text("utf-8")
