"""What the commands of archives share: files, `-`, a bar, results."""

import argparse
import contextlib
import dataclasses
import errno
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from tflm import files
from tflm.commands import options
from tflm.commands.parser import Parser, completes
from tflm.experiment import opening

if TYPE_CHECKING:
    from tqdm import tqdm

    from tflm.archive.result import Result
    from tflm.bundle.bundle import Bundle

_OUTPUT = "standard output"
SUFFIX = ".tflmz"
BYTES = "bytes"  # In place of a bundle: the archive needs none.


def add(parser: Parser, what: str, output: str) -> None:
    """Adds BUNDLE, FILE, --output, --overwrite and --json."""
    bundle = parser.add_argument(
        "bundle",
        metavar="BUNDLE",
        help=f"of a language model; or {BYTES}, for archives that need none",
    )
    file = parser.add_argument(
        "file", metavar="FILE", help=f"{what}; - for standard input"
    )
    completes(bundle, options.files_like)
    completes(file, options.files_like)
    group = parser.group("output")
    group.add_argument(
        "--output",
        metavar=output,
        help="file to write, - for standard output (default: beside FILE)",
    )
    options.add_overwrite(parser)
    options.add_json(parser)


def zipped_name(file: str) -> str:
    """Returns where an archive goes if nothing else is said."""
    return "-" if file == "-" else file + SUFFIX


def plain_name(file: str) -> str:
    """Returns where the content of an archive goes likewise.

    Raises:
        ValueError: its name does not say.
    """
    if file == "-":
        return "-"
    if not file.endswith(SUFFIX) or file == SUFFIX:
        raise ValueError(
            f"{file} does not end with {SUFFIX}: say --output=FILE"
        )
    return file.removesuffix(SUFFIX)


@contextlib.contextmanager
def opened(
    arguments: argparse.Namespace, output: str
) -> "Iterator[tuple[Bundle, BinaryIO, BinaryIO, tqdm]]":
    """Yields the bundle, what is read, what is written, and a bar.

    Raises:
        ValueError: there is no bundle, or it predicts no text.
        FileExistsError: the output is there and --overwrite is not set.
        OSError: a file cannot be read or written.
    """
    bundle = opening.open_model(arguments.bundle).bundle()
    if bundle.tagging:
        raise ValueError(
            f"{arguments.bundle} is a tagger's, which predicts no text: give "
            f"a bundle of a language model"
        )
    with opened_files(arguments, output) as (source, target, bar):
        yield bundle, source, target, bar


@contextlib.contextmanager
def opened_files(
    arguments: argparse.Namespace, output: str
) -> "Iterator[tuple[BinaryIO, BinaryIO, tqdm]]":
    """Yields what is read, what is written, and a bar.

    A file is there when all went well, or not at all.

    Raises:
        FileExistsError: the output is there and --overwrite is not set.
        OSError: a file cannot be read or written.
    """
    if os.path.isfile(output) and not arguments.overwrite:
        raise FileExistsError(f"{output} exists: give --overwrite")
    if output == "-" and arguments.json:
        raise ValueError("--json and the output both want standard output")
    with contextlib.ExitStack() as stack:
        if arguments.file == "-":
            source = _standard(sys.stdin, "standard input")
        else:
            source = stack.enter_context(open(arguments.file, "rb"))
        if output == "-":
            target = _standard(sys.stdout, _OUTPUT)
        else:
            target = stack.enter_context(files.writing(output))
        bar = stack.enter_context(_bar(arguments.file))
        with _explained(arguments.file, output):
            yield source, target, bar
            target.flush()


def _standard(stream: TextIO | None, name: str) -> BinaryIO:
    if stream is None:  # As after `<&-` of a shell.
        raise OSError(errno.EBADF, "is closed", name)
    return stream.buffer


@contextlib.contextmanager
def _explained(file: str, output: str) -> Iterator[None]:
    """Says in errors what they are of."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise type(error)(f"{file} {error}") from None
    except OSError as error:
        if output == "-" and not error.filename:
            error.filename = _OUTPUT
        raise
    except KeyboardInterrupt:
        left = "the output is not whole" if output == "-" else "nothing written"
        raise KeyboardInterrupt(left) from None


def show(result: "Result", arguments: argparse.Namespace, output: str) -> None:
    """Says what was written, and on standard error what is lost."""
    if result.lost or result.damage:
        lost = ", ".join(map(_gap, result.lost)) or "none"
        print(
            f"tflm: {arguments.file} is damaged: {'; '.join(result.damage)}; "
            f"lost blocks: {lost}",
            file=sys.stderr,
        )
    if output == "-":
        return
    values: dict[str, Any] = {"output": output, **dataclasses.asdict(result)}
    blocks = values.pop("blocks")
    values |= {f"{kind}_blocks": count for kind, count in blocks.items()}
    values["lost"] = [*map(_gap, result.lost)]
    values["damage"] = [*result.damage]
    if result.text_bytes:
        share = 8 * result.archive_bytes / result.text_bytes
        values["bits_per_byte"] = share
    options.show(values, arguments.json)


def _gap(lost: range) -> str:
    """Returns the numbers of blocks in a row, for people."""
    return f"{lost[0]}" if len(lost) == 1 else f"{lost[0]} to {lost[-1]}"


def _bar(file: str) -> "tqdm":
    from tqdm import tqdm

    total = None
    if file != "-" and pathlib.Path(file).is_file():
        total = pathlib.Path(file).stat().st_size
    return tqdm(
        total=total, unit="B", unit_scale=True, dynamic_ncols=True, disable=None
    )
