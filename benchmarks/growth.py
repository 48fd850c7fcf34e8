r"""How the time of a step grows with units, vocabulary and rank.

python -m benchmarks.growth --output=results/growth.json --plot=docs/growth
python -m benchmarks.growth --results=results/growth.json --plot=docs/growth

The second draws a run before. The model is `ptb-medium`, two LSTM layers of 650
units and 10,000 words, with one of its sizes changed; all files are measured in
interleaved rounds on one thread, as in `benchmarks.latency`.
"""

import dataclasses
from collections.abc import Sequence

from absl import app, flags, logging

from benchmarks import growth_plot, limit, program
from benchmarks.growth_plot import RANK, UNITS, WORDS, Point, Variant
from tflm import compression, files
from tflm.model.build import build_model
from tflm.model.language_model import LanguageModel
from tflm.model.presets import preset
from tflm.report import provenance, style
from tflm.tflite import convert, stock

_RESULTS = flags.DEFINE_string("results", None, "JSON file to draw, no more.")
_PLOT = flags.DEFINE_string("plot", None, "Image files, without .png and .svg.")
_RUNS = flags.DEFINE_integer("runs", 500, "Steps to measure of each file.")
_UNITS = flags.DEFINE_list("units", "200,400,650,1000", "Widths.")
_WORDS = flags.DEFINE_list("words", "5000,10000,20000,40000", "Vocabularies.")
_RANKS = flags.DEFINE_list("ranks", "16,32,64,122,256", "Of LowRank.")


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _RESULTS.value:
        points = growth_plot.load(_RESULTS.value)
    else:
        points = measure()
        made = provenance.provenance(program.command("growth"))
        program.save(growth_plot.document(points, made))
    for point in points:
        print(*dataclasses.asdict(point).values(), sep="\t")
    if _PLOT.value:
        figure = growth_plot.draw(points)
        for image_format in ("png", "svg"):
            image = style.render(figure, image_format)
            files.write(f"{_PLOT.value}.{image_format}", image)


def measure() -> list[Point]:
    """Returns the points of all files, which are measured in one run."""
    contents: dict[Variant, bytes] = {}
    for units, words in sizes():
        contents |= convert_all(units, words)
    named = {str(variant): content for variant, content in contents.items()}
    found = limit.interleave(named, _RUNS.value)
    points = []
    for variant, content in contents.items():
        latency, extra = found[str(variant)]
        points.append(
            Point(
                **dataclasses.asdict(variant),
                bytes=len(content),
                p50_ms=latency.p50_ms,
                limit_ms=extra["limit_ms"],
            )
        )
    return points


def sizes() -> list[tuple[int, int]]:
    """Returns units and words of each model, every model once."""
    by_units = [(int(units), WORDS) for units in _UNITS.value]
    by_words = [(UNITS, int(words)) for words in _WORDS.value]
    return [*dict.fromkeys([*by_units, *by_words, (UNITS, WORDS)])]


def convert_all(units: int, words: int) -> dict[Variant, bytes]:
    """Returns the files of a model of these sizes, one a family and rank."""
    whole = build(units, words)
    logging.info("converting %d units, %d words", units, words)
    contents = {
        Variant("stock", units, words): stock.convert(whole),
        Variant("int8", units, words): convert.convert(whole, "int8"),
    }
    ranks = {RANK}
    if (units, words) == (UNITS, WORDS):
        ranks |= set(map(int, _RANKS.value))
    for rank in sorted(ranks):
        # A random start: the time does not depend on what the factors are.
        method = compression.LowRank(rank=rank, initial="random")
        smaller = method(whole, compression.skip_training)
        variant = Variant("low-rank int8", units, words, rank)
        contents[variant] = convert.convert(smaller, "int8")
    return contents


def build(units: int, words: int) -> LanguageModel:
    """Returns `ptb-medium` of other sizes."""
    config = preset("ptb-medium")
    layers = tuple(
        dataclasses.replace(layer, units=units) for layer in config.layers
    )
    return build_model(
        dataclasses.replace(
            config, vocabulary_size=words, embedding_size=units, layers=layers
        )
    )


if __name__ == "__main__":
    app.run(main)
