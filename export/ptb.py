r"""Makes and scores the files of the Penn Treebank table, row by row.

python -m export.ptb --text=ptb --models=lstm-200,lr-200
python -m export.ptb --table
python -m export.ptb --plot=docs/ptb

It is `tflm ptb` with the directories of this repository: rows go to
results/ptb/MODEL.json, and --table shows those that are there.
"""

import sys

from tflm import cli

_HERE = ("--text=ptb", "--output=build/ptb", "--results=results/ptb")


if __name__ == "__main__":
    sys.argv[1:1] = ["ptb", *_HERE]
    cli.run()
