r"""What texts come to in archives: ours and those of other tools.

python -m benchmarks.zip --text=ptb.test.txt --training=ptb.train.txt \
    --bundle=best-5mb --output=results/zip/ptb.json
python -m benchmarks.zip --corpus=chitchat --bundle=keyboard \
    --output=results/zip/chitchat.json
python -m benchmarks.zip --text=alice29.txt --net=alice29.tflite --epochs=12 \
    --output=results/zip/alice29.json
python -m benchmarks.zip --table=results/zip/ptb.json,results/zip/alice29.json

A file is compressed whole; of a corpus each message of the test split by
itself, and its sizes are added. Every row is made by a process of its own, that
proves that the bytes come back; its peak of memory is that of both ways, with
Python and what it imports. The rivals are of the extra `zip-rivals`. A net of
bytes that is not at --net is trained there by `--epochs` of the text.
"""

import concurrent.futures
import dataclasses
import itertools
import json
import multiprocessing
import pathlib
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from absl import app, flags, logging

from benchmarks import archivers, peak_memory, program
from benchmarks.archivers import Archiver
from tflm import files
from tflm.report import provenance
from tflm.text.corpus import load_corpus

_TEXT = flags.DEFINE_string("text", None, "File to compress.")
_TRAINING = flags.DEFINE_string(
    "training", None, "File that dictionaries know."
)
_CORPUS = flags.DEFINE_string("corpus", None, "Whose test messages, instead.")
_MESSAGES = flags.DEFINE_integer("messages", None, "Of the corpus at most.")
_BUNDLE = flags.DEFINE_string("bundle", None, "Directory of ours.")
_NET = flags.DEFINE_string("net", None, "File of a net of the text's bytes.")
_EPOCHS = flags.DEFINE_float("epochs", None, "Of its training.")
_ONLY = flags.DEFINE_list("only", [], "Rows to make, by name; all of them.")
_TABLE = flags.DEFINE_list("table", [], "Print these results as Markdown.")

_HEAD = (
    "| text | archiver | bytes | bits a byte | MB/s in | MB/s out | peak MB "
    "| also needs, bytes | pays after, MB |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
)


@dataclasses.dataclass(frozen=True)
class Task:
    """What is compressed, each part by itself, and what may be known before.

    Attributes:
        name: of the text.
        parts: a file whole, or messages.
        training: text that those with a dictionary have read.
        messages: the same one by one, where parts are messages.
        bundle: directory of a model of ours.
        net: of the bytes of the text.
    """

    name: str
    parts: Sequence[bytes]
    training: bytes = b""
    messages: Sequence[bytes] = ()
    bundle: str | None = None
    net: bytes = b""

    def archivers(self) -> dict[str, Callable[[], Archiver]]:
        """Returns what makes each of the archivers, by name."""
        found = archivers.rivals(self.training, self.messages)
        return found | archivers.ours(
            self.bundle, bool(self.messages), self.net
        )


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _TABLE.value:
        paths = map(pathlib.Path, _TABLE.value)
        print(table(json.loads(path.read_text("utf-8")) for path in paths))
        return
    try:
        task = given()
        rows = [alone(task, name) for name in chosen(task, _ONLY.value)]
    except ValueError as error:
        print(f"benchmarks.zip: {error}", file=sys.stderr)
        sys.exit(2)
    made = provenance.provenance(program.command("zip"), task.name)
    result = {"text": task.name, "rows": rows, "provenance": made}
    program.save(result)
    print(table([result]))


def given() -> Task:
    """Returns what the flags ask for.

    Raises:
        ValueError: there is no such text, or there are two.
    """
    if bool(_TEXT.value) == bool(_CORPUS.value):
        raise ValueError("give --text=FILE or --corpus=NAME")
    if _CORPUS.value:
        corpus = load_corpus(_CORPUS.value)
        known = [line.encode() for line in corpus.lines("train")]
        lines = itertools.islice(corpus.lines("test"), _MESSAGES.value)
        parts = [line.encode() for line in lines]
        training = b"\n".join(known)
        return Task(corpus.name, parts, training, known, _BUNDLE.value)
    path = pathlib.Path(_TEXT.value)
    content, before = path.read_bytes(), _TRAINING.value
    training = pathlib.Path(before).read_bytes() if before else b""
    net = trained_net(content) if _NET.value else b""
    return Task(path.name, [content], training, (), _BUNDLE.value, net)


def trained_net(content: bytes) -> bytes:
    """Returns the net at --net, which is trained if it is not there."""
    path = pathlib.Path(_NET.value)
    if not path.exists():
        from tflm.experiment.byte_net import train_net

        files.write(path, train_net(content, _EPOCHS.value))
    return path.read_bytes()


def chosen(task: Task, only: Sequence[str]) -> list[str]:
    """Returns the names of the rows to make.

    Raises:
        ValueError: there is no archiver of such a name.
    """
    every = [*task.archivers()]
    for name in only:
        if name not in every:
            raise ValueError(f"{name!r} is none of {', '.join(every)}")
    return [*only] or every


def alone(task: Task, name: str) -> dict[str, Any]:
    """Returns what `measured` does, of a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, spawn) as process:
        row = process.submit(measured, task, name).result()
    logging.info("%s", row)
    return row


def measured(task: Task, name: str) -> dict[str, Any]:
    """Returns bytes, speed and memory of an archiver.

    Raises:
        ValueError: what comes back is not what went in.
    """
    archiver = task.archivers()[name]()
    start = time.perf_counter()
    packed = [archiver.compress(part) for part in task.parts]
    between = time.perf_counter()
    sizes = [len(part) for part in task.parts]
    back = [*map(archiver.decompress, packed, sizes)]
    end = time.perf_counter()
    if back != [*task.parts]:
        raise ValueError(f"{name} does not give {task.name} back")
    size, count = sum(map(len, packed)), sum(sizes)
    return {
        "archiver": name,
        "parts": len(sizes),
        "text_bytes": count,
        "bytes": size,
        "bits_a_byte": 8 * size / count,
        "compress_mb_s": count / 1e6 / (between - start),
        "decompress_mb_s": count / 1e6 / (end - between),
        "peak_bytes": peak_memory.of_this(),
        "needs_bytes": archiver.needs_bytes,
    }


def table(results: Iterable[dict[str, Any]]) -> str:
    """Returns the rows of results, as Markdown."""
    lines = []
    for result in results:
        for row in result["rows"]:
            cells = [
                result["text"],
                row["archiver"],
                f"{row['bytes']:,}",
                f"{row['bits_a_byte']:.3f}",
                f"{row['compress_mb_s']:.3g}",
                f"{row['decompress_mb_s']:.3g}",
                f"{row['peak_bytes'] / 1e6:,.0f}",
                f"{row['needs_bytes']:,}" if row["needs_bytes"] else "",
                pays_after(row, result["rows"]),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines)


def pays_after(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    """Returns how much text saves what an archiver also needs, in MB.

    Against the best of those that need nothing, of text as this one.
    """
    free = [other["bytes"] for other in rows if not other["needs_bytes"]]
    if not row["needs_bytes"] or not free:
        return ""
    saved = (min(free) - row["bytes"]) / row["text_bytes"]
    return f"{row['needs_bytes'] / saved / 1e6:.3g}" if saved > 0 else "never"


if __name__ == "__main__":
    app.run(main)
