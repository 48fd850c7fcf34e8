"""Files of words and labels: what is read of them, and what is refused."""

import pytest

from tests.refusals import refusal
from tflm.text.splits import SPLITS, split_of
from tflm.text.tagged.check import warnings
from tflm.text.tagged.corpus import TaggedCorpus, load_tagged

COLUMNS = "-DOCSTART- -X- O\n\nAnna NNP B-PER\nsings VBZ O\n\n\n. . O\n"
CONLLU = """# text = Du a.
1-2\tDu\t_\t_\t_\t_\t_\t_\t_\t_
1\tde\tde\tADP\tP\t_\t3\tcase\t_\t_
2\tle\tle\tDET\tD\t_\t3\tdet\t_\t_
3\t10 000\t10 000\tNUM\tN\t_\t0\troot\t_\t_
3.1\tx\tx\tVERB\tV\t_\t_\t_\t_\t_
"""


@pytest.fixture
def write(tmp_path):
    """Writes files, and returns the folder, to be read by `load_tagged`."""

    def write(**files: str | bytes) -> str:
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            if isinstance(content, str):
                content = content.encode()
            path.write_bytes(content)
        return f"conll:{tmp_path}"

    return write


def read(name: str, split="all") -> list[tuple[str, str]]:
    """Returns the words and the labels of the sentences, as text."""
    sentences = load_tagged(name).sentences(split)
    return [(" ".join(s.words), " ".join(s.labels)) for s in sentences]


def reading(name: str) -> str:
    """Returns why a corpus cannot be read."""
    return refusal(lambda: read(name))


# Formats


def test_columns_have_the_word_first_and_the_label_last(write):
    name = write(train_txt=COLUMNS)
    assert read(name) == [("Anna sings", "B-PER O"), (".", "O")]
    assert read(f"{name}/train.txt:2") == [
        ("Anna sings", "NNP VBZ"),
        (".", "."),
    ]


def test_columns_with_tabs_may_have_spaces_in_a_word(write):
    name = write(train_tsv="\ufeffde\tADP\r\n10 000\tNUM\r\n\r\na\tX\r\n")
    [number, _] = load_tagged(name).sentences("all")
    assert number.words == ("de", "10 000")
    assert number.labels == ("ADP", "NUM")


def test_a_space_that_does_not_break_is_part_of_a_word(write):
    [sentence] = load_tagged(write(train_txt="10\xa0000 O\n")).sentences("all")
    assert sentence.words == ("10\xa0000",)


def test_conllu_gives_syntactic_words_and_their_part_of_speech(write):
    name = write(train_conllu=CONLLU)
    assert read(name) == [("de le 10 000", "ADP DET NUM")]
    assert read(f"{name}:5") == [("de le 10 000", "P D N")]


def test_atis_loses_its_marks_and_intents(write):
    name = write(
        train_iob="BOS to rome EOS\t O O B-city flight\nBOS a EOS\tO O x"
    )
    assert read(name) == [("to rome", "O B-city"), ("a", "O")]


@pytest.mark.parametrize("intent", ["", " flight"])
def test_an_intent_may_stand_after_the_labels(write, intent):
    name = write(train_txt=f"\nhi\tO{intent}\n\nto rome\tO B-city{intent}\n")
    assert read(name) == [("hi", "O"), ("to rome", "O B-city")]


@pytest.mark.parametrize("between", ["_", "__"])
def test_words_and_labels_may_be_files_of_their_own(write, between):
    name = write(
        **{
            f"train{between}seq_in": "to rome  \n in\n",
            f"train{between}seq_out": "O B-city\nO \n",
            f"train{between}label": "flight\nflight\n",
        }
    )
    assert read(name) == [("to rome", "O B-city"), ("in", "O")]
    assert [path.name[-6:] for path in load_tagged(name).paths] == [
        "seq.in",
        "eq.out",
    ]


# Splits


def rows(*words: str) -> str:
    return "\n\n".join(f"{word} O" for word in words)


@pytest.mark.parametrize(
    "names",
    [
        ("train_txt", "dev_txt", "test_txt"),
        ("eng_train", "eng_testa", "eng_testb"),
        ("x-ud-train_conll", "x-ud-validation_conll", "x-ud-test_conll"),
        ("test-of-training", "Valid_tsv", "train-test"),
    ],
)
def test_names_say_what_a_file_is_for(write, names):
    files = {
        name: rows(split) for name, split in zip(names, SPLITS, strict=True)
    }
    name = write(**files, README="train test")
    for split in SPLITS:
        assert read(name, split) == [(split, "O")]
    assert [words for words, _ in read(name)] == [*SPLITS]


def test_a_file_that_names_no_split_is_split_by_content(write):
    words = [f"w{n}" for n in range(200)]
    name = write(mine_txt=rows(*words, *words))
    for split in SPLITS:
        expected = [word for word in words if split_of(word) == split] * 2
        assert expected and [w for w, _ in read(name, split)] == expected
    assert [word for word, _ in read(name)] == words * 2


def test_validation_is_taken_out_of_training_where_it_has_no_file(write):
    words = [f"w{n}" for n in range(200)]
    name = write(train_txt=rows(*words), test_txt=rows("t"))
    valid = [word for word in words if split_of(word) == "valid"]
    assert [word for word, _ in read(name, "valid")] == valid
    assert {w for w, _ in read(name, "train")} == {*words} - {*valid}
    assert read(name, "test") == [("t", "O")]


