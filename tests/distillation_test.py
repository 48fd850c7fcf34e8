"""Learning from a teacher: the loss, its gates, and the file between."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests.refusals import refusal
from tflm.evaluation.cache import Cached
from tflm.evaluation.ngram import kneser_ney
from tflm.model.keras_step import KerasStep
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol
from tflm.training.checkpoints import Checkpoints
from tflm.training.config import TrainingConfig
from tflm.training.distillation import gates, loss, soft_targets
from tflm.training.distillation import write as writing
from tflm.training.distillation.config import DistillationConfig
from tflm.training.distillation.lesson import temper
from tflm.training.distillation.state import flatten, restore
from tflm.training.distillation.teacher import Mixture, Net, Reader
from tflm.training.distillation.write import write
from tflm.training.text_course import TextCourse
from tflm.training.train import make_fit, train

SIZE, ROWS, KEPT = 60, 4, 5  # SIZE is that of the words of conftest.
random = np.random.default_rng(0)


def softmax(logits):
    chances = np.exp(logits - logits.max(-1, keepdims=True))
    return chances / chances.sum(-1, keepdims=True)


LOGITS = random.normal(size=[ROWS, SIZE]).astype(np.float32)
TEACHER = softmax(2 * random.normal(size=[ROWS, SIZE]))
IDS = np.argsort(-TEACHER)[:, :KEPT].astype(np.int32)
CHANCES = np.take_along_axis(TEACHER, IDS, 1).astype(np.float32)
REST = 1 - CHANCES.sum(1)
# The first target is the teacher's likeliest word, the second is none of his.
TARGETS = np.array([IDS[0, 0], np.argmin(TEACHER[1]), 7, 8], np.int32)
WEIGHTS = np.array([0.0, 1.0, 0.5, 0.3], np.float32)


def expected_losses(temperature=1.0):
    """The equation, in 64 bits, with a distribution over K and one word."""
    logits = LOGITS.astype(np.float64)
    student = softmax(logits / temperature)
    kept = np.take_along_axis(student, IDS, 1)
    chances, rest = CHANCES, REST
    if temperature != 1:
        chances = CHANCES ** (1 / temperature)
        others = SIZE - KEPT
        rest = others * (REST / others) ** (1 / temperature)
        total = chances.sum(1) + rest
        chances, rest = chances / total[:, np.newaxis], rest / total
    kd = -(chances * np.log(kept)).sum(1) - rest * np.log(1 - kept.sum(1))
    nll = -np.log(softmax(logits)[range(ROWS), TARGETS])
    return (1 - WEIGHTS) * nll + WEIGHTS * temperature**2 * kd


def full_losses(logits, temperature=1.0, weights=WEIGHTS):
    chances, rest = temper(CHANCES, REST, SIZE - KEPT, temperature)
    return loss.losses(
        loss.full(tf.constant(logits), TARGETS, IDS),
        chances,
        rest,
        weights,
        temperature,
    )


@pytest.mark.parametrize("temperature", [1.0, 2.0, 0.7])
def test_the_loss_is_the_equation(temperature):
    found = full_losses(LOGITS, temperature)
    np.testing.assert_allclose(found, expected_losses(temperature), rtol=1e-5)


def test_nothing_is_left_to_learn_of_a_teacher_that_one_equals():
    """Not so if what the file lacks were shared out among what it has."""
    logits = tf.constant(np.log(TEACHER), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        total = tf.reduce_sum(full_losses(logits, weights=np.ones(ROWS, "f")))
    gradient = tape.gradient(total, logits)
    np.testing.assert_allclose(gradient, np.zeros([ROWS, SIZE]), atol=1e-6)


def test_a_teacher_of_all_words_has_no_bucket():
    ids = np.argsort(-TEACHER).astype(np.int32)
    chances = np.take_along_axis(TEACHER, ids, 1).astype(np.float32)
    logits = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        found = loss.losses(
            loss.full(logits, TARGETS, ids),
            *(chances, np.zeros(ROWS, "f"), np.ones(ROWS, "f")),
        )
    cross = -(TEACHER * np.log(softmax(LOGITS.astype(np.float64)))).sum(1)
    np.testing.assert_allclose(found, cross, rtol=1e-5)
    assert np.isfinite(tape.gradient(found, logits)).all()


DIMS = {"in_dims": [6, 10], "out_dims": [2, 4]}
TABLES = {
    "dense": {"kind": "dense"},
    "low_rank": {"kind": "low_rank", "rank": 3},
    "tensor_train": {"kind": "tensor_train", "rank": 3} | DIMS,
    "adaptive": {"kind": "adaptive", "cutoffs": [10, 30], "ranks": [8, 4, 2]},
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_a_sample_of_every_word_gives_the_full_loss(
    make_model, table, temperature
):
    maps = {name: TABLES[table] for name in ("embedding", "softmax")}
    model = make_model(tied=False, embedding_size=8, maps=maps)
    x = tf.constant(random.normal(size=[ROWS, 8]), tf.float32)
    said = (*temper(CHANCES, REST, SIZE - KEPT, temperature), WEIGHTS)
    everything = tf.range(SIZE), tf.zeros([SIZE])
    found = []
    for make in (
        lambda: loss.full(model.softmax(x), TARGETS, IDS),
        lambda: loss.sampled(model.softmax, x, TARGETS, IDS, *everything),
    ):
        with tf.GradientTape() as tape:
            losses = loss.losses(make(), *said, temperature)
        gradient = tape.gradient(losses, model.softmax.table.weights)
        found.append([losses, *map(tf.convert_to_tensor, gradient)])
    for full, sampled in zip(*found, strict=True):
        np.testing.assert_allclose(full, sampled, rtol=2e-4, atol=1e-5)


def test_the_sum_over_the_other_words_is_estimated_without_bias(model):
    x = tf.constant(random.normal(size=[ROWS, 8]), tf.float32)
    exact = loss.full(model.softmax(x), TARGETS, IDS).sums(2.0)[0]
    inclusion = np.linspace(0.2, 1, SIZE)
    total, draws = np.zeros(ROWS), 500
    sums = tf.function(
        lambda ids, chances: loss.sampled(
            model.softmax, x, TARGETS, IDS, ids, chances
        ).sums(2.0)[0],
        reduce_retracing=True,
    )
    for _ in range(draws):
        ids = np.flatnonzero(random.random(SIZE) < inclusion).astype(np.int32)
        chances = np.log(inclusion[ids]).astype(np.float32)
        total += np.exp(sums(tf.constant(ids), tf.constant(chances)))
    np.testing.assert_allclose(total / draws, np.exp(exact), rtol=0.03)


def gate(name, weight=0.5, power=1.0):
    others = REST / (SIZE - KEPT)
    return gates.weights(name, weight, power, IDS, CHANCES, others, TARGETS)


def test_no_gate_trusts_alike():
    np.testing.assert_array_equal(gate("none"), np.full(ROWS, 0.5, "f"))


def test_the_gate_correct_trusts_where_the_likeliest_word_came():
    np.testing.assert_array_equal(gate("correct"), [0.5, 0, 0, 0])


def test_the_gate_max_goes_by_the_likeliest_word():
    top = CHANCES[:, 0].astype(np.float64)
    expected = 0.2 * top**2 / (top**2).mean()
    np.testing.assert_allclose(gate("max", 0.2, 2.0), expected, rtol=1e-5)


def test_the_gate_target_goes_by_the_word_that_came():
    chances = [
        TEACHER[row, word] if word in IDS[row] else REST[row] / (SIZE - KEPT)
        for row, word in enumerate(TARGETS)
    ]
    expected = 0.1 * np.array(chances) / np.mean(chances)
    np.testing.assert_allclose(gate("target", 0.1), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["target", "max"])
@pytest.mark.parametrize("weight", [0.0, 0.5, 0.97, 1.0])
def test_no_word_is_trusted_more_than_wholly_and_the_mean_stays(name, weight):
    found = gate(name, weight, power=3.0)
    assert found.min() >= 0 and found.max() <= 1
    assert found.mean() == pytest.approx(weight, abs=1e-6)


def test_the_weight_falls_in_a_line():
    how = DistillationConfig(weight=0.8, final_weight=0.2)
    found = [how.weight_at(done) for done in (0, 0.5, 1)]
    assert found == pytest.approx([0.8, 0.5, 0.2])


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"gate": "trust"}, "gate 'trust' is unknown: give none, target, corr"),
        ({"words": 0}, "words must be a whole number of at least 1, got 0"),
        ({"weight": 1.5}, "weight must be from 0 to 1, got 1.5"),
        ({"final_weight": math.nan}, "final_weight must be from 0 to 1, got n"),
        ({"temperature": 0}, "temperature must be above 0, got 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(fields, message):
    assert refusal(DistillationConfig, **fields).startswith(message)


class Stub:
    """A teacher whose probabilities depend on all that it has read."""

    name, sha256, vocabulary_size = "a stub", "", SIZE

    def __init__(self, dies_at=math.inf):
        self.dies_at = dies_at

    def begin(self):
        return {"sum": np.zeros(1), "count": np.array(0)}

    def read(self, ids, state):
        sums = state["sum"] + np.cumsum(ids)
        if state["count"] > self.dies_at:
            raise Killed
        table = np.arange(SIZE) * 0.7
        chances = softmax(3 * np.sin(sums[:, np.newaxis] + table))
        after = {"sum": sums[-1:], "count": state["count"] + len(ids)}
        return chances.astype(np.float32), after


class Killed(Exception):
    """Stands for the end of the process."""


def chances_of(ids):
    return Stub().read(ids, Stub().begin())[0]


@pytest.fixture
def said(ids, words, tmp_path):
    """Returns a function that lets a teacher read the text."""

    def said(teacher=None, path="said.topk", text=ids, kept=KEPT):
        return write(
            *(teacher or Stub(), words, text, ids[:300]),
            *(tmp_path / path, kept),
        )

    return said


def test_a_file_holds_the_likeliest_words_after_each(said, ids):
    found, chances = said(), chances_of(ids)
    best = np.argsort(-chances, kind="stable")[:, :KEPT]
    np.testing.assert_array_equal(found.ids, best)
    expected = np.take_along_axis(chances, best, 1).astype(np.float16)
    np.testing.assert_array_equal(found.probabilities, expected)
    assert found.ids.dtype == np.uint16
    assert found.path.stat().st_size == found.header.size
    assert [p.name for p in found.path.parent.iterdir()] == ["said.topk"]


def test_a_file_says_how_good_its_teacher_is(said, ids):
    header = said().header
    for told, text in (
        (header.train_perplexity, ids),
        (header.valid_perplexity, ids[:300]),
    ):
        own = chances_of(text)[np.arange(len(text) - 1), text[1:]]
        expected = math.exp(-np.log(own.astype(np.float64)).mean())
        assert told == pytest.approx(expected, rel=1e-6)


def test_a_killed_reading_goes_on_and_ends_with_the_same_file(
    said, monkeypatch
):
    expected = said().path.read_bytes()
    monkeypatch.setattr(writing, "_SAVE_SECONDS", 0.0)
    with pytest.raises(Killed):
        said(Stub(dies_at=1200), "again.topk")
    monkeypatch.setattr(writing, "_score", None)  # It is not scored again.
    assert said(path="again.topk").path.read_bytes() == expected


def test_the_state_of_a_net_with_its_cache_can_be_kept(model, ids):
    """And of any mixture of teachers, of which it is one."""
    step = Cached(KerasStep(model), CacheSettings(4, 1.0, 0.3))
    reader = Mixture([Reader(step, SIZE, Protocol((0,))), Stub()])
    _, after = reader.read(ids[:7], reader.begin())
    kept = restore(reader.begin(), flatten(after))
    expected = reader.read(ids[7:12], after)[0]
    np.testing.assert_array_equal(reader.read(ids[7:12], kept)[0], expected)


def test_a_finished_file_is_not_made_again(said):
    said()
    assert said(Stub(dies_at=-1)).header.rows


def test_a_file_of_another_teacher_or_text_is_not_taken(said, ids):
    said()
    for other in ({"kept": KEPT + 1}, {"text": ids[:500]}):
        assert "is of another teacher, text or" in refusal(said, **other)


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda content: content[:-1], r"is damaged \(\d+ bytes of \d+\)"),
        (lambda content: content[:50], "is damaged .its header cannot be rea"),
        (lambda content: content[:-9] + b"x" * 9, "its checksum is another"),
        (lambda content: b"TFL3" + content, "holds no words of a teacher"),
        (lambda content: content.replace(b'"format": 1', b'"format": 2'), "2"),
    ],
)
def test_a_spoiled_file_is_refused(said, spoil, message):
    path = said().path
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=message) as error:
        soft_targets.load(path)
    assert "\n" not in str(error.value)


def test_another_text_or_vocabulary_is_refused_before_training(
    said, ids, make_model
):
    found, how = said(), config()
    for model, text, message in (
        (make_model(), ids[1:], "is about another text"),
        (make_model(vocabulary_size=70), ids, "with 60 words, and the model"),
    ):
        told = refusal(TextCourse, model, text, ids[:30], how, found)
        assert message in told
    told = refusal(said, Reader(None, 61))
    assert told.startswith("the teacher has 61 words and the vocabulary 60")


def test_a_disk_without_room_is_told_before_the_teacher_reads(
    said, monkeypatch
):
    class Full:
        free = 10

    monkeypatch.setattr("shutil.disk_usage", lambda path: Full)
    with pytest.raises(OSError, match="bytes, which the disk does not have"):
        said(Stub(dies_at=-1))


def test_a_net_says_in_many_words_what_it_says_in_each(model, ids, monkeypatch):
    monkeypatch.setattr("tflm.training.distillation.teacher._STEPS", 10)
    start = Protocol((0,))
    net, step = Net(model, start), Reader(KerasStep(model), SIZE, start)
    found, state = net.read(ids[:73], net.begin())
    more, _ = net.read(ids[73:75], state)
    expected, _ = step.read(ids[:75], step.begin())
    found = np.concatenate([found, more])
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


def test_a_net_is_interpolated_with_an_n_gram_model(model, ids):
    ngram = kneser_ney.train([ids[1:1001].tolist()], SIZE)
    net, other = Net(model), Reader(ngram, SIZE)
    both = Mixture([net, other], [3, 1])
    found, _ = both.read(ids[:20], both.begin())
    parts = [t.read(ids[:20], t.begin())[0] for t in (net, other)]
    expected = 0.75 * parts[0] + 0.25 * parts[1]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert both.name == "0.75 a model + 0.25 a step"


def test_teachers_of_two_vocabularies_are_not_averaged(model):
    told = refusal(Mixture, [Net(model), Reader(None, 61)])
    assert told == "teachers have 60 and 61 words: give those of one vocabulary"


def config(**fields):
    """A short run with all that is random, and a checkpoint at each step."""
    return TrainingConfig(
        **{"epochs": 2, "batch": 8, "steps": 3, "reset": 0.1}
        | {"loss": "sampled", "samples": 20, "exact": 0.4}
        | {"distillation": DistillationConfig(gate="target", words=KEPT)}
        | {"checkpoint_seconds": 0, "learning_rate": 0.02}
        | fields
    )


def weights_of(model):
    return {n: w.numpy() for n, w in model.named_weights().items()}


def test_a_resumed_run_ends_with_the_same_weights(
    said, ids, make_model, tmp_path, monkeypatch
):
    text, dropout = ids[:601], {"output_dropout": 0.2}
    found, how = said(text=text), config(exact=0.0)
    whole, resumed = make_model(**dropout), make_model(**dropout)
    train(whole, text, ids[601:606], how, targets=found)
    save = Checkpoints.save_if_due

    def dying(saver):
        save(saver)
        if saver.run.progress.step == 34:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Checkpoints, "save_if_due", dying)
        train(
            *(make_model(**dropout), text, ids[601:606], how),
            *(tmp_path / "run",),
            targets=found,
        )
    other = said(Stub(), "other.topk", text, KEPT + 1)
    told = refusal(
        *(train, resumed, text, ids[601:606], how, tmp_path / "run"),
        targets=other,
    )
    assert "belongs to another run" in told
    train(
        *(resumed, text, ids[601:606], how, tmp_path / "run"),
        targets=found,
    )
    for name, weight in weights_of(whole).items():
        np.testing.assert_array_equal(resumed.named_weights()[name], weight)


def test_a_student_learns_from_the_teacher_alone(ids, words, make_model, said):
    """Its text is permuted; only the teacher says what really comes."""
    follows = np.eye(SIZE, dtype=np.float32)[(np.arange(SIZE) * 7 + 3) % SIZE]

    class Knowing(Stub):
        def read(self, ids, state):
            return 0.9 * follows[ids] + 0.1 / SIZE, state

    text = np.random.default_rng(1).permutation(ids[:2000])
    how = DistillationConfig(words=3, weight=1.0, final_weight=1.0)
    how = config(epochs=5, distillation=how, loss="full")
    model = make_model()
    train(model, text, ids[2000:], how, targets=said(Knowing(), text=text))
    read = Net(model)
    found, _ = read.read(ids[2000:2200], read.begin())
    likeliest = found.argmax(1) == (ids[2000:2200] * 7 + 3) % SIZE
    assert likeliest.mean() > 0.3  # Where chance is 1 in 60.


def test_a_teacher_takes_both_its_words_and_its_settings(said, ids, model):
    without = config(distillation=None)
    for how, targets in ((config(), None), (without, said())):
        told = refusal(TextCourse, model, ids, ids[:30], how, targets)
        assert told.startswith("a teacher needs both: give targets, and a")


def test_a_sample_must_have_more_than_the_words_of_the_teacher(
    said, ids, model
):
    told = refusal(
        *(TextCourse, model, ids, ids[:30], config(samples=KEPT)), said()
    )
    assert told == "samples must be more than the 5 words of the teacher, got 5"


def test_fewer_words_than_the_file_has_may_be_learned(said, ids, model):
    how = DistillationConfig(words=2)
    how = config(distillation=how)
    course = TextCourse(model, ids, ids[:30], how, said())
    places = np.array([[4, 5]])
    words, chances, rest, _ = course.lesson.batch(places, ids[places + 1], 0.0)
    assert words.shape == [2, 2]
    np.testing.assert_allclose(tf.reduce_sum(chances, 1) + rest, 1, rtol=1e-3)


def test_what_was_begun_without_a_teacher_is_still_the_same_run():
    plain = config(distillation=None)
    assert "distillation" not in plain.settings()
    assert config().settings()["distillation"]["gate"] == "target"


def test_make_fit_hands_the_teacher_on(said, ids, model):
    fit = make_fit(ids, ids[:30], config(epochs=0.1), targets=said())
    before = weights_of(model)["softmax/bias"]
    fit(model)
    assert (weights_of(model)["softmax/bias"] != before).any()
