"""What `tflm evaluate` prints of a tagger: spans, words and each label."""

import itertools

from tflm.commands import beam, scored


def run(arguments, opened) -> None:
    """Prints what a tagger's file is worth on a corpus with labels.

    Args:
        arguments: of the command.
        opened: the tagger.

    Raises:
        ValueError: the corpus has no labels, or a flag is not for taggers.
    """
    from tflm.commands import options
    from tflm.report.rows import plain
    from tflm.text.dataset import unseen_split
    from tflm.text.tagged.corpus import load_tagged

    _check(arguments)
    corpus = load_tagged(arguments.corpus or opened.origin.corpus)
    split = arguments.split or unseen_split(corpus, opened.origin)
    bundle = opened.bundle()
    sentences = itertools.islice(corpus.sentences(split), arguments.sentences)
    found = bundle.tagging.evaluate(bundle.model, sentences, arguments.beam)
    shown = {"corpus": corpus.name, "split": split} | found.scores()
    if arguments.json:
        shown["labels"] = _plain(found)
        record = {"split": split}
        if arguments.beam > 1:
            record["beam"] = arguments.beam
        row = scored.row(opened, bundle.model, found.scores(), corpus, record)
        shown["rows"] = [plain(row)]
    options.show(shown, arguments.json)
    if not arguments.json:
        print("\n" + _table(found))


def _check(arguments):
    """Refuses what is of language models."""
    given = {
        "--alone": arguments.alone,
        "--reference": arguments.reference,
        "--cache": arguments.cache,
    }
    for name, value in given.items():
        if value:
            raise ValueError(f"{name} is of language models: leave it out")
    beam.check(arguments)


def _plain(found):
    """Returns the quality of each label, as JSON has it."""
    import dataclasses

    return {
        name: dataclasses.asdict(each) for name, each in found.labels.items()
    }


def _table(found):
    """Returns the quality of each label as lines for a terminal."""
    from tflm.report.text_table import aligned

    lines = [["label", "count", "precision", "recall", "F1"]]
    for name, each in found.labels.items():
        shares = each.precision, each.recall, each.f1
        lines.append([name, f"{each.count:,}", *(f"{x:.1%}" for x in shares)])
    return aligned(lines)
