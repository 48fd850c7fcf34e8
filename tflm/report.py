"""What was measured, as one table, one plot and one page."""

import contextlib
import dataclasses
import datetime
import importlib.metadata
import io
import json
import math
import pathlib
import platform
import re
import shlex
import string
import subprocess
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from html import escape as _escape
from typing import Any, Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from tflm import benchmark, files

_NONE = "\u2013"  # Shown for what was not measured.
_COLORS = {  # Of the plot; a page has its own for each.
    "paper": "#fdfdfc",
    "ink": "#1c1c1a",
    "muted": "#63625d",
    "rule": "#e4e3de",
    "accent": "#1f5fbf",
}
_PAPER, _INK, _MUTED, _RULE, _ACCENT = _COLORS.values()
# What the columns show, and how.
_COLUMNS = {
    "MB": ("megabytes", ".3f"),
    "zip MB": ("zip_megabytes", ".3f"),
    "parameters": ("parameters", ","),
    "perplexity": ("perplexity", ".2f"),
    "recall@1": ("recall_at_1", ".1%"),
    "recall@3": ("recall_at_3", ".1%"),
    "saved@3": ("keystroke_savings_3", ".1%"),
    "same@1": ("top1_agreement", ".1%"),
    "p50 ms": ("p50_ms", ".3f"),
    "p95 ms": ("p95_ms", ".3f"),
}
_PAGE_COLUMNS = _COLUMNS | {  # With those that a terminal has no room for.
    "saved@1": ("keystroke_savings_1", ".1%"),
    "same@3": ("top3_overlap", ".1%"),
    "logit error": ("max_logit_difference", ".2g"),
}
_PACKAGES = (
    "tflm-toolkit",
    "tensorflow",
    "tf_keras",
    "tensorflow-model-optimization",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "numpy",
)


@dataclasses.dataclass(frozen=True)
class Row:
    """One model, as a file.

    Attributes:
        name: what people call it, such as `LowRank(rank=64) + int8`.
        recipe: methods and format, as text that can be parsed again.
        bytes: size of the file.
        zip_bytes: its size inside an archive; see the function of that name.
        parameters: weights of the model; None where nobody counted.
        quality: fields of `evaluation.Quality` and `evaluation.Agreement`,
            such of them as were measured.
        latency: fields of `benchmark.Latency`, or nothing.
        provenance: what `provenance` returned.

    Raises:
        ValueError: a field is of another type, a score or a time is not a
            finite number, or the name is not one line of text.
    """

    name: str
    recipe: str
    bytes: int
    zip_bytes: int
    parameters: int | None = None
    quality: dict[str, float] = dataclasses.field(default_factory=dict)
    latency: dict[str, Any] = dataclasses.field(default_factory=dict)
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        for field in dataclasses.fields(self):
            kind = getattr(field.type, "__origin__", field.type)
            self._require(field.name, getattr(self, field.name), kind)
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError(f"a row is called {self.name!r}: give it a name")
        times = {k: v for k, v in self.latency.items() if k.endswith("_ms")}
        for name, value in (self.quality | times).items():
            self._require(name, value, int | float)
            if not math.isfinite(value):
                raise ValueError(f"row {self.name!r} has {name} {value}")

    def _require(self, name: str, value: Any, kind: Any) -> None:
        if not isinstance(value, kind):
            expected = getattr(kind, "__name__", kind)
            raise ValueError(
                f"row {self.name!r} has {name} {value!r}, not {expected}"
            )


