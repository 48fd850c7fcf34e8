"""Versions of TensorFlow Lite compare, and a file needs the newest of its ops.

What whole files need is in inspect_test.py and quantize_test.py.
"""

import pytest

from tflm.tflite.flatbuffer import runtimes


def test_versions_compare_as_numbers():
    numbers = runtimes.version_numbers
    assert numbers("2.16.1") > numbers("2.3.0")
    with pytest.raises(ValueError, match="'2.x' is no runtime version"):
        numbers("2.x")


def test_a_short_version_has_what_its_first_release_has():
    assert not runtimes.is_older("2.18", "2.18.0")
    assert runtimes.is_older("2.16", "2.16.1")
    assert runtimes.is_older("2.9.1", "2.16")


@pytest.mark.parametrize(
    "name, version, runtime",
    [
        ("GATHER", 1, "1.6.0"),
        ("FULLY_CONNECTED", 12, "2.17.0"),
        ("BROADCAST_TO", 1, runtimes.UNKNOWN),
        ("GATHER", 0, runtimes.UNKNOWN),
        ("GATHER", 8, runtimes.UNKNOWN),
        ("FlexGather", 1, runtimes.UNKNOWN),
    ],
)
def test_a_runtime_is_known_or_said_to_be_unknown(name, version, runtime):
    assert runtimes.first(name, version) == runtime
