r"""Writes docs/licences.md: the licence of each package that is pinned.

python -m export.licences

They are what the installed packages say of themselves. A package that none of
`ALLOWED` holds for ends this in one line.
"""

import collections
import importlib.metadata
import pathlib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from absl import app

from tflm import files

# By which anything may be used and passed on, beside our own licence.
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0"),
    *("CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0"),
    *("PSF-2.0", "Zlib"),
}
# Which nothing of ours contains or needs, but for a benchmark's extra.
EXCEPTIONS = {"pyppmd": "LGPL-2.1-or-later"}

_SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "AL2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Of those that say nothing, and that not every Python gets.
_BY_HAND = {
    "coloredlogs": "MIT",
    "exceptiongroup": "MIT AND PSF-2.0",
    "greenlet": "MIT AND PSF-2.0",
    "humanfriendly": "MIT",
    "importlib-resources": "Apache-2.0",
    "mpmath": "BSD-3-Clause",
    "namex": "Apache-2.0",
    "pythainlp": "Apache-2.0",
    "sympy": "BSD-3-Clause",
}
_PAGE = """\
# Licences

What the toolkit is installed with, by what it says of itself; those of the
extras are among them. The toolkit's own is Apache-2.0
([LICENSE](../LICENSE)). Written by `python -m export.licences` from
`constraints.txt`; a test holds each against a list of licences by which
anything may be used and passed on.

One is not of that list: pyppmd is LGPL, and is only what
[`tflm zip`](zip.md) is compared with. The extra `zip-rivals` installs it, and
nothing else does. *BSD* is what does not say with how many clauses.

"""


def main(argv: Sequence[str]) -> None:
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    try:
        found = {name: licence(name) for name in pinned()}
        refused(found)
    except ValueError as error:
        sys.exit(f"export.licences: {error}")
    files.write("docs/licences.md", page(found))


def pinned() -> list[str]:
    """Returns the names of constraints.txt."""
    lines = pathlib.Path("constraints.txt").read_text("utf-8").splitlines()
    found = (re.match(r"[\w.-]+", line) for line in lines)
    return sorted({each[0] for each in found if each})


def licence(name: str) -> str:
    """Returns the licence of a package as an SPDX expression.

    Raises:
        ValueError: nothing says it.
    """
    if name in _BY_HAND:
        return _BY_HAND[name]
    try:
        said: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        raise ValueError(
            f"{name} is not installed: pip install {name} first"
        ) from None
    if expression := said.get("License-Expression"):
        return expression
    free = _spelled(said.get("License") or "")
    if " " not in free or is_allowed(free):
        if free and free != "UNKNOWN":
            return free
    classifiers = [
        _spelled(each.rpartition(" :: ")[2])
        for each in said.get_all("Classifier") or []
        if each.startswith("License :: OSI Approved :: ")
    ]
    if not classifiers:
        raise ValueError(f"{name} does not say its licence: look and add it")
    return " OR ".join(classifiers)


def _spelled(said: str) -> str:
    return _SPELLINGS.get(said, said)


def is_allowed(expression: str) -> bool:
    """Tells whether an SPDX expression leaves a licence of the list."""
    parts = expression.replace("(", "").replace(")", "").split(" AND ")
    return all(ALLOWED.intersection(part.split(" OR ")) for part in parts)


def refused(found: Mapping[str, str]) -> None:
    """Refuses packages with other licences.

    Raises:
        ValueError: there is one.
    """
    for name, expression in found.items():
        if not is_allowed(expression) and EXCEPTIONS.get(name) != expression:
            raise ValueError(f"{name} has the licence {expression}: no")


def page(found: Mapping[str, str]) -> str:
    """Returns the page of the licences of packages."""
    by_licence: dict[str, list[str]] = collections.defaultdict(list)
    for name in sorted(found):
        by_licence[found[name]].append(name)
    return _PAGE + _table(sorted(by_licence.items()))


def _table(rows: Iterable[tuple[str, list[str]]]) -> str:
    lines = ["| licence | packages |", "|---|---|"]
    lines += [f"| {each} | {', '.join(names)} |" for each, names in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    app.run(main)
