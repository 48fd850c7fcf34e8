r"""How the time of a step grows with units, vocabulary and rank.

python -m benchmarks.growth --output=results/growth.json --plot=docs/growth
python -m benchmarks.growth --results=results/growth.json --plot=docs/growth

The second draws a run before. The net is `ptb-medium`, two LSTM layers of 650
units and 10,000 words, with one of its sizes changed; all files take turns on
one thread, as in `benchmarks.latency`.
"""

import dataclasses
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from absl import app, flags, logging  # noqa: E402

from benchmarks import growth_plot, limit  # noqa: E402
from benchmarks.growth_plot import RANK, UNITS, WORDS, Point  # noqa: E402
from tflm import compression, files
from tflm.model.language_model import build_model
from tflm.model.presets import preset
from tflm.report import provenance, style
from tflm.tflite import convert, stock  # noqa: E402

_OUTPUT = flags.DEFINE_string("output", None, "JSON file of the points.")
_RESULTS = flags.DEFINE_string("results", None, "JSON file to draw, no more.")
_PLOT = flags.DEFINE_string("plot", None, "Image files, without .png and .svg.")
_RUNS = flags.DEFINE_integer("runs", 500, "Steps to measure of each file.")
_UNITS = flags.DEFINE_list("units", "200,400,650,1000", "Widths.")
_WORDS = flags.DEFINE_list("words", "5000,10000,20000,40000", "Vocabularies.")
_RANKS = flags.DEFINE_list("ranks", "16,32,64,122,256", "Of LowRank.")


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    if _RESULTS.value:
        points = growth_plot.load(_RESULTS.value)
    else:
        points = measure()
        command = "python -m benchmarks.growth " + " ".join(sys.argv[1:])
        made = provenance.provenance(command)
        if _OUTPUT.value:
            growth_plot.save(points, made, _OUTPUT.value)
    for point in points:
        print(*dataclasses.asdict(point).values(), sep="\t")
    if _PLOT.value:
        figure = growth_plot.draw(points)
        for image_format in ("png", "svg"):
            image = style.render(figure, image_format)
            files.write(f"{_PLOT.value}.{image_format}", image)


def measure():
    """Returns the points of all files, which are measured in one run."""
    contents = {}
    for units, words in sizes():
        contents |= convert_all(units, words)
    found = limit.interleave(contents, _RUNS.value)
    return [
        Point(
            family=family,
            units=units,
            words=words,
            rank=rank,
            bytes=len(contents[key]),
            p50_ms=latency.p50_ms,
            limit_ms=extra["limit_ms"],
        )
        for key, (latency, extra) in found.items()
        for family, units, words, rank in [key]
    ]


def sizes():
    """Returns (units, words) of each net, every net once."""
    by_units = [(int(units), WORDS) for units in _UNITS.value]
    by_words = [(UNITS, int(words)) for words in _WORDS.value]
    return dict.fromkeys([*by_units, *by_words, (UNITS, WORDS)])


def convert_all(units, words):
    """Returns the files of one net, by family, sizes and rank."""
    config = preset("ptb-medium")
    layers = tuple(
        dataclasses.replace(layer, units=units) for layer in config.layers
    )
    config = dataclasses.replace(
        config, vocabulary_size=words, embedding_size=units, layers=layers
    )
    whole = build_model(config)
    logging.info("converting %d units, %d words", units, words)
    contents = {
        ("stock", units, words, None): stock.convert(whole),
        ("int8", units, words, None): convert.convert(whole, "int8"),
    }
    ranks = {RANK}
    if (units, words) == (UNITS, WORDS):
        ranks |= set(map(int, _RANKS.value))
    for rank in sorted(ranks):
        # A random start: the time does not depend on what the factors are.
        method = compression.LowRank(rank=rank, initial="random")
        smaller = method(whole, compression.skip_training)
        key = ("low-rank int8", units, words, rank)
        contents[key] = convert.convert(smaller, "int8")
    return contents


if __name__ == "__main__":
    app.run(main)