def provenance(
    command: str, corpus: str = "", corpus_sha256: str = ""
) -> dict[str, Any]:
    """Returns what made a number: command, code, packages and hardware.

    Nothing in it tells whose machine it was: absolute paths in `command` and
    `corpus` become relative to the working directory, or else bare names.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "command": _without_machine(command),
        "date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(__file__),
        "corpus": _without_absolute_paths(corpus),
        "corpus_sha256": corpus_sha256,
        "versions": {"python": platform.python_version(), **_versions()},
        "hardware": benchmark.machine(),
    }


def commit(source: files.Path) -> str | None:
    """Returns the git commit of a source file, None outside a checkout.

    It ends in `-dirty` where tracked files differ from it.
    """
    path = pathlib.Path(source).resolve()
    listing = ("ls-files", "--error-unmatch", path.name)
    naming = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        # An installed copy may lie inside a checkout of something else.
        _git(path.parent, *listing)
        return _git(path.parent, *naming)
    except (OSError, subprocess.CalledProcessError):
        return None


def zip_bytes(data: bytes) -> int:
    """Returns the size of `data` in an archive, as APKs and downloads have it.

    It is deflated at level 9, and the archive's own names are not counted.
    """
    return len(zlib.compress(data, 9))


def save(rows: Sequence[Row], path: files.Path) -> None:
    """Writes rows as JSON, whole or not at all."""
    plain = [dataclasses.asdict(row) for row in rows]
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    files.write(path, text + "\n")


def load(path: files.Path) -> list[Row]:
    """Reads rows that `save` wrote.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or holds something else.
    """
    text = pathlib.Path(path).read_bytes()
    try:
        return [Row(**row) for row in json.loads(text)]
    except (RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds no results: {error}; measure again to replace it"
        ) from error


def pareto(rows: Sequence[Row]) -> list[Row]:
    """Returns the scored rows that no other beats, the smallest first.

    A row is beaten by one that is no larger and no worse in perplexity, and
    differs in one of them.
    """
    front: list[Row] = []
    for row in sorted(_scored(rows), key=_point):
        if (
            not front
            or _point(row)[1] < _point(front[-1])[1]
            or _point(row) == _point(front[-1])
        ):
            front.append(row)
    return front


def table(rows: Sequence[Row]) -> str:
    """Returns the table as text for a terminal, in the order of `rows`."""
    return benchmark.aligned(_lines(rows, _COLUMNS))


def markdown(rows: Sequence[Row]) -> str:
    """Returns the table in Markdown, in the order of `rows`."""
    head, *lines = (
        " | ".join(cell.replace("|", "\\|") for cell in line)
        for line in _lines(rows, _COLUMNS)
    )
    rule = " | ".join(["---"] + ["---:"] * len(_COLUMNS))
    return "".join(f"| {line} |\n" for line in [head, rule, *lines])


def plot(rows: Sequence[Row]) -> Figure:
    """Returns a plot of size against perplexity with the Pareto front.

    Rows without a perplexity are left out.
    """
    scored, front = _scored(rows), pareto(rows)
    figure = Figure(figsize=(8, 5), dpi=150, facecolor=_PAPER)
    axes = figure.add_axes((0.075, 0.105, 0.91, 0.765))
    _dress(axes)
    axes.margins(0.12)
    if not scored:
        axes.set(xticks=[], yticks=[])
        axes.set_title("Nothing was scored.", y=0.5, fontsize=9, color=_MUTED)
        return figure
    for row in scored:
        color, fill = (_ACCENT, _ACCENT) if row in front else (_MUTED, _PAPER)
        axes.plot(*_point(row), "o", color=color, mfc=fill, zorder=3)
    sizes, perplexities = zip(*map(_point, scored), strict=True)
    _scale(axes, "x", sizes)
    _scale(axes, "y", perplexities)
    _label(axes, scored, _draw_front(axes, front))
    return figure


def render(figure: Figure, format: Literal["png", "svg"]) -> bytes:
    """Returns an image file, the same one for the same figure."""
    names = ("Date", "Creator", "Format", "Type") if format == "svg" else ()
    style = {"svg.fonttype": "none", "svg.hashsalt": "tflm"}
    image = io.BytesIO()
    with matplotlib.rc_context(style):
        figure.savefig(image, format=format, metadata=dict.fromkeys(names))
    return image.getvalue()


def html(rows: Sequence[Row], title: str, notes: str = "") -> str:
    """Returns one page that needs no other file, for light and dark screens.

    Args:
        rows: in the order of the table.
        title: heading of the page.
        notes: plain text to come first; an empty line parts paragraphs.
    """
    paragraphs = [part for part in re.split(r"\n\s*\n", notes) if part.strip()]
    return _PAGE.substitute(
        title=_escape(title),
        notes="\n".join(f"<p>{_escape(part)}</p>" for part in paragraphs),
        plot=_inline_svg(plot(rows)),
        table=_html_table(rows),
        sources="\n".join(map(_html_source, rows)),
    )


def _lines(rows: Sequence[Row], columns: dict) -> list[list[str]]:
    head = ["file", *columns]
    return [head, *([row.name, *_cells(row, columns)] for row in rows)]


def _cells(row: Row, columns: dict[str, tuple[str, str]]) -> list[str]:
    values = {
        "megabytes": row.bytes / 1e6,
        "zip_megabytes": row.zip_bytes / 1e6,
    }
    values |= {"parameters": row.parameters, **row.quality, **row.latency}
    return [
        _NONE if values.get(key) is None else format(values[key], form)
        for key, form in columns.values()
    ]


def _scored(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if "perplexity" in row.quality]


def _point(row: Row) -> tuple[float, float]:
    """Returns where a scored row is in the plot."""
    return row.bytes / 1e6, row.quality["perplexity"]


def _dress(axes: Axes) -> None:
    axes.set_facecolor(_PAPER)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_RULE)
    axes.grid(color=_RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, labelsize=8.5, labelcolor=_MUTED)
    axes.set_xlabel("size, MB", color=_MUTED, fontsize=9)
    axes.set_ylabel("perplexity", color=_MUTED, fontsize=9)
    above = {"xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(
        "Size and perplexity", (0, 1), (0, 25), **above, fontsize=12, color=_INK
    )
    axes.annotate(
        "Lower left is better. The line joins the files that no other beats "
        "in both.",
        (0, 1),
        (0, 10),
        **above,
        fontsize=8.5,
        color=_MUTED,
    )


def _scale(axes: Axes, name: str, values: Sequence[float]) -> None:
    """Makes an axis logarithmic where a linear one would hide its low end."""
    axis = {"x": axes.xaxis, "y": axes.yaxis}[name]
    low, high = min(values), max(values)
    if 0 < 5 * low < high:
        axes.set(**{f"{name}scale": "log"})
        steps = (1, 2, 5) if high > 100 * low else (1, 1.5, 2, 3, 5, 7)
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_front(axes: Axes, front: Sequence[Row]) -> np.ndarray:
    """Draws the border of what is possible; returns pixels on it, [N, 2]."""
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
    sizes, perplexities = zip(*map(_point, front), strict=True)
    x = np.repeat([*sizes, limits["xlim"][1]], 2)[:-1]
    y = np.repeat([limits["ylim"][1], *perplexities], 2)[1:]
    axes.plot(x, y, color=_ACCENT, linewidth=1.2, alpha=0.5)
    axes.set(**limits)
    corners = axes.transData.transform(np.stack([x, y], axis=1))
    length = np.abs(np.diff(corners, axis=0)).sum(axis=1).cumsum()
    at = np.arange(0, length[-1], 8)
    return np.stack([np.interp(at, [0, *length], c) for c in corners.T], axis=1)


def _label(axes: Axes, rows: Sequence[Row], line: np.ndarray) -> None:
    """Writes each row's name where it hides no point and no other name."""
    names = [textwrap.fill(row.name, 28) for row in rows]
    sizes = np.array([_extent(axes, name) for name in names])
    points = axes.transData.transform([_point(row) for row in rows])
    scale = axes.figure.dpi / 72  # Pixels in a point of type.
    offsets = _place(
        points / scale, sizes / scale, line / scale, axes.bbox.extents / scale
    )
    for row, name, offset in zip(rows, names, offsets, strict=True):
        across, up = np.sign(offset).astype(int)
        leader = {"arrowstyle": "-", "color": _MUTED, "linewidth": 0.5}
        leader |= {"relpos": ((1 - across) / 2, (1 - up) / 2), "shrinkA": 0}
        axes.annotate(
            name,
            _point(row),
            offset,
            textcoords="offset points",
            ha=("center", "left", "right")[across],
            va=("center", "bottom", "top")[up],
            arrowprops=leader if np.abs(offset).max() > _NEAR else None,
            **_LABEL,
        )


