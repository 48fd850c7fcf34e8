"""tflm evaluate: what a file is worth on a text."""

from tflm.commands import foreign, options, recipes
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
        ),
    )
    foreign.add_any_model(parser, "file")
    options.add_corpus(
        parser, "to score on (default: the one it was trained on)"
    )
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
    recipes.add(parser)
    options.add_json(parser)


def run(arguments) -> None:
    """Prints what a file is worth on a text."""
    import dataclasses
    import itertools

    from tflm.text.corpus import load_corpus

    _take(arguments)
    if arguments.corpus:
        load_corpus(arguments.corpus)
    opened, *others = _opened(arguments)
    step, words = opened.step(), opened.vocabulary

    from tflm.evaluation import quality as evaluation_quality
    from tflm.experiment import stages
    from tflm.text.vocabularies import reachable

    name = arguments.corpus or opened.origin.corpus or "chitchat"
    text = load_corpus(name).read_by(opened.origin.rules)
    split = arguments.split or _split(text, opened.origin)
    sentences = itertools.islice(text.sentences(split), arguments.sentences)
    carry = False if arguments.alone else None
    quality = stages.score(
        *(step, words, sentences),
        carry=carry,
        protocol=opened.protocol,
        rules=opened.origin.rules,
    )
    reachable.warn_of_unknown(quality["known_share"], text.name)
    found = {"corpus": text.name, "split": split} | quality
    for other in others:
        lines = itertools.islice(text.sentences(split), 200)
        ids = words.encode_text(lines).tolist()
        agreement = evaluation_quality.compare(step, other.step(), words, ids)
        found |= dataclasses.asdict(agreement)
    if arguments.json:
        found["rows"] = _rows(arguments, opened, found, text, split)
    options.show(found, arguments.json)


def _rows(arguments, opened, quality, text, split):
    """Returns what `tflm report` reads: a row, where a file was scored."""
    from tflm.experiment import stages
    from tflm.report.rows import plain
    from tflm.text.dataset import Origin

    if opened.is_converted and not arguments.format:
        return []  # The model itself was scored, and no file of it.
    scores = {k: v for k, v in quality.items() if not isinstance(v, str)}
    row = stages.make_row(
        opened.name,
        opened.content(),
        scores,
        Origin(text.name, text.sha256()),
        options.own_command(),
        {"split": split} | ({"alone": True} if arguments.alone else {}),
        recipe=opened.recipe or opened.name,
    )
    return [plain(row)]


def _take(arguments):
    """Takes what no flag gives from the recipe."""
    if not arguments.recipe:
        return
    config = recipes.given(arguments).experiment
    arguments.corpus = arguments.corpus or config.corpus
    if arguments.sentences is None:
        arguments.sentences = config.test_sentences or None


def _split(text, trained_on):
    """Returns the split that training did not see: all of another text."""
    same = (text.name, text.sha256())
    its_own = {trained_on.corpus, trained_on.corpus_sha256}.intersection(same)
    return "test" if its_own else "all"


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
