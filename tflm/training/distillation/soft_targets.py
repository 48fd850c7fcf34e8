"""The file of what a teacher said of a text, and nothing else of it.

    magic and header   4,096 bytes: JSON, filled up with spaces
    ids                [rows, words] of uint16, or int32 for many words
    probabilities      [rows, words] of float16

Row t holds the likeliest words after word t of the text, likeliest first. They
are probabilities of the whole vocabulary: what a row lacks to 1 is what the
teacher gave to all others together.
"""

import dataclasses
import hashlib
import json
import pathlib
import zlib
from typing import Any, Literal

import numpy as np

from tflm import files, json_files
from tflm.json_files import Count
from tflm.text.ids import digest
from tflm.text.vocabulary import Vocabulary

MAGIC = b"tflmtopk"
FORMAT = 1
START = 4096  # Where the ids begin.


@dataclasses.dataclass(frozen=True)
class Header:
    """What a file of soft targets is about.

    Attributes:
        rows: of the file: words of the text.
        words: kept of each row.
        vocabulary_size: words that the teacher chose among.
        vocabulary_sha256: of them.
        text_sha256: of the ids of the text.
        teacher: what it was, for people.
        teacher_sha256: of it, as far as it has such a digest.
        valid_perplexity: that it reached on validation text; 0 for none.
        train_perplexity: on the text itself, which it may know too well.
        crc32: of all after the header; 0 until the file is whole.
        format: version of this layout.
    """

    rows: Count
    words: Count
    vocabulary_size: int
    vocabulary_sha256: str
    text_sha256: str
    teacher: str
    teacher_sha256: str = ""
    valid_perplexity: float = 0.0
    train_perplexity: float = 0.0
    crc32: int = 0
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return START + self.rows * self.words * (self.id_type.itemsize + 2)

    @property
    def id_type(self) -> np.dtype:
        """Type of the ids: the smallest that has them all."""
        few = self.vocabulary_size <= 1 << 16
        return np.dtype("<u2" if few else "<i4")

    @property
    def about(self) -> tuple[Any, ...]:
        """What two files share if one may stand for the other."""
        wanted = dataclasses.replace(
            self, valid_perplexity=0.0, train_perplexity=0.0, crc32=0
        )
        return dataclasses.astuple(wanted)

    def content(self) -> bytes:
        """Returns the start of the file."""
        text = json.dumps(dataclasses.asdict(self)).encode()
        return (MAGIC + text).ljust(START)


@dataclasses.dataclass(frozen=True, eq=False)
class SoftTargets:
    """A file of what a teacher said, mapped and not read.

    Attributes:
        path: of the file.
        header: what it is about.
        ids: likeliest words of each row, [rows, words].
        probabilities: of them, float16 [rows, words].
    """

    path: pathlib.Path
    header: Header
    ids: np.ndarray
    probabilities: np.ndarray

    def check(self, train_ids: np.ndarray, vocabulary_size: int) -> None:
        """Refuses a text that is not the one that the teacher has read.

        Raises:
            ValueError: it is another, or in another vocabulary.
        """
        if vocabulary_size != self.header.vocabulary_size:
            raise ValueError(
                f"{self.path} is of a teacher with "
                f"{self.header.vocabulary_size} words, and the model has "
                f"{vocabulary_size}: give a teacher with the same vocabulary"
            )
        if digest(train_ids) != self.header.text_sha256:
            raise ValueError(
                f"{self.path} is about another text ({self.header.rows} words; "
                f"this one has {len(train_ids)}): remove it, or give the text "
                f"that the teacher has read"
            )


def digest_of_words(vocabulary: Vocabulary) -> str:
    """Returns the SHA-256 of a vocabulary, by its words."""
    return hashlib.sha256("\n".join(vocabulary.words).encode()).hexdigest()


def is_one(path: files.Path) -> bool:
    """Tells whether a path is one of a file of soft targets."""
    path = pathlib.Path(path)
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_header(path: files.Path) -> Header:
    """Returns the header of a file, after a look at its size.

    Raises:
        OSError: there is no such file.
        ValueError: it is none of soft targets, is cut off, or is newer.
    """
    path = pathlib.Path(path)
    files.check(path, most=2**45)
    with open(path, "rb") as file:
        start = file.read(START)
    if not start.startswith(MAGIC):
        raise ValueError(
            f"{path} holds no words of a teacher: it starts with "
            f"{start[: len(MAGIC)]!r}; give a file that training with "
            f"--teacher left, or a model"
        )
    try:
        fields = json_files.parse(
            start[len(MAGIC) :], "its header", dict[str, Any]
        )
    except ValueError:
        raise _damaged(path, "its header cannot be read") from None
    if fields.get("format") != FORMAT:
        raise ValueError(
            f"{path} is of format {fields.get('format')}, and this reads "
            f"{FORMAT}: remove it, so that it is made anew"
        )
    try:
        header = json_files.convert(fields, "its header", Header)
    except ValueError as error:
        raise _damaged(path, str(error)) from None
    if (size := path.stat().st_size) != header.size:
        raise _damaged(path, f"{size} bytes of {header.size}")
    return header


def load(path: files.Path) -> SoftTargets:
    """Maps a file that is whole.

    Raises:
        OSError: there is no such file.
        ValueError: it is none of soft targets, or damaged.
    """
    path = pathlib.Path(path)
    header = read_header(path)
    if checksum(path) != header.crc32:
        raise _damaged(path, "its checksum is another")
    return SoftTargets(path, header, *arrays(path, header, "r"))


def arrays(
    path: files.Path, header: Header, mode: Literal["r", "r+"]
) -> list[np.memmap]:
    """Returns ids and probabilities of a file, mapped: [rows, words] each."""
    shape, middle = (header.rows, header.words), START
    middle += header.rows * header.words * header.id_type.itemsize
    return [
        np.memmap(path, kind, mode, offset, shape)
        for kind, offset in ((header.id_type, START), ("<f2", middle))
    ]


def checksum(path: files.Path) -> int:
    """Returns the CRC-32 of all after the header."""
    found = 0
    with open(path, "rb") as file:
        file.seek(START)
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found


def _damaged(path: pathlib.Path, how: str) -> ValueError:
    return ValueError(
        f"{path} is damaged ({how}): remove it, so that it is made anew"
    )
