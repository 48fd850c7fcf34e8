"""The profile of a file by operation, from the runtime's own profiler."""

import pytest

from benchmarks import operations
from tests import tflite_files


def test_every_product_of_a_file_is_timed(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(tflite_files.file(True))
    found = operations.profile(str(path), runs=2000)
    products = [us for name, us in found if "Fully Connected" in name]
    # The profiler counts whole microseconds, which such small ones rarely take.
    assert len(products) == 3 and sum(us for _, us in found) > 0
    assert "GATHER" in [name for name, _ in found]


def test_a_file_that_the_runtime_refuses_is_an_error(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="ModelFromFile of the runtime failed"):
        operations.profile(str(path), runs=1)
