"""Writes what the Java core's search for slips is tested with.

python -m tests.slips_vectors
"""

import json
import random

import numpy as np

from benchmarks.typo_model import TypoModel
from tests.typing_vectors_test import PATH as TYPING
from tests.typing_vectors_test import VECTORS as TYPING_VECTORS
from tests.typing_vectors_test import WholeNumbers, typist
from tflm.text.candidates import Candidates
from tflm.text.slips.channel import Channel
from tflm.text.slips.keyboard import KEYBOARDS, SPACE
from tflm.text.slips.search import NEVER, SlipSearch
from tflm.text.vocabulary import Vocabulary

PATH = TYPING.with_name("slips_vectors.json")
WORDS = (
    *TYPING_VECTORS["words"],
    *"can can't cannot because receive received thank thanks form from work "
    "world word words were we're well we'll its it's tomorrows résumé resume "
    "naive letter better later bigger definitely separate weird their want "
    "went whole co-op coop good book look alot lot so too n c v "
    "extraordinarily internationalization".split(),
)
TEXTS = (
    "teh tge thw th t thankyou thanknyou ican alot dont don’t its Im "
    "Teh tEh tomorow tommorrow tomorrpw tomorowsx recieve resum resumé naive "
    "coop co-o becasue wrld hwllo helllo gooood xyzzy 2md 𝓗ii ünde elan "
    "weather? internationalisation internationalizationalisation "
    "extraordinarilyextraordinarily wqorld i'mm l"
).split()
SPLIT = (
    "see th e",
    "Tomo rrow",
    "wea ther",
    "weath  er",
    "to o",
    "tomo rr",
    "well. th e",
    "do n't",
    "th\ne",
    "the re",
)


def suggester():
    """Returns a suggester with these words and the model of whole numbers."""
    found = typist("typed")
    found._words = Vocabulary(WORDS)
    found._candidates = Candidates(found._words, marks=False)
    found._step = MoreWords()
    return found


class MoreWords(WholeNumbers):
    words = len(WORDS)


def typed_texts() -> list[str]:
    """Returns texts whose last words have slips."""
    fingers, draw = TypoModel(random.Random(3)), random.Random(4)
    words = [word for word in WORDS if word.isalpha() and len(word) > 2]
    texts = [*TEXTS, *SPLIT]
    for before in ("", "see ", "Well. ", "the weather is "):
        for _ in range(40):
            word = draw.choice(words)
            slip = fingers.word(word)
            for _ in range(30):  # Few words have one.
                slip = fingers.word(word) if slip == word else slip
            texts.append(before + slip[: draw.randint(2, len(slip) + 2)])
    return texts


def vector(found, text: str) -> dict[str, object]:
    return {
        "text": text,
        "meant": found.meant(text, 5),
        "correction": found.correct(text),
        "mended": found.mended(text),
    }


def costs(search: SlipSearch, words: list[str], typed: str):
    found = search.costs(typed)
    near = np.flatnonzero((found.whole < NEVER) | (found.begun < NEVER))
    return {
        words[i]: [
            int(cost[i]) if cost[i] < NEVER else -1
            for cost in (found.whole, found.begun)
        ]
        for i in near
    }


def build() -> dict[str, object]:
    found = suggester()
    words = Candidates(Vocabulary(WORDS)).words
    search = SlipSearch(words, Channel())
    return {
        "words": WORDS,
        "costs": {typed: costs(search, words, typed) for typed in TEXTS},
        "neighbours": {
            language: {
                key: "".join(x for x in keys if each.are_neighbours(key, x))
                for key in keys
            }
            for language, each in KEYBOARDS.items()
            for keys in ["".join(each.rows) + SPACE]
        },
        "texts": [vector(found, text) for text in typed_texts()],
    }


def main() -> None:
    content = json.dumps(build(), ensure_ascii=False, indent=0)
    PATH.write_text(content + "\n", "utf-8")


if __name__ == "__main__":
    main()