def _extent(axes: Axes, text: str) -> np.ndarray:
    """Returns the width and height of a label, in pixels."""
    artist = axes.text(0, 0, text, transform=axes.transAxes, **_LABEL)
    size = artist.get_window_extent().size
    artist.remove()
    return size


_LABEL = {"fontsize": 8, "color": _INK, "parse_math": False}
_NEAR = 6
# Where a label may be, from its point, in points of type: the better first.
_OFFSETS = np.array(
    [
        (across * far, up * far)
        for far in (_NEAR, 11, 17, 24, 32, 42, 54)
        for across in (1, 0, -1, 2, -2)
        for up in (0, 1, -1, 2, -2)
        if across or up
    ]
)


def _place(
    points: np.ndarray, sizes: np.ndarray, line: np.ndarray, area: np.ndarray
) -> np.ndarray:
    """Returns the offset of each label from its point, [N, 2].

    The labels take turns, three times over: each goes where it costs least,
    given where the others are. The best of a few orders is taken.

    Args:
        points: what is labelled, [N, 2].
        sizes: widths and heights of the labels, [N, 2].
        line: points that had better stay visible, [M, 2].
        area: left, bottom, right and top of where labels may be.
    """
    near = points[:, None] + _OFFSETS  # [N, C, 2], as are both below.
    low = near - sizes[:, None] * (1 - np.sign(_OFFSETS)) / 2
    high = low + sizes[:, None]
    # Each label is joined to its point by a leader, [N, C, 10, 2].
    leader = np.linspace(points[:, None], near, 10, axis=2)
    outside = np.any((low < area[:2]) | (high > area[2:]), axis=2)
    # Costs are in places further down in _OFFSETS, and were tuned by eye.
    fixed = np.arange(len(_OFFSETS)) + 1e4 * outside
    for i, (a, b) in enumerate(zip(low, high, strict=True)):
        others = np.delete(points, i, axis=0)
        fixed[i] += 1e3 * _inside(points, a - 5, b + 5)
        fixed[i] += 30 * _inside(others, a - 12, b + 12)
        fixed[i] += 15 * _inside(line, a - 1, b + 1)
        fixed[i] += 50 * _touched(leader[i], others, 5)
        fixed[i] += 10 * _touched(leader[i][:, 5:], line, 2)

    def costs(i: int, chosen: np.ndarray) -> np.ndarray:
        j = np.delete(np.arange(len(points)), i)
        a = low[j, chosen[j]][:, None] - (6, 2)
        b = high[j, chosen[j]][:, None] + (6, 2)
        over = (low[i] < b) & (high[i] > a)
        through = (leader[i] > a[:, None]) & (leader[i] < b[:, None])
        leaders = leader[j, chosen[j]].reshape(-1, 2)
        return (
            fixed[i]
            + 1e3 * _both(over).sum(axis=0)
            + 1e2 * _both(through).sum(axis=(0, 2))
            + 1e2 * _inside(leaders, low[i], high[i])
        )

    def settle(seed: int) -> tuple[float, list[int]]:
        order = np.random.default_rng(seed).permutation(len(points))
        chosen = fixed.argmin(axis=1)
        for i in [*order] * 3:
            chosen[i] = costs(i, chosen).argmin()
        total = sum(costs(i, chosen)[chosen[i]] for i in order)
        return total, chosen.tolist()

    _, chosen = min(map(settle, range(8)))
    return _OFFSETS[chosen]


