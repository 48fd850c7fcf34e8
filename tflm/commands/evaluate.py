"""tflm evaluate: what a file is worth on a text."""

from tflm.commands import options, recipes


def add(commands) -> None:
    """Adds `tflm evaluate` to the commands."""
    parser = options.command(
        commands, "evaluate", run, "score a file on a text"
    )
    parser.add_argument("file", help="bundle, .tflite file or model directory")
    parser.add_argument("--corpus", help=options.CORPUS_HELP)
    parser.add_argument(
        "--split",
        choices=["all", "train", "valid", "test"],
        help="of the text (test of the text it was trained on, all of another)",
    )
    parser.add_argument("--sentences", type=int, help="only so many (all)")
    parser.add_argument(
        "--alone",
        action="store_true",
        help="begin each sentence anew, as a text field does",
    )
    parser.add_argument(
        "--reference", help="another file, to tell the agreement"
    )
    parser.add_argument(
        "--vocabulary", help="of a .tflite file without a bundle"
    )
    recipes.add(parser)
    options.add_json(parser)


def run(arguments) -> None:
    """Prints what a file is worth on a text."""
    import dataclasses
    import itertools

    from tflm.evaluation import quality as evaluation_quality
    from tflm.evaluation.quality import evaluate
    from tflm.text.corpus import load_corpus

    _take(arguments)
    step, words, trained_on = _open(arguments.file, arguments.vocabulary)
    text = load_corpus(arguments.corpus or trained_on.corpus or "chitchat")
    split = arguments.split or _split(text, trained_on)
    sentences = itertools.islice(text.sentences(split), arguments.sentences)
    quality = evaluate(step, words, sentences, not arguments.alone)
    found = {"corpus": text.name, "split": split} | dataclasses.asdict(quality)
    if arguments.reference:
        other, _, _ = _open(arguments.reference, arguments.vocabulary)
        lines = itertools.islice(text.sentences(split), 200)
        ids = words.encode_text(lines).tolist()
        agreement = evaluation_quality.compare(step, other, words, ids)
        found |= dataclasses.asdict(agreement)
    options.show(found, arguments.json)


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


def _open(path, words):
    """Returns a step, its vocabulary, and what it was made from."""
    import pathlib

    from tflm.bundle.bundle import Bundle
    from tflm.model import workspace
    from tflm.text.dataset import Origin
    from tflm.text.vocabulary import Vocabulary
    from tflm.tflite.interpreter import load_step

    place = pathlib.Path(path)
    if (place / "manifest.json").exists():
        found = Bundle.load(place)
        corpus = found.manifest["corpus"]
        origin = Origin(corpus["name"], corpus["sha256"])
        return load_step(found.model), found.vocabulary, origin
    if place.is_dir():
        from tflm.model.keras_step import KerasStep

        trained = workspace.load(place)
        step = KerasStep(trained.model)
        return step, trained.vocabulary, trained.origin
    if words is None:
        raise ValueError(f"{path} has no vocabulary: give --vocabulary")
    content = options.model_bytes(path)
    return load_step(content), Vocabulary.load(words), Origin()
