"""Which values an axis shows."""

import pytest

from tflm.report.outliers import bounds

NEAR = [90.0 + n for n in range(10)]


def test_values_that_are_near_are_all_shown():
    assert bounds(NEAR) == (90, 99, False)


def test_one_value_far_away_is_left_out_at_either_end():
    assert bounds([*NEAR, 3000.0]) == (90, 99, False)
    assert bounds([*NEAR, 0.01]) == (90, 99, False)
    assert bounds([0.01, *NEAR, 3000.0]) == (90, 99, False)


def test_two_that_are_far_and_near_each_other_are_left_out():
    assert bounds([*NEAR, 3000.0, 3100.0]) == (90, 99, False)


def test_many_values_far_away_are_shown():
    values = [*NEAR, 3000.0, 3100.0, 3200.0, 3300.0]
    assert bounds(values) == (90, 3300, True)


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [1.0, 100.0]])
def test_few_values_have_no_outlier(values):
    low, high, _ = bounds(values)
    assert (low, high) == (min(values), max(values))


def test_an_even_spread_over_decades_is_logarithmic():
    assert bounds([10.0**n for n in range(6)]) == (1, 1e5, True)
