"""Results as one HTML page, and the plot beside it as PNG and SVG."""

import pathlib
import re
import string
from collections.abc import Iterator, Sequence
from html import escape as _escape
from typing import Any

from matplotlib.figure import Figure

from tflm import files
from tflm.report import pareto_plot, style, text_table
from tflm.report.pareto import Cost, pareto_front
from tflm.report.rows import Row
from tflm.report.text_table import COLUMNS

_COLUMNS = COLUMNS | {  # With those that a terminal has no room for.
    "saved@1": ("keystroke_savings_1", ".1%"),
    "same@3": ("top3_overlap", ".1%"),
    "logit error": ("max_logit_difference", ".2g"),
}


def write(
    rows: Sequence[Row],
    path: files.Path,
    title: str,
    notes: str = "",
    cost: Cost = "MB",
) -> None:
    """Writes the page to `path` and the plot beside it, as PNG and SVG.

    The plot's files have the name of the page with another ending. Each file
    is written whole or not at all.

    Raises:
        ValueError: `path` has the ending of an image.
        OSError: the directory is missing, full or read-only.
    """
    path = pathlib.Path(path)
    if path.suffix.lower() in (".png", ".svg"):
        raise ValueError(f"the page {path} is HTML: let its name end in .html")
    figure = pareto_plot.plot(rows, cost)
    for image_format in ("png", "svg"):
        files.write(
            path.with_suffix(f".{image_format}"),
            style.render(figure, image_format),
        )
    files.write(path, html(rows, title, notes, cost))


def html(
    rows: Sequence[Row], title: str, notes: str = "", cost: Cost = "MB"
) -> str:
    """Returns one page that needs no other file, for light and dark screens.

    Args:
        rows: in the order of the table.
        title: heading of the page.
        notes: plain text to come first; an empty line parts paragraphs.
        cost: what the plot sets against perplexity.
    """
    paragraphs = [part for part in re.split(r"\n\s*\n", notes) if part.strip()]
    return _PAGE.substitute(
        title=_escape(title),
        notes="\n".join(f"<p>{_escape(part)}</p>" for part in paragraphs),
        plot=_inline_svg(pareto_plot.plot(rows, cost), cost),
        table=_html_table(rows, cost),
        sources="\n".join(map(_html_source, rows)),
    )


def _inline_svg(figure: Figure, cost: Cost) -> str:
    """Returns the figure as an element of a page, in the page's colors."""
    svg = style.render(figure, "svg").decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    for name, color in style.COLORS.items():
        svg = svg.replace(color, f"var(--{name})")
    label = f"{pareto_plot.TITLES[cost][0]} against perplexity"
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def _html_table(rows: Sequence[Row], cost: Cost) -> str:
    front = pareto_front(rows, cost)
    head, *lines = text_table.cells(rows, _COLUMNS)
    titles = "".join(f'<th scope="col">{title}</th>' for title in head)
    body = [f"<thead><tr>{titles}</tr></thead>"]
    for row, (name, *cells) in zip(rows, lines, strict=True):
        kind = ' class="front"' if row in front else ""
        values = "".join(f"<td>{cell}</td>" for cell in cells)
        body.append(
            f'<tr{kind}><th scope="row">{_escape(name)}</th>{values}</tr>'
        )
    return "\n".join(["<table>", *body, "</table>"])


def _html_source(row: Row) -> str:
    """Returns all that is known of a row, folded behind its name."""
    facts = {"recipe": row.recipe, **row.provenance}
    facts |= {"quality": row.quality, "latency": row.latency}
    items = "\n".join(
        f"<dt>{_escape(name)}</dt><dd>{_escape(str(value))}</dd>"
        for name, value in _flat(facts)
    )
    summary = f"<summary>{_escape(row.name)}</summary>"
    return f"<details>{summary}<dl>{items}</dl></details>"


def _flat(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from ((f"{name} {key}", v) for key, v in _flat(value))
        elif value not in (None, ""):
            yield name, value


_PAGE = string.Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>
:root {
  --paper: #fdfdfc; --ink: #1c1c1a; --muted: #63625d; --rule: #e4e3de;
  --accent: #1f5fbf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #191918; --ink: #ecebe6; --muted: #a6a59e; --rule: #383733;
    --accent: #7db0ff;
  }
}
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 74rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p, dd { max-width: 42rem; }
figure { margin: 1rem 0; max-width: 62rem; }
svg { display: block; width: 100%; min-width: 36rem; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .84rem; }
th, td { padding: .4rem .5rem; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 500; }
td, thead th + th {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
}
th:first-child {
  position: sticky; left: 0; min-width: 11rem; padding-left: 0;
  background: var(--paper); text-align: left; font-weight: 400;
}
.front th:first-child { font-weight: 600; color: var(--accent); }
dl {
  display: grid; grid-template-columns: fit-content(45%) 1fr; gap: .3rem 1rem;
}
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--rule); padding: .45rem 0; }
summary { cursor: pointer; }
details dl { font-size: .8125rem; }
</style>
</head>
<body>
<h1>$title</h1>
$notes
<figure class="wide">
$plot
</figure>
<div class="wide">
$table
</div>
<h2>How to read this</h2>
<p>Each row is a model as a file. A name in bold is on the line of the plot:
no other file is at least as small (or as fast, where the plot is of time) and
at least as good. \u2013 means that
nobody measured it.</p>
<dl>
<dt>MB</dt><dd>Size of the file, in millions of bytes.</dd>
<dt>zip MB</dt><dd>The same when deflated, as in an APK.</dd>
<dt>sparse MB</dt><dd>What the file would take if each zero among its weights
took one bit; no runtime reads such a file.</dd>
<dt>parameters</dt><dd>Weights; a table that is used twice counts once.</dd>
<dt>perplexity</dt><dd>The model is as unsure of a next word as if it chose
among this many equally likely ones. Lower is better. Compare only on the same
text with the same vocabulary.</dd>
<dt>recall@1, @3</dt><dd>Words that were the first suggestion, or among the
first three, before any of their letters was typed.</dd>
<dt>saved@1, @3</dt><dd>Keystrokes that one or three suggestions save an ideal
user.</dd>
<dt>same@1, @3</dt><dd>First suggestions, or shares of the first three, that
are those of the model before it was compressed.</dd>
<dt>logit error</dt><dd>Largest difference from a logit of that model.</dd>
<dt>p50, p95 ms</dt><dd>Half of the steps, or 95 of 100, are faster. A keyboard
runs one step a word.</dd>
</dl>
<h2>Where each row comes from</h2>
$sources
</body>
</html>
""")
