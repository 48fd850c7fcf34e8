"""How the files of a chat text are made of what its source publishes.

A function here yields the conversations of one published file, each a list of
messages; a text without conversations has one message in each.
"""

import csv
import dataclasses
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.text.splits import Split

Talks = Callable[[bytes, str], Iterator[list[str]]]

_MOST_BYTES = 2**27  # Of a file in an archive.


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What of a repository the files of a text are made of.

    Attributes:
        parts: paths in the repository by the part that they are of, in the
            order in which they are read.
        talks: yields the conversations of one of them, given its content and
            its name for the message of an error. It raises ValueError where
            that is no such file.
    """

    parts: Mapping[Split, Sequence[str]]
    talks: Talks

    def text(self, part: Split, read: Callable[[str], bytes]) -> bytes:
        """Returns the file of a part: a message a line, a blank line between.

        Args:
            part: one of `parts`.
            read: returns what is at a path in the repository.

        Raises:
            ValueError: something there has another form than is known.
        """
        paths = self.parts[part]
        talks = [x for path in paths for x in self.talks(read(path), path)]
        lines = ([_line(message) for message in talk] for talk in talks)
        blocks = ("\n".join(filter(None, talk)) for talk in lines)
        return ("\n\n".join(filter(None, blocks)) + "\n").encode()


def _line(message: str) -> str:
    return " ".join(message.split())


def _clinc150(content: bytes, name: str) -> Iterator[list[str]]:
    # Their order in our file; in the published one they are mixed.
    sections = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
    found = json_files.parse(content, name, dict[str, list[tuple[str, str]]])
    if missing := sorted(set(sections) - found.keys()):
        raise ValueError(f"{name} has no {missing[0]}")
    for section in sections:
        yield from ([wish] for wish, _ in found[section])


def _banking77(content: bytes, name: str) -> Iterator[list[str]]:
    for (wish,) in _rows(content, name, ["text"], delimiter=","):
        yield [wish]


def _multidogo(content: bytes, name: str) -> Iterator[list[str]]:
    talks: dict[str, list[str]] = {}
    columns = ["conversationId", "utterance"]
    # Without quotes: there are none in it that mean anything.
    form = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    for talk, message in _rows(content, name, columns, **form):
        talks.setdefault(talk, []).append(message)
    yield from talks.values()


def _rows(
    content: bytes, name: str, columns: Sequence[str], **form: Any
) -> Iterator[list[str]]:
    """Yields what stands in some columns of a table with a header."""
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    rows = csv.DictReader(text, restval="", **form)
    try:
        if missing := [x for x in columns if x not in (rows.fieldnames or ())]:
            raise ValueError(f"{name} has no column {missing[0]}")
        for row in rows:
            yield [row[column] for column in columns]
    except csv.Error as error:
        raise ValueError(f"{name}: {error}") from None


class _Turn(msgspec.Struct):
    text: str = ""  # A call of the machine has none.


class _Order(msgspec.Struct):
    context: str  # JSON, too.


class _Booking(msgspec.Struct):
    log: list[_Turn]


def _taskmaster3(content: bytes, name: str) -> Iterator[list[str]]:
    for order in json_files.parse(content, name, list[_Order]):
        turns = json_files.parse(order.context, name, list[_Turn])
        yield [turn.text for turn in turns]


def _multiwoz(content: bytes, name: str) -> Iterator[list[str]]:
    inside = name.rpartition("/")[2].removesuffix(".zip")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(inside).file_size > _MOST_BYTES:
                raise ValueError(f"{name} unpacks to more than {_MOST_BYTES} B")
            text = archive.read(inside)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise ValueError(
            f"{name} is no ZIP file of {inside}: {error}"
        ) from None
    for booking in json_files.parse(text, name, dict[str, _Booking]).values():
        yield [turn.text for turn in booking.log]


_DOMAINS = ("airline", "fastfood", "finance", "insurance", "media", "software")


def _domains(part: str) -> tuple[str, ...]:
    folder = "data/paper_splits/splits_annotated_at_turn_level"
    return tuple(f"{folder}/{domain}/{part}.tsv" for domain in _DOMAINS)


CLINC150 = Recipe({"all": ["data/data_full.json"]}, _clinc150)
BANKING77 = Recipe(
    {"test": ["banking_data/train.csv", "banking_data/test.csv"]}, _banking77
)
MULTIDOGO = Recipe(
    {
        "train": _domains("train"),
        "valid": _domains("dev"),
        "test": _domains("test"),
    },
    _multidogo,
)
TASKMASTER3 = Recipe(
    {"test": [f"TM-3-2020/reward/reward_{n:02}.json" for n in range(8)]},
    _taskmaster3,
)
MULTIWOZ = Recipe(
    {"all": ["data/multiwoz/val.json.zip", "data/multiwoz/test.json.zip"]},
    _multiwoz,
)
