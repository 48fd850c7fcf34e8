"""Files that end the process which runs them."""

import pytest

from tests import tflite_files
from tests.command import run_here
from tests.refusals import refusal
from tflm import limited, probing


def _always(program):
    return lambda module: program


@pytest.fixture(scope="module")
def good():
    return tflite_files.file(tied=True)


def test_a_sound_file_passes_and_is_run_once(good, monkeypatch):
    probing.probe(good)
    monkeypatch.setattr(limited, "_program", _always("raise SystemExit(1)"))
    probing.probe(good)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import os; os.kill(os.getpid(), 11)", "died on it (SIGSEGV)"),
        ("import os; os.abort()", "died on it (SIGABRT)"),
        ("raise SystemExit(1)", "died on it (exit code 1)"),
        ("import os; os.kill(os.getpid(), 24)", "more than 60 seconds"),
    ],
)
def test_a_death_is_one_line(program, message, monkeypatch):
    monkeypatch.setattr(limited, "_program", _always(program))
    assert message in refusal(probing.probe, program.encode())


def test_memory_is_limited(monkeypatch):
    program = limited._program("").partition("limited.main")[0]
    program += "limited.limit(9, 60); bytes(2**30)"
    monkeypatch.setattr(limited, "_program", _always(program))
    assert "died on it (exit code 1)" in refusal(probing.probe, b"")


def test_a_command_says_which_file(good, tmp_path, capsys, monkeypatch):
    program = "import os; os.kill(os.getpid(), 11)"
    monkeypatch.setattr(limited, "_program", _always(program))
    path = tmp_path / "theirs.tflite"
    path.write_bytes(good + b"\0")
    assert run_here("benchmark", path) == 2
    assert f"{path}: the runtime died on it (SIG" in capsys.readouterr().err
