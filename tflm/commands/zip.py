"""tflm zip: a file in few bytes, by a bundle's model."""

import argparse

from tflm.commands import archive, options
from tflm.commands.parser import Parser

_BLOCK_BYTES = 1 << 20


def add(commands) -> None:
    """Adds `tflm zip`."""
    parser = options.command(
        commands,
        "zip",
        run,
        "compress text with a bundle's model",
        usage="BUNDLE FILE [--output FILE.tflmz] [options]",
        examples=(
            "tflm zip build/bundle messages.txt",
            "tflm zip bytes genome.fa",
            "cat *.log | tflm zip build/bundle - --output - > log.tflmz",
        ),
        more="Any bytes come back exactly. Whoever unzips needs the bundle, "
        "and the same kind of machine unless it is portable.",
    )
    archive.add(parser, "what is compressed", "FILE.tflmz")
    _add_blocks(parser)
    _add_net(parser)


def _add_blocks(parser: Parser) -> None:
    parser.add_argument(
        "--streams",
        type=int,
        default=1,
        help="blocks that are coded side by side",
    )
    parser.add_argument(
        "--block",
        type=int,
        default=_BLOCK_BYTES,
        metavar="BYTES",
        help="of text that is lost or kept as a whole",
    )
    parser.add_argument(
        "--portable",
        action="store_true",
        help="can be read on any machine: exact sums in place of the runtime's",
    )
    parser.add_argument(
        "--lines",
        action="store_true",
        help="code each line by itself: larger, but one can be had alone",
    )
    parser.add_argument(
        "--no_check",
        action="store_true",
        help="do not decode each block again before it is written",
    )


def _add_net(parser: Parser) -> None:
    parser.add_argument(
        "--epochs",
        type=float,
        metavar="N",
        help="with `bytes`: train a net on FILE, which is stored if it pays",
    )
    parser.add_argument(
        "--units",
        type=int,
        metavar="N",
        help="of that net (default: more for a longer file)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Makes an archive.

    Raises:
        ValueError: there is no such bundle, or it cannot predict text.
        OSError: the file is not there, or the output cannot be written.
    """
    from tflm.archive.pack import Settings, pack

    output = arguments.output or archive.zipped_name(arguments.file)
    if arguments.bundle == archive.BYTES:
        _zip_bytes(arguments, output)
        return
    if arguments.epochs is not None or arguments.units is not None:
        raise ValueError(
            "--epochs and --units are of the net of tflm zip bytes: leave them "
            "out"
        )
    settings = Settings(
        portable=arguments.portable,
        streams=arguments.streams,
        block_bytes=arguments.block,
        lines=arguments.lines,
        check=not arguments.no_check,
    )
    with archive.opened(arguments, output) as (bundle, source, target, bar):
        made = pack(bundle, source, target, settings, bar.update)
    archive.show(made, arguments, output)


def _zip_bytes(arguments: argparse.Namespace, output: str) -> None:
    from tflm.archive.byte_archive import pack_bytes

    usual = {"streams": 1, "block": _BLOCK_BYTES, "lines": False}
    for name, value in usual.items():
        if getattr(arguments, name) != value:
            raise ValueError(
                f"--{name} is of a bundle's archives: leave it out"
            )
    with archive.opened_files(arguments, output) as (source, target, bar):
        content, net = source.read(), b""
        if arguments.epochs or arguments.units:
            from tflm.experiment.byte_net import train_net

            net = train_net(content, arguments.epochs, arguments.units)
            bar.reset(2 * len(content))
        made = pack_bytes(content, target, net, bar.update)
    archive.show(made, arguments, output)