def _inside(
    points: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Returns how many of `points` [M, 2] are in each of C boxes, [C]."""
    inside = (points > low[:, None]) & (points < high[:, None])
    return _both(inside).sum(axis=1)


def _both(across_and_up: np.ndarray) -> np.ndarray:
    # Many times faster than np.all over an axis of two.
    return across_and_up[..., 0] & across_and_up[..., 1]


def _touched(leaders: np.ndarray, points: np.ndarray, gap: float) -> np.ndarray:
    """Returns how often each of C leaders [C, :, 2] comes near points, [C]."""
    is_near = _both(np.abs(leaders[:, :, None] - points) < gap)
    return is_near.sum(axis=(1, 2))


def _inline_svg(figure: Figure) -> str:
    """Returns the figure as an element of a page, in the page's colors."""
    svg = render(figure, "svg").decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    for name, color in _COLORS.items():
        svg = svg.replace(color, f"var(--{name})")
    return svg.replace(
        "<svg", '<svg role="img" aria-label="Size against perplexity"', 1
    )


def _html_table(rows: Sequence[Row]) -> str:
    front = pareto(rows)
    head, *lines = _lines(rows, _PAGE_COLUMNS)
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


def _versions() -> dict[str, str]:
    versions = {}
    for name in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    return versions


def _git(directory: pathlib.Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "--no-optional-locks", "-C", directory, *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def _without_machine(command: str) -> str:
    """Returns a command without its absolute paths."""
    try:
        words = shlex.split(command)
    except ValueError:  # It was not written for a shell.
        words = command.split()
    return shlex.join(map(_without_absolute_paths, words))


def _without_absolute_paths(word: str) -> str:
    """Makes an absolute path relative, or a bare name if it lies elsewhere.

    A path is the whole word, or what comes after `=`, `:` or `,` in it.
    """
    here = pathlib.Path.cwd()

    def relative(match: re.Match[str]) -> str:
        path = pathlib.Path(match[0])
        inside = path.is_relative_to(here)
        return str(path.relative_to(here)) if inside else path.name

    return re.sub(r"(?:^|(?<=[=:,]))/(?!/)[^=:,]*", relative, word)


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
no other file is at least as small and at least as good. \u2013 means that
nobody measured it.</p>
<dl>
<dt>MB</dt><dd>Size of the file, in millions of bytes.</dd>
<dt>zip MB</dt><dd>The same when deflated, as in an APK.</dd>
<dt>parameters</dt><dd>Weights; a table that is used twice counts once.</dd>
<dt>perplexity</dt><dd>The model is as unsure of a next word as if it chose
among this many equally likely ones. Lower is better. Compare only on the same
text with the same vocabulary.</dd>
<dt>recall@1, @3</dt><dd>Words that were the first suggestion, or among the
first three, before any of their letters was typed.</dd>
<dt>saved@1, @3</dt><dd>Keys that one or three suggestions save an ideal
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
