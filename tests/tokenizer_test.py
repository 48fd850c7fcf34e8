import json
import pathlib
import re
import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tflm.text import roles, tokenizer
from tflm.text.kinds.typed import Typed

ROOT = pathlib.Path(__file__).parents[1]
VECTORS = json.loads((ROOT / "tests/tokenizer_vectors.json").read_text("utf-8"))
PAGE = (ROOT / "docs/tokenizer.md").read_text("utf-8")


def expressions(page: str) -> dict[str, str]:
    """Returns the expressions of the specification, in their order."""
    block = page.split("```")[1].strip()
    joined = re.sub(r"\n +", "", block)
    code_points = re.sub(
        r"\\x\{(\w+)\}", lambda found: f"\\U{int(found[1], 16):08X}", joined
    )
    return dict(line.split(maxsplit=1) for line in code_points.splitlines())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: ascii(v["text"]))
def test_vector(vector):
    assert tokenizer.tokenize(vector["text"]) == vector["tokens"]


def test_the_specification_has_the_same_expressions_in_the_same_order():
    assert [*expressions(PAGE).items()] == [*tokenizer._KINDS.items()]


def test_the_specification_has_the_same_replacements():
    for quote, plain in tokenizer._PLAIN.items():
        row = next(r for r in PAGE.splitlines() if f"U+{quote:04X}" in r)
        assert row.endswith(f"| `{plain}` |")
    rows = re.findall(r"^\| ([a-z, ]+).* \| `(.+)` \|$", PAGE, re.MULTILINE)
    assert tokenizer._STANDS_FOR == {
        kind: token
        for kinds, token in rows
        for kind in kinds.strip().split(", ")
    }


def test_split_keeps_the_case():
    assert tokenizer.split("I saw Anna :D") == ["I", "saw", "Anna", ":D"]


def test_lower_leaves_emoticons_alone():
    words = ["McDonald's", ":D", ":P", "2ND", "É"]
    assert [*map(tokenizer.lower, words)] == [
        "mcdonald's",
        ":D",
        ":P",
        "2nd",
        "é",
    ]


def test_a_word_begins_with_a_letter_or_a_digit():
    words = ["a", "2nd", "é", "你好", "٣", "don't"]
    others = [":D", "<3", "<number>", "...", "❤", "½", "'", "\u0301", ""]
    assert all(map(tokenizer.is_word, words))
    assert not any(map(tokenizer.is_word, others))


@settings(deadline=None)
@given(st.text())
def test_a_token_is_one_word_of_a_vocabulary(text):
    for token in tokenizer.tokenize(text):
        assert token.split() == [token]


@settings(deadline=None)
@given(st.text(alphabet="<>/eosunkrlmb "))
def test_nobody_can_type_a_special_word(text):
    assert not any(map(roles.is_special, tokenizer.split(text)))


@settings(deadline=None)
@given(st.text())
def test_composed_and_decomposed_text_give_the_same_tokens(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert tokenizer.split(forms[0]) == tokenizer.split(forms[1])


@settings(deadline=None)
@given(st.text(alphabet=string.printable))
def test_tokens_are_tokens_again(text):
    found = tokenizer.tokenize(text)
    tokens = [token for token in found if not roles.is_special(token)]
    assert tokenizer.tokenize(" ".join(tokens)) == tokens


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + " '.,!?-"))
def test_no_letter_is_lost(text):
    def letters(text):
        return [c for c in text.lower() if c.isalpha()]

    tokens = tokenizer.tokenize(text)
    if tokenizer.URL not in tokens:
        assert letters("".join(tokens)) == letters(text)


@settings(deadline=None)
@given(
    st.text() | st.text(alphabet="a:3 '\u0301\u200d.wW/@-1😀🇫🇷\u00a0\u0130\n"),
    st.sampled_from(["", "tr"]),
)
def test_what_is_known_between_spaces_is_what_the_line_gives(text, locale):
    for rules in (Typed(True, locale), Typed(False, locale)):
        typed = tokenizer.split(text)
        words = [rules.lower(token) for token in typed]
        for _ in range(2):  # The second time it is known.
            assert rules.both(text) == (typed, words)
