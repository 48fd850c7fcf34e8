import dataclasses

import numpy as np
import pytest

from tflm import compression
from tflm.compression import Prune, TensorTrain, skip_training
from tflm.tflite import convert, inspect
from tflm.training.perplexity import perplexity
from tflm.training.train import make_fit


def zeros(weight):
    return float((weight.numpy() == 0).mean())


@pytest.mark.parametrize("sparsity", [0.25, 0.5, 0.9])
def test_share_of_zeros_is_the_one_asked_for(model, fit, sparsity):
    pruned = Prune(sparsity=sparsity, ramp_steps=5)(model, fit)
    for linear in pruned.maps.values():
        assert zeros(linear.kernel) == pytest.approx(sparsity, abs=0.01)


def test_without_training_the_smallest_weights_go(model):
    pruned = Prune(sparsity=0.5, scope="embedding")(model, skip_training)
    before = np.abs(model.maps["embedding"].kernel.numpy())
    kept = pruned.maps["embedding"].kernel.numpy() != 0
    assert before[kept].min() >= before[~kept].max()


def test_the_ramp_reaches_its_end_while_training(model, fit):
    seen = []

    def watching(model):
        fit(model)
        seen.append(zeros(model.maps["embedding"].kernel))

    Prune(sparsity=0.5, ramp_steps=5)(model, watching)
    assert seen == [pytest.approx(0.5, abs=0.01)]


def test_only_the_scope_is_pruned(model):
    pruned = Prune(sparsity=0.5, scope="embedding")(model, skip_training)
    assert zeros(pruned.maps["layer_0/input"].kernel) == 0


@pytest.mark.parametrize("name, axis", [("embedding", 1), ("layer_0/input", 0)])
def test_blocks_lie_along_the_inputs_of_the_file(model, name, axis):
    pruned = Prune(sparsity=0.5, block=4, scope=name)(model, skip_training)
    kept = pruned.maps[name].kernel.numpy() != 0
    kept = kept if axis == 1 else kept.T
    blocks = kept.reshape(kept.shape[0], -1, 4).sum(2)
    assert set(np.unique(blocks)) == {0, 4}


def test_blocks_do_not_fit_a_tensor_train(model):
    train = TensorTrain(rank=2, scope="embedding")(model, skip_training)
    with pytest.raises(ValueError, match="give block=1"):
        Prune(block=4)(train, skip_training)


def test_zeros_stay_zeros_in_an_int8_file(make_model):
    model = make_model("lstm", embedding_size=32, projection=32)
    pruned = Prune(sparsity=0.75)(model, skip_training)
    found = inspect.inspect(convert.convert_here(pruned, "int8"))
    assert found.zero_share >= 0.7


def test_the_largest_of_the_weights_stay_without_retraining(make_model):
    model = make_model("lstm", tied=False, layers=2, projection=0)
    pruned = Prune(sparsity=0.9)(model, skip_training)
    for name, linear in model.maps.items():
        before, after = linear.matrix(), pruned.maps[name].matrix()
        limit = np.quantile(np.abs(before), 0.9)
        expected = np.where(np.abs(before) > limit, before, 0)
        assert np.mean(after != expected) < 0.01


def test_retraining_wins_back_quality(make_model, ids, training_config):
    training = dataclasses.replace(training_config, epochs=2)
    fit = make_fit(ids, ids[:300], training, bar=False)
    model = make_model()
    fit(model)
    without = Prune(sparsity=0.9)(model, skip_training)
    retrained = Prune(sparsity=0.9, ramp_steps=20)(model, fit)
    assert perplexity(retrained, ids) < 0.9 * perplexity(without, ids)
    assert zeros(retrained.maps["embedding"].kernel) >= 0.89


def test_epochs_of_the_ramp_are_no_rivals_of_those_after_it(
    make_model, ids, fit_longer, training_config
):
    model = make_model()
    fit_longer(model)
    kept = []

    def fit(pruned):
        # Of 75 updates each, in which next to nothing is learned: the first
        # ends with fewer zeros, and the best perplexity.
        training = dataclasses.replace(
            training_config, epochs=3, learning_rate=1e-6
        )
        make_fit(ids, ids[:300], training, bar=False)(pruned)
        kept.append(zeros(pruned.maps["embedding"].kernel))

    Prune(sparsity=0.9, ramp_steps=140)(model, fit)
    assert kept == [pytest.approx(0.9, abs=0.01)]


@pytest.mark.parametrize(
    "text",
    [
        "Prune(sparsity='0.9')",
        "Prune(sparsity=90)",
        "Prune(sparsity=None)",
        "Prune(sparsity=1e999)",
        "Prune(block=0)",
        "Prune(block=4.0)",
        "Prune(ramp_steps='many')",
        "Prune(scope=3)",
        "Prune(balance='fair')",
        "Prune(importance='great')",
    ],
)
def test_bad_fields_are_refused(text):
    field = text.partition("(")[2].partition("=")[0]
    with pytest.raises(ValueError, match=f"^{field} "):
        compression.parse(text)
