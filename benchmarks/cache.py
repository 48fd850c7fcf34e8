r"""What a cache of recent words is worth to files, and what it costs.

python -m benchmarks.cache --models=build/ptb/best-5mb/models/full \
    --corpus=ptb:ptb --formats=int8,int4 --output=results/ptb/cache.json
python -m benchmarks.cache --models=build/keyboard/models/full \
    --corpus=chitchat --ways=carried,messages,alone --windows=500
python -m benchmarks.cache --table=results/ptb/cache.json

Rows are written one by one, and a run that was stopped goes on after them.

For each file and window, theta and lambda are searched on the validation text
and the test text is scored once with them and once without a cache. `carried`
reads sentence after sentence; `messages` forgets the model's state between them
and keeps the cache, as a keyboard in a conversation does; `alone` forgets both.
"""

import dataclasses
import itertools
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import program
from tflm.evaluation import cache_search
from tflm.evaluation.cache import Cached, Messages
from tflm.evaluation.quality import Quality, evaluate
from tflm.experiment.cached_file import CachedFile
from tflm.latency import benchmark
from tflm.latency.backend import Backend
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.report import provenance
from tflm.text.cache_settings import CacheSettings
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.protocol import Step
from tflm.tflite import convert
from tflm.tflite.formats import known
from tflm.tflite.interpreter import load_step

_MODELS = flags.DEFINE_list("models", [], "Directories of trained models.")
_CORPUS = flags.DEFINE_string("corpus", "ptb:ptb", "Text to search and score.")
_FORMATS = flags.DEFINE_list("formats", ["int8"], "Of the files.")
_WINDOWS = flags.DEFINE_list("windows", ["500", "2000"], "Words remembered.")
_WAYS = flags.DEFINE_list("ways", ["carried"], "carried, messages or alone.")
_SENTENCES = flags.DEFINE_integer("sentences", None, "Of each split at most.")
_TABLE = flags.DEFINE_string("table", None, "Print this result as Markdown.")

_HEAD = (
    "| model | text | words kept | theta | lambda | valid | test "
    "| test without | recall@1 | recall@3 | ms a word | ms without |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
    "| ---: | ---: |\n"
)


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    program.show(
        "cache",
        _TABLE.value,
        lambda: measure(
            _MODELS.value,
            _CORPUS.value,
            _FORMATS.value,
            [int(window) for window in _WINDOWS.value],
            _WAYS.value,
            _SENTENCES.value,
            program.OUTPUT.value,
        ),
        table,
    )


def measure(
    models: Sequence[str],
    corpus: str,
    formats: Sequence[str],
    windows: Sequence[int],
    ways: Sequence[str],
    sentences: int | None = None,
    output: str | None = None,
) -> dict[str, Any]:
    """Returns a row for each file, way and window, and writes each at once.

    Raises:
        ValueError: there is no model, or two have one name; there is no such
            way, window or format; or the output has rows of another run.
    """
    if not models:
        raise ValueError("there is no model: give --models=DIRECTORY")
    names = [*map(_name, models)]
    if len({*names}) < len(names):
        raise ValueError(
            f"two models have one name ({', '.join(names)}): measure each by "
            f"itself"
        )
    for way in ways:
        if way not in ("carried", "messages", "alone"):
            raise ValueError(f"{way!r} is no way: carried, messages or alone")
    result = _begun(corpus, output)
    rows = result["rows"]
    done = {(row["file"], row["text"], row["window"]) for row in rows}
    for path in models:
        trained = workspace.load(path)
        text = load_corpus(corpus).read_by(trained.origin.rules)
        for file_format in formats:
            name = f"{_name(path)}: {file_format}"
            content = convert.convert(trained.model, known(file_format).name)
            for way in ways:
                left = [w for w in windows if (name, way, w) not in done]
                for row in _rows(trained, text, content, way, left, sentences):
                    rows.append({"file": name, "text": way} | row)
                    program.write(result, output)
                    logging.info("%s", rows[-1])
    return result


def _begun(corpus: str, output: str | None) -> dict[str, Any]:
    """Returns the rows that this very command has written, or none."""
    made = provenance.provenance(
        program.command("cache"), corpus, load_corpus(corpus).sha256()
    )
    result = program.begun(output, {"rows": [], "provenance": made})
    if result["provenance"]["command"] != made["command"]:
        raise ValueError(f"{output} is of another command: remove it")
    return result


def _rows(
    trained: Trained,
    text: Corpus,
    content: bytes,
    way: str,
    windows: Sequence[int],
    limit: int | None,
) -> Iterator[dict[str, Any]]:
    if not windows:
        return
    words, protocol, step = (
        trained.vocabulary,
        trained.protocol,
        load_step(content),
    )
    end = [] if words.eos is None else [words.eos]
    if way == "messages" and not end:
        raise ValueError("no message ends without <eos>: give --ways=alone")
    valid = itertools.islice(text.sentences("valid"), limit)
    texts = (words.encode(line) + end for line in valid)
    carry = way == "carried"
    # Messages are read alone, and what they say to the cache is not.
    reading = cache_search.read(step, texts, protocol, carry)
    if way == "messages":
        reading = reading.as_one_text()

    def score(step: Step, carry: bool) -> Quality:
        lines = itertools.islice(text.sentences("test"), limit)
        return evaluate(step, words, lines, carry, protocol)

    plain = score(step, carry)
    for window in windows:
        start = CacheSettings(window)
        found, reached = cache_search.search(reading, start)
        cached: Step = Cached(step, found, protocol.padding)
        if way == "messages":
            cached = Messages(step, found, *end)
        quality = score(cached, carry or way == "messages")
        files: dict[str, bytes | Backend] = {
            "without": content,
            "with": CachedFile(content, found),
        }
        times = benchmark.interleave(files, runs=1000)
        yield {
            "bytes": len(content),
            **found.fields(),
            "valid_perplexity": reached,
            "valid_perplexity_without": reading.perplexity,
            "quality": dataclasses.asdict(quality),
            "quality_without": dataclasses.asdict(plain),
            "p50_ms": times["with"].p50_ms,
            "p50_ms_without": times["without"].p50_ms,
        }


def table(result: dict[str, Any]) -> str:
    """Returns the rows of a result, as Markdown."""
    lines = []
    for row in result["rows"]:
        quality, plain = row["quality"], row["quality_without"]
        recalls = [
            f"{quality[key]:.1%} ({quality[key] - plain[key]:+.1%})"
            for key in ("recall_at_1", "recall_at_3")
        ]
        cells = [
            row["file"],
            row["text"],
            f"{row['window']:,}",
            f"{row['theta']:.3g}",
            f"{row['lambda']:.3f}",
            f"{row['valid_perplexity']:.2f}",
            f"{quality['perplexity']:.2f}",
            f"{plain['perplexity']:.2f}",
            *recalls,
            f"{row['p50_ms']:.3f}",
            f"{row['p50_ms_without']:.3f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines)


def _name(path: str) -> str:
    """Returns what a model is called: its run, as in build/ptb/NAME/models."""
    parts = [p for p in pathlib.Path(path).parts if p not in ("models", "full")]
    return parts[-1]


if __name__ == "__main__":
    app.run(main)
