"""Models of pieces: their files, their perplexities, their words."""

import collections
import dataclasses
import io
import itertools
import json
import math

import numpy as np
import pytest
import sentencepiece
import tokenizers

from tests import piece_vectors
from tflm.bundle import manifest
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.bundle.suggester import Suggester
from tflm.evaluation import pieces
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.play import site
from tflm.text import word_search
from tflm.text.dataset import Origin
from tflm.text.piece_table import huggingface
from tflm.text.protocol import Protocol
from tflm.text.rules import TextRules
from tflm.text.vocabularies.word_file import WordFile
from tflm.text.vocabulary import Vocabulary
from tflm.text.word_search import WordSearch

TEXT = [
    "the playing children like to play",
    "children like the garden",
    "the gardener likes the children",
    "I like playing in the garden",
    "we like gardens and players",
] * 4


@dataclasses.dataclass
class Pairs:
    """A step that knows how often each piece follows another."""

    sequences: list[list[int]]
    size: int

    def __post_init__(self):
        self.counts = collections.Counter(
            pair for ids in self.sequences for pair in itertools.pairwise(ids)
        )

    def initial_state(self):
        return np.zeros([1, 1], np.float32)

    def __call__(self, token, state):
        counts = [self.counts[token, i] for i in range(self.size)]
        return np.log(np.array(counts, np.float32) + 1e-3), state


def sentencepiece_file(path):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_writer=model,
        vocab_size=40,
        model_type="bpe",
        minloglevel=2,
    )
    path.write_bytes(model.getvalue())


def huggingface_file(path, kind):
    parts = {
        "byte level": (
            tokenizers.models.BPE(),
            tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
            tokenizers.decoders.ByteLevel(),
            tokenizers.trainers.BpeTrainer(
                vocab_size=60,
                special_tokens=["<|endoftext|>"],
                show_progress=False,
            ),
        ),
        "word piece": (
            tokenizers.models.WordPiece(unk_token="[UNK]"),
            tokenizers.pre_tokenizers.Whitespace(),
            tokenizers.decoders.WordPiece(),
            tokenizers.trainers.WordPieceTrainer(
                vocab_size=60,
                special_tokens=["[PAD]", "[UNK]"],
                show_progress=False,
            ),
        ),
    }
    model, before, decoder, trainer = parts[kind]
    made = tokenizers.Tokenizer(model)
    made.pre_tokenizer, made.decoder = before, decoder
    made.train_from_iterator(TEXT, trainer)
    made.save(str(path))


VECTORS = piece_vectors.recorded()
KINDS = ["sentencepiece", "byte level", "word piece"]


@pytest.fixture(scope="module", params=KINDS)
def read(request, tmp_path_factory):
    """Returns the words and the rules of a file of pieces."""
    folder = tmp_path_factory.mktemp("pieces")
    if request.param == "sentencepiece":
        sentencepiece_file(folder / "t.model")
        return WordFile(str(folder / "t.model")).read()
    huggingface_file(folder / "t.json", request.param)
    return WordFile(str(folder / "t.json")).read()


@pytest.fixture(scope="module")
def words(read) -> Vocabulary:
    return read[0]


@pytest.fixture(scope="module")
def rules(read) -> TextRules:
    return read[1]


@pytest.fixture(scope="module")
def step(words, rules):
    lines = [[0, *words.encode(rules.words(text)), 0] for text in TEXT]
    return Pairs(lines, len(words))


def test_ids_are_those_of_the_library(words, rules):
    text = "the children play"
    if rules.options["library"] == "sentencepiece":
        library = sentencepiece.SentencePieceProcessor(
            model_proto=rules.content
        )
        expected = library.encode(text)
        assert words.unk == library.unk_id()
        assert words.eos == library.eos_id()
    else:
        library = tokenizers.Tokenizer.from_buffer(rules.content)
        expected = library.encode(text, add_special_tokens=False).ids
    assert words.encode(rules.words(text)) == expected
    assert rules.join(rules.words(text)).strip() == text


def test_pieces_that_are_no_text_are_never_suggested(words):
    names = [words.words[i] for i in words.special_ids]
    assert set(names) & {"<s>", "[UNK]", "<|endoftext|>"}


def search(step, words, rules, text, prefix, count=3):
    found = WordSearch(step, words, rules)
    before = rules.words(text)
    logits, state = Protocol((0,)).begin(step)
    for token in words.encode(before):
        logits, state = step(token, state)
    return found.words_after(logits, state, prefix, count, not before)


def test_pieces_are_joined_to_whole_words(step, words, rules):
    known = {word for line in TEXT for word in line.split()}
    found = search(step, words, rules, "children like", "")
    assert found[0] in {"the", "to", "playing"}
    assert len(set(found) & known) >= 2
    assert not any(" " in word for word in found)


def test_completions_go_on_from_what_was_typed(step, words, rules):
    found = search(step, words, rules, "I like the", "gar", 2)
    assert found[0] in {"garden", "gardens", "gardener"}
    assert all(word.startswith("gar") for word in found)


