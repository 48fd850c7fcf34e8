"""tflm benchmark: how long a step takes on this machine."""

from tflm.commands import options


def add(commands) -> None:
    parser = options.command(
        commands, "benchmark", run, "measure latency on this machine"
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="bundle or .tflite file"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--no_xnnpack", action="store_true", help="with plain kernels"
    )
    parser.add_argument("--runs", type=int, default=1000, help="of each file")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="at most, for each file"
    )
    options.add_json(parser)


def run(arguments) -> None:
    import dataclasses
    import json

    from tflm import benchmark

    contents = {path: options.model_bytes(path) for path in arguments.files}
    found = benchmark.interleave(
        contents,
        arguments.threads,
        not arguments.no_xnnpack,
        arguments.runs,
        arguments.seconds,
    )
    if arguments.json:
        rows = {name: dataclasses.asdict(row) for name, row in found.items()}
        print(json.dumps(rows, indent=1))
    else:
        print(benchmark.text(found))
