"""tflm evaluate: what a file is worth on a text."""

import functools

from tflm.commands import (
    beam,
    cache,
    evaluate_tagger,
    foreign,
    options,
    recipes,
    scored,
)
from tflm.experiment import opening


def add(commands) -> None:
    """Adds `tflm evaluate` to the commands."""
    parser = options.command(
        commands,
        "evaluate",
        run,
        "score a file on a text",
        usage="FILE [--corpus CORPUS] [--split SPLIT] [options]",
        examples=(
            "tflm evaluate build/bundle",
            "tflm evaluate mine --corpus=other_text.txt",
            "tflm evaluate bundle --reference=mine --sentences=500 --json",
            "tflm evaluate bundle --cache=500",
            "tflm evaluate bundle --corpus=chitchat,irc.txt --split=test",
            "tflm evaluate slots --corpus=conll:data/snips --beam=4",
        ),
    )
    foreign.add_any_model(parser, "file")
    options.add_corpus(
        parser, "to score on (default: the one it was trained on)"
    )
    _add_how(parser)
    parser.one_more = "--reference=FILE names another"
    recipes.add(parser)
    options.add_json(parser)


def _add_how(parser) -> None:
    parser.add_argument(
        "--split",
        choices=["all", "train", "valid", "test"],
        help="of the text (default: test of the text it was trained on, all "
        "of another)",
    )
    parser.add_argument(
        "--sentences", type=int, help="only so many (default: all)"
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="begin each sentence anew, as a text field does",
    )
    parser.add_argument(
        "--reference", metavar="FILE", help="another, to tell the agreement"
    )
    cache.add(
        parser, "read with a cache of so many words, as in 500, beside the net"
    )
    beam.add(parser, "of a tagger: ")


def run(arguments) -> None:
    """Prints what a file is worth on a text."""
    options.check_above_zero("sentences", arguments.sentences)
    _take(arguments)
    cache.check(arguments)
    if arguments.corpus:
        options.check_corpus(arguments.corpus)
    opened, *others = _opened(arguments)
    if opened.is_tagger:
        evaluate_tagger.run(arguments, opened)
        return
    _check(arguments, opened, others)
    step, words = opened.step(), opened.vocabulary

    from tflm.report.rows import plain
    from tflm.text import dataset
    from tflm.text.vocabularies import reachable

    text = _text(arguments, opened).read_by(opened.origin.rules)
    split = arguments.split or dataset.unseen_split(text, opened.origin)
    step, settings = _cached(arguments, step, opened, text, split)
    worth = functools.partial(_worth, arguments, opened, step, split)
    quality = worth(text)
    reachable.warn_of_unknown(quality["known_share"], text.name)
    found = {"corpus": text.name, "split": split} | quality
    for other in others:
        found |= _agreement(step, other, words, text.sentences(split))
    row = _row(arguments, opened, found, text, split, settings)
    if settings:
        found |= cache.shown(settings) | _times(row)
    for source in text.sources:
        found |= _of_source(source, worth(source))
    if arguments.json:
        found["rows"] = [plain(row)] if row else []
    options.show(found, arguments.json)


def _check(arguments, opened, others):
    """Refuses what is of taggers, and a reference of other words."""
    if arguments.beam != 1:
        raise ValueError("--beam is of taggers: leave it out")
    for other in others:
        if other.vocabulary.words != opened.vocabulary.words:
            raise ValueError(
                f"--reference={arguments.reference} has other words than "
                f"{arguments.file}: give a model of the same vocabulary"
            )


def _text(arguments, opened):
    """Returns what to score on: what is given, else the model's own text."""
    from tflm.text.corpus import load_corpus

    if arguments.corpus:
        return load_corpus(arguments.corpus)
    try:
        return load_corpus(opened.origin.corpus or "chitchat")
    except ValueError as error:
        raise ValueError(
            f"the text that {arguments.file} was trained on is not here "
            f"({error}): give --corpus"
        ) from None


def _worth(arguments, opened, step, split, text):
    """Returns the scores of a file on a text."""
    from tflm.evaluation.score import score

    return score(
        *(step, opened.vocabulary),
        *(text.sentences(split), arguments.sentences),
        carry=False if arguments.alone else None,
        protocol=opened.protocol,
        rules=opened.origin.rules,
    )


def _of_source(source, quality):
    """Returns what a text of a mixture adds to the answer."""
    kept = ("tokens", "perplexity", "recall_at_3", "known_share")
    return {
        f"{source.name}: {name}": quality[name]
        for name in kept
        if name in quality
    }


def _agreement(step, other, words, sentences):
    """Returns how near another file is, on the first sentences."""
    import dataclasses
    import itertools

    from tflm.evaluation import quality

    ids = words.encode_text(itertools.islice(sentences, 200)).tolist()
    return dataclasses.asdict(quality.compare(step, other.step(), words, ids))


def _cached(arguments, step, opened, text, split):
    """Returns the step with the cache that was asked for, and its settings."""
    from tflm.evaluation.cache import Cached

    if arguments.cache is None:
        return step, None
    if arguments.theta is None and split in ("all", "valid"):
        raise ValueError(
            f"theta and lambda are found on the validation split, which "
            f"--split={split} scores too: give --split=test, or both of them"
        )
    words = opened.vocabulary
    settings = cache.settings(arguments, step, words, opened.origin, text)
    padding = (opened.protocol or words.protocol).padding
    return Cached(step, settings, padding), settings


def _row(arguments, opened, quality, text, split, settings):
    """Returns what `tflm report` reads: a row, where a file was scored."""
    if not (settings or arguments.json):
        return None  # Nobody asks for one, and it takes TensorFlow.
    import dataclasses

    if opened.is_converted and not arguments.format:
        return None  # The model itself was scored, and no file of it.
    scores = {k: v for k, v in quality.items() if not isinstance(v, str)}
    record, content = {"split": split}, opened.content()
    if arguments.alone:
        record["alone"] = True
    name, took = opened.name, {}
    if settings:
        record["cache"] = settings.fields()
        times = cache.milliseconds(content, settings)
        name, took = f"{name}, cache", dataclasses.asdict(times["with"])
        record["cache"]["p50_ms_without"] = times["without"].p50_ms
    return scored.row(
        *(opened, content, scores, text, record), name=name, latency=took
    )


def _times(row):
    """Returns the milliseconds of a word with and without a cache."""
    if not row:
        return {}
    without = row.provenance["cache"]["p50_ms_without"]
    return {"p50_ms": row.latency["p50_ms"], "p50_ms_without": without}


def _take(arguments):
    """Takes what no flag gives from the recipe."""
    if not arguments.recipe:
        return
    config = recipes.given(arguments).experiment
    arguments.corpus = arguments.corpus or config.corpus
    if arguments.sentences is None:
        arguments.sentences = config.test_sentences or None


def _opened(arguments):
    """Returns the file, and the reference if there is one."""
    paths = [*filter(None, [arguments.file, arguments.reference])]
    file_format, others = arguments.format, foreign.given(arguments)
    for path in paths:
        opening.check(path, others["words"], file_format)
    return [
        opening.open_model(path, file_format=file_format, **others)
        for path in paths
    ]
