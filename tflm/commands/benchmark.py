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
    if emulated := [d for d in devices if d.startswith("qemu:")]:
        if len(emulated) < len(devices):
            raise ValueError("qemu gives no times: run it in a command alone")
        return _emulate(arguments, emulated)
    found, failures = [], []
    if "host" in devices:
        found += _host(arguments)
    if serials := [_serial(d) for d in devices if d != "host"]:
        outcome = _phones(arguments, serials)
        found += outcome.measurements
        failures = outcome.failures
    _report(arguments, found, failures)
    return 1 if failures else 0


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
    import dataclasses

    from tflm.latency import benchmark
    from tflm.latency.results import Measurement

    contents = {path: options.model_bytes(path) for path in arguments.files}
    found = benchmark.rounds(
        contents,
        arguments.threads,
        xnnpack=arguments.delegate == "xnnpack",
        runs=_runs(arguments, 10**6 if arguments.precision else _RUNS),
        seconds=arguments.seconds,
        precision=arguments.precision,
    )
    return [
        Measurement(
            name,
            "host",
            dataclasses.asdict(each.latency),
            each.rounds_ms,
            signature=_signature(contents[name]),
        )
        for name, each in found.items()
    ]


def _runs(arguments, usual: int) -> int:
    return usual if arguments.runs is None else arguments.runs


def _signature(flatbuffer: bytes) -> str | None:
    from tflm.tflite.flatbuffer import content, verify

    found = verify.read(flatbuffer).signatureDefs or []
    return content.text(found[0].signatureKey) if len(found) == 1 else None


def _phones(arguments, serials: list[str | None]):
    import sys

    from tflm.device import phones

    places = {path: pathlib.Path(path) for path in arguments.files}
    for path in places:
        options.model_bytes(path)  # A damaged file goes to no phone.

    def show(each) -> None:
        print(f"{each.device}: {each.model} is measured", file=sys.stderr)

    return phones.measure(places, serials, _plan(arguments), show)


def _plan(arguments):
    from tflm.device.plan import Plan

    script = arguments.script and pathlib.Path(arguments.script)
    binary = arguments.benchmark_binary
    apk = arguments.apk or (_APK if _APK.exists() else None)
    return Plan(
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
    plan, kind = _plan(arguments), arguments.package
    farm.package(kind, models, apk, plan, pathlib.Path(folder))
    print(f"{folder}: README.md has the command")
    return 0


def _farm_results(arguments, device: str) -> int:
    from tflm.device import farm_results

    outcome = farm_results.read(pathlib.Path(arguments.results), device)
    _report(arguments, outcome.measurements, outcome.failures)
    return 1 if outcome.failures else 0


def _emulate(arguments, devices: list[str]) -> int:
    import dataclasses

    from tflm.device import emulated

    apk = pathlib.Path(arguments.apk or _APK)
    results, all_agree = [], True
    for device in devices:
        for path in arguments.files:
            content = options.model_bytes(path)
            found = emulated.check(content, _serial(device), apk)
            all_agree &= found.agrees
            agreement = dataclasses.asdict(found) | {"agrees": found.agrees}
            result = {"model": path, "device": device, "agreement": agreement}
            results.append(result)
    document = {"command": options.own_command(), "results": results}
    _save(arguments.output, document)
    if arguments.json:
        options.show(document, as_json=True)
    else:
        for result in results:
            print(f"{result['model']} on {result['device']}, without any time:")
            options.show(result["agreement"], as_json=False)
    return 0 if all_agree else 1


def _report(arguments, found: list, failures: list[dict]) -> None:
    import sys

    from tflm import files
    from tflm.latency import results as latency_results
    from tflm.report import latency_table

    document = latency_results.document(found, options.own_command(), failures)
    _save(arguments.output, document)
    if arguments.csv:
        files.write(arguments.csv, latency_table.as_csv(found))
    if arguments.plot and found:
        from tflm.report import latency_plot, style

        form = arguments.plot.rpartition(".")[2]
        files.write(
            arguments.plot, style.render(latency_plot.plot(found), form)
        )
    if arguments.json:
        options.show(document, as_json=True)
    elif found:
        print(latency_table.table(found))
    for device, ratio in latency_results.ratios(found):
        if arguments.precision and ratio.precision > arguments.precision:
            print(
                f"{device}: {ratio.model} is known within "
                f"{ratio.precision:.1%} only: raise --seconds",
                file=sys.stderr,
            )
    for each in found:
        for warning in each.warnings:
            print(f"{each.device}: {warning}", file=sys.stderr)
    for failure in failures:
        print(f"tflm: {failure['error']}", file=sys.stderr)


def _save(path: str | None, document: dict) -> None:
    import json

    from tflm import files

    if path:
        files.write(path, json.dumps(document, indent=1) + "\n")
