r"""Damaged files of every kind, each read in a process that may die of it.

python -m benchmarks.fuzz --seconds=60 --output=results/fuzz.json
python -m benchmarks.fuzz --seconds=600 --seed=2 --keep=build/fuzz

An input is right if it is accepted, or refused in one line. What ends in
another exception, does not end, or ends the process is a finding: --keep
writes it to a directory. A .tflite file that ends the process which runs it on
zeros first, as `tflm.probe` does, is refused.
"""

import json
import sys
from collections.abc import Sequence

from absl import app, flags

from benchmarks import program
from benchmarks.fuzz.trials import OUTCOMES, rows
from tflm import files

_SECONDS = flags.DEFINE_float("seconds", 60, "How long, for all kinds.")
_SEED = flags.DEFINE_integer("seed", 1, "Of the damage.")
_KEEP = flags.DEFINE_string("keep", None, "Directory for what went wrong.")
_ONLY = flags.DEFINE_string("only", None, "The one kind to damage.")


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    found = rows(_SECONDS.value, _SEED.value, _KEEP.value, _ONLY.value)
    if program.OUTPUT.value:
        files.write(program.OUTPUT.value, json.dumps(found, indent=1) + "\n")
    print("| what | on | tried |", " | ".join(OUTCOMES), "|")
    print("|---|---|---:|" + "---:|" * len(OUTCOMES))
    for row in found:
        counts = " | ".join(f"{row[name]:,}" for name in OUTCOMES)
        print(f"| {row['what']} | {row['on']} | {row['tried']:,} | {counts} |")
    sys.exit(any(row[name] for row in found for name in OUTCOMES[2:]))


if __name__ == "__main__":
    app.run(main)
