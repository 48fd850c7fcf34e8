"""tflm play: type with a model or a tagger in the browser."""

import argparse

from tflm.commands import foreign, options
from tflm.experiment import opening


def add(commands) -> None:
    """Adds the command to those of `tflm`."""
    parser = options.command(
        commands,
        "play",
        run,
        "type with a model or a tagger in the browser",
        usage="MODEL [options]",
        examples=(
            "tflm play build/bundle",
            "tflm play build/bundle --host=0.0.0.0 --port=8000",
        ),
        more="Serves a page that runs the .tflite file in the browser, with "
        "suggestions, or the labels of a tagger, and how long they take. It "
        "suggests without a bundle's cache and without forgiven slips, which "
        "tflm suggest has.",
    )
    foreign.add_any_model(parser, "model")
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        help="of this machine, for a phone on the same network (0.0.0.0 for "
        "each); the page then asks for the token in its URL; default: "
        "loopback",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="default: a free one"
    )
    parser.add_argument(
        "--no_browser", action="store_true", help="only print the URL"
    )


def run(arguments: argparse.Namespace) -> None:
    """Serves until Ctrl-C."""
    import contextlib
    import threading
    import webbrowser

    from tflm.play import access, server, site

    opened = opening.open_model(
        arguments.model,
        file_format=arguments.format,
        **foreign.given(arguments),
    )
    serving = server.Server(
        site.site(opened.bundle()),
        access.for_host(arguments.host),
        arguments.host,
        arguments.port,
    )
    with contextlib.suppress(KeyboardInterrupt), serving:  # So one leaves.
        print(f"{serving.url}  (Ctrl-C ends it)", flush=True)
        if not arguments.no_browser:
            # Beside the server, as a browser of the terminal keeps the call.
            threading.Thread(
                target=webbrowser.open, args=[serving.url], daemon=True
            ).start()
        serving.serve_forever()
