"""How people write in general, learned from a few lines before any text."""

import numpy as np

from tflm.archive import alignment
from tflm.archive.written import Forms, Writing
from tflm.text.rules import TextRules

# Beginnings with and without a capital, marks, contractions, numbers.
_LINES = """\
Hi, how are you?
I'm fine, thanks! And you?
what are you doing today
I don't know. Let's see what they say.
yeah, that's true
Yes, I think so. It was very good (and cheap).
no, i didn't
That's great! Where did you go?
We went home at 5:30, and then it began to rain.
haha ok
Oh no... I'm so sorry!
It's John's turn; he said "yes", didn't he?
see you at 7
Thank you very much.
ok, i'll call you later
I would like to know more about it, please.
Do you want to come? We'll be there.
can you help me?
Nice! :)
The man who was here has 2 dogs and a cat.
""".splitlines()


class _Nobody:
    """A channel whose symbols go nowhere."""

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        assert symbol is not None
        return symbol


def usual(forms: Forms, rules: TextRules, alone: bool = False) -> Writing:
    """Returns what is known of how any text is written.

    Args:
        forms: of the words.
        rules: how text becomes words.
        alone: whether each line is a text of its own, as a message is.
    """
    writing = Writing(forms)
    texts = _LINES if alone else ["\n".join(_LINES)]
    for text in texts:
        for one in alignment.place(text.encode(), rules, forms.words):
            if one.surface or (alone and one.token is not None):
                writing.code(_Nobody(), one.token, one)
        writing.begin()
    return writing
