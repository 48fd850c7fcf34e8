"""tflm suggest: a line of typed text and its suggestions."""

from tflm.commands import options


def add(commands) -> None:
    parser = options.command(
        commands,
        "suggest",
        run,
        "type and see suggestions: a line at a time, a space at its end asks "
        "for the next word",
    )
    parser.add_argument("bundle", help="directory that tflm export wrote")


def run(arguments) -> None:
    import sys

    from tflm.bundle import suggester
    from tflm.bundle.bundle import Bundle

    found = Bundle.load(arguments.bundle)
    suggester.run(found, sys.stdin, sys.stdout)
