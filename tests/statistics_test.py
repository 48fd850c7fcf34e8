"""What is said of times, checked on times that are known."""

import numpy as np

from tflm.latency import statistics
from tflm.latency.statistics import percentiles


def test_statistics_are_numpys():
    times = np.random.default_rng(0).integers(1000, 10**7, 500)
    found = statistics.statistics(times)
    assert found["runs"] == 500
    for name, expected in {
        "min_ms": times.min(),
        "mean_ms": times.mean(),
        "std_ms": times.std(),
        "max_ms": times.max(),
        "p5_ms": np.percentile(times, 5),
        "p99_ms": np.percentile(times, 99),
    }.items():
        assert abs(found[name] - expected / 1e6) <= 5e-7


def test_percentiles_are_interpolated_linearly():
    found = percentiles([10**6, 2 * 10**6], (0, 25, 100))
    assert found == {"p0_ms": 1.0, "p25_ms": 1.25, "p100_ms": 2.0}


def test_drift_is_the_last_third_over_the_first():
    assert statistics.statistics([10] * 3 + [50] * 3 + [20] * 3)[
        "drift_ratio"
    ] == (2.0)


def test_one_time_has_no_spread():
    found = statistics.statistics([3_000_000])
    assert found["p5_ms"] == found["p99_ms"] == found["max_ms"] == 3
    assert (found["std_ms"], found["drift_ratio"]) == (0, 1)
