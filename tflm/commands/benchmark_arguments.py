"""What `tflm benchmark` is told: its arguments, and what they mean."""

import argparse
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tflm.commands import foreign, options
from tflm.commands.parser import Parser
from tflm.experiment import opening

if TYPE_CHECKING:
    from tflm.device.settings import Settings

_RUNS = 1000
_APK = pathlib.Path("build/android/tflm-keyboard.apk")  # As make apk names it.


def add(parser: Parser) -> None:
    """Adds the arguments to a parser."""
    parser.add_argument("files", nargs="*", metavar="FILE", help=opening.HELP)
    foreign.add(parser, "of .keras, .h5 and .safetensors files")
    options.add_format(parser, foreign.FORMAT_HELP)
    parser.add_argument(
        "--device",
        action="append",
        metavar="host|adb[:SERIAL]|qemu:CPU",
        help="where; may be repeated (default: host). qemu compares logits and "
        "gives no times",
    )
    parser.add_argument("--threads", type=int, default=1, help="of a step")
    parser.add_argument(
        "--delegate",
        choices=("xnnpack", "none"),
        default="xnnpack",
        help="what multiplies matrices",
    )
    parser.add_argument(
        "--runs",
        type=int,
        help=f"steps of each file (default: {_RUNS}, or by --precision)",
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="at most, for each file"
    )
    parser.add_argument(
        "--precision",
        type=float,
        help="end when all ratios are within it, such as 0.02 (host)",
    )
    _add_phone(parser)
    _add_output(parser)


def _add_phone(parser: Parser) -> None:
    phone = parser.add_argument_group("on phones")
    phone.add_argument("--rounds", type=int, default=5, help="cold starts")
    phone.add_argument(
        "--script", metavar="FILE", help="text to type, for bundles"
    )
    phone.add_argument(
        "--strict",
        action="store_true",
        help="refuse a hot, charging or low one",
    )
    phone.add_argument(
        "--cool_seconds",
        type=float,
        default=300.0,
        help="wait for a hot one",
        metavar="SECONDS",
    )
    phone.add_argument(
        "--timeout_seconds",
        type=float,
        default=120.0,
        help="for one result",
        metavar="SECONDS",
    )
    phone.add_argument(
        "--apk",
        metavar="FILE",
        help="the app to install (default: the one that make apk made)",
    )
    phone.add_argument(
        "--benchmark_binary",
        metavar="FILE",
        help="TensorFlow Lite's program, to run it too",
    )
    _add_farm(phone)


def _add_farm(phone: argparse._ArgumentGroup) -> None:
    phone.add_argument(
        "--package",
        choices=("firebase", "aws"),
        help="write what that device farm needs to the folder --output",
    )
    phone.add_argument(
        "--results",
        metavar="FOLDER",
        help="read what a farm gave back; --device is then a name for it",
    )


def _add_output(parser: Parser) -> None:
    options.add_json(parser)
    group = parser.group("output")
    group.add_argument("--output", metavar="FILE", help="JSON file to write")
    group.add_argument("--csv", metavar="FILE", help="CSV file to write")
    group.add_argument("--plot", metavar="FILE", help="PNG or SVG file to draw")


def check_devices(devices: Sequence[str]) -> None:
    """Refuses names of devices that there are not.

    Raises:
        ValueError: one is none of host, adb, adb:SERIAL and qemu:CPU.
    """
    for device in devices:
        kind, _, name = device.partition(":")
        needs_name = {"host": (False,), "adb": (False, True), "qemu": (True,)}
        if bool(name) not in needs_name.get(kind, ()):
            raise ValueError(
                f"there is no device {device!r}: give host, adb, adb:SERIAL or "
                "qemu:CPU, such as qemu:cortex-a76"
            )


def check_paths(arguments: argparse.Namespace) -> None:
    """Refuses, before anything is measured, files that cannot be written.

    Raises:
        ValueError: a folder is missing or a name does not fit.
    """
    if arguments.plot and not arguments.plot.endswith((".png", ".svg")):
        raise ValueError(f"{arguments.plot} is neither a .png nor a .svg file")
    if arguments.package and not arguments.output:
        raise ValueError("--package needs the folder to write: --output=FOLDER")
    for path in arguments.output, arguments.csv, arguments.plot:
        if path and not pathlib.Path(path).absolute().parent.is_dir():
            raise ValueError(f"{path} is in no folder that exists: make it")


def host_runs(arguments: argparse.Namespace) -> int:
    """Returns how many steps this machine is to measure, at most."""
    if arguments.runs is not None:
        return arguments.runs
    return 10**6 if arguments.precision else _RUNS


def apk(arguments: argparse.Namespace) -> pathlib.Path:
    """Returns the app: the one given, or the one that make apk makes."""
    return pathlib.Path(arguments.apk or _APK)


def settings(arguments: argparse.Namespace) -> "Settings":
    """Returns how phones are to measure.

    Raises:
        OSError: there is no such script.
        ValueError: a value is out of range.
    """
    from tflm.device.settings import Settings

    script = arguments.script and pathlib.Path(arguments.script)
    binary = arguments.benchmark_binary
    is_installed = not arguments.apk and not _APK.exists()
    return Settings(
        threads=arguments.threads,
        delegate=arguments.delegate,
        runs=_RUNS if arguments.runs is None else arguments.runs,
        seconds=arguments.seconds,
        rounds=arguments.rounds,
        script=script.read_text("utf-8") if script else None,
        strict=arguments.strict,
        cool_seconds=arguments.cool_seconds,
        timeout_seconds=arguments.timeout_seconds,
        apk=None if is_installed else apk(arguments),
        benchmark_binary=pathlib.Path(binary) if binary else None,
    )
