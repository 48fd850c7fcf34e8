"""Sound files of every kind that is read, to be damaged."""

import dataclasses
import io
import json
import pathlib
import shutil

import numpy as np
import sentencepiece
import tokenizers

from tflm.archive import byte_archive, pack
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.keras import to_keras
from tflm.text.cache_settings import CacheSettings
from tflm.text.dataset import Origin
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import convert
from tflm.training.distillation import soft_targets

_RESULTS = pathlib.Path(__file__).parents[2] / "results"
_LETTERS = "abcdefghijklmnopqrst"
_JSON = {
    "words.json": json.dumps({letter: i for i, letter in enumerate(_LETTERS)}),
    "tokenizer.json": json.dumps(
        {
            "class_name": "Tokenizer",
            "config": {
                "word_index": json.dumps({"a": 1, "b": 2, "c": 3}),
                "num_words": None,
                "oov_token": "a",
                "filters": ",",
                "split": " ",
                "char_level": False,
                "lower": True,
            },
        }
    ),
    "list.json": json.dumps(["<unk>", *_LETTERS]),
}
_TEXT = b"a b c, d.\nQ \xff zebra\n" + b"".join(
    b"%c %c %c\n" % (97 + n % 20, 97 + n % 7, 97 + n % 3) for n in range(400)
)


def make_corpus(place: pathlib.Path) -> None:
    """Writes sound files of all kinds."""
    words = Vocabulary(("<eos>", "<unk>", *_LETTERS))
    layer = LayerConfig("cifg", 16, 8)
    model = build_model(ModelConfig(len(words), 8, (layer,)))
    content = convert.convert_here(model)
    int8 = convert.convert_here(model, "int8")
    for name, each in (("float", content), ("int8", int8)):
        (place / f"{name}.tflite").write_bytes(each)
    about = About("small", cache=CacheSettings(9))
    write_bundle(place / "bundle", content, words, about)
    trained = workspace.Trained(model, words, Origin("a text"))
    workspace.save(trained, place / "workspace")
    untied = build_model(
        ModelConfig(len(words), 8, (LayerConfig("lstm", 8),), tied=False)
    )
    stock = to_keras.to_keras(untied)
    (place / "keras").mkdir()
    stock.save(place / "keras" / "model.keras")
    stock.save(place / "keras" / "model.h5")
    (place / "checkpoint").mkdir()
    progress = {"step": 1, "history": [{"epoch": 1.0}], "fingerprint": "ab"}
    text = np.frombuffer(json.dumps(progress).encode(), np.uint8)
    np.savez(
        place / "checkpoint" / "step-1.npz", progress=text, v0=np.zeros([3, 4])
    )
    (place / "words").mkdir()
    for name, said in _JSON.items():
        (place / "words" / name).write_text(said)
    _pieces(place / "words")
    _archives(place)
    _teacher(place / "teacher", words)
    (place / "results").mkdir()
    shutil.copy(
        _RESULTS / "chitchat" / "keyboard.json", place / "results" / "rows.json"
    )
    shutil.copy(_RESULTS / "comparison.json", place / "results" / "times.json")


def _archives(place: pathlib.Path) -> None:
    """Writes a bundle's archives beside it, and one that needs none."""
    bundle = Bundle.load(place / "bundle")
    folder = place / "archives"
    shutil.copytree(place / "bundle", folder / "bundle")
    ways = {
        "file": pack.Settings(check=False),
        "portable": pack.Settings(portable=True, streams=2, block_bytes=4096),
        "lines": pack.Settings(lines=True),
    }
    for name, settings in ways.items():
        with open(folder / f"{name}.tflmz", "wb") as file:
            pack.pack(bundle, io.BytesIO(_TEXT), file, settings)
    with open(folder / "bytes.tflmz", "wb") as file:
        byte_archive.pack_bytes(_TEXT, file)


def _pieces(place: pathlib.Path) -> None:
    """Writes the files of tokenizers of other libraries."""
    lines = ["a b cab", "abc bad", "dad cab fad"] * 9
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=made,
        vocab_size=15,
        minloglevel=2,
    )
    (place / "pieces.model").write_bytes(made.getvalue())
    coder = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    coder.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    coder.normalizer = tokenizers.normalizers.Lowercase()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=24, special_tokens=["<unk>"], show_progress=False
    )
    coder.train_from_iterator(lines, trainer)
    coder.save(str(place / "pieces.json"))


def _teacher(place: pathlib.Path, words: Vocabulary) -> None:
    """Writes what a teacher said of nine words."""
    place.mkdir()
    ids, size = np.arange(2, 11, dtype=np.int32), len(words)
    about = soft_targets.Header(
        rows=len(ids),
        words=2,
        vocabulary_size=size,
        vocabulary_sha256=soft_targets.digest_of_words(words),
        text_sha256=soft_targets.digest(ids),
        teacher="one",
    )
    path = place / "teacher.topk"
    path.write_bytes(about.content().ljust(about.size, b"\1"))
    made = dataclasses.replace(about, crc32=soft_targets.checksum(path))
    content = path.read_bytes()
    path.write_bytes(made.content() + content[len(made.content()) :])
