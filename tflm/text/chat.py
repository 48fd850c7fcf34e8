"""What people typed to each other or to services, under permissive terms.

A voice is who typed a line, as far as the text tells: a person, or else a
conversation or ten days of a channel, on which the same people talk again.
"""

import dataclasses
import itertools
import pathlib
import re
from collections.abc import Iterator, Sequence

import msgspec

from tflm import files, json_files
from tflm.text import chat_files, mixture
from tflm.text.lines import read_lines
from tflm.text.splits import SPLITS, Split, split_of

FOLDER = "data/chat"  # Where the files are, if nothing else is said.

_DAYS = 10  # Of a channel, which count as one voice.
_ADDRESSED = re.compile(r"^[\w|`^{}\[\]\\-]+: +")


@dataclasses.dataclass(frozen=True)
class Source:
    """A text in files of one message a line, a blank line between talks.

    Attributes:
        licence: of the text.
        repository: on GitHub, that it was made of.
        commit: of the repository.
        parts: names of its files by split; `all` for one that is split by its
            conversations.
        sha256: of these files, in the same order.
        is_channel: whether people are called by their nicks, as in a channel.
        recipe: how its files are made of the repository's, if that is known.
    """

    licence: str
    repository: str
    commit: str
    parts: dict[Split, str]
    sha256: Sequence[str]
    is_channel: bool = False
    recipe: chat_files.Recipe | None = None

    @property
    def origin(self) -> str:
        """Repository and commit, in words."""
        return f"github.com/{self.repository}, commit {self.commit[:7]}"

    @property
    def rule(self) -> str:
        """What of the files is left out, in words."""
        if self.is_channel:
            return "the nick that begins a line and a colon after it"
        return ""

    def paths(
        self, name: str, directory: files.Path
    ) -> tuple[pathlib.Path, ...]:
        """Returns where the files are.

        Args:
            name: of the text, for the message of an error.
            directory: of the files.

        Raises:
            ValueError: one is missing, or is another text.
        """
        paths = [pathlib.Path(directory, each) for each in self.parts.values()]
        for path, expected in zip(paths, self.sha256, strict=True):
            if not path.is_file():
                raise ValueError(
                    f"{path} is missing{self._cure(name, directory)}"
                )
            if files.sha256(path) != expected:
                raise ValueError(
                    f"{path} is another text than the one of {self.origin} "
                    f"that is known"
                )
        return tuple(paths)

    def voices(
        self, directory: files.Path, split: Split
    ) -> Iterator[tuple[str, str]]:
        """Yields who typed a line, and the line, of a split in order."""
        wanted = SPLITS if split == "all" else (split,)
        for part, name in self.parts.items():
            if part != "all" and part not in wanted:
                continue
            talks = _talks(pathlib.Path(directory, name))
            for number, lines in enumerate(talks):
                if part == "all" and split_of("\n".join(lines)) not in wanted:
                    continue
                voice = number // _DAYS if self.is_channel else number
                for line in lines:
                    yield f"{name} {voice}", self._plain(line)

    def _cure(self, name: str, directory: files.Path) -> str:
        if self.recipe:
            return f"; tflm corpus fetch {name} --output={directory} makes it"
        return (
            f": make it of {self.origin}, one message a line and a blank line "
            f"between conversations"
        )

    def _plain(self, line: str) -> str:
        return _ADDRESSED.sub("", line) if self.is_channel else line


def sources_of(name: str) -> list[tuple[str, str, str]]:
    """Returns each text of a corpus that is known here.

    That is its name with its weight, where it is from, and its licence.

    Args:
        name: as `load_corpus` takes it.
    """
    found = []
    for part, weight in mixture.parts(name):
        kind = part.partition(":")[0]
        times = f" x {weight:g}" if weight != 1 else ""
        if kind == "chitchat":
            origin = "the package chitchat-dataset 0.9.0"
            found.append((f"{kind}{times}", origin, "MIT"))
        elif kind in SOURCES:
            source = SOURCES[kind]
            found.append((f"{kind}{times}", source.origin, source.licence))
    return found


