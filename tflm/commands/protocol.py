"""How a foreign model is used, by flags, and the proof of it on windows."""

from typing import TYPE_CHECKING

from tflm.commands.parser import Parser

if TYPE_CHECKING:
    import numpy as np

    from tflm.model.foreign.description import Imported
    from tflm.model.workspace import Trained


def add(parser: Parser) -> None:
    """Adds how a model of another tool is read and used."""
    group = parser.group("use of another tool's model")
    group.add_argument(
        "--start",
        metavar="zeros|pad:N|WORD",
        help="what is read before a text (default: what the model's "
        "configuration says)",
    )
    group.add_argument(
        "--windows",
        metavar="FILE",
        help="ids as your model reads them, .npy, or a text; the file must "
        "predict the same after them",
    )


def check(arguments) -> None:
    """Refuses at once files of these flags that are not there."""
    import pathlib

    for path in (arguments.windows, arguments.config):
        if path and not pathlib.Path(path).exists():
            raise ValueError(f"{path} is missing: give a file that exists")


def given(arguments, trained: "Trained") -> "Trained":
    """Returns a model with the protocol of --start."""
    import dataclasses

    if arguments.start is None:
        return trained
    protocol = dataclasses.replace(
        trained.protocol, start=_start(arguments.start, trained)
    )
    origin = dataclasses.replace(trained.origin, protocol=protocol)
    return dataclasses.replace(trained, origin=origin)


def _start(text: str, trained: "Trained") -> tuple[int, ...]:
    kind, _, count = text.partition(":")
    if text == "zeros":
        return ()
    if kind == "pad" and count.isdecimal():
        return (trained.protocol.padding or 0,) * int(count)
    ids = trained.vocabulary.ids
    if text not in ids:
        raise ValueError(
            f"--start={text} is no word of the vocabulary: give zeros, pad:N "
            f"or a word"
        )
    return (ids[text],)


def prove(content: bytes, trained: "Trained", arguments) -> dict[str, float]:
    """Returns how well a file agrees with the model it was made of, to show.

    Args:
        content: of the file.
        trained: what it was made of.
        arguments: with the file of the windows; without one the model writes
            some itself, if its way to read them cannot be had exactly.

    Raises:
        ValueError: the windows are none of the model's.
        ConversionError: another start agrees better by far.
    """
    from absl import logging

    from tflm.model.foreign import windows as module
    from tflm.text.protocol import Protocol
    from tflm.tflite.child import ConversionError
    from tflm.tflite.interpreter import load_step

    windows = _windows(trained, arguments.windows)
    source = trained.source
    if windows is None or source is None:
        return {}
    step = load_step(content)
    protocol = trained.protocol
    if source.protocol is None and arguments.start is None:
        # It goes on from where it is: no window says where a text begins.
        protocol = Protocol((), protocol.padding)
    if protocol.padding is None and arguments.start is None:
        module.check_unpadded(windows)
    expected = module.predicted(source, windows)
    found = module.match(step, protocol, windows, expected)
    said = module.told(source, found, len(windows))
    best = module.better(step, protocol, windows, expected, found)
    if best and arguments.windows:
        raise ConversionError(
            f"{said.partition(';')[0]}, and {best[1]:.1%} with another start: "
            f"give --start={best[0]}"
        )
    if found.equal < 1:
        logging.warning("%s", said)
    return {
        "compared_words": found.words,
        "equal_top_words": found.equal,
        "largest_difference": found.difference,
    }


def _windows(trained: "Trained", path: str | None) -> "np.ndarray | None":
    from tflm.model.foreign import windows

    source = trained.source
    if path and source is None:
        raise ValueError(
            "--windows compares with a model of another tool, and MODEL is "
            "none: leave it out"
        )
    if source is None:
        return None
    if path and not path.endswith(".npy"):
        return _of_text(path, trained, source)
    if path:
        return windows.load(path, source.model.config.vocabulary_size)
    if source.last_word and source.steps and source.skips is None:
        return windows.plausible(source)
    return None


def _of_text(path: str, trained: "Trained", source: "Imported") -> "np.ndarray":
    """Returns windows of the words of a text, between white space."""
    import pathlib

    from tflm.model.foreign import windows

    encode, padding = trained.vocabulary.encode, trained.protocol.padding
    try:
        lines = pathlib.Path(path).read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(
            f"windows {path} are no text of UTF-8: give that, or a .npy file"
        ) from None
    rows = [ids for line in lines if (ids := encode(line.split()))]
    return windows.of_rows(rows, source.steps, padding)
