"""The command `tflm`: each part of the toolkit from a shell.

Results go to standard output, `--json` for programs; progress and errors to
standard error. Exit codes: 0 done, 1 a check failed, 2 misuse.
"""

import argparse
import json
import os
import pathlib
import sys

from absl import app, logging
from absl.flags import argparse_flags

# Each command imports what it needs: TensorFlow alone takes three seconds.


def run() -> None:
    """Runs the command with the arguments of this process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    app.run(_main, flags_parser=_parse)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse_flags.ArgumentParser(
        prog="tflm",
        description="Keras LSTM language models to small, fast .tflite files.",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show tracebacks"
    )
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", dest="command"
    )
    for add in _COMMANDS:
        add(commands)
    return parser.parse_args(argv[1:])


def _main(arguments: argparse.Namespace) -> int:
    logging.set_verbosity(logging.INFO)
    try:
        return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        print("tflm: stopped; the same command goes on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # Whoever read our output has read enough.
        sys.stdout = open(os.devnull, "w")
        return 0
    except (ValueError, OSError, ArithmeticError, RuntimeError) as error:
        if arguments.verbose:
            raise
        print(f"tflm: {_one_line(error)}", file=sys.stderr)
        return 2 if isinstance(error, ValueError | FileExistsError) else 1


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    return " ".join(str(error).split()) or type(error).__name__


def _train(commands) -> None:
    def run(a):
        import dataclasses

        from tflm import model, training, workspace

        config = model.preset(a.preset)
        recipe = training.RECIPES[a.preset]
        given = {
            name: getattr(a, name)
            for name in _TRAINING
            if getattr(a, name) is not None
        }
        recipe = dataclasses.replace(recipe, **given)
        output = _new(a.output, a.overwrite, "model.npz")
        text = workspace.prepare(
            a.corpus,
            output / "text",
            a.vocabulary_size or config.vocabulary_size,
        )
        config = dataclasses.replace(
            config, vocabulary_size=len(text.vocabulary)
        )
        net = model.build_model(config, recipe.seed)
        progress = training.train(
            net, text.train, text.valid, recipe, output / "checkpoints"
        )
        origin = dataclasses.replace(text.origin, recipe=a.preset)
        trained = workspace.Trained(net, text.vocabulary, origin)
        workspace.save(trained, output)
        _show(a, dataclasses.asdict(progress) | {"parameters": net.parameters})

    p = _command(commands, "train", run, "train a model on a corpus")
    p.add_argument("--corpus", default="chitchat", help=_CORPUS_HELP)
    p.add_argument("--preset", default="keyboard", help="shape and recipe")
    p.add_argument("--vocabulary_size", type=int, help="words, 10,000")
    p.add_argument("--output", required=True, help="directory to write")
    _add_training(p)
    _add_overwrite(p)


def _compress(commands) -> None:
    def run(a):
        import dataclasses

        from tflm import compress, training, workspace

        methods = compress.parse_all(a.methods)
        trained = workspace.load(a.model, a.vocabulary)
        output = _new(a.output, a.overwrite, "model.npz")
        fit = compress.skip_training
        if a.epochs != 0:
            text = workspace.prepare(
                a.corpus or trained.origin.corpus,
                output / "text",
                words=trained.vocabulary,
            )
            given = {
                name: getattr(a, name)
                for name in _TRAINING
                if getattr(a, name) is not None
            }
            recipe = training.TrainingConfig(
                **{"epochs": 1.0, "learning_rate": 0.001} | given
            )
            fit = training.make_fit(text.train, text.valid, recipe)
        smaller = compress.apply(methods, trained.model, fit)
        recipe = f"{trained.origin.recipe}, {a.methods}"
        workspace.save(
            workspace.Trained(
                smaller,
                trained.vocabulary,
                dataclasses.replace(trained.origin, recipe=recipe),
            ),
            output,
        )
        _show(
            a,
            {
                "parameters_before": trained.model.parameters,
                "parameters": smaller.parameters,
            },
        )

    p = _command(commands, "compress", run, "make a model smaller")
    _add_model(p)
    p.add_argument(
        "--methods", required=True, help="as in 'LowRank(rank=64), Prune()'"
    )
    p.add_argument("--output", required=True, help="directory to write")
    p.add_argument("--corpus", help=f"to train on after; {_CORPUS_HELP}")
    _add_training(p)
    _add_overwrite(p)


def _export(commands) -> None:
    def run(a):
        import itertools

        from tflm import bundle, corpus, workspace
        from tflm.tflite import convert, inspect

        trained = workspace.load(a.model, a.vocabulary)
        output = pathlib.Path(a.output)
        if output.exists() and not a.overwrite:
            raise FileExistsError(f"{output} exists: give --overwrite")
        ids = None
        if a.format == "full_int8":
            text = corpus.load(a.corpus or trained.origin.corpus)
            lines = itertools.islice(text.sentences("valid"), 50)
            eos = trained.vocabulary.eos
            encode = trained.vocabulary.encode
            ids = [id for line in lines for id in [*encode(line), eos]]
        content = convert.convert(trained.model, a.format, a.runtime, ids)
        origin = trained.origin
        about = bundle.About(
            name=a.name or f"{origin.recipe} {a.format}",
            recipe=f"{origin.recipe}, {a.format}",
            corpus=origin.corpus,
            corpus_sha256=origin.corpus_sha256,
            typed=origin.typed,
            display=origin.display,
            provenance={"command": _own_command()},
        )
        bundle.write(output, content, trained.vocabulary, about, a.overwrite)
        found = inspect.inspect(content)
        _show(
            a,
            {
                "bundle": str(output),
                "bytes": len(content),
                "minimum_runtime": found.runtime,
            },
        )

    p = _command(commands, "export", run, "write a bundle with a .tflite file")
    _add_model(p)
    p.add_argument(
        "--format",
        default="int8",
        help="float32, float16, int8, full_int8, int4 or mixed",
    )
    p.add_argument("--runtime", help="oldest TensorFlow Lite, as in 2.16")
    p.add_argument("--output", required=True, help="directory to write")
    p.add_argument("--corpus", help=f"to calibrate full_int8; {_CORPUS_HELP}")
    p.add_argument("--name", help="of the bundle, for people")
    _add_overwrite(p)


def _evaluate(commands) -> None:
    def run(a):
        import dataclasses
        import itertools

        from tflm import corpus, evaluation

        step, words, name = _open(a.file, a.vocabulary)
        text = corpus.load(a.corpus or name or "chitchat")
        sentences = itertools.islice(text.sentences(a.split), a.sentences)
        quality = evaluation.evaluate(step, words, sentences, not a.alone)
        found = dataclasses.asdict(quality)
        if a.reference:
            other, _, _ = _open(a.reference, a.vocabulary)
            lines = itertools.islice(text.sentences(a.split), 200)
            ids = [i for s in lines for i in [*words.encode(s), words.eos]]
            agreement = evaluation.compare(step, other, words, ids)
            found |= dataclasses.asdict(agreement)
        _show(a, found)

    p = _command(commands, "evaluate", run, "score a file on a text")
    p.add_argument("file", help="bundle, .tflite file or model directory")
    p.add_argument("--corpus", help=_CORPUS_HELP)
    p.add_argument(
        "--split", default="test", choices=["train", "valid", "test"]
    )
    p.add_argument("--sentences", type=int, help="only so many")
    p.add_argument(
        "--alone",
        action="store_true",
        help="begin each sentence anew, as a text field does",
    )
    p.add_argument("--reference", help="another file, to tell the agreement")
    p.add_argument("--vocabulary", help="of a .tflite file without a bundle")
    p.add_argument("--json", action="store_true", help="for programs")


def _benchmark(commands) -> None:
    def run(a):
        import dataclasses

        from tflm import benchmark
        from tflm.tflite import load

        contents = {path: _model_bytes(path) for path in a.files}
        for content in contents.values():
            load.check(content)
        found = benchmark.interleave(
            contents, a.threads, not a.no_xnnpack, a.runs, a.seconds
        )
        if a.json:
            rows = {k: dataclasses.asdict(v) for k, v in found.items()}
            print(json.dumps(rows, indent=1))
        else:
            print(benchmark.text(found))

    p = _command(commands, "benchmark", run, "measure latency on this machine")
    p.add_argument("files", nargs="+", metavar="FILE", help="bundle or .tflite")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--no_xnnpack", action="store_true", help="plain kernels")
    p.add_argument("--runs", type=int, default=1000)
    p.add_argument(
        "--seconds", type=float, default=20.0, help="at most, a file"
    )
    p.add_argument("--json", action="store_true", help="for programs")


def _suggest(commands) -> None:
    def run(a):
        from tflm import bundle, typing_line

        found = bundle.Bundle.load(a.bundle)
        typing_line.run(found, sys.stdin, sys.stdout)

    p = _command(commands, "suggest", run, "type and see suggestions")
    p.add_argument("bundle", help="directory that tflm export wrote")


def _inspect(commands) -> None:
    def run(a):
        import dataclasses

        from tflm.tflite import inspect

        found = inspect.inspect(_model_bytes(a.file))
        if a.json:
            print(json.dumps(dataclasses.asdict(found), indent=1))
        else:
            print(inspect.text(found))

    p = _command(commands, "inspect", run, "show what any .tflite file holds")
    p.add_argument("file", help="bundle or .tflite")
    p.add_argument("--json", action="store_true", help="for programs")


def _report(commands) -> None:
    def run(a):
        from tflm import report

        rows = [row for path in a.rows for row in report.load(path)]
        if a.output:
            report.write_page(rows, a.output, a.title)
        print(report.markdown(rows) if a.markdown else report.table(rows))

    p = _command(commands, "report", run, "a table and a page from results")
    p.add_argument("rows", nargs="+", metavar="JSON", help="results/*.json")
    p.add_argument("--output", help="HTML page to write")
    p.add_argument("--title", default="Results")
    p.add_argument("--markdown", action="store_true")


def _doctor(commands) -> None:
    def run(a):
        from tflm import doctor

        problems = doctor.problems()
        for name, version in doctor.versions().items():
            print(f"{name:32} {version}")
        for problem in problems:
            print(f"problem: {problem}")
        if not problems:
            print("no problem found")
        return 1 if problems else 0

    _command(commands, "doctor", run, "name version conflicts and their cure")


def _corpus(commands) -> None:
    def run_fetch(a):
        from tflm import corpus

        if a.name != "ptb":
            raise ValueError(f"no source for {a.name!r}: there is ptb")
        corpus.fetch_ptb(a.output)
        print(f"ptb:{a.output}")

    def run_show(a):
        from tflm import corpus, vocabulary

        text = corpus.load(a.name)
        special = (vocabulary.EOS, vocabulary.UNK, *text.special)
        words = vocabulary.build(
            text.sentences("train"), a.vocabulary_size, special
        )
        rows = {
            split: vars(
                corpus.statistics(text.sentences(split), words.ids.__contains__)
            )
            for split in corpus.SPLITS
        }
        if a.json:
            print(json.dumps(rows, indent=1))
        for split, row in () if a.json else rows.items():
            print(
                f"{split:6} {row['sentences']:>9,} sentences "
                f"{row['tokens']:>11,} tokens {row['distinct_words']:>8,} "
                f"different words, {row['coverage']:.1%} of tokens known"
            )

    group = commands.add_parser("corpus", help="fetch a corpus or count it")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    p = _command(actions, "fetch", run_fetch, "download a standard corpus")
    p.add_argument("name", help="ptb")
    p.add_argument("--output", default="data/ptb", help="directory")
    p = _command(actions, "show", run_show, "count sentences, words, coverage")
    p.add_argument("name", help=_CORPUS_HELP)
    p.add_argument("--vocabulary_size", type=int, default=10_000)
    p.add_argument("--json", action="store_true", help="for programs")


def _demo(commands) -> None:
    def run(a):
        from tflm import keyboard, report

        output = pathlib.Path(a.output)
        rows = keyboard.run(keyboard.DEMO, output, _own_command())
        report.write_page(rows, output / "report.html", "tflm demo")
        print(report.table(rows))

    p = _command(commands, "demo", run, "the whole way in ten minutes")
    p.add_argument("--output", default="tflm-demo", help="directory")


_COMMANDS = (
    _demo, _train, _compress, _export, _evaluate, _benchmark, _suggest,
    _inspect, _report, _corpus, _doctor,
)  # fmt: skip
_CORPUS_HELP = "chitchat, ptb:DIR, wikitext2:DIR, or a text file or folder"
_TRAINING = {
    "epochs": (float, "passes over the text"),
    "batch": (int, "rows side by side"),
    "steps": (int, "words after which the gradient is cut"),
    "optimizer": (str, "sgd or adam"),
    "learning_rate": (float, "the highest of the run"),
    "schedule": (str, "constant, decay, cosine or one_cycle"),
    "loss": (str, "full, or sampled: faster, nearly as good"),
    "patience": (int, "epochs without gain before it stops"),
    "seed": (int, "of all that is random"),
    "checkpoint_seconds": (float, "how often a run saves itself"),
}


def _command(commands, name: str, run, help: str):
    parser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    return parser


def _add_model(parser) -> None:
    parser.add_argument("model", help="model directory, .keras or .h5 file")
    parser.add_argument("--vocabulary", help="words of a .keras or .h5 file")


def _add_training(parser) -> None:
    for name, (kind, help) in _TRAINING.items():
        parser.add_argument(f"--{name}", type=kind, help=help)
    parser.add_argument("--json", action="store_true", help="for programs")


def _add_overwrite(parser) -> None:
    parser.add_argument("--overwrite", action="store_true", help="replace it")


def _new(path: str, overwrite: bool, mark: str) -> pathlib.Path:
    """Returns the directory, unless a finished result is there already."""
    directory = pathlib.Path(path)
    if (directory / mark).exists() and not overwrite:
        raise FileExistsError(f"{directory} exists: give --overwrite")
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _open(path: str, words: str | None):
    """Returns a step, its vocabulary and its corpus's name, if known."""
    from tflm import bundle, vocabulary, workspace
    from tflm.tflite import load

    place = pathlib.Path(path)
    if (place / "manifest.json").exists():
        found = bundle.Bundle.load(place)
        name = found.manifest["corpus"]["name"]
        return load.load(found.model), found.vocabulary, name
    if place.is_dir():
        from tflm.model import KerasStep

        trained = workspace.load(place)
        name = trained.origin.corpus
        return KerasStep(trained.model), trained.vocabulary, name
    if words is None:
        raise ValueError(f"{path} has no vocabulary: give --vocabulary")
    return load.load(_model_bytes(path)), vocabulary.load(words), None


def _model_bytes(path: str) -> bytes:
    place = pathlib.Path(path)
    if place.is_dir():
        place = place / "model.tflite"
    return place.read_bytes()


def _own_command() -> str:
    return " ".join(["tflm", *sys.argv[1:]])


def _show(arguments, values: dict) -> None:
    if getattr(arguments, "json", False):
        print(json.dumps(values, indent=1))
        return
    for name, value in values.items():
        if isinstance(value, float):
            value = f"{value:.4f}"
        if not isinstance(value, list):
            print(f"{name:24} {value}")


if __name__ == "__main__":
    run()
