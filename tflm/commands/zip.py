"""tflm zip: a file in few bytes, by a bundle's model."""

import argparse

from tflm.commands import archive, options


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
            "cat *.log | tflm zip build/bundle - --output - > log.tflmz",
        ),
        more="Any bytes come back exactly. Whoever unzips needs the bundle, "
        "and the same kind of machine unless it is portable.",
    )
    archive.add(parser, "what is compressed", "FILE.tflmz")
    parser.add_argument(
        "--streams",
        type=int,
        default=1,
        help="blocks that are coded side by side",
    )
    parser.add_argument(
        "--block",
        type=int,
        default=1 << 20,
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


def run(arguments: argparse.Namespace) -> None:
    """Makes an archive.

    Raises:
        ValueError: there is no such bundle, or it cannot predict text.
        OSError: the file is not there, or the output cannot be written.
    """
    from tflm.archive.pack import Settings, pack

    settings = Settings(
        portable=arguments.portable,
        streams=arguments.streams,
        block_bytes=arguments.block,
        lines=arguments.lines,
        check=not arguments.no_check,
    )
    output = arguments.output or archive.zipped_name(arguments.file)
    with archive.opened(arguments, output) as (bundle, source, target, bar):
        made = pack(bundle, source, target, settings, bar.update)
    archive.show(made, arguments, output)
