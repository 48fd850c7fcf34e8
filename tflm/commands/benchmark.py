"""tflm benchmark: how long a step takes, here or on a phone."""

import argparse
import pathlib

from tflm.commands import options

_RUNS = 1000
_APK = pathlib.Path("build/android/tflm-keyboard.apk")  # As make apk names it.


def add(commands) -> None:
    parser = options.command(
        commands, "benchmark", run, "measure latency, here or on phones"
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="bundle or .tflite file"
    )
    parser.add_argument(
        "--device",
        action="append",
        metavar="host|adb[:SERIAL]|qemu:CPU",
        help="where; may be repeated (host). qemu compares logits, no times",
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--delegate", choices=("xnnpack", "none"), default="xnnpack"
    )
    parser.add_argument(
        "--runs", type=int, help=f"of each file ({_RUNS}, or by --precision)"
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


def _add_phone(parser: argparse.ArgumentParser) -> None:
    phone = parser.add_argument_group("on phones")
    phone.add_argument("--rounds", type=int, default=5, help="cold starts")
    phone.add_argument("--script", help="text file to type, for bundles")
    phone.add_argument(
        "--strict",
        action="store_true",
        help="refuse a hot, charging or low one",
    )
    phone.add_argument(
        "--cool_seconds", type=float, default=300.0, help="wait for a hot one"
    )
    phone.add_argument(
        "--timeout_seconds", type=float, default=120.0, help="for one result"
    )
    phone.add_argument("--apk", help="the app to install (the one made here)")
    phone.add_argument(
        "--benchmark_binary", help="TensorFlow Lite's program, to run it too"
    )
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


def _add_output(parser: argparse.ArgumentParser) -> None:
    options.add_json(parser)
    parser.add_argument("--output", help="JSON file to write")
    parser.add_argument("--csv", help="CSV file to write")
    parser.add_argument("--plot", help="PNG or SVG file to draw")


def run(arguments) -> int:
    devices = arguments.device or ["host"]
    _check_paths(arguments)
    if arguments.results:
        return _farm_results(arguments, devices[0])
    if not arguments.files:
        raise ValueError("nothing to measure: give bundles or .tflite files")
    _check_devices(devices)
    if arguments.package:
        return _package(arguments)
    if any(device.startswith("qemu:") for device in devices):
        return _emulate(arguments, devices)
    found, failures = [], []
    if "host" in devices:
        found += _host(arguments)
    if serials := [_serial(d) for d in devices if d != "host"]:
        outcome = _phones(arguments, serials)
        found += outcome.measurements
        failures = outcome.failures
    return _report(arguments, found, failures)


def _check_devices(devices: list[str]) -> None:
    for device in devices:
        kind, _, name = device.partition(":")
        needs_name = {"host": (False,), "adb": (False, True), "qemu": (True,)}
        if bool(name) not in needs_name.get(kind, ()):
            raise ValueError(
                f"there is no device {device!r}: give host, adb, adb:SERIAL or "
                "qemu:CPU, such as qemu:cortex-a76"
            )


def _check_paths(arguments) -> None:
    if arguments.plot and not arguments.plot.endswith((".png", ".svg")):
        raise ValueError(f"{arguments.plot} is neither a .png nor a .svg file")
    if arguments.package and not arguments.output:
        raise ValueError("--package needs the folder to write: --output=FOLDER")
    for path in arguments.output, arguments.csv, arguments.plot:
        if path and not pathlib.Path(path).absolute().parent.is_dir():
            raise ValueError(f"{path} is in no folder that exists: make it")


def _serial(device: str) -> str | None:
    return device.partition(":")[2] or None


def _host(arguments) -> list:
    from tflm.latency import benchmark

    contents = {path: options.model_bytes(path) for path in arguments.files}
    found = benchmark.rounds(
        contents,
        arguments.threads,
        xnnpack=arguments.delegate == "xnnpack",
        runs=_runs(arguments, 10**6 if arguments.precision else _RUNS),
        seconds=arguments.seconds,
        precision=arguments.precision,
    )
    return [*found.values()]


def _runs(arguments, usual: int) -> int:
    return usual if arguments.runs is None else arguments.runs


def _phones(arguments, serials: list[str | None]):
    import sys

    from tflm.device import phones

    places = {path: pathlib.Path(path) for path in arguments.files}
    for path in places:
        options.model_bytes(path)  # A damaged file goes to no phone.

    def show(each) -> None:
        print(f"{each.device}: {each.model} is measured", file=sys.stderr)

    return phones.measure(places, serials, _settings(arguments), show)


def _settings(arguments):
    from tflm.device.settings import Settings

    script = arguments.script and pathlib.Path(arguments.script)
    binary = arguments.benchmark_binary
    apk = arguments.apk or (_APK if _APK.exists() else None)
    return Settings(
        threads=arguments.threads,
        delegate=arguments.delegate,
        runs=_runs(arguments, _RUNS),
        seconds=arguments.seconds,
        rounds=arguments.rounds,
        script=script.read_text("utf-8") if script else None,
        strict=arguments.strict,
        cool_seconds=arguments.cool_seconds,
        timeout_seconds=arguments.timeout_seconds,
        apk=pathlib.Path(apk) if apk else None,
        benchmark_binary=pathlib.Path(binary) if binary else None,
    )


def _package(arguments) -> int:
    from tflm.device import farm

    models = [pathlib.Path(path) for path in arguments.files]
    apk, folder = pathlib.Path(arguments.apk or _APK), arguments.output
    settings, kind = _settings(arguments), arguments.package
    farm.package(kind, models, apk, settings, pathlib.Path(folder))
    print(f"{folder}: README.md has the command")
    return 0


def _farm_results(arguments, device: str) -> int:
    from tflm.device import farm_results

    outcome = farm_results.read(pathlib.Path(arguments.results), device)
    return _report(arguments, outcome.measurements, outcome.failures)


def _emulate(arguments, devices: list[str]) -> int:
    from tflm.device import emulated

    if not all(device.startswith("qemu:") for device in devices):
        raise ValueError("qemu gives no times: run it in a command alone")
    contents = {path: options.model_bytes(path) for path in arguments.files}
    processors = [device.removeprefix("qemu:") for device in devices]
    apk = pathlib.Path(arguments.apk or _APK)
    found = emulated.check_all(contents, processors, apk)
    document = emulated.document(found, options.own_command())
    _save(arguments.output, document)
    if arguments.json:
        options.show(document, as_json=True)
    else:
        for result in document["results"]:
            print(f"{result['model']} on {result['device']}, without any time:")
            options.show(result["agreement"], as_json=False)
    return 0 if all(each.agrees for each in found) else 1


def _report(arguments, found: list, failures: list[dict]) -> int:
    from tflm.latency import results

    document = results.document(found, options.own_command(), failures)
    _write(arguments, found, document)
    if arguments.json:
        options.show(document, as_json=True)
    elif found:
        from tflm.report import latency_table

        print(latency_table.table(found))
    _complain(arguments, found, failures)
    return 1 if failures else 0


def _write(arguments, found: list, document: dict) -> None:
    from tflm import files
    from tflm.report import latency_table

    _save(arguments.output, document)
    if arguments.csv:
        files.write(arguments.csv, latency_table.as_csv(found))
    if arguments.plot and found:
        from tflm.report import latency_plot, style

        form = arguments.plot.rpartition(".")[2]
        image = style.render(latency_plot.plot(found), form)
        files.write(arguments.plot, image)


def _complain(arguments, found: list, failures: list[dict]) -> None:
    """Says on stderr what keeps numbers from being trusted, or measured."""
    import sys

    from tflm.latency import results

    lines = []
    for device, ratio in results.ratios(found):
        if arguments.precision and ratio.precision > arguments.precision:
            lines.append(
                f"{device}: {ratio.model} is known within "
                f"{ratio.precision:.1%} only: raise --seconds"
            )
    lines += [f"{each.device}: {w}" for each in found for w in each.warnings]
    lines += [f"tflm: {failure['error']}" for failure in failures]
    for line in lines:
        print(line, file=sys.stderr)


def _save(path: str | None, document: dict) -> None:
    import json

    from tflm import files

    if path:
        files.write(path, json.dumps(document, indent=1) + "\n")
