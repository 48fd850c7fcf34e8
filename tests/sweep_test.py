"""What a sweep varies and refuses, and which of its trials end early."""

import math
import sys
from unittest import mock

import pytest

from tests.command import run_here
from tests.refusals import refusal
from tflm.experiment import stages
from tflm.experiment.config import ExperimentConfig
from tflm.model.config import LayerConfig, ModelConfig
from tflm.scale.workers import Workers
from tflm.search import sweep, trial, varied
from tflm.training.config import TrainingConfig
from tflm.training.trainer import DivergedError


@pytest.fixture(scope="module")
def base() -> ExperimentConfig:
    shape = ModelConfig(24, 4, (LayerConfig("lstm", 8, 4),))
    how = TrainingConfig(2.0, 8, 5)
    return ExperimentConfig(
        corpus="a.txt", vocabulary_size=24, model=shape, training=how
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("speed=1..2", "varies 'speed', which there is not: there are alone"),
        ("seed=1,2", "varies 'seed', which there is not"),
        ("batch=8..4", "give LOW..HIGH, or values by comma"),
        ("batch=1.5", "give LOW..HIGH, or values by comma"),
        ("learning_rate=nan,1", "give LOW..HIGH, or values by comma"),
        ("loss=full..sampled", "is a range of names: give some of full, sam"),
    ],
)
def test_what_cannot_be_varied_is_refused(said, message):
    assert message in refusal(varied.parse, said)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("batch=0,4", "--vary batch=0: batch must be above 0"),
        ("optimizer=sgd,lion", "optimizer 'lion' is unknown"),
        ("output_dropout=0..1", "=1.0 is no share"),
        ("units=0..4", "a layer of 0 units"),
    ],
)
def test_values_that_cannot_be_are_refused_before_any_is_tried(
    said, message, base
):
    assert message in refusal(varied.check, base, varied.parse(said))


def test_a_setting_is_varied_once(base, tmp_path):
    twice = [varied.parse("batch=4,8")] * 2
    said = refusal(sweep.run, base, None, twice, tmp_path, Workers(2))
    assert said == "--vary has batch twice: give it once"


def test_a_wide_range_is_drawn_by_its_logarithm():
    assert varied.parse("learning_rate=0.001..0.01").is_log
    assert not varied.parse("learning_rate=0.001..0.009").is_log
    assert not varied.parse("output_dropout=0..0.5").is_log
    assert not varied.parse("batch=1,100").is_log


def test_units_are_those_of_each_recurrent_layer(base):
    found = varied.applied(base, {"units": 6, "input_dropout": 0.5})
    assert [each.units for each in found.model.layers] == [6]
    assert found.model.input_dropout == 0.5


def test_a_trial_of_other_values_is_refused(base, tmp_path):
    asked = (base, tmp_path, None, print)
    where = trial.place(tmp_path, 0)
    where.mkdir(parents=True)
    (where / "values.json").write_text('{"batch": 4}')
    said = refusal(trial.run, 0, {"batch": 8}, *asked)
    assert "a trial of other values" in said


def test_a_trial_that_diverges_says_so_and_is_not_tried_again(
    base, tmp_path, monkeypatch
):
    def diverge(*asked, **fields):
        raise DivergedError("the loss is nan")

    told = []
    for _ in range(2):
        monkeypatch.setattr(stages, "train_model", diverge)
        trial.run(3, {"batch": 8}, base, tmp_path, None, told.append)
        monkeypatch.setattr(stages, "train_model", None)
    assert told[0]["best"] == math.inf and told[0] == told[1]
    assert trial.read(tmp_path, 3).state == "diverged"


def test_what_a_trial_refuses_ends_the_sweep(monkeypatch):
    from tflm.search import tuning

    def refuse(number, values, tell):
        raise ValueError(f"{values} of\n{number}")

    told = []
    monkeypatch.setattr("ray.tune.report", told.append)
    tuning._report({"number": 2, "batch": 9}, refuse, {})
    stopper = tuning._Refusals()
    assert not stopper.stop_all() and stopper("a", told[0])
    assert stopper.stop_all() and stopper.said == "{'batch': 9} of 2"


def test_only_batches_before_a_trial_stop_it():
    from tflm.search import tuning

    rule = tuning._ByBatch(3)
    trials = [mock.Mock(config={"number": number}) for number in range(6)]

    def told(number, reached, epoch=1.0):
        row = {"epoch": epoch, "reached": reached, "best": reached}
        return rule.on_trial_result(None, trials[number], row)

    assert [told(n, 5.0 + n) for n in range(3)] == ["CONTINUE"] * 3
    assert [told(3, 5.5), told(4, 6.5), told(5, 6.0)] == [
        *("CONTINUE", "STOP", "CONTINUE")
    ]
    assert told(4, 6.5) == "STOP"  # As it says when it is begun again.


def test_a_sweep_without_its_packages_names_the_extra(
    corpus_file, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "optuna", None)
    asked = ("sweep", "--corpus", corpus_file, f"--output={tmp_path / 'x'}")
    assert run_here(*asked, "--vary=batch=4,8") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "pip install 'tflm-toolkit[ray]'" in line
