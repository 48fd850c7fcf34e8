"""A text that kills who trains on it, as workers are killed."""

import dataclasses
import hashlib
import os
import pathlib
import signal
import threading
import time

from tflm.text.dataset import Text


@dataclasses.dataclass(frozen=True)
class Deadly(Text):
    """A text whose first readers are killed when they have a checkpoint.

    Attributes:
        place: above the checkpoints.
        reader: the process that none kills.
        lives: how many are killed.
    """

    place: str = ""
    reader: int = 0
    lives: int = 1

    def __getattribute__(self, name):
        if name == "train" and os.getpid() != self.reader:
            threading.Thread(target=_kill, args=[self], daemon=True).start()
        return super().__getattribute__(name)


def _kill(text):
    place = pathlib.Path(text.place)
    marks = [place / f"killed-{life}" for life in range(text.lives)]
    while not [*place.rglob("checkpoints/**/*.npz")]:
        time.sleep(0.01)
    for mark in marks:
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(text: Text, place: pathlib.Path) -> Text:
    fields = {f.name: getattr(text, f.name) for f in dataclasses.fields(Text)}
    return Deadly(**fields, place=str(place), reader=os.getpid())


def models(directory: pathlib.Path) -> dict[str, str]:
    """Returns the SHA-256 of each model below a directory, by its path."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(directory.rglob("model.npz"))
    }
