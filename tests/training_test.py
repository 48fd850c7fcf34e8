import dataclasses
import json
import math
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras
from tensorboard.backend.event_processing import event_accumulator

from tflm.compression import Prune, QuantizeAware, RemoveUnits
from tflm.model import storage
from tflm.text.batches import batch_at, batch_count
from tflm.training import precision
from tflm.training import train as training_train
from tflm.training.checkpoints import Checkpoints
from tflm.training.config import TRAINING_PRESETS, TrainingConfig, learning_rate
from tflm.training.perplexity import perplexity
from tflm.training.text_course import TextCourse
from tflm.training.train import make_fit
from tflm.training.trainer import DivergedError, Trainer
from tflm.training.update import make_optimizer

ROOT = pathlib.Path(__file__).parents[1]
STEPS = 25  # of an epoch of TEXT, as `config` reads it.
DROPOUT = {
    f"{each}_dropout": 0.2 for each in ("input", "output", "state", "word")
}


def config(**fields):
    """A short run with all that is random, and a checkpoint at each step.

    Where the loss is sampled it has a graph more, as its end is exact.
    """
    defaults = {"epochs": 2, "batch": 8, "steps": 3, "reset": 0.1}
    sampled = {"loss": "full", "samples": 20, "exact": 0.4}
    return TrainingConfig(
        **defaults | sampled | {"checkpoint_seconds": 0} | fields
    )


@pytest.fixture
def train(ids):
    def train(model, config, directory=None, text=ids[:601]):
        return training_train.train(
            model, text, ids[601:606], config, directory
        )

    return train


@pytest.fixture
def make(make_model):
    return lambda **fields: make_model(**DROPOUT | fields)


def test_adam_is_that_of_keras():
    how = TrainingConfig(optimizer="adam", learning_rate=0.1)
    stock = keras.optimizers.Adam(0.1, beta_2=0.99, epsilon=1e-8)
    weights = []
    for optimizer in (make_optimizer(how), stock):
        weights.append(tf.Variable(np.linspace(-1, 1, 6, dtype=np.float32)))
        optimizer.build(weights[-1:])
        for scale in (1.0, -3.0, 0.01):
            gradient = scale * tf.square(weights[-1])
            optimizer.apply_gradients([(gradient, weights[-1])])
    np.testing.assert_allclose(*weights, rtol=1e-5)


def weights(model):
    return {n: w.numpy() for n, w in model.named_weights().items()}


def assert_same_weights(model, expected):
    for name, weight in weights(expected).items():
        np.testing.assert_array_equal(model.named_weights()[name], weight)


def checkpoints(directory):
    return sorted(pathlib.Path(directory).glob("step-*.npz"))


def last_step(directory):
    names = [path.stem for path in checkpoints(directory)]
    return int(names[-1].removeprefix("step-")) if names else 0


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def killed(train, monkeypatch):
    """Returns a function that trains until the checkpoint of a step."""

    def killed(step, function, *arguments):
        save = Checkpoints.save_if_due

        def dying(saver):
            save(saver)
            if saver.run.progress.step == step:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Checkpoints, "save_if_due", dying)
            with pytest.raises(Killed):
                function(*arguments)

    return killed


@pytest.fixture(scope="module")
def whole(ids):
    """Returns a function that trains without interruption, once a config."""
    runs = {}

    def whole(make, config):
        if config not in runs:
            runs[config] = make()
            training_train.train(
                runs[config], ids[:601], ids[601:606], config, bar=False
            )
        return runs[config]

    return whole


@pytest.mark.parametrize("loss", ["full", "sampled"])
def test_a_trained_model_beats_the_unigrams(make_model, ids, loss):
    model = make_model("lstm")
    recipe = config(epochs=4, loss=loss, learning_rate=0.02, reset=0.0)
    training_train.train(model, ids[:2401], ids[2401:2406], recipe)
    shares = np.bincount(ids, minlength=60) / len(ids)
    unigrams = math.exp(-np.log(shares[ids[2401:]]).mean())
    assert perplexity(model, ids[2401:], steps=10) < 0.6 * unigrams


@pytest.mark.parametrize("loss", ["full", "sampled"])
def test_the_seed_decides_every_bit(make, train, whole, loss):
    again, other = make(), make()
    train(again, config(loss=loss))
    train(other, config(loss=loss, seed=1))
    first = whole(make, config(loss=loss))
    assert_same_weights(again, first)
    kernels = [m.maps["embedding"].kernel.numpy() for m in (first, other)]
    assert (kernels[0] != kernels[1]).any()


