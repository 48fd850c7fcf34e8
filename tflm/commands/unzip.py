"""tflm unzip: what an archive of `tflm zip` was made of."""

import argparse

from tflm.commands import archive, options


def add(commands) -> None:
    """Adds `tflm unzip`."""
    parser = options.command(
        commands,
        "unzip",
        run,
        "restore what tflm zip compressed",
        usage="BUNDLE FILE.tflmz [--output FILE] [options]",
        examples=(
            "tflm unzip build/bundle messages.txt.tflmz",
            "tflm unzip build/bundle log.tflmz --output - | less",
        ),
        more="With the bundle with which it was made.",
    )
    archive.add(parser, "an archive", "FILE")
    parser.add_argument(
        "--recover",
        action="store_true",
        help="leave out what is damaged and write the rest",
    )
    parser.add_argument(
        "--line",
        type=int,
        metavar="N",
        help="write line N alone of an archive of lines, from 1 (default: to "
        "standard output)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes what an archive was made of; returns 1 if some is lost.

    Raises:
        ValueError: it is no archive, or of another bundle or machine.
        RuntimeError: it is damaged.
        OSError: the file is not there, or the output cannot be written.
    """
    from tflm.archive.unpack import unpack

    if arguments.line is not None:
        return _unzip_line(arguments)
    output = arguments.output or archive.plain_name(arguments.file)
    if arguments.bundle == archive.BYTES:
        return _unzip_bytes(arguments, output)
    with archive.opened(arguments, output) as (bundle, source, target, bar):
        found = unpack(bundle, source, target, arguments.recover, bar.update)
    archive.show(found, arguments, output)
    return 1 if found.damage else 0


def _unzip_line(arguments: argparse.Namespace) -> int:
    """Writes one line, to standard output where no file is named."""
    from tflm.archive.unpack import unpack_line

    if arguments.bundle == archive.BYTES:
        raise ValueError("--line is of a bundle's archives: leave it out")
    for name in ("recover", "json"):
        if getattr(arguments, name):
            raise ValueError(f"--{name} is of whole archives: leave it out")
    output = arguments.output or "-"
    with archive.opened(arguments, output) as (bundle, source, target, _):
        target.write(unpack_line(bundle, source, arguments.line) + b"\n")
    return 0


def _unzip_bytes(arguments: argparse.Namespace, output: str) -> int:
    from tflm.archive.byte_archive import unpack_bytes

    with archive.opened_files(arguments, output) as (source, target, bar):
        found = unpack_bytes(source, target, arguments.recover, bar.update)
    archive.show(found, arguments, output)
    return 1 if found.damage else 0