def test_perplexities_are_of_one_sum(step, words, rules):
    lines = [rules.words(text) for text in TEXT]
    found = pieces.evaluate(step, words, lines, rules)
    ends = len(TEXT) * (words.eos is not None)
    count = sum(len(text.split()) for text in TEXT) + ends
    size = sum(len(text.encode()) for text in TEXT) + ends
    loss = found.tokens * math.log(found.perplexity)
    assert found.word_perplexity == pytest.approx(math.exp(loss / count))
    assert found.byte_perplexity == pytest.approx(math.exp(loss / size))
    assert found.byte_perplexity < found.perplexity <= found.word_perplexity
    assert found.known_share == 1


def test_a_workspace_keeps_the_file(make_model, words, rules, tmp_path):
    model = make_model(vocabulary_size=len(words))
    origin = Origin("a text", rules=rules)
    workspace.save(Trained(model, words, origin), tmp_path / "m")
    found = workspace.load(tmp_path / "m")
    assert found.origin == origin
    assert found.vocabulary == words


def test_a_library_that_is_missing_is_named(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ValueError, match="need the package sentencepiece: pip"):
        TextRules(
            "subwords",
            options={"library": "sentencepiece", "file": "tokenizer.model"},
        )


def test_a_bundle_carries_the_file_and_suggests_words(make_model, tmp_path):
    from tflm.tflite import convert

    huggingface_file(tmp_path / "t.json", "byte level")
    words, rules = WordFile(str(tmp_path / "t.json")).read()
    model = make_model(vocabulary_size=len(words))
    content = convert.convert_here(model)
    write_bundle(tmp_path / "b", content, words, About(rules=rules))
    bundle = Bundle.load(tmp_path / "b")
    assert bundle.rules == rules
    bundle.check()
    found = Suggester(bundle).suggest("the gar")
    assert found and all(word.startswith("gar") for word in found)
    pieces_json = json.loads((tmp_path / "b/pieces.json").read_text("utf-8"))
    assert pieces_json == site.facts(bundle)["pieces"]
    assert pieces_json["texts"][words.ids["Ġthe"]] == " the"


def test_a_bundle_of_pieces_has_no_cache(rules):
    with pytest.raises(ValueError, match="pieces of words: leave --cache out"):
        manifest.check_cache(rules)


def test_the_page_says_what_it_cannot_split(words, rules, monkeypatch):
    refused = {"refused": "the normalizer Precompiled"}
    monkeypatch.setattr(site, "facts", lambda bundle: {"pieces": refused})
    bundle = Bundle(b"", words, {"name": "mine"}, {})
    with pytest.raises(ValueError, match="with the normalizer Precompiled: "):
        site.site(bundle)


@pytest.mark.parametrize(
    ("field", "part", "reason"),
    [
        ("normalizer", {"type": "Nmt"}, "the normalizer Nmt"),
        ("pre_tokenizer", {"type": "Digits"}, "the pre-tokenizer Digits"),
        ("model", {"type": "WordLevel", "vocab": {}}, "the type 'WordLevel'"),
    ],
)
def test_what_a_table_cannot_say_is_refused(field, part, reason, tmp_path):
    huggingface_file(tmp_path / "t.json", "byte level")
    fields = json.loads((tmp_path / "t.json").read_text("utf-8"))
    content = json.dumps(fields | {field: part}).encode()
    with pytest.raises(ValueError, match=reason):
        huggingface.table(content)


@pytest.mark.parametrize("name", [*VECTORS])
def test_vectors_are_what_the_library_and_python_give(name):
    vector = VECTORS[name]
    content = piece_vectors.content_of(name, vector)
    assert piece_vectors.vector(name, content) == vector
    words, rules = piece_vectors.read(content)
    for text, ids in vector["ids"].items():
        assert words.encode(rules.words(text)) == ids, text


def test_a_search_takes_few_steps(step, words, rules):
    taken = []

    def counted(token, state):
        taken.append(token)
        return step(token, state)

    logits, state = step(0, step.initial_state())
    for prefix in ["", "g", "gar", "qx"]:
        taken.clear()
        found = WordSearch(counted, words, rules)
        found.words_after(logits, state, prefix, 3, True)
        assert len(taken) <= word_search.STEPS


def test_recall_counts_whole_words(step, words, rules):
    lines = [rules.words(text) for text in TEXT]
    found = pieces.evaluate(step, words, lines, rules)
    unread = words.eos is None  # So that nothing is before the first word.
    count = sum(len(text.split()) for text in TEXT)
    assert found.searched_words == count - unread
    assert 0 < found.word_recall_at_1 <= found.word_recall_at_3 <= 1
    assert found.recall_at_3 == found.word_recall_at_3  # There are no marks.


def test_recall_of_a_long_text_is_of_a_share(step, words, rules, monkeypatch):
    monkeypatch.setattr(pieces, "SEARCHED_WORDS", 10)
    lines = [rules.words(text) for text in TEXT]
    assert pieces.evaluate(step, words, lines, rules).searched_words == 10
