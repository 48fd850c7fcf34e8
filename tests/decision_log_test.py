"""What a search says of its decisions is true of them."""

import math

import pytest

from tests.rows import row
from tflm.compression import RemoveUnits
from tflm.search import decision_log
from tflm.search.budget import Budget
from tflm.search.candidates import Candidate
from tflm.search.sensitivity import Sensitivity
from tflm.training.perplexity import make_perplexity


@pytest.fixture
def write(make_model, ids, tmp_path):
    """Returns a function that logs the decision for a share of units."""

    def make(share, tuned=True, rounding=0.0, **fields):
        model = make_model(**fields)

        def losses(model):
            perplexity = make_perplexity(model, ids[:50])
            return lambda: math.log(perplexity())

        costs = Sensitivity(model, losses, tmp_path / "sensitivity.json")
        if costs.can_lose_units:
            costs.of_method(RemoveUnits(share=0.25))
        candidate = Candidate("int8", share, {}, 0.1, 1000, rounding)
        tried = row(candidate.name, 1000, 50.0, latency={"p50_ms": 1.0})
        found = decision_log.write(
            model, Budget(9000), costs, [candidate], [tried], tuned
        )
        return found, costs

    return make


def test_units_that_cannot_go_were_not_compared(write):
    log, costs = write(0.0, projection=0, embedding_size=16)
    assert not costs.can_lose_units
    assert "no layer of this model can lose hidden units" in log
    assert "cost least within" not in log


@pytest.mark.parametrize(
    "share, what", [(0.0, "none."), (0.25, "25% of the hidden units go.")]
)
def test_units_name_the_shares_they_were_compared_with(write, share, what):
    log, _ = write(share)
    assert f"Pruning: {what} Of the shares" in log
    assert "0%, 25%, 50%" in log


def test_every_measured_method_has_its_perplexity(write):
    log, costs = write(0.25)
    loss = costs.of_method(RemoveUnits(share=0.25))
    perplexity = math.exp(costs.base + loss)
    assert f"| RemoveUnits(share=0.25) | {perplexity:.2f} |" in log


def test_what_was_not_trained_is_not_said_to_be(write):
    log, _ = write(0.0, tuned=False, rounding=0.1)
    assert "without training" in log
    assert "nothing was trained" in log
    log, _ = write(0.0, rounding=0.1)
    assert "so the model is trained with it" in log
