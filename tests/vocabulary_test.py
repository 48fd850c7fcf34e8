import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tflm.text.roles import Roles
from tflm.text.vocabulary import Vocabulary

SENTENCES = [["b", "a", "c"], ["c", "b"], ["d", "c"]]


def test_special_words_come_first_then_the_commonest():
    found = Vocabulary.build(SENTENCES, 5)
    assert found.words == ("<eos>", "<unk>", "c", "b", "a")


def test_the_order_of_the_text_does_not_matter():
    assert Vocabulary.build(SENTENCES, 6) == Vocabulary.build(
        [sentence[::-1] for sentence in SENTENCES[::-1]], 6
    )


def test_special_words_in_the_text_are_not_taken_twice():
    sentences = [["<unk>", "a", "<number>", "<number>"]]
    special = ("<eos>", "<unk>", "<number>")
    found = Vocabulary.build(sentences, 4, special)
    assert found.words == (*special, "a")


def test_encode_gives_unk_for_what_it_does_not_know():
    words = Vocabulary(("<eos>", "<unk>", "a", "b"))
    assert words.encode(["b", "zebra", "a", "<eos>"]) == [3, 1, 2, 0]


def test_a_text_has_eos_after_each_sentence():
    words = Vocabulary(("<eos>", "<unk>", "a", "b"))
    ids = words.encode_text([["b", "zebra"], [], ["a"]])
    assert ids.tolist() == [3, 1, 0, 0, 2, 0]
    assert ids.dtype == "int32"
    assert words.encode_text([]).shape == (0,)


def test_special_words_are_found_wherever_they_are():
    words = Vocabulary(("a", "<unk>", "<3", "<>", "<number>", "<eos>"))
    assert words.special_ids == (1, 4, 5)
    assert (words.eos, words.unk, len(words)) == (5, 1, 6)


@settings(deadline=None)
@given(st.sets(st.text(min_size=1).filter(lambda w: w.split() == [w])))
def test_a_file_gives_the_same_vocabulary(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "vocabulary.txt"
    plain = words - {"<eos>", "<unk>"}
    saved = Vocabulary(("<eos>", "<unk>", "a", *sorted(plain - {"a"})))
    saved.save(path)
    assert Vocabulary.load(path) == saved


def test_no_word_needs_to_end_a_sentence_or_stand_for_others():
    words = Vocabulary(("a", "b"))
    assert (words.eos, words.unk, words.special_ids) == (None, None, ())
    assert words.encode(["b", "zebra", "a"]) == [1, 0]
    assert words.encode_text([["b", "zebra"], ["a"]]).tolist() == [1, 0]


def test_any_words_may_have_the_roles():
    roles = Roles(eos=3, unk=1, padding=0, special=(4,))
    words = Vocabulary(("PAD", "[UNK]", "a", ".", "[SEP]"), roles)
    assert words.special_ids == (0, 1, 3, 4)
    assert words.encode(["a", "zebra", "PAD"]) == [2, 1, 1]
    assert words.encode_text([["a"], ["a"]]).tolist() == [2, 3, 2, 3]
    assert Roles.of(words.roles.fields()) == words.roles


def test_roles_of_before_there_was_padding_are_read():
    fields = {"eos": 0, "unk": 1, "never_suggested": [0, 1, 2]}
    assert Roles.of(fields) == Roles(0, 1, special=(0, 1, 2))


def test_line_number_is_id(tmp_path):
    Vocabulary(("<eos>", "<unk>", "é")).save(tmp_path / "words")
    assert (tmp_path / "words").read_bytes() == "<eos>\n<unk>\né\n".encode()


def test_a_size_is_the_most_that_a_vocabulary_has():
    marked = [*SENTENCES, ["<unk>"]]
    found = Vocabulary.build(marked, 100)
    assert found.words == ("<eos>", "<unk>", "c", "b", "a", "d")


def test_a_small_text_leaves_words_for_unk_to_stand_for():
    assert Vocabulary.build(SENTENCES, 6).words[2:] == ("c", "b", "a", "d")
    assert Vocabulary.build(SENTENCES, 7).words[2:] == ("c", "b")
    assert Vocabulary.build([["once"]], 10).words[2:] == ("once",)


@pytest.mark.parametrize(
    ("sentences", "size", "message"),
    [
        ([], 3, "no words in the text: give it more"),
        (SENTENCES, 2, "of 2 words has no place.*ask for more than 2"),
        (SENTENCES, 0, "of 0 words has no place"),
        (SENTENCES, -1, "of -1 words has no place"),
    ],
)
def test_a_size_or_text_without_words_is_refused(sentences, size, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary.build(sentences, size)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has '', which is no word"),
        (b"<eos>\n<unk>\na\nb\na\n", "has 'a' 2 times"),
        (b"<eos>\n<unk>\na b\n", "line 3 has 'a b', which is no word"),
        (b"<eos>\r\na\r\n", "line 1 has '<eos>.r', which is no word"),
        (b"<eos>\n<unk>\na\n\n", "has '', which is no word"),
        (b"<eos>\n<unk>\n<number>\n", "special words only: add a word"),
        (b"<eos>\n<unk>\n\xe9t\xe9\n", "is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused(tmp_path, content, message):
    path = tmp_path / "words"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        Vocabulary.load(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
