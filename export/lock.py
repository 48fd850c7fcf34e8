r"""Writes requirements.lock: what .venv gets, with the SHA-256 of each file.

pip install uv
python -m export.lock

The versions are those of constraints.txt. The oldest Python may have others
than the later ones, as there.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence

from absl import app

from tflm import files

_OLDEST, _NEWEST = "3.10", "3.13"
_MARKERS = {
    _OLDEST: 'python_version < "3.11"',
    _NEWEST: 'python_version >= "3.11"',
}
_HEAD = """\
# What .venv gets, by `pip install --require-hashes`: the pins of
# constraints.txt that setup.py's `docs` and `test` need. Made by
# `python -m export.lock`.
"""


def main(argv: Sequence[str]) -> None:
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    found = {python: _resolved(python) for python in _MARKERS}
    files.write("requirements.lock", _HEAD + merged(found))


def _resolved(python: str) -> dict[str, str]:
    """Returns the requirement of each package, with its hashes."""
    command = [
        *("uv", "pip", "compile", "--quiet", "--generate-hashes"),
        *("--no-header", "--no-annotate", "--no-emit-index-url"),
        *("--python-platform=linux", f"--python-version={python}"),
        *("--constraints=constraints.txt", "--extra=docs", "--extra=test"),
        "setup.py",
    ]
    text = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    blocks = re.split(r"\n(?=\S)", text.strip())
    return {block.partition("==")[0]: block for block in blocks}


def merged(found: Mapping[str, Mapping[str, str]]) -> str:
    """Returns one text of the requirements of two Pythons.

    Args:
        found: by the Python, then by the package, as uv writes it.
    """
    names = sorted({name for each in found.values() for name in each})
    lines = []
    for name in names:
        wanted = {
            python: each[name] for python, each in found.items() if name in each
        }
        if len(wanted) == len(found) and len({*wanted.values()}) == 1:
            lines.append(next(iter(wanted.values())))
            continue
        for python, block in wanted.items():
            first, _, rest = block.partition(" \\\n")
            lines.append(f"{first} ; {_MARKERS[python]} \\\n{rest}")
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    app.run(main)
