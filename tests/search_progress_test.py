"""What a search says of its progress."""

import itertools
import threading

from absl import logging

from tflm.search.progress import Progress


def make(times, **fields) -> Progress:
    clock = iter(times)
    return Progress(
        {"choose": 60.0, "try": 600.0},
        {"choose": 2, "try": 1},
        clock=lambda: next(clock),
        **fields,
    )


def test_a_line_says_stage_minutes_and_expected_minutes():
    progress = make(itertools.repeat(0.0))
    progress.number = 1
    line = progress.line("choosing an int8 file", 0.0, "choose")
    assert line == (
        "search: stage 1 of 3, choosing an int8 file; 0.0 minutes so far, "
        "about 12.0 minutes left"
    )


def test_what_a_stage_took_is_expected_of_the_next():
    progress = make(itertools.count(0.0, 30.0))
    with progress.stage("choose", "one"):
        pass
    [took] = progress.took["choose"]
    progress.number = 2
    left = (took + 600) / 60
    assert f"about {left:.1f} minutes left" in progress.line("", 0, "choose")


def test_a_stage_that_takes_longer_is_never_below_nothing():
    progress = make(itertools.repeat(0.0))
    progress.number = 3
    progress.left = {"choose": 0, "try": 1}
    assert "about 0.0 minutes left" in progress.line("", 9e9, "try")


def test_a_long_stage_is_told_again(monkeypatch):
    lines, told_again = [], threading.Event()

    def info(form, *values):
        lines.append(form % values)
        if len(lines) == 3:
            told_again.set()

    monkeypatch.setattr(logging, "info", info)
    progress = make(itertools.repeat(0.0), every=0.001)
    with progress.stage("try", "trying it"):
        assert told_again.wait(60)
    assert all("trying it" in line for line in lines)
