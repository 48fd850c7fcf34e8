"""What JSON of another shape is answered with: where, and what it should be."""

import dataclasses
import os

import pytest

from tests.refusals import refusal
from tflm import json_files


@dataclasses.dataclass
class Shape:
    name: str
    sizes: list[int] = dataclasses.field(default_factory=list)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON: Expecting value"),
        (b"\xff\xfe", "is not UTF-8"),
        ("[" * 100_000, "is nested too deep"),
        ('{"name": ' + "[" * 99 + "]" * 99 + "}", "is nested too deep"),
        ('{"name": "a", "name": "b"}', "it has the key 'name' twice"),
        ('{"name": "a", "sizes": [NaN]}', "NaN is no number"),
        ("3", "expected object, got int"),
        ('{"name": "\\ud800"}', "it has half of a character"),
        ("[]", "expected object, got array"),
        ("{}", "object missing required field name"),
        ('{"name": 3}', "name: expected str, got int"),
        ('{"name": "a", "sizes": [1, "2"]}', "sizes[1]: expected int, got str"),
        ('{"name": "a", "size": 1}', "has a field 'size'"),
        ('{"name": "a", "sizes": [' + "9" * 5000 + "]}", "is not JSON"),
    ],
)
def test_other_shapes_are_refused(text, message):
    said = refusal(json_files.parse, text, "a.json", Shape)
    assert said.startswith("a.json")
    assert message in said


def test_a_shape_is_made():
    text = b'\xef\xbb\xbf{"name": "a", "sizes": [1]}'
    assert json_files.parse(text, "a.json", Shape) == Shape("a", [1])


def test_infinity_is_a_number_where_it_is_one():
    text = '{"loss": Infinity}'
    found = json_files.parse(text, "a", dict[str, float], has_nan=True)
    assert found == {"loss": float("inf")}


def test_what_is_no_file_is_not_opened(tmp_path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    for path, what in (
        (pipe, "is a pipe"),
        ("/dev/zero", "is a device"),
        (tmp_path, "is a directory"),
    ):
        assert what in refusal(json_files.read, path, Shape)
