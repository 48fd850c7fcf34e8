r"""Trains a keyboard model, compresses it, and proves what the files are.

The quick one, which is `tflm demo` and `make demo`, minutes; and the one that
ships, hours, of the texts that docs/chat.md names, in data/chat:

python -m export.keyboard --demo --output=build/demo
python -m export.keyboard --output=build/keyboard \
    --results=results/chitchat/keyboard.json \
    --bundle=android_demo/app/src/main/assets/keyboard
"""

import pathlib
import shutil
import sys

from absl import app, flags, logging

from tflm import console

if __name__ == "__main__":
    console.own_lines()

from tflm.commands import demo
from tflm.experiment import run
from tflm.experiment.config import DEMO, FULL
from tflm.report.rows import save_rows

_DEMO = flags.DEFINE_bool("demo", False, "Train for minutes, not an hour.")
_OUTPUT = flags.DEFINE_string("output", "build/keyboard", "Where all goes.")
_RESULTS = flags.DEFINE_string("results", None, "A JSON file for the rows.")
_BUNDLE = flags.DEFINE_string("bundle", None, "Where to copy the int8 bundle.")


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    output = pathlib.Path(_OUTPUT.value)
    experiment = DEMO if _DEMO.value else FULL
    kind = "demo run" if _DEMO.value else "full run"
    command = "python -m export.keyboard " + " ".join(sys.argv[1:])
    try:
        rows = demo.keyboard(experiment, output, kind, command)
    except KeyboardInterrupt:
        sys.exit("\nstopped; the same command goes on from here")
    if _RESULTS.value:
        pathlib.Path(_RESULTS.value).parent.mkdir(parents=True, exist_ok=True)
        save_rows(rows, _RESULTS.value)
    if _BUNDLE.value:
        source = run.bundle_path(output, experiment.shipped)
        shutil.copytree(source, _BUNDLE.value, dirs_exist_ok=True)


if __name__ == "__main__":
    app.run(main)
