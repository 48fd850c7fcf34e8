import random

from tflm.text.repetition import is_repetitive

NAMES = "anna ben carl dora emil fred gina hans ida jon kate leo".split()


def talk(seed: int, messages: int, words: int) -> list[str]:
    """Returns messages of random letters, hardly any of which come twice."""
    letters = random.Random(seed)
    return [
        " ".join(
            "".join(letters.choices("abcdefgh", k=6)) for _ in range(words)
        )
        for _ in range(messages)
    ]


def test_talk_is_not_repetitive():
    assert not is_repetitive(talk(seed=1, messages=50, words=8))


def test_a_key_held_down_is_repetitive():
    assert is_repetitive(talk(1, 10, 8) + ["a a a a a a a a a a"] * 5)


def test_more_than_a_third_of_one_word_is_repetitive():
    rest = talk(1, 1, 24)[0].split()
    assert not is_repetitive([*rest, *["a"] * 12])
    assert is_repetitive([*rest, *["a"] * 13])


def test_more_than_a_third_of_repeated_messages_are_repetitive():
    twice = ["ok", "no"]
    rest = talk(seed=1, messages=2, words=20)
    assert not is_repetitive([*twice, *rest[:2], *twice])
    assert is_repetitive([*twice, rest[0], *twice])


def test_shuffled_sentences_of_few_words_are_repetitive():
    rows = random.Random(1)
    made = [
        f"the {rows.choice('red big odd'.split())} {rows.choice(NAMES)} "
        f"sang {rows.choice('well badly'.split())}"
        for _ in range(300)
    ]
    assert is_repetitive(list(dict.fromkeys(made)))


def test_a_short_greeting_is_kept():
    assert not is_repetitive(["hello", "hello", "hello"])
    assert not is_repetitive([])
    assert not is_repetitive(["", " "])


def test_capitals_make_no_difference():
    assert is_repetitive(["Go go GO go Go"] * 4)
