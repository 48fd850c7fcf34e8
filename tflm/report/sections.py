"""The parts of a page of results: each a plot, and tables."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from matplotlib.figure import Figure

from tflm.report import (
    comparable,
    curve_plot,
    curves,
    html_table,
    matrices,
    matrix_plot,
    pareto,
    pareto_plot,
)
from tflm.report.curves import Curve
from tflm.report.matrices import Matrix
from tflm.report.measures import measure_of
from tflm.report.pareto import Cost
from tflm.report.rows import Row

_BROAD, _NARROW = 8.0, 3.5  # Inches of a plot, for paper and for a phone.


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        name: its heading.
        label: what the plot shows, for those who cannot see it.
        plots: for paper and wide screens, and for a phone; empty where there
            is nothing to draw.
        tables: of the page, as HTML.
    """

    name: str
    label: str
    plots: tuple[Figure, ...]
    tables: str


def make(
    rows: Sequence[Row],
    cost: Cost,
    runs: Sequence[Curve],
    models: Mapping[str, Sequence[Matrix]],
) -> list[Section]:
    """Returns a section for each text, one of training, one for each model.

    Raises:
        ValueError: there is nothing to draw in any of them.
    """
    found = [*_of_texts(rows, cost)]
    if runs:
        found.append(
            Section(
                "Training",
                "Validation by epoch",
                _both(lambda width: curve_plot.plot(runs, width)),
                html_table.plain(curves.cells(runs)),
            )
        )
    found += [_of_matrices(name, each) for name, each in models.items()]
    if not any(section.plots for section in found):
        pareto_plot.plot([], cost)  # It says what is missing.
    return found


def _of_texts(rows: Sequence[Row], cost: Cost) -> Iterator[Section]:
    for text, here in comparable.by_text(rows).items():
        plots: tuple[Figure, ...] = ()
        measure = measure_of(row.quality for row in here)
        if pareto.scored(here, cost):
            plots = _both(_plot_of(here, cost, text))
        yield Section(
            text,
            f"{pareto_plot.TITLES[cost][0]} against {measure.name}",
            plots,
            html_table.rows_table(here, cost) + html_table.examples(here),
        )


def _plot_of(
    rows: Sequence[Row], cost: Cost, text: str
) -> Callable[[float], Figure]:
    # A text of unknown name says nothing in a title.
    about = "" if text.startswith(comparable.UNKNOWN) else text
    return lambda width: pareto_plot.plot(rows, cost, about, width)


def _of_matrices(name: str, found: Sequence[Matrix]) -> Section:
    return Section(
        f"Matrices of {name}",
        "Bytes and sensitivity by matrix",
        _both(lambda width: matrix_plot.plot(found, name, width)),
        html_table.plain(matrices.cells(found)),
    )


def _both(plot: Callable[[float], Figure]) -> tuple[Figure, ...]:
    return plot(_BROAD), plot(_NARROW)


def by_file_name(sections: Sequence[Section]) -> dict[str, Figure]:
    """Returns the plots for paper by what tells their files apart.

    That is nothing where there is one plot; else the name of the text without
    its details, if that is enough.
    """
    drawn = [section for section in sections if section.plots]
    if len(drawn) == 1:
        return {"": drawn[0].plots[0]}
    short = [_slug(section.name.partition(",")[0]) for section in drawn]
    long = [_slug(section.name) for section in drawn]
    return {
        f"-{full if short.count(name) > 1 else name}": section.plots[0]
        for section, name, full in zip(drawn, short, long, strict=True)
    }


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name).strip("-").lower()