def test_the_beginning_of_a_name_picks_a_corpus(write):
    name = write(
        **{
            "en-2_train": rows("train"),
            "en-2_dev": rows("valid"),
            "en_train": rows("other"),
            "en_test": rows("test"),
            "fr_train": rows("french"),
        }
    )
    assert [*read(f"{name}/fr")] == [("french", "O")]
    assert [*read(f"{name}/en", "test")] == [("test", "O")]
    folder = name.removeprefix("conll:")
    both = f"{name}/en-2,{folder}/en.test:2"
    assert [words for words, _ in read(both)] == [*SPLITS]
    message = reading(f"{name}/e,{folder}/fr")
    assert "en-2.train and " in message and "both for train" in message


def test_a_corpus_may_lack_its_training_text(write):
    name = write(dev_txt=rows("valid"), test_txt=rows("test"))
    assert read(name, "test") == [("test", "O")]
    assert "no file for train, only for valid and test" in refusal(
        lambda: read(name, "train")
    )


def test_sha256_is_that_of_the_contents(write):
    one = load_tagged(write(train_txt=COLUMNS)).sha256()
    assert load_tagged(write(train_txt=COLUMNS)).sha256() == one
    assert load_tagged(write(train_txt=f"{COLUMNS} ")).sha256() != one


# What cannot be read


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a O\n\nb\n", "line 3 has one column, 'b'; give a word and its label"),
        ("a X O\nb O\n", "line 2 has 2 columns and the first of the file 3"),
        ("a\tO\n\tO\n", "line 2: column 1 is empty"),
        ("a\tO\nb\t \n", "line 2: column 2 is empty"),
        ("a b\tO O\nc\n", "line 2 has no TAB; give words, a TAB and"),
        ("a b\tO O\nc d\tO\n", "line 2: words 2, labels 1; give each word one"),
        ("a b\tO O\nc d\tO O x\n", "line 2: words 2, labels 3"),
        ("a b\tO O x\nc d\tO O\n", "line 2: words 2, labels 1"),
        ("BOS a EOS\tO O x\nBOS a EOS\tO O\n", "line 2: words 3, labels 2"),
        ("a b\tO O\nBOS EOS\tO x\n", "line 2 has no word; remove the sentence"),
        (
            CONLLU + "4\tx\n",
            "line 7 has 2 columns and a line of CoNLL-U has 10",
        ),
        (b"a O\n\xe9 O\n", "line 2 is not UTF-8; convert it"),
        (b"a O\nb\0 O\n", "is binary (line 2 has a zero byte)"),
        (b"a O\n" + b"b" * (1 << 20 | 1), "line 2 is longer than 1048576"),
        ("", "is empty; give words and their labels"),
    ],
)
def test_refuses_a_line_by_its_file_and_number(write, content, expected):
    message = reading(write(train_txt=content))
    assert "train.txt" in message and expected in message


@pytest.mark.parametrize(
    ("words", "labels", "expected"),
    [
        ("a\nb c\n", "O\nO\n", "train.seq.in, line 2: words 2, labels 1"),
        ("a\n\nb\n", "O\n\nO\n", "train.seq.in, line 2 has no word"),
        ("a\n", "O\nO\n", "train.seq.in ends before line 2 of "),
        ("a\nb\n", "O\n", "train.seq.out ends before line 2 of "),
    ],
)
def test_refuses_files_that_do_not_go_together(write, words, labels, expected):
    message = reading(write(train_seq_in=words, train_seq_out=labels))
    assert expected in message


def test_refuses_words_without_their_labels(write):
    name = write(train_seq_in="a\n")
    assert "train.seq.out is missing, the labels of " in reading(name)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("0", "columns are counted from 1"),
        ("1", "column 1 is the word"),
        ("4", "line 1 has 3 columns and no column 4; give conll:PATH:COLUMN"),
    ],
)
def test_refuses_a_column_that_is_no_label(write, column, expected):
    name = write(train_txt="a X O\n")
    assert expected in reading(f"{name}:{column}")


def test_refuses_a_column_where_there_are_none(write):
    name = write(train_txt="a b\tO O\n")
    assert "has a sentence a line and no column 2" in reading(f"{name}:2")


def test_refuses_what_is_not_there(write):
    name = write(a_txt=rows("a"), b_txt=rows("b"))
    assert "no file has train, valid or test in its name" in reading(name)
    for missing in ("conll:", f"{name}/c", f"{name}/d/train"):
        assert "no such file or folder" in reading(missing)
    assert "has no labels; give conll:PATH" in reading("chitchat")


# Slips


def slips(write, *sentences: str) -> list[str]:
    text = "\n\n".join(
        "\n".join(f"word {label}" for label in sentence.split())
        for sentence in sentences
    )
    corpus: TaggedCorpus = load_tagged(write(train_txt=text, test_txt="a O"))
    return warnings(corpus, "all")


@pytest.mark.parametrize(
    "sentences",
    [
        ["O B-x I-x B-x", "B-y B-x"],
        ["I-x I-x O", "I-y B-y I-x"],  # IOB1: B parts two of one kind.
        ["B-x I-x E-x S-y", "O"],
        ["NOUN VERB", "X O"],
    ],
)
def test_labels_without_slips_say_nothing(write, sentences):
    assert slips(write, *sentences) == []


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["B-x I-x", "O I-x I-y"], "line 5: 'I-x' after 'O' goes on with no"),
        (["S-x E-x"], "line 2: 'E-x' after 'S-x' goes on with no span"),
        (["B-x I-x O x O"], "line 4: 'x' is no label of a span"),
    ],
)
def test_a_slip_is_told_by_its_line(write, sentences, expected):
    [line] = slips(write, *sentences)
    assert "train.txt" in line and expected in line and "\n" not in line