@pytest.mark.parametrize(
    "optimizer, loss", [("sgd", "full"), ("adam", "sampled")]
)
def test_a_resumed_run_ends_with_the_same_weights(
    make, train, killed, whole, tmp_path, optimizer, loss
):
    recipe = config(optimizer=optimizer, loss=loss)
    for step in (1, STEPS - 1, STEPS, STEPS + 9):
        killed(step, train, make(), recipe, tmp_path)
        assert last_step(tmp_path) == step
    resumed = make()
    progress = train(resumed, recipe, tmp_path)
    assert progress.step == 2 * STEPS
    assert [row["epoch"] for row in progress.history] == [1, 2]
    assert_same_weights(resumed, whole(make, recipe))


PROGRAM = """
import json, sys
import numpy as np
from tflm.model import storage
from tflm.training.config import TrainingConfig
from tflm.training.train import train
directory, config = sys.argv[1:]
ids = np.load(f"{directory}/ids.npy")
train(
    storage.load(f"{directory}/model.npz"),
    ids[:601],
    ids[601:606],
    TrainingConfig(**json.loads(config)),
    f"{directory}/run",
)
"""


def test_a_killed_run_ends_with_the_same_weights(make, ids, train, tmp_path):
    recipe, run = config(epochs=4), tmp_path / "run"
    np.save(tmp_path / "ids.npy", ids)
    storage.save(make(), tmp_path / "model.npz")
    text = json.dumps(dataclasses.asdict(recipe))
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path, text], cwd=ROOT
    )
    while last_step(run) < 3 and child.poll() is None:
        time.sleep(0.005)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    assert 3 <= last_step(run) < 4 * STEPS
    resumed, expected = make(), make()
    train(resumed, dataclasses.replace(recipe, checkpoint_seconds=60), run)
    train(expected, recipe)
    assert_same_weights(resumed, expected)


def test_a_resumed_pruning_ends_with_the_same_weights(
    make, ids, killed, tmp_path
):
    texts, model = (ids[:601], ids[601:606]), make()
    prune = Prune(sparsity=0.5, scope="layer_0/input", ramp_steps=2 * STEPS)
    plain = make_fit(*texts, config(), bar=False)
    resumable = make_fit(*texts, config(), tmp_path, bar=False)
    killed(STEPS + 5, prune, model, resumable)
    resumed, expected = prune(model, resumable), prune(model, plain)
    assert_same_weights(resumed, expected)


def test_a_finished_run_is_not_run_again(make, train, tmp_path, monkeypatch):
    first, again = make(), make()
    progress = train(first, config(), tmp_path)
    monkeypatch.setattr(Trainer, "_update", None)
    assert train(again, config(), tmp_path) == progress
    assert_same_weights(again, first)


def test_a_model_that_was_stopped_can_be_trained_on(
    make, train, killed, whole, tmp_path
):
    model = make()
    killed(7, train, model, config(), tmp_path)
    train(model, config(), tmp_path)
    assert_same_weights(model, whole(make, config()))


def test_two_checkpoints_are_kept(make, train, killed, tmp_path):
    killed(7, train, make(), config(), tmp_path)
    names = [path.name for path in checkpoints(tmp_path)]
    assert names == ["step-000000006.npz", "step-000000007.npz"]


@pytest.mark.parametrize("left", [0, 20_000])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(
    make, train, killed, whole, tmp_path, left, caplog
):
    killed(7, train, make(), config(), tmp_path)
    newest = checkpoints(tmp_path)[-1]
    newest.write_bytes(newest.read_bytes()[:left])
    resumed = make()
    train(resumed, config(), tmp_path)
    assert f"{newest.name} is damaged" in caplog.text
    assert_same_weights(resumed, whole(make, config()))


def test_damaged_checkpoints_do_not_displace_good_ones(
    make, train, killed, tmp_path
):
    for step in (8, 9):
        (tmp_path / f"step-00000000{step}.npz").write_bytes(b"damaged")
    killed(2, train, make(), config(), tmp_path)
    names = [path.name for path in checkpoints(tmp_path)]
    assert names == ["step-000000001.npz", "step-000000002.npz"]


def test_a_checkpoint_of_another_run_is_refused(
    make, train, killed, ids, tmp_path
):
    changed = ids[:601].copy()
    changed[300] += 1
    killed(2, train, make(), config(), tmp_path)
    for arguments in (
        (make(), config(learning_rate=0.1), tmp_path),
        (make(input_dropout=0.3), config(), tmp_path),
        (make(), config(), tmp_path, ids[1:602]),
        (make(), config(), tmp_path, changed),
    ):
        with pytest.raises(ValueError, match="belongs to another run"):
            train(*arguments)


