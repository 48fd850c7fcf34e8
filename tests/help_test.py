"""Every command explains itself, at once and within a terminal's width."""

import subprocess
import sys

import pytest

from tests.command import run_here
from tflm import cli
from tflm.commands.parser import with_underscores
from tflm.compression import METHODS
from tflm.model.presets import PRESETS
from tflm.tflite.formats import FORMATS

COMMANDS = [module.__name__.rpartition(".")[2] for module in cli._COMMANDS]


@pytest.fixture
def shown(capsys, monkeypatch):
    """Returns a function that runs a command and returns what it printed."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments, code=0):
        assert run_here(*arguments) == code
        return capsys.readouterr().out

    return run


def test_help_imports_nothing_slow():
    program = """
import sys
from tflm import cli
for command in sys.argv[1:]:
    try:
        cli._parse(["tflm", command, "--help"])
    except SystemExit:
        pass
print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *COMMANDS],
        capture_output=True,
        text=True,
    )
    slow = {"tensorflow", "numpy", "matplotlib", "ai_edge_litert"}
    assert not slow & {*done.stderr.split()}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_and_shows_examples(command, shown):
    text = shown(command, "--help")
    assert max(map(len, text.splitlines())) <= 80
    if command != "corpus":  # It has two of its own.
        assert f"examples:\n  tflm {command}" in text or "$(tflm" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_its_own_word(command, shown):
    assert shown("help", command) == shown(command, "--help")


def test_help_lists_what_the_registries_have(shown):
    lists = {"train": PRESETS, "compress": METHODS, "export": FORMATS}
    for command, names in lists.items():
        lines = shown(command, "--help").splitlines()
        listed = [line.split()[0] for line in lines if line.strip()]
        assert [n for n in names if n not in listed] == [], command


def test_defaults_and_units_are_shown(shown):
    text = " ".join(shown("compress", "--help").split())
    assert "passes over the text; a fraction is allowed (default: 1.0)" in text
    assert "milliseconds of a word" in text
    assert "(default: int8)" in shown("export", "--help")


def test_play_says_what_it_suggests_without(shown):
    text = " ".join(shown("play", "--help").split())
    assert "without a bundle's cache and without forgiven slips" in text


def test_every_flag_is_taken_with_dashes():
    given = ["--no-browser", "--budget-bytes=1-MB", "a-b", "--", "--as-it-is"]
    assert with_underscores(given) == [
        *("--no_browser", "--budget_bytes=1-MB", "a-b", "--", "--as-it-is")
    ]


def test_a_flag_with_dashes_runs(shown):
    arguments = cli._parse(
        ["tflm", "train", "--output=x", "--vocabulary-size", "9"]
    )
    assert arguments.vocabulary_size == 9


def test_verbose_stands_before_or_behind_the_command():
    for argv in (["--verbose", "doctor"], ["doctor", "--verbose"]):
        assert cli._parse(["tflm", *argv]).verbose
    assert not cli._parse(["tflm", "doctor"]).verbose


def test_version_is_told(shown):
    assert shown("--version").startswith("tflm 0.")
