r"""How fast a text is put into ids by one process and by Ray's workers.

python -m benchmarks.scale --megabytes=30 --output=results/scale.json
python -m benchmarks.scale --table=results/scale.json

The k-th word of the text is one in k, much as those of a language are. It is
written to a temporary folder, which is deleted, as is what is made of it; so
TMPDIR needs three times the megabytes. Each way is the command `tflm corpus
prepare`, with the seconds that Ray needs to start; its memory is the most that
each of its processes ever had.
"""

import hashlib
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import peak_memory, program
from benchmarks.reliability import texts
from tflm.report import provenance

_MEGABYTES = flags.DEFINE_integer("megabytes", 30, "Of text.")
_WORKERS = flags.DEFINE_list("workers", "0,1,2", "Of Ray; 0 for none.")
_SHARD = flags.DEFINE_integer("shard_megabytes", 8, "Read by a worker at once.")
_TABLE = flags.DEFINE_string("table", None, "Print this result as Markdown.")

_FILES = 4
_SECONDS = 0.2  # Between looks at memory.


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    program.show("scale", _TABLE.value, measure, table)


def measure() -> dict[str, Any]:
    """Returns a row for each number of workers.

    Raises:
        ValueError: two ways wrote other bytes.
    """
    made = provenance.provenance(program.command("scale"))
    with tempfile.TemporaryDirectory(prefix="tflm-scale-") as folder:
        text = pathlib.Path(folder) / "text"
        text.mkdir()
        for number in range(_FILES):
            share = _MEGABYTES.value / _FILES
            texts.write(text / f"{number}.txt", share, seed=number)
        rows = [prepare(text, int(workers)) for workers in _WORKERS.value]
    if len({row["sha256"] for row in rows}) > 1:
        raise ValueError("two ways wrote other ids: that is a mistake of tflm")
    return {
        "megabytes": _MEGABYTES.value,
        "shard_megabytes": _SHARD.value,
        "rows": rows,
        "provenance": made,
    }


def prepare(text: pathlib.Path, workers: int) -> dict[str, Any]:
    """Returns how long a way takes, and what memory its processes take."""
    ids = text.parent / f"ids-{workers}"
    asked = ["corpus", "prepare", str(text), f"--output={ids}"]
    if workers:
        asked += [f"--workers={workers}", f"--shard_megabytes={_SHARD.value}"]
    start = time.perf_counter()
    command = subprocess.Popen([sys.executable, "-m", "tflm", *asked])
    with Memory(command.pid) as memory:
        if command.wait():
            raise ValueError(f"tflm {' '.join(asked)} failed")
    seconds = time.perf_counter() - start
    row = {
        "workers": workers,
        "seconds": round(seconds, 1),
        "megabytes_per_second": round(_MEGABYTES.value / seconds, 2),
        "command_peak_megabytes": memory.command >> 20,
        "worker_peak_megabytes": memory.worker >> 20,
        "sha256": hashlib.sha256(
            b"".join(
                (ids / name).read_bytes()[-1 << 20 :]
                for name in ("vocabulary.txt", "train.ids", "valid.ids")
            )
        ).hexdigest(),
    }
    logging.info("%s", row)
    return row


class Memory:
    """Watches a command and its workers: the most bytes that each ever had."""

    def __init__(self, pid: int) -> None:
        self._pid, self._end = pid, threading.Event()
        self.command = self.worker = 0

    def __enter__(self) -> "Memory":
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(_SECONDS):
            self.command = max(self.command, peak(self._pid, ""))
            for path in pathlib.Path("/proc").glob("[0-9]*"):
                its = peak(int(path.name), "ray::")
                self.worker = max(self.worker, its)


def peak(pid: int, title: str) -> int:
    """Returns the most bytes a process had, 0 if its title begins otherwise."""
    try:
        named = pathlib.Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, UnicodeDecodeError):  # It has ended.
        return 0
    found = peak_memory.of(pid) if named.startswith(title) else None
    return found or 0


def table(result: dict[str, Any]) -> str:
    """Returns a result as Markdown."""
    lines = [
        "| workers | seconds | MB/s | the command, MB | a worker at most, MB |",
        "|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        lines.append(
            f"| {row['workers'] or 'none'} | {row['seconds']} "
            f"| {row['megabytes_per_second']} "
            f"| {row['command_peak_megabytes']} "
            f"| {row['worker_peak_megabytes'] or ''} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    app.run(main)
