"""Writes piece_vectors.json: what the libraries make of text, with tables.

    python -m tests.piece_vectors

Tiny tokenizers are trained here on sentences of our own, so that their
libraries are the only judges of what JavaScript and Java do without them.
"""

import io
import json
import pathlib
import tempfile
from typing import Any

import numpy as np
import sentencepiece
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from tflm.bundle.suggester import Suggester
from tflm.text.piece_table import table
from tflm.text.protocol import Protocol
from tflm.text.rules import TextRules
from tflm.text.vocabularies.word_file import WordFile
from tflm.text.vocabulary import Vocabulary

PATH = (
    pathlib.Path(__file__).parents[1]
    / "android_demo/core/src/test/resources/piece_vectors.json"
)
SPACE = "\u2581"

SENTENCES = [
    "The playing children like to play in the garden.",
    "We like gardens and players, don't we? They're 12 or 2024!",
    "I like playing in the garden; the gardener's children play too.",
    "Ünïcode straße, café and naïve façade",
    "мы играем в саду, и дети играют в саду",
    "我们在花园里玩 我们喜欢花园",
    "बच्चे बगीचे में खेलते हैं",
    "الأطفال يلعبون في الحديقة",
] * 3

TEXTS = [
    "",
    " ",
    "the children play",
    "  the  gardens\tand\nplayers  ",
    "The GARDENER's children, don't we? they'll 12345",
    "caf\u00e9 cafe\u0301 ﬁne ①② ＡＢ～ ½",
    "straße ÜNÏCODE İstanbul ΟΔΟΣ",
    "мы играем, дети поют",
    "我们喜欢花园 鑫",
    "बच्चे खेलते ज़रूर",
    "الأطفال في المدرسة",
    "😀 👩\u200d👩\u200d👧 🇩🇪 play😀ing 👍🏽",
    "a\u00a0b\u3000c\u2009d\u200be\u2028f\u0085g\ufeffh",
    "\u0001x\u0007y \u007f\u00adz",
    f"{SPACE}the{SPACE} {SPACE}{SPACE}x",
    "zzz qqqqq aaaaaaa hmmmmm \u0e01\u0e02\u0e03 ѫѭ",
    "<s> </s> <unk> [UNK] <|endoftext|> <0x41>",
    "e\u0323\u0302 o\u0308\u0304 \u1100\u1161\u11a8 \ufdfa \u00a8a",
    "x" * 120,
]

TYPED = [
    "",
    "the",
    "The chi",
    "we like ",
    "Gard",
    "children pl",
    "мы иг",
    "(gar",
]


def trained(name: str) -> bytes:
    """Returns the content of the file of a new tokenizer."""
    if name in _HUGGINGFACE:
        return _HUGGINGFACE[name]().to_str().encode()
    return _sentencepiece(**_sentencepiece_options()[name])


def _sentencepiece_options() -> dict[str, dict[str, Any]]:
    return {
        "sentencepiece unigram": {"model_type": "unigram", "vocab_size": 150},
        "sentencepiece bpe": {"model_type": "bpe", "vocab_size": 170},
        "sentencepiece unigram, bytes": {
            "model_type": "unigram",
            "vocab_size": 380,
            "byte_fallback": True,
            "character_coverage": 0.98,
        },
        "sentencepiece bpe, bytes, as it is": {
            "model_type": "bpe",
            "vocab_size": 400,
            "byte_fallback": True,
            "character_coverage": 0.98,
            "normalization_rule_name": "identity",
            "remove_extra_whitespaces": False,
        },
        "sentencepiece bpe, folded case, no prefix": {
            "model_type": "bpe",
            "vocab_size": 130,
            "normalization_rule_name": "nmt_nfkc_cf",
            "character_coverage": 0.98,
            "add_dummy_prefix": False,
        },
    }


def _sentencepiece(**options: Any) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_writer=model,
        minloglevel=2,
        num_threads=1,
        hard_vocab_limit=False,
        **options,
    )
    return model.getvalue()


def _huggingface(model, trainer, before=None, normalizer=None, decoder=None):
    made = tokenizers.Tokenizer(model)
    if normalizer:
        made.normalizer = normalizer
    if before:
        made.pre_tokenizer = before
    if decoder:
        made.decoder = decoder
    options = {"vocab_size": 200, "show_progress": False}
    made.train_from_iterator(SENTENCES, trainer(**options))
    return made


def _unigram():
    return _huggingface(
        models.Unigram(),
        lambda **options: trainers.UnigramTrainer(
            special_tokens=["<s>", "</s>", "<unk>"],
            unk_token="<unk>",
            **options,
        ),
        pre_tokenizers.Metaspace(),
        normalizers.NFKC(),
        decoders.Metaspace(),
    )


def _metaspace_bpe():
    return _huggingface(
        models.BPE(unk_token="<unk>", fuse_unk=True),
        lambda **options: trainers.BpeTrainer(
            special_tokens=["<unk>", "</s>"], limit_alphabet=60, **options
        ),
        pre_tokenizers.Metaspace(prepend_scheme="first"),
        normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()]),
        decoders.Metaspace(prepend_scheme="first"),
    )