def test_a_checkpoint_of_other_first_weights_is_refused(
    make, train, killed, tmp_path
):
    killed(2, train, make(), config(), tmp_path)
    other = make()
    table = other.maps["embedding"].kernel
    table.assign(1.1 * table)
    with pytest.raises(ValueError, match="belongs to another run"):
        train(other, config(), tmp_path)


@pytest.mark.parametrize(
    "method, other",
    [
        (QuantizeAware(8, 8), QuantizeAware(4, 4)),
        (Prune(sparsity=0.5), Prune(sparsity=0.9)),
        (RemoveUnits(penalty=0.01), RemoveUnits(penalty=0.02)),
    ],
)
def test_a_checkpoint_of_another_method_is_refused(
    make, train, killed, tmp_path, method, other
):
    def fit(model):
        train(model, config(), tmp_path)

    killed(2, method, make(), fit)
    with pytest.raises(ValueError, match="belongs to another run"):
        other(make(), fit)


def test_a_checkpoint_of_a_pruning_is_not_one_of_a_training(
    make, train, killed, tmp_path
):
    def fit(model):
        train(model, config(), tmp_path)

    killed(2, Prune(sparsity=0.5, scope="layer_0/input"), make(), fit)
    with pytest.raises(ValueError, match="belongs to another run"):
        fit(make())


def test_how_often_to_save_is_free_to_change(make, train, killed, tmp_path):
    killed(2, train, make(), config(), tmp_path)
    later = config(checkpoint_seconds=60.0)
    killed(4, train, make(), later, tmp_path)
    assert last_step(tmp_path) == 2


def test_divergence_stops_and_keeps_a_good_checkpoint(make, train, tmp_path):
    recipe = config(optimizer="sgd", learning_rate=1e30, loss="full")
    with pytest.raises(DivergedError, match="lower the learning rate") as error:
        train(make(), recipe, tmp_path)
    assert "\n" not in str(error.value)
    with np.load(checkpoints(tmp_path)[-1]) as arrays:
        for name in arrays:
            assert np.isfinite(arrays[name]).all()


def test_a_perplexity_that_overflows_is_told_as_divergence(
    make, train, tmp_path
):
    recipe = config(optimizer="sgd", learning_rate=1e6, loss="full")
    recipe = dataclasses.replace(recipe, checkpoint_seconds=3600)
    with pytest.raises(DivergedError, match="perplexity in .*: lower the"):
        train(make(), recipe, tmp_path)
    assert not checkpoints(tmp_path)  # None was good.


def test_the_best_epoch_is_kept_if_the_next_one_diverges(
    make, train, tmp_path, monkeypatch
):
    found = iter([50.0, 1e300])
    monkeypatch.setattr(
        "tflm.training.text_course.make_perplexity",
        lambda *_: lambda: next(found),
    )
    with pytest.raises(DivergedError) as error:
        train(make(), config(checkpoint_seconds=3600), tmp_path)
    [kept] = checkpoints(tmp_path)
    assert str(error.value).endswith(f"{kept} is from before that")
    assert last_step(tmp_path) == STEPS


def test_training_stops_early_with_the_best_weights(make_model, ids):
    random = np.random.default_rng(0).permutation(ids[:16])
    recipe = config(epochs=50, patience=2, learning_rate=0.02)
    model = make_model("lstm")
    progress = training_train.train(model, ids[:601], random, recipe)
    reached = [row["valid_perplexity"] for row in progress.history]
    assert len(reached) < 50
    assert np.argmin(reached) == len(reached) - 3
    assert progress.best == min(reached)
    assert perplexity(model, random) == pytest.approx(min(reached))


def test_one_update_is_no_longer_than_the_clip_allows(make, train):
    model, before = make(), weights(make())
    recipe = config(epochs=0.01, optimizer="sgd", schedule="constant")
    recipe = dataclasses.replace(recipe, learning_rate=2.0, clip=0.05)
    assert train(model, recipe).step == 1
    change = [w - before[name] for name, w in weights(model).items()]
    length = math.sqrt(sum((c**2).sum() for c in change))
    assert length == pytest.approx(2.0 * 0.05, rel=1e-4)


