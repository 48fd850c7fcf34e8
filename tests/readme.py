"""The blocks of code in README.md, which tests run as they stand."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

# What needs a phone, or does not end: tests of their own run them.
ELSEWHERE = (
    "tflm benchmark build/bundle --device=adb",
    "tflm play build/bundle",
)


def blocks(language: str) -> list[str]:
    """Returns the code of each block in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(program: str) -> list[str]:
    """Returns the lines of a shell that run a program, without comments."""
    lines = [
        line.partition(" #")[0] for b in blocks("sh") for line in b.splitlines()
    ]
    return [x.strip() for x in lines if re.search(rf"(^|\| ){program} ", x)]
