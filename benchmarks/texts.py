r"""What a keyboard's file is worth on texts of many kinds, beside an n-gram.

python -m benchmarks.texts --bundle=android_demo/app/src/main/assets/keyboard \
    --output=results/keyboard/texts.json
python -m benchmarks.texts --table=results/keyboard/texts.json

The n-gram model is Kneser-Ney of five words, of the same words, training text
and bytes. Each text is read by message, as a text field is, and carried. Of
texts that the bundle was trained on it is their test part, of others all.
"""

import itertools
import pathlib
from collections.abc import Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import program, texts_table
from tflm.bundle.bundle import Bundle
from tflm.evaluation.quality import evaluate
from tflm.experiment import baselines
from tflm.report import provenance
from tflm.text import dataset, mixture
from tflm.text.corpus import load_corpus
from tflm.text.protocol import Step
from tflm.text.splits import Split
from tflm.tflite.interpreter import load_step

_KEYBOARD = "android_demo/app/src/main/assets/keyboard"
_BUNDLE = flags.DEFINE_string("bundle", _KEYBOARD, "What is scored.")
_CORPORA = flags.DEFINE_list(
    "corpora",
    "chitchat,multidogo,irc,clinc150,multiwoz,irc-new,banking77,taskmaster3",
    "Texts to score on.",
)
_SENTENCES = flags.DEFINE_integer("sentences", 4000, "Of each text at most.")
_WORK = flags.DEFINE_string("work", "build/texts", "Where the n-gram goes.")
_TABLE = flags.DEFINE_string("table", None, "Print this result as Markdown.")

_MEASURES = (
    "perplexity",
    "recall_at_3",
    "word_recall_at_3",
    "bar_recall_at_3",
    "keystroke_savings_3",
)


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    program.show(
        "texts",
        _TABLE.value,
        lambda: measure(
            Bundle.load(_BUNDLE.value),
            _CORPORA.value,
            pathlib.Path(_WORK.value),
            _SENTENCES.value,
        ),
        texts_table.table,
    )


def measure(
    bundle: Bundle,
    corpora: Sequence[str],
    work: pathlib.Path,
    sentences: int | None,
) -> dict[str, Any]:
    """Returns a row for each text, scored by message and carried.

    Args:
        bundle: what is scored.
        corpora: names of the texts.
        work: where the training text and the n-gram model are kept.
        sentences: of each text at most; None for all.

    Raises:
        ValueError: a text is missing.
    """
    corpus = bundle.manifest["corpus"]["name"]
    own = [name for name, _ in mixture.parts(corpus)]
    text = dataset.prepare(
        corpus, work / "text", words=bundle.vocabulary, rules=bundle.rules
    )
    size = len(bundle.model)
    sha256 = bundle.manifest["files"]["model.tflite"]["sha256"]
    ngram = baselines.train(
        *(work / f"{sha256[:8]}.bin", text),
        *(baselines.ORDERS["Kneser-Ney"], size),
    )
    steps: dict[str, Step] = {"file": load_step(bundle.model), "ngram": ngram}
    rows = []
    for name in corpora:
        split: Split = "test" if name in own else "all"
        read = load_corpus(name).read_by(bundle.rules).sentences(split)
        found = [*itertools.islice(read, sentences)]
        row = {"text": name, "trained_on": name in own, "split": split}
        rows.append(row | _row(steps, bundle, found))
        logging.info("%s", rows[-1])
    made = provenance.provenance(
        program.command("texts"), corpus, text.corpus.sha256()
    )
    return {"rows": rows, "file_bytes": size, "provenance": made}


def _row(
    steps: dict[str, Step], bundle: Bundle, sentences: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """Returns the scores of both on a text, by message and carried."""
    found: dict[str, Any] = {}
    for way, carry in (("by_message", False), ("carried", True)):
        found[way] = {}
        for name, step in steps.items():
            reached = evaluate(step, bundle.vocabulary, sentences, carry)
            found["tokens"] = reached.tokens
            found["known_share"] = reached.known_share
            found[way][name] = {m: getattr(reached, m) for m in _MEASURES}
    return found


if __name__ == "__main__":
    app.run(main)