@pytest.mark.parametrize(
    "name, decay, max_epoch, max_max_epoch",
    [
        ("ptb-small", 0.5, 4, 13),
        ("ptb-medium", 0.8, 6, 39),
        ("ptb-large", 1 / 1.15, 14, 55),
    ],
)
def test_decay_is_the_published_one(name, decay, max_epoch, max_max_epoch):
    recipe = TRAINING_PRESETS[name]
    assert recipe.epochs == max_max_epoch
    for epoch in range(max_max_epoch):
        published = decay ** max(epoch + 1 - max_epoch, 0.0)
        for part in (0.0, 0.5, 0.999):
            found = learning_rate(recipe, epoch + part)
            assert found == pytest.approx(published)


def test_small_net_halves_its_rate_after_four_epochs():
    rates = [
        learning_rate(TRAINING_PRESETS["ptb-small"], epoch)
        for epoch in range(7)
    ]
    assert rates == [1, 1, 1, 1, 0.5, 0.25, 0.125]


def test_cosine_falls_from_the_highest_to_almost_nothing():
    recipe = TrainingConfig(epochs=4, learning_rate=0.5, schedule="cosine")
    rates = [learning_rate(recipe, epoch) for epoch in (0, 2, 4, 5)]
    assert rates == pytest.approx([0.5, 0.2505, 0.001, 0.001])


def test_one_cycle_rises_over_the_warm_up_and_falls():
    recipe = TrainingConfig(epochs=10, learning_rate=0.5, warmup=0.2)
    rates = [learning_rate(recipe, epoch) for epoch in (0, 1, 2, 6, 10)]
    assert rates == pytest.approx([0.02, 0.26, 0.5, 0.2505, 0.001])


def test_constant_stays():
    recipe = TrainingConfig(epochs=4, learning_rate=0.5, schedule="constant")
    assert {learning_rate(recipe, epoch) for epoch in (0, 2.5, 4)} == {0.5}


def test_every_word_is_sampled_as_often_as_its_chance(model, ids):
    course = TextCourse(model, ids, ids, config(loss="sampled"))
    counts = np.zeros(60)
    for step in range(2000):
        candidates, log_inclusion = (t.numpy() for t in course._sample(step))
        assert len(set(candidates)) == 20
        counts[candidates] += 1
    np.testing.assert_allclose(counts / 2000, course.inclusion, atol=0.05)
    expected = np.log(course.inclusion[candidates])
    np.testing.assert_allclose(log_inclusion, expected, rtol=1e-6)


def test_a_word_is_read_from_zeros_where_the_state_is_not_kept(model, ids):
    window = tf.constant(ids[:12].reshape(2, 6))
    kept = np.ones([2, 6], np.float32)
    kept[1, 4] = 0
    start = tf.ones([2, model.state_size])
    hidden, _ = model.hidden(window, start, kept=tf.constant(kept))
    whole, _ = model.hidden(window, start)
    np.testing.assert_allclose(hidden[0], whole[0], rtol=1e-6)
    np.testing.assert_allclose(hidden[1, :4], whole[1, :4], rtol=1e-6)
    again, _ = model.hidden(window[1:, 4:], tf.zeros([1, model.state_size]))
    np.testing.assert_allclose(hidden[1, 4:], again[0], atol=1e-6)


def test_a_share_of_rows_begins_each_message_anew(model, ids):
    how = config(alone=0.5, reset=0.0)
    course = TextCourse(model, ids, ids, how, eos=int(ids[5]))
    shares = []
    for epoch in range(8):
        _, (x, _, kept) = course.batch(epoch * course.epoch_steps, 0.0)
        alone = course._kept(np.full([8, 1], ids[5]), epoch)[:, 0] == 0
        np.testing.assert_array_equal(
            kept == 0, (x == ids[5]) & alone[:, np.newaxis]
        )
        shares.append(alone)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)
    assert 0 < np.mean(shares, axis=0).min()  # No row is always carried on.


def test_messages_alone_need_a_word_that_ends_them(model, ids):
    with pytest.raises(ValueError, match="set alone=0"):
        TextCourse(model, ids, ids, config(alone=0.5))


def test_perplexity_is_exp_of_the_mean_loss(make_model, ids):
    model, batch, steps = make_model("lstm"), 4, 7
    count = batch_count(ids[:200], batch, steps)
    pairs = [batch_at(ids[:200], batch, steps, i) for i in range(count)]
    x, y = (np.concatenate(side, axis=1) for side in zip(*pairs, strict=True))
    logits = model(x).numpy().astype(np.float64)
    chances = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    own = np.take_along_axis(chances, y[..., np.newaxis], -1)
    expected = math.exp(-np.log(own).mean())
    found = perplexity(model, ids[:200], batch, steps)
    assert found == pytest.approx(expected, rel=1e-5)


