import pytest

from tflm.search.budget import Budget, parse_bytes


@pytest.mark.parametrize(
    "text, expected",
    [
        ("900000", 900_000),
        ("900kB", 900_000),
        ("1.5 MB", 1_500_000),
        ("1MiB", 1_048_576),
    ],
)
def test_sizes_are_read(text, expected):
    assert parse_bytes(text) == expected


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "1GB", "one", "1e6"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="write it as in 1MB"):
        parse_bytes(text)


@pytest.mark.parametrize("fields", [(0,), (10, 0.0), (10, float("nan"))])
def test_a_budget_is_positive(fields):
    with pytest.raises(ValueError, match="must be above 0"):
        Budget(*fields)