def chitchat(
    path: pathlib.Path, split: Split
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yields a name of each conversation, and who typed which lines of it."""
    for key, talk in json_files.read(path, dict[str, _Talk]).items():
        if split in ("all", split_of(key)):
            turns = itertools.chain.from_iterable(talk.messages)
            yield key, [(x.sender, " ".join(x.text.split())) for x in turns]


class _Message(msgspec.Struct):
    sender: str
    text: str


class _Talk(msgspec.Struct):
    messages: list[list[_Message]]


def _talks(path: pathlib.Path) -> Iterator[list[str]]:
    for filled, lines in itertools.groupby(
        map(str.strip, read_lines(path)), bool
    ):
        if filled:
            yield [*lines]


_IRC = ("jkkummerfeld/irc-disentanglement", "82ed04f")

SOURCES: dict[str, Source] = {
    "irc": Source(
        "CC BY 4.0",
        *_IRC,
        {
            "train": "ubuntu-irc.train.txt",
            "valid": "ubuntu-irc.dev.txt",
            "test": "ubuntu-irc.test.txt",
        },
        (
            "49e2f061f8d01be332504f3c3f422b8ea5cf353201edc2d2c568acc67b18741c",
            "ae0780ec230ffe9d3702b52e9d7bf4ecf398cc3bc2b6485780fb74cb07ec4e29",
            "15694d181759d093bc05486ea2fb88e3a06fa0dfff643a79645380ef6b9c94d7",
        ),
        is_channel=True,
    ),
    # Other channels and people: to be scored on alone.
    "irc-new": Source(
        "CC BY 4.0",
        *_IRC,
        {"test": "irc-new-domains.txt"},
        ("0c9cc4737bfbdc2dbedc6e775925b4d36f1b2cbe1d492e8f76ac498770bb8f10",),
        is_channel=True,
    ),
    "multidogo": Source(
        "CDLA-Permissive-1.0",
        "awslabs/multi-domain-goal-oriented-dialogues-dataset",
        "baa30639c4b271f394b81443c842193407cdf26d",
        {
            "train": "multidogo-customers.train.txt",
            "valid": "multidogo-customers.dev.txt",
            "test": "multidogo-customers.test.txt",
        },
        (
            "affa1175c84de4793105e6a5b7acb784b82c0f2e14940c4cde36cc75ee0343de",
            "e480015f7305cdfbe00ffff2ab94b75255a672771be0708ee2e9c3263aae09f7",
            "3e2f501ce7b1842cc21f6b2ab89eac38baa0fdb87cb8c54d1e92fdca86b5d228",
        ),
        recipe=chat_files.MULTIDOGO,
    ),
    # Orders of tickets, half of them a machine's: to be scored on alone.
    "taskmaster3": Source(
        "CC BY 4.0",
        "google-research-datasets/Taskmaster",
        "d92cb6af3005f1dc09c39e75e7daf4a04905e00b",
        {"test": "taskmaster3-reward.txt"},
        ("b450f8b9ac684c5106068aa51263747437e1f6f5112eec8f8ecab5a1f46f9336",),
        recipe=chat_files.TASKMASTER3,
    ),
    "multiwoz": Source(
        "MIT",
        "thu-coai/ConvLab-2",
        "b014b81",
        {"all": "multiwoz21.val-test.txt"},
        ("1b4f09cc8990f8f7be29b983e88b8708bfda61b59fcfda8f427c46c2223d1770",),
        recipe=chat_files.MULTIWOZ,
    ),
    "clinc150": Source(
        "CC BY 3.0",
        "clinc/oos-eval",
        "828f8093932c8fe6ca7936c3d2e52903b1c523de",
        {"all": "clinc150.txt"},
        ("d750367bec7e9a50034d3e5a608a137e65f27d83b5a2cbf29640c598182871ac",),
        recipe=chat_files.CLINC150,
    ),
    # A domain of its own: to be scored on alone.
    "banking77": Source(
        "CC BY 4.0",
        "PolyAI-LDN/task-specific-datasets",
        "57ec275d8078af65b7731c2a98be812d844a6d6b",
        {"test": "banking77.txt"},
        ("3b2035c6572e2bdd2503aa07d0d1f303fbed43b59737f01f7538e22b5c4514c1",),
        recipe=chat_files.BANKING77,
    ),
}
