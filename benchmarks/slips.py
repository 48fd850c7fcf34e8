r"""How well slips of typing are forgiven, by a bundle on messages it never saw.

python -m benchmarks.slips --output=results/keyboard/slips.json

Messages of the corpus's test split are typed with the slips of `typo_model`.
For words with a slip whose meant words are known: is the meant word in the bar
of three (what was typed has a place of its own) and is it the first after that?
How many keys does an ideal user save, who takes a word as soon as the bar has
it, and mends it by hand where it never has? For clean words, and words with
slips: what does a correction at the space do?
"""

import dataclasses
import functools
import os
import pathlib
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from absl import app, flags

from benchmarks import program
from benchmarks.typo_model import TypoModel
from tflm.bundle.bundle import Bundle
from tflm.evaluation.quality import SLOTS
from tflm.text.candidates import Candidates
from tflm.text.corpus import load_corpus
from tflm.text.slips.corrector import Corrector
from tflm.tflite.interpreter import load_step

_BUNDLE = flags.DEFINE_string(
    "bundle", "android_demo/app/src/main/assets/keyboard", "Whose model it is."
)
_CORPUS = flags.DEFINE_string("corpus", "chitchat", "Text of messages.")
_SLIPS = flags.DEFINE_integer("slips", 1000, "Words with slips to try.")
_CLEAN = flags.DEFINE_integer("clean", 5000, "Clean words to try.")
_SEED = flags.DEFINE_integer("seed", 1, "Of messages and slips.")

_WORD = re.compile(r"[a-z]+('[a-z]+)*")


@dataclasses.dataclass(frozen=True)
class Typed:
    """A word, or two without a space, as it was typed.

    Attributes:
        meant: what it should have been.
        typed: what it is.
        logits: of what stands before, float32 [vocabulary].
    """

    meant: str
    typed: str
    logits: np.ndarray


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    result = measure(
        Bundle.load(pathlib.Path(_BUNDLE.value)),
        _CORPUS.value,
        _SLIPS.value,
        _CLEAN.value,
        _SEED.value,
    )
    program.save({"command": program.command("slips"), **result})
    for name, value in result.items():
        print(f"{name}: {value}")


def measure(
    bundle: Bundle, corpus: str, slips: int, clean: int, seed: int
) -> dict[str, Any]:
    """Returns shares of the words that were tried, as `docs/typing.md` says."""
    candidates = Candidates(bundle.vocabulary)
    corrector = Corrector(candidates)
    before, bar, first, corrected, right = 0, 0, 0, 0, 0
    keys, keys_alone, keys_taken = 0, 0, 0
    false, clean_words, slipped_words, seconds = 0, 0, 0, 0.0
    for word in typed_words(bundle, corpus, seed):
        if word.typed == word.meant:
            if clean_words < clean:
                clean_words += 1
                false += correction(corrector, bundle, word) != word.meant
        elif slipped_words < slips:
            slipped_words += 1
            start = time.perf_counter()
            shown = suggestions(corrector, bundle, word, word.typed)
            seconds += time.perf_counter() - start
            others = [text for text in shown if text != word.typed]
            before += word.meant in candidates.suggest(word.logits, word.typed)
            bar += word.meant in shown
            first += others[:1] == [word.meant]
            bars = functools.partial(suggestions, corrector, bundle, word)
            completions = functools.partial(_completed, candidates, word)
            keys += keystrokes(word, lambda typed: [])
            keys_alone += keystrokes(word, completions)
            keys_taken += keystrokes(word, bars)
            written = correction(corrector, bundle, word)
            corrected += written != word.typed
            right += written == word.meant
        if clean_words >= clean and slipped_words >= slips:
            break
    precision, recall = right / max(corrected, 1), right / slipped_words
    return {
        "corpus": corpus,
        "model_sha256": bundle.manifest["files"]["model.tflite"]["sha256"],
        "seed": seed,
        "slips": slipped_words,
        "clean_words": clean_words,
        "in_bar_by_completion_alone": before / slipped_words,
        "in_bar": bar / slipped_words,
        "first": first / slipped_words,
        "keystroke_savings_by_completion_alone": 1 - keys_alone / keys,
        "keystroke_savings": 1 - keys_taken / keys,
        "correction_precision": precision,
        "correction_recall": recall,
        "correction_f": 2 * precision * recall / max(precision + recall, 1e-9),
        "false_corrections": false / clean_words,
        "python_ms": 1000 * seconds / slipped_words,
    }


def typed_words(bundle: Bundle, corpus: str, seed: int) -> Iterator[Typed]:
    """Yields each word of shuffled test messages clean, and if it slips so.

    What stands before a word has no slips. Slips that give two words, and
    words that the vocabulary has not, are left out of what slipped; words that
    it reads as another spelling, which `dont` is, of what is clean.
    """
    rules, known = bundle.rules, bundle.vocabulary.ids
    spellings = bundle.vocabulary.roles.spellings
    lines = list(load_corpus(corpus).lines("test"))
    random.Random(seed).shuffle(lines)
    fingers = TypoModel(random.Random(seed))
    step = load_step(bundle.model)
    for line in lines:
        words = rules.words(line)
        logits, state = bundle.protocol.begin(step)
        if logits is None:  # Nothing is read before a text.
            logits = np.zeros(len(known), np.float32)
        for i, word in enumerate(words):
            if _WORD.fullmatch(word):
                if word not in spellings:
                    yield Typed(word, word, logits)
                meant, typed = slip(fingers, word, words[i + 1 : i + 2])
                if typed != meant and " " not in typed:
                    if all(each in known for each in meant.split()):
                        yield Typed(meant, typed, logits)
            for token in bundle.vocabulary.encode([word]):
                logits, state = step(token, state)


def slip(
    fingers: TypoModel, word: str, after: Sequence[str]
) -> tuple[str, str]:
    """Returns a word and how it gets typed; two if the space is missed."""
    typed = fingers.word(word)
    if after and _WORD.fullmatch(after[0]):
        space = fingers.space()
        if space != " ":
            return f"{word} {after[0]}", typed + space + fingers.word(after[0])
    return word, typed


def suggestions(
    corrector: Corrector, bundle: Bundle, word: Typed, typed: str
) -> list[str]:
    """Returns what the bar shows, beside what was typed if that is not it."""
    found = corrector.suggest(word.logits, typed, SLOTS)
    shown = [_text(bundle, ids) for ids in found]
    return shown if typed in shown else shown[: SLOTS - 1]


def _completed(candidates: Candidates, word: Typed, typed: str) -> list[str]:
    return candidates.suggest(word.logits, typed, SLOTS)


def keystrokes(word: Typed, bar: Callable[[str], list[str]]) -> int:
    """Returns the keys that a word with a slip takes, its space included.

    Args:
        word: what is typed, and what was meant.
        bar: says what is shown after some letters.
    """
    for length in range(1, len(word.typed) + 1):
        if word.meant in bar(word.typed[:length]):
            return length + 1
    common = len(os.path.commonprefix([word.typed, word.meant]))
    mended = len(word.typed) - common + len(word.meant) - common
    return len(word.typed) + mended + 1


def correction(corrector: Corrector, bundle: Bundle, word: Typed) -> str:
    """Returns what is written once the word is finished."""
    found = corrector.correct(word.logits, word.typed)
    return word.typed if found is None else _text(bundle, found)


def _text(bundle: Bundle, ids: Sequence[int]) -> str:
    return " ".join(bundle.vocabulary.words[i] for i in ids)


if __name__ == "__main__":
    app.run(main)
