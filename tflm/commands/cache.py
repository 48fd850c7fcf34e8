"""Arguments of a cache, and the one that they ask for."""

from typing import TYPE_CHECKING, Any

from tflm.commands.parser import Parser

if TYPE_CHECKING:
    from tflm.bundle.manifest import About
    from tflm.latency.statistics import Latency
    from tflm.model.workspace import Trained
    from tflm.text.cache_settings import CacheSettings
    from tflm.text.corpus import Corpus
    from tflm.text.dataset import Origin
    from tflm.text.protocol import HiddenStep
    from tflm.text.vocabulary import Vocabulary
    from tflm.tflite.formats import Properties


def add(parser: Parser, what: str) -> None:
    """Adds --cache, --theta and --lambda; `what` says what for."""
    group = parser.group(
        "cache", "theta and lambda are found on validation text if not given"
    )
    group.add_argument("--cache", type=int, metavar="WORDS", help=what)
    group.add_argument(
        "--theta", type=float, help="how sharply it tells contexts apart"
    )
    group.add_argument(
        "--lambda",
        type=float,
        dest="share",
        metavar="LAMBDA",
        help="its share of a prediction, 0 to 1",
    )


def check(arguments, file_format: "Properties | None" = None) -> None:
    """Raises ValueError for values that no cache has.

    Args:
        arguments: of the command.
        file_format: of the file to be made, if one is to be.
    """
    from tflm.text.cache_settings import CacheSettings, check_window

    if arguments.cache is None:
        if arguments.theta is not None or arguments.share is not None:
            raise ValueError(
                "--theta and --lambda are of a cache: give --cache=500, too"
            )
        return
    check_window(arguments.cache)
    if file_format and file_format.calibrated:
        raise ValueError(
            f"a cache needs what the softmax reads, which a {file_format.name} "
            f"file does not give: give --format=int8"
        )
    given = {"theta": arguments.theta, "share": arguments.share}
    if (arguments.theta is None) != (arguments.share is None):
        raise ValueError(
            "--theta and --lambda go together: give both, or none to have "
            "them found on validation text"
        )
    CacheSettings(**{k: v for k, v in given.items() if v is not None})


def check_model(arguments, trained: "Trained") -> None:
    """Raises ValueError if a bundle of a model cannot have the cache.

    Args:
        arguments: of the command.
        trained: what its file is to be made of.
    """
    from tflm.bundle import manifest

    if arguments.cache is None:
        return
    if trained.lexicon:
        raise ValueError("a cache is of language models: leave --cache out")
    manifest.check_cache(trained.origin.rules)


def settings(
    arguments,
    step: "HiddenStep",
    words: "Vocabulary",
    origin: "Origin",
    text: "Corpus | None",
) -> "CacheSettings":
    """Returns what was given, or else finds it on validation text.

    The search begins with what was learned in training, if anything was.

    Args:
        arguments: as `check` has seen them, with a cache.
        step: the model.
        words: its vocabulary.
        origin: what it was made from.
        text: whose validation split is read, if it must be.

    Raises:
        ValueError: the model does not give what its softmax reads.
    """
    import dataclasses
    import itertools

    from absl import logging

    from tflm.evaluation import cache_search
    from tflm.text.cache_settings import CacheSettings
    from tflm.text.protocol import check_hidden

    check_hidden(step)
    if arguments.theta is not None or text is None:
        return CacheSettings(arguments.cache, arguments.theta, arguments.share)
    protocol = origin.protocol or words.protocol
    end = [] if words.eos is None else [words.eos]
    limit = getattr(arguments, "sentences", None)
    lines = itertools.islice(text.sentences("valid"), limit)
    reading = cache_search.read(
        *(step, (words.encode(line) + end for line in lines), protocol),
        carry=protocol.carries and not getattr(arguments, "alone", False),
    )
    start = dataclasses.replace(
        origin.cache or CacheSettings(), window=arguments.cache
    )
    found, reached = cache_search.search(reading, start)
    logging.info(
        "cache: valid perplexity %.2f, %.2f without it; %s",
        *(reached, reading.perplexity, found),
    )
    return found


def beside(
    arguments, about: "About", content: bytes, trained: "Trained"
) -> "About":
    """Returns what a bundle says with the cache that was asked for, if any.

    A cache that is no better than the model alone is left out.

    Args:
        arguments: as `check` has seen them.
        about: what it says without.
        content: of its file.
        trained: what the file was made of.

    Raises:
        ValueError: there is no text to search theta and lambda on.
    """
    import dataclasses

    from absl import logging

    from tflm.text.corpus import load_corpus
    from tflm.tflite.interpreter import load_step

    if arguments.cache is None:
        return about
    step, words, origin = load_step(content), trained.vocabulary, trained.origin
    text = None
    if arguments.theta is None:
        text = load_corpus(arguments.corpus or origin.corpus)
        text = text.read_by(origin.rules)
    found = settings(arguments, step, words, origin, text)
    if text and not found.share:
        logging.warning(
            "the bundle gets no cache: none is better than the model alone on "
            "the validation text of %s",
            text.name,
        )
        return about
    return dataclasses.replace(about, cache=found)


def shown(settings: "CacheSettings | None") -> "dict[str, Any]":
    """Returns what a command prints of a cache."""
    fields = settings.fields() if settings else {}
    return {f"cache_{name}": value for name, value in fields.items()}


def milliseconds(
    content: bytes, settings: "CacheSettings"
) -> "dict[str, Latency]":
    """Returns the times of a word without and with a full cache."""
    from tflm.experiment.cached_file import CachedFile
    from tflm.latency import benchmark
    from tflm.latency.backend import Backend

    files: dict[str, bytes | Backend] = {
        "without": content,
        "with": CachedFile(content, settings),
    }
    return benchmark.interleave(files, runs=500, seconds=5.0)
