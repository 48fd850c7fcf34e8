r"""Whether archives of `tflm zip --portable` are the same everywhere.

python -m benchmarks.portable --text=LICENSE --arm64=./arm64-python \
    --bundle=android_demo/app/src/main/assets/keyboard \
    --output=results/zip/portable.json

The beginning of a text is zipped with each number of threads, and unzipped with
another. On ARM64 there is no build of the coder, so what a model says is
compared instead: the whole numbers that the coder would get, of 8 x 20 words.
--arm64 is a program that runs Python there with NumPy, flatbuffers and
ai-edge-litert, as `qemu-aarch64 -L ROOT ROOT/usr/bin/python3.11` does where
ROOT holds Debian's packages. Ends with exit code 1 where anything differs.
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from absl import app, flags

from benchmarks import program
from tflm import files
from tflm.report import provenance

_TEXT = flags.DEFINE_string("text", None, "File to compress.")
_BYTES = flags.DEFINE_integer("bytes", 2000, "Of its beginning.")
_BUNDLE = flags.DEFINE_string("bundle", None, "Directory of a model.")
_THREADS = flags.DEFINE_list("threads", ["1", "2"], "Numbers of threads.")
_WORDS = flags.DEFINE_integer("words", 20, "Of each text, for the weights.")
_ARM64 = flags.DEFINE_string("arm64", None, "Runs Python on ARM64.")
flags.mark_flags_as_required(["text", "bundle"])


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    archives = zipped(_THREADS.value)
    weights = [said([sys.executable], count) for count in _THREADS.value]
    if _ARM64.value:
        weights.append(said(shlex.split(_ARM64.value), "1"))
    same = [
        len({row["sha256"] for row in rows}) == 1
        for rows in (archives, weights)
    ]
    made = provenance.provenance(program.command("portable"), _TEXT.value)
    result = {"archives": archives, "weights": weights, "provenance": made}
    program.save(result)
    for row in (*archives, *weights):
        print(json.dumps(row))
    sys.exit(0 if all(same) else 1)


def zipped(threads: Sequence[str]) -> list[dict[str, Any]]:
    """Returns the digest of an archive of each number of threads.

    Raises:
        ValueError: one that is read with another number is not the text.
    """
    content = pathlib.Path(_TEXT.value).read_bytes()[: _BYTES.value]
    found = []
    tflm = [sys.executable, "-m", "tflm"]
    with tempfile.TemporaryDirectory() as place:
        text, back = f"{place}/text", f"{place}/back"
        archive = f"{text}.tflmz"
        files.write(text, content)
        zip_ = [*tflm, "zip", _BUNDLE.value, text, "--portable"]
        unzip = [*tflm, "unzip", _BUNDLE.value, archive, "--overwrite"]
        for writer, reader in zip(threads, reversed(threads), strict=True):
            run([*zip_, "--no_check", "--overwrite"], writer)
            run([*unzip, f"--output={back}"], reader)
            if pathlib.Path(back).read_bytes() != content:
                raise ValueError(f"{reader} threads give another text")
            found.append(
                {
                    "threads": int(writer),
                    "bytes": os.path.getsize(archive),
                    "sha256": files.sha256(archive),
                }
            )
    return found


def said(python: Sequence[str], threads: str) -> dict[str, Any]:
    """Returns the digest of what the model says, by some Python."""
    model = f"{_BUNDLE.value}/model.tflite"
    module = ["-m", "benchmarks.portable_digest", model, str(_WORDS.value)]
    row = json.loads(run([*python, *module], threads))
    return {"threads": int(threads), **row}


def run(command: Sequence[str], threads: str) -> str:
    """Returns what a program prints, with so many threads."""
    limits = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    done = subprocess.run(
        command,
        env={**os.environ, **limits},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    app.run(main)
