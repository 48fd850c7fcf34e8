"""The table of formats, from which the others take what they say."""

import pathlib
import subprocess
import sys
from typing import get_args

import pytest

from tflm.tflite import formats

ROOT = pathlib.Path(__file__).parents[1]


def test_every_format_has_its_row():
    assert tuple(formats.FORMATS) == get_args(formats.Format)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_help_names_every_format(name):
    row = formats.known(name)
    assert row.name == name
    assert f"{name}: {row.help}" in formats.summary()


def test_fewer_bits_are_allowed_more_rounding():
    rows = sorted(formats.FORMATS.values(), key=lambda row: row.tolerance)
    bits = [min(row.layers, row.tables) for row in rows if not row.calibrated]
    assert bits == sorted(bits, reverse=True)


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'int7' is unknown: give one of flo"):
        formats.known("int7")


def test_a_format_is_refused_to_a_runtime_that_cannot_read_it():
    formats.check_runtime("int4", "2.18")
    formats.check_runtime("int4", None)
    formats.check_runtime("int8", "2.16")
    with pytest.raises(ValueError, match="needs TensorFlow Lite 2.18, not 2.1"):
        formats.check_runtime("int4", "2.16.1")
    with pytest.raises(ValueError, match="'new' is no runtime version"):
        formats.check_runtime("int8", "new")


def test_the_table_is_there_without_tensorflow():
    program = "import sys, tflm.tflite.formats; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.check_output(command, text=True).split()
    slow = {"numpy", "tensorflow", "ai_edge_litert", "ai_edge_quantizer"}
    assert not slow & set(loaded)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_the_docs_explain_every_format(name):
    text = (ROOT / "docs" / "export.md").read_text("utf-8")
    assert f"\n| `{name}` | " in text
