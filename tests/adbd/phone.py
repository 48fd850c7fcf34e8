"""A phone that is a directory, some commands, and what may go wrong."""

import asyncio
import dataclasses
import glob
import pathlib
import shlex
import shutil
from collections.abc import Callable

from tests.adbd import texts
from tests.adbd.app import App, extras

PACKAGE = "org.tflm.keyboard"


class CableOut(Exception):
    """The phone is gone at this moment."""


@dataclasses.dataclass(frozen=True)
class Done:
    """What a command has printed, and its exit code."""

    output: bytes = b""
    errors: bytes = b""
    code: int = 0


@dataclasses.dataclass
class Phone:
    """A phone.

    Attributes:
        root: the directory that holds its files.
        has_app: whether the app is installed.
        is_authorized: whether its user has allowed this computer.
        is_mute: whether it never answers a greeting.
        gone_at: when its cable comes out: at a `push` or a `run`.
        free_bytes: the largest file that fits; None: any.
        refusal: what its package manager says to any app.
        answers: printed text by command, instead of the usual.
        slow: commands that take this many seconds.
        app: what the app does when it is started.
        log: all commands that it was given.
    """

    root: pathlib.Path
    has_app: bool = True
    is_authorized: bool = True
    is_mute: bool = False
    gone_at: str | None = None
    free_bytes: int | None = None
    refusal: str | None = None
    answers: dict[str, str | None] = dataclasses.field(default_factory=dict)
    slow: dict[str, float] = dataclasses.field(default_factory=dict)
    app: App = dataclasses.field(default_factory=App)
    log: list[str] = dataclasses.field(default_factory=list)
    unplug: Callable[[], None] = lambda: None

    def path(self, remote: str) -> pathlib.Path:
        """Returns where a file of the phone is on this machine."""
        path = (self.root / remote.lstrip("/")).resolve()
        assert path.is_relative_to(self.root.resolve()), remote
        return path

    def files(self) -> list[str]:
        """Returns the paths of all files on the phone."""
        paths = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(f"/{path.relative_to(self.root)}" for path in paths)

    async def run(self, line: str) -> Done:
        """Runs a command line."""
        self.log.append(line)
        for start, seconds in self.slow.items():
            if line.startswith(start):
                await asyncio.sleep(seconds)
        words = shlex.split(line)
        if words[:2] == ["sh", "-c"]:
            words = self._expanded(shlex.split(words[2]))
        found = self.answers.get(shlex.join(words), texts.USUAL.get(line))
        if found is not None:
            return Done(found.encode())
        command = getattr(self, f"_{words[0].rpartition('/')[2]}", None)
        if command is None or shlex.join(words) in self.answers:
            error = f"sh: {words[0]}: inaccessible or not found\n"
            return Done(errors=error.encode(), code=127)
        return command(words[1:])

    def _expanded(self, words: list[str]) -> list[str]:
        found = []
        for word in words:
            matches = glob.glob(str(self.root) + word) if "*" in word else []
            found += [
                f"/{pathlib.Path(m).relative_to(self.root)}"
                for m in sorted(matches)
            ] or [word]
        return found

    def _am(self, words: list[str]) -> Done:
        if "end" in words:
            self.app.stop()
            return Done()
        if self.gone_at == "run" and "nonce" in words:
            raise CableOut
        if not self.has_app:
            text = "Error type 3\nError: Activity class does not exist.\n"
            return Done(text.encode())
        self.app.start(self, extras(words))
        return Done(self.app.greeting.encode())

    def _pidof(self, words: list[str]) -> Done:
        if self.app.is_running:
            return Done(b"4711\n")
        return Done(code=1)

    def _pm(self, words: list[str]) -> Done:
        if self.has_app:
            return Done(f"package:/data/app/{PACKAGE}/base.apk\n".encode())
        return Done(code=1)

    def _mkdir(self, words: list[str]) -> Done:
        self.path(words[-1]).mkdir(parents=True, exist_ok=True)
        return Done()

    def _ls(self, words: list[str]) -> Done:
        if self.path(words[-1]).exists():
            return Done(f"{words[-1]}\n".encode())
        return Done(errors=b"ls: No such file or directory\n", code=1)

    def _rm(self, words: list[str]) -> Done:
        path = self.path(words[-1])
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        return Done()

    def _chmod(self, words: list[str]) -> Done:
        return Done(code=0 if self.path(words[-1]).exists() else 1)

    def _grep(self, words: list[str]) -> Done:
        paths = [word for word in words if word.startswith("/")]
        lines = [
            f"{path}:{self.path(path).read_text()}"
            for path in paths
            if self.path(path).exists()
        ]
        return Done("".join(lines).encode(), code=0 if lines else 2)

    def _taskset(self, words: list[str]) -> Done:
        return Done() if words[1] == "true" else self._benchmark_model(words)

    def _benchmark_model(self, words: list[str]) -> Done:
        if self.gone_at == "binary":
            raise CableOut
        return Done(texts.BENCHMARK_MODEL.encode())