def test_perplexity_of_a_few_words(model, ids):
    assert 1 < perplexity(model, ids[:3]) < 1000


@pytest.mark.parametrize("train_words, valid_words", [(24, 300), (601, 1)])
def test_too_short_a_text_is_refused_at_once(
    make, ids, tmp_path, train_words, valid_words
):
    with pytest.raises(ValueError, match="words give no batch") as error:
        training_train.train(
            make(), ids[:train_words], ids[:valid_words], config(), tmp_path
        )
    assert "\n" not in str(error.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"optimizer": "adma"}, "optimizer 'adma' is unknown: give sgd or ad"),
        ({"schedule": "linear"}, "schedule 'linear' is unknown: give const"),
        ({"loss": "adaptive"}, "loss 'adaptive' is unknown: give full or sa"),
        ({"epochs": 0}, "epochs must be above 0, got 0"),
        ({"clip": 0.0}, "clip must be above 0 and finite, got 0.0"),
        ({"clip": math.inf}, "clip must be above 0 and finite, got inf"),
        ({"batch": -1}, "batch must be above 0, got -1"),
        ({"learning_rate": math.nan}, "learning_rate must be above 0, got na"),
    ],
)
def test_settings_that_cannot_be_are_refused(fields, message):
    with pytest.raises(ValueError) as error:
        TrainingConfig(**fields)
    assert str(error.value).startswith(message)


def test_tensorboard_shows_the_run(make, train, tmp_path):
    progress = train(make(), config(epochs=4), tmp_path)
    events = event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    found = {
        name: {
            event.step: tf.make_ndarray(event.tensor_proto).item()
            for event in events.Tensors(name)
        }
        for name in events.Tags()["tensors"]
    }
    assert [*found["loss"]] == [*found["learning_rate"]] == [100]
    assert found["valid_perplexity"] == {
        round(row["epoch"] * STEPS): pytest.approx(row["valid_perplexity"])
        for row in progress.history
    }


def test_each_epoch_is_told_once_also_of_a_resumed_run(
    make, ids, train, killed, tmp_path
):
    recipe, told = config(epochs=3), []
    killed(STEPS + 9, train, make(), recipe, tmp_path)

    def on_epoch(progress):
        told.append(progress.history[-1]["epoch"])

    text = ids[:601], ids[601:606]
    training_train.train(make(), *text, recipe, tmp_path, on_epoch=on_epoch)
    assert told == [2, 3]


def test_the_loss_of_an_epoch_is_the_mean_of_its_steps(make, ids):
    model = make()
    course = TextCourse(model, ids[:601], ids[601:606], config())
    run = Trainer(model, course, config())
    losses = [*run]
    told = [epoch["loss"] for epoch in run.progress.history]
    means = np.mean(np.reshape(losses, [2, STEPS]), axis=1)
    np.testing.assert_allclose(told, means, rtol=1e-6)


def test_a_directory_that_cannot_be_written_is_refused(make, train):
    with pytest.raises(OSError, match="/proc cannot be written: ") as error:
        train(make(), config(), "/proc")
    assert "\n" not in str(error.value)


def test_nothing_is_kept_without_a_directory(
    make, train, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    train(make(), config(epochs=0.1))
    assert not [*tmp_path.iterdir()]


def test_mixed_precision_is_refused_without_bfloat16(make, ids, monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    how = config(precision="mixed")
    course = TextCourse(make(), ids, ids[:60], how)
    with pytest.raises(ValueError, match="AVX512_BF16 or AMX, which this is"):
        Trainer(course.model, course, how)


def test_graphs_run_in_mixed_precision_in_updates_alone(make, ids, monkeypatch):
    def is_mixed():
        options = tf.config.optimizer.get_experimental_options()
        return options.get("auto_mixed_precision_onednn_bfloat16", False)

    monkeypatch.setattr(precision, "has_bfloat16", lambda: True)
    how, seen = config(precision="mixed"), []
    course = TextCourse(make(), ids, ids[:60], how)
    run = Trainer(course.model, course, how)
    run._updates["full"] = lambda *_: seen.append(is_mixed()) or 1.0
    next(iter(run))
    assert seen == [True] and not is_mixed()


def test_what_was_begun_in_float32_is_still_the_same_run():
    assert "precision" not in config().settings()
    assert config(precision="mixed").settings()["precision"] == "mixed"