def _byte_level(**options):
    return lambda: _huggingface(
        models.BPE(),
        lambda **others: trainers.BpeTrainer(
            special_tokens=["<|endoftext|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            **{**others, "vocab_size": 400},
        ),
        pre_tokenizers.ByteLevel(**options),
        decoder=decoders.ByteLevel(),
    )


def _no_words():
    """Returns what others make of a SentencePiece model with bytes."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    made = _huggingface(
        models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
        lambda **options: trainers.BpeTrainer(
            special_tokens=["<unk>", *bytes_],
            limit_alphabet=50,
            **{**options, "vocab_size": 450},
        ),
        pre_tokenizers.Metaspace(),
        decoder=decoders.Sequence(
            [
                decoders.Replace(SPACE, " "),
                decoders.ByteFallback(),
                decoders.Fuse(),
                decoders.Strip(" ", 1, 0),
            ]
        ),
    )
    prepend = normalizers.Prepend(SPACE)
    replace = normalizers.Replace(" ", SPACE)
    made.pre_tokenizer = None
    made.normalizer = normalizers.Sequence([prepend, replace])
    return made


def _bert():
    return _huggingface(
        models.WordPiece(unk_token="[UNK]"),
        lambda **options: trainers.WordPieceTrainer(
            special_tokens=["[PAD]", "[UNK]"], **options
        ),
        pre_tokenizers.BertPreTokenizer(),
        normalizers.BertNormalizer(),
        decoders.WordPiece(),
    )


def _lower_words():
    return _huggingface(
        models.WordPiece(unk_token="[UNK]"),
        lambda **options: trainers.WordPieceTrainer(
            special_tokens=["[UNK]"], **options
        ),
        pre_tokenizers.Whitespace(),
        normalizers.Lowercase(),
        decoders.WordPiece(),
    )


_HUGGINGFACE = {
    "unigram, metaspace": _unigram,
    "bpe, metaspace, first": _metaspace_bpe,
    "bpe, byte level": _byte_level(add_prefix_space=False),
    "bpe, byte level, prefix": _byte_level(add_prefix_space=True),
    "bpe, bytes, no words": _no_words,
    "word piece, bert": _bert,
    "word piece, lower case": _lower_words,
}


class WholeNumbers:
    """A model that all languages compute alike: FakeStep of the Java core."""

    def __init__(self, size: int) -> None:
        self.size = size

    def initial_state(self) -> np.ndarray:
        return np.zeros(3, np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        a = (int(state[0]) * 31 + token * 7 + 1) % 65521
        b = (int(state[1]) + a) % 4099
        i = np.arange(self.size, dtype=np.int64)
        logits = ((a * (i + 1) * 37 + i * i + b) % 509) // 4 / 8
        place = (int(state[2]) + 1) % 1000
        return logits.astype(np.float32), np.array([a, b, place], np.float32)


def suggester(words: Vocabulary, rules: TextRules) -> Suggester:
    """Returns one of a model of whole numbers."""
    found = Suggester.__new__(Suggester)  # Without a file.
    found._step, found._words, found._rules = (
        WholeNumbers(len(words)),
        words,
        rules,
    )
    found._protocol, found._display = Protocol((0,)), {}
    return found


def read(content: bytes) -> tuple[Vocabulary, TextRules]:
    """Returns the words and the rules of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "tokenizer")
        path.write_bytes(content)
        return WordFile(str(path)).read()


def library_ids(content: bytes, text: str) -> list[int]:
    """Returns the ids that the library itself gives a text."""
    if content[:1] == b"{":
        library = tokenizers.Tokenizer.from_buffer(content)
        return library.encode(text, add_special_tokens=False).ids
    library = sentencepiece.SentencePieceProcessor(model_proto=content)
    return library.encode(text)


def vector(name: str, content: bytes) -> dict[str, Any]:
    """Returns what Java and JavaScript are tested with.

    The trainers of tokenizers give other files each time, and that of
    SentencePiece the same: only those are kept.
    """
    words, rules = read(content)
    suggest = suggester(words, rules).suggest
    return {
        "file": content.decode() if name in _HUGGINGFACE else None,
        "text": {**rules.fields(), "display": {}},
        "special_ids": words.roles.fields(),
        "words": [*words.words],
        "pieces": table.of(words, rules),
        "ids": {text: library_ids(content, text) for text in TEXTS},
        "suggestions": {text: suggest(text, 3) for text in TYPED},
    }


def recorded() -> dict[str, Any]:
    """Returns all vectors by name, as they were written."""
    return json.loads(PATH.read_text("utf-8"))


def content_of(name: str, vector: dict[str, Any]) -> bytes:
    """Returns the file that a vector was made with."""
    return vector["file"].encode() if vector["file"] else trained(name)


if __name__ == "__main__":
    lines = [
        json.dumps(name)
        + ": "
        + json.dumps(vector(name, trained(name)), ensure_ascii=False)
        for name in [*_sentencepiece_options(), *_HUGGINGFACE]
    ]
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
