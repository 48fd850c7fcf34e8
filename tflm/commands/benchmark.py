"""tflm benchmark: how long a step takes, here or on a phone."""

import argparse
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tflm.commands import benchmark_arguments, foreign, options
from tflm.experiment import opening

if TYPE_CHECKING:
    from tflm.device.phones import Outcome
    from tflm.latency.results import Measurement


def add(commands) -> None:
    """Adds the command to those of `tflm`."""
    parser = options.command(
        commands,
        "benchmark",
        run,
        "measure latency, here or on phones",
        usage="FILE... [options]",
        examples=(
            "tflm benchmark build/bundle",
            "tflm benchmark int8 int4 float32 --precision=0.02",
            "tflm benchmark build/bundle --device=adb --csv=phone.csv",
        ),
        more="Times are milliseconds of one word, a step; files of one "
        "command are measured in interleaved rounds.",
    )
    benchmark_arguments.add(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measures, and returns the exit code: 1 where something failed."""
    devices = arguments.device or ["host"]
    benchmark_arguments.check_paths(arguments)
    if arguments.results:
        return _farm_results(arguments, devices[0])
    if not arguments.files:
        raise ValueError("nothing to measure: give bundles or .tflite files")
    benchmark_arguments.check_devices(devices)
    foreign.check(arguments)
    if arguments.package:
        return _package(arguments)
    if any(device.startswith("qemu:") for device in devices):
        return _emulate(arguments, devices)
    found = _host(arguments) if "host" in devices else []
    failures: list[dict[str, Any]] = []
    if serials := [_serial(d) for d in devices if d != "host"]:
        outcome = _phones(arguments, serials)
        found += outcome.measurements
        failures = outcome.failures
    return _report(arguments, found, failures)


def _serial(device: str) -> str | None:
    return device.partition(":")[2] or None


def _opened(arguments: argparse.Namespace) -> "Mapping[str, opening.Opened]":
    """Returns the files by name, in their order."""
    how = {"file_format": arguments.format, "has_words": False}
    others = foreign.given(arguments)
    paths = [*dict.fromkeys(arguments.files)]
    kinds = [opening.check(path, others["words"], **how) for path in paths]
    on_phone = any(not _is_here(each) for each in arguments.device or ())
    if on_phone and "workspace" in kinds:
        raise ValueError(
            f"{paths[kinds.index('workspace')]} is no bundle, which "
            f"a phone needs: tflm export makes one"
        )
    return opening.named(
        (x, opening.open_model(x, **how, **others)) for x in paths
    )


def _is_here(device: str) -> bool:
    return device == "host" or device.startswith("qemu:")


def _contents(arguments: argparse.Namespace) -> dict[str, bytes]:
    opened = _opened(arguments)
    return {name: each.content() for name, each in opened.items()}


def _host(arguments: argparse.Namespace) -> "list[Measurement]":
    from tflm.latency import benchmark

    found = benchmark.rounds(
        _contents(arguments),
        arguments.threads,
        xnnpack=arguments.delegate == "xnnpack",
        runs=benchmark_arguments.host_runs(arguments),
        seconds=arguments.seconds,
        precision=arguments.precision,
    )
    return [*found.values()]


def _phones(
    arguments: argparse.Namespace, serials: list[str | None]
) -> "Outcome":
    from tflm.device import phones

    opened = _opened(arguments)  # A damaged file goes to no phone.
    paths = map(pathlib.Path, dict.fromkeys(arguments.files))
    places = dict(zip(opened, paths, strict=True))

    def show(each: "Measurement") -> None:
        print(f"{each.device}: {each.model} is measured", file=sys.stderr)

    settings = benchmark_arguments.settings(arguments)
    return phones.measure(places, serials, settings, show)


def _package(arguments: argparse.Namespace) -> int:
    from tflm.device import farm

    models = [pathlib.Path(path) for path in arguments.files]
    folder, apk = arguments.output, benchmark_arguments.apk(arguments)
    settings = benchmark_arguments.settings(arguments)
    farm.package(arguments.package, models, apk, settings, pathlib.Path(folder))
    print(f"{folder}: README.md has the command")
    return 0


def _farm_results(arguments: argparse.Namespace, device: str) -> int:
    from tflm.device import farm_results

    outcome = farm_results.read(pathlib.Path(arguments.results), device)
    return _report(arguments, outcome.measurements, outcome.failures)


def _emulate(arguments: argparse.Namespace, devices: list[str]) -> int:
    from tflm.device import emulated

    if not all(device.startswith("qemu:") for device in devices):
        raise ValueError("qemu gives no times: run it in a command alone")
    contents = _contents(arguments)
    processors = [device.removeprefix("qemu:") for device in devices]
    apk = benchmark_arguments.apk(arguments)
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


def _report(
    arguments: argparse.Namespace,
    found: "Sequence[Measurement]",
    failures: Sequence[dict[str, Any]],
) -> int:
    from tflm.latency import results

    document = results.document(found, options.own_command(), failures)
    _write(arguments, found, document)
    if arguments.json:
        options.show(document, as_json=True)
    elif found:
        from tflm.report import latency_table

        print(latency_table.table(found))
    _complain(found, failures, arguments.precision)
    return 1 if failures else 0


def _write(
    arguments: argparse.Namespace,
    found: "Sequence[Measurement]",
    document: dict[str, Any],
) -> None:
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


def _complain(
    found: "Sequence[Measurement]",
    failures: Sequence[dict[str, Any]],
    precision: float | None,
) -> None:
    """Says on stderr what keeps numbers from being trusted, or measured."""
    from tflm.latency import results

    lines = results.imprecise(found, precision) if precision else []
    lines += [f"{each.device}: {w}" for each in found for w in each.warnings]
    lines += [f"tflm: {failure['error']}" for failure in failures]
    for line in lines:
        print(line, file=sys.stderr)


def _save(path: str | None, document: dict[str, Any]) -> None:
    import json

    from tflm import files

    if path:
        files.write(path, json.dumps(document, indent=1) + "\n")
