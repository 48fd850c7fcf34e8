r"""How good a small model becomes in each language.

python -m benchmarks.languages --texts=texts --output=results/languages.json
python -m benchmarks.languages --table=results/languages.json

`benchmarks.language_texts` makes the texts, `pip install janome rjieba` brings
what finds Japanese and Chinese words. All models have one shape and read about
as many words; one is trained after the other.
"""

import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import program
from tflm.bundle import bundle, manifest
from tflm.bundle.suggester import Suggester
from tflm.evaluation.score import score
from tflm.experiment import stages
from tflm.experiment.config import ExperimentConfig
from tflm.model.presets import preset
from tflm.report import provenance
from tflm.text import coverage
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step
from tflm.training.config import TrainingConfig

_TEXTS = flags.DEFINE_string("texts", "texts", "Folder of TAG.txt files.")
_WORK = flags.DEFINE_string("work", "build/languages", "Where models go.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to show, no more.")
_WORDS = flags.DEFINE_integer("words", 700_000, "That a training reads.")

_PRESET = "keyboard-tiny"
_VOCABULARY = 5000
_VALID_WORDS = 5000  # To watch a training by.
_SENTENCES = 500  # To score a file on.
_TRAINING = TrainingConfig(
    batch=32,
    learning_rate=0.005,
    loss="sampled",
    samples=500,
    exact=0.1,
    reset=0.05,
)
# What a person may type there, and see in the bar.
_TYPED = {
    "ar": ["ان الله ", "يا ايها ", "في السم"],
    "de": ["Klicken Sie auf ", "Öffnet einen ", "Wählen Sie die Sch"],
    "es": ["Haga clic en ", "Si desea ", "Abre un cuadro de d"],
    "hi": ["यहाँ पर ", "चयनित ", "फ़ॉर्मेट के लिए क्लि"],
    "ja": ["表示する", "ファイルを", "選択した"],
    "tr": ["Bu seçenek ", "Yeni bir ", "Seçili I"],
    "zh": ["选择", "在文档中", "如果您"],
}


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        print(table(json.loads(pathlib.Path(_TABLE.value).read_text("utf-8"))))
        return
    found = [measure(language) for language in _TYPED]
    made = provenance.provenance(program.command("languages"))
    result = {"languages": found, "provenance": made}
    program.save(result)
    print(table(result))


def measure(language: str) -> dict[str, Any]:
    """Returns what a model of a language is worth, as an int8 file."""
    path = pathlib.Path(_TEXTS.value) / f"{language}.txt"
    place = pathlib.Path(_WORK.value) / language
    config = ExperimentConfig(
        corpus=str(path), vocabulary_size=_VOCABULARY, language=language
    )
    text = stages.prepare_text(config, place / "text")
    words = len(text.train)
    epochs = round(max(1.0, _WORDS.value / words), 1)
    training = dataclasses.replace(_TRAINING, epochs=epochs)
    few = dataclasses.replace(text, valid=text.valid[:_VALID_WORDS])
    trained = stages.train_model(place, _PRESET, preset(_PRESET), training, few)
    logging.info("%s: converting and scoring", language)
    content = convert.convert(trained.model, "int8")
    quality = score(
        load_step(content),
        trained.vocabulary,
        text.corpus.sentences("test"),
        _SENTENCES,
    )
    about = manifest.about(trained.origin, "int8")
    suggester = Suggester(bundle.in_memory(content, trained.vocabulary, about))
    [progress] = stages.progress(place)
    return {
        "language": language,
        "tokenizer": text.corpus.rules.kind,
        "train_words": words,
        "vocabulary_size": len(trained.vocabulary),
        "unknown_share": coverage.unknown_share(text),
        "epochs": epochs,
        "train_seconds": progress["seconds"],
        "bytes": len(content),
        **quality,
        "suggestions": {
            typed: suggester.suggest(typed) for typed in _TYPED[language]
        },
    }


def table(result: dict[str, Any]) -> str:
    """Returns the results as tables in Markdown."""
    lines = [
        "| language | words to train on | epochs | known | perplexity | "
        "recall@1 | recall@3 | words@3 | bytes |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result["languages"]:
        lines.append(
            f"| {row['language']} | {row['train_words']:,} | "
            f"{row['epochs']:g} | {row['known_share']:.1%} | "
            f"{row['perplexity']:.1f} | {row['recall_at_1']:.1%} | "
            f"{row['recall_at_3']:.1%} | {row['word_recall_at_3']:.1%} | "
            f"{row['bytes']:,} |"
        )
    lines += ["", "| language | typed | suggested |", "|---|---|---|"]
    for row in result["languages"]:
        for typed, words in row["suggestions"].items():
            shown = " · ".join(words)
            lines.append(f"| {row['language']} | `{typed}` | {shown} |")
    return "\n".join(lines)


if __name__ == "__main__":
    app.run(main)
