"""Latency of .tflite files, and that nothing is measured that is not run."""

import dataclasses
import gc
import hashlib
import json
import time
import weakref

import numpy as np
import pytest
import tensorflow as tf

from tflm.latency import benchmark, timed_model
from tflm.runtime import Interpreter

WORDS, WIDTH = 50, 256
OPEN = tf.TensorSpec([None, WIDTH], tf.float32, "x")


def convert(function, *specs) -> bytes:
    concrete = tf.function(function).get_concrete_function(*specs)
    return tf.lite.TFLiteConverter.from_concrete_functions(
        [concrete], tf.Module()
    ).convert()


@pytest.fixture(scope="module")
def step() -> bytes:
    """A matrix product with a state, the signature of our files."""
    random = np.random.default_rng(0)
    table = tf.constant(random.normal(size=[WORDS, WIDTH]), tf.float32)
    kernel = tf.constant(random.normal(0, 0.05, [WIDTH, WIDTH]), tf.float32)

    def run(token, state):
        state = tf.tanh(tf.gather(table, token) + tf.matmul(state, kernel))
        logits = tf.matmul(state, table, transpose_b=True)
        return {"logits": logits, "state": state}

    return convert(
        run,
        tf.TensorSpec([1], tf.int32, "token"),
        tf.TensorSpec([1, WIDTH], tf.float32, "state"),
    )


@pytest.fixture
def written(monkeypatch) -> list[np.ndarray]:
    """All that is set as an input while a test runs."""
    values = []

    class Listening(Interpreter):
        def set_tensor(self, index, value):
            values.append(value)
            super().set_tensor(index, value)

    monkeypatch.setattr("tflm.runtime.Interpreter", Listening)
    return values


@pytest.fixture
def taken(monkeypatch) -> list[int]:
    """The models of which a round is measured in a test, by identity."""
    taken = []
    measure_round = timed_model.TimedModel.measure_round

    def listen(model, *arguments):
        taken.append(id(model))
        return measure_round(model, *arguments)

    monkeypatch.setattr(timed_model.TimedModel, "measure_round", listen)
    return taken


def test_times_are_in_order(step):
    latency = benchmark.measure(step, runs=200)
    assert 0 < latency.min_ms <= latency.p50_ms <= latency.p90_ms
    assert latency.p90_ms <= latency.p95_ms <= latency.p99_ms <= latency.max_ms
    assert latency.min_ms <= latency.mean_ms <= latency.max_ms
    assert latency.p50_ms < latency.step_p50_ms
    assert latency.init_ms > 0
    assert latency.first_ms > 0
    assert latency.drift_ratio > 0


def test_names_what_was_measured(step, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(step)
    latency = benchmark.measure(path, threads=2, xnnpack=False, runs=50)
    assert latency.file_bytes == len(step)
    assert latency.file_sha256 == hashlib.sha256(step).hexdigest()
    assert (latency.threads, latency.xnnpack) == (2, False)
    assert latency.runtime.startswith("ai-edge-litert ")
    assert latency.cpu and latency.cores >= 1


def test_survives_json(step):
    latency = benchmark.measure(step, runs=50)
    text = json.dumps(dataclasses.asdict(latency))
    assert benchmark.Latency(**json.loads(text)) == latency


def test_percentiles_are_interpolated_linearly(step, monkeypatch):
    def run(interpreter, tokens):
        for milliseconds in [*[0] * 21, *range(1, 102)]:
            yield milliseconds * 10**6, milliseconds * 2 * 10**6

    monkeypatch.setattr(timed_model, "steps", run)
    monkeypatch.setattr(timed_model, "_BLOCK", 101)
    latency = benchmark.measure(step, runs=101, seconds=1000)
    assert latency.p50_ms == 51
    assert latency.p90_ms == 91
    assert latency.p95_ms == 96
    assert latency.p99_ms == 100
    assert latency.mean_ms == 51
    assert latency.step_p50_ms == 102
    assert latency.drift_ratio == pytest.approx(85 / 17)


def test_measures_as_many_runs_as_asked(step):
    assert benchmark.measure(step, runs=77).runs == 77


def test_stops_when_its_time_is_up(step):
    start = time.monotonic()
    latency = benchmark.measure(step, runs=10**9, seconds=0.1)
    assert latency.runs >= 1
    assert time.monotonic() - start < 5


def test_measures_at_least_once(step):
    latency = benchmark.measure(step, seconds=1e-9)
    assert latency.runs == 1
    assert latency.drift_ratio == 1


def test_reads_the_given_words_over_and_over(step, written):
    benchmark.measure(step, runs=50, tokens=[7, 3, 9])
    words = [int(value[0]) for value in written if value.dtype == np.int32]
    assert words[:7] == [7, 3, 9, 7, 3, 9, 7]


def test_reads_different_words_when_none_are_given(step, written):
    benchmark.measure(step, runs=50)
    words = {int(value[0]) for value in written if value.dtype == np.int32}
    assert len(words) > 10
    assert words <= {*range(WORDS)}


def test_carries_the_state(step, written):
    benchmark.measure(step, runs=50)
    first, *others = [value for value in written if value.dtype == np.float32]
    assert not first.any()
    assert all(state.any() for state in others)
    assert not np.array_equal(others[0], others[1])


def test_other_files_read_no_zeros(written):
    file = convert(
        lambda x, ids: tf.matmul(x, x) + tf.cast(ids, tf.float32),
        tf.TensorSpec([4, 4], tf.float32, "x"),
        tf.TensorSpec([4], tf.int32, "ids"),
    )
    benchmark.measure(file, runs=50)
    assert all(value.all() for value in written)
    ids = [value for value in written if value.dtype == np.int32]
    assert np.min(ids) == 1
    assert np.max(ids) == 9


def test_an_open_dimension_is_one(written):
    file = convert(lambda x: tf.matmul(x, x, transpose_b=True), OPEN)
    benchmark.measure(file, runs=50)
    assert {value.shape for value in written} == {(1, WIDTH)}


def test_xnnpack_can_be_off(step, monkeypatch):
    options = []

    class Listening(Interpreter):
        def __init__(self, **arguments):
            options.append(arguments["experimental_op_resolver_type"].name)
            super().__init__(**arguments)

    monkeypatch.setattr("tflm.runtime.Interpreter", Listening)
    benchmark.measure(step, runs=50)
    benchmark.measure(step, runs=50, xnnpack=False)
    assert options == ["AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"]


def test_rounds_of_files_are_interleaved(step, taken):
    found = benchmark.interleave({"one": step, "other": step}, runs=60)
    one, other = dict.fromkeys(taken)
    rounds = [taken[:2], taken[2:4], taken[4:]]
    assert all(sorted(pair) == sorted([one, other]) for pair in rounds)
    assert [*found] == ["one", "other"]
    assert {latency.runs for latency in found.values()} == {60}


def test_garbage_is_collected_again_after_an_error(step):
    with pytest.raises(ValueError):
        benchmark.measure(step, tokens=[WORDS])
    assert gc.isenabled()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"threads": 0}, "threads must be at least 1, got 0"),
        ({"runs": 49}, "runs must be at least 50, got 49"),
        ({"seconds": 0}, "seconds must be above 0, got 0"),
        ({"tokens": [3, WORDS]}, f"token {WORDS} is none of its {WORDS} words"),
        ({"tokens": [-1]}, "token -1 is none"),
        ({"tokens": []}, "tokens are empty"),
    ],
)
def test_refuses_what_is_out_of_range(options, message, step):
    with pytest.raises(ValueError, match=message):
        benchmark.measure(step, **options)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\0" * 100])
def test_a_broken_file_is_an_error_of_one_line(content):
    with pytest.raises(ValueError, match="broken.tflite cannot") as error:
        benchmark.interleave({"broken.tflite": content})
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_allocated_is_an_error_of_one_line():
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [tf.function(tf.linalg.det).get_concrete_function(OPEN)], tf.Module()
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.SELECT_TF_OPS]
    with pytest.raises(ValueError, match="cannot be measured") as error:
        benchmark.measure(converter.convert())
    assert "\n" not in str(error.value)


def test_strings_cannot_be_made_up():
    file = convert(tf.identity, tf.TensorSpec([1], tf.string, "text"))
    with pytest.raises(ValueError, match="not numbers"):
        benchmark.measure(file)


def test_rounds_are_in_another_order_each_time(step, taken):
    found = benchmark.rounds(dict.fromkeys("abc", step), runs=200)
    orders = {tuple(taken[i : i + 3]) for i in range(0, len(taken), 3)}
    assert len(orders) > 1
    assert [len(each.rounds_ms) for each in found.values()] == [8] * 3


def test_ends_when_the_ratios_are_precise(step):
    files = {"one": step, "other": step}
    found = benchmark.rounds(files, runs=10_000, precision=10.0)
    assert {each.latency.runs for each in found.values()} == {250}


def test_measures_all_when_the_ratios_stay_imprecise(step):
    files = {"one": step, "other": step}
    found = benchmark.rounds(files, runs=600, precision=1e-9)
    assert {each.latency.runs for each in found.values()} == {600}


def opened(backend) -> list:
    """Returns the models that a backend opens from now on."""
    models, open_one = [], backend.open
    backend.open = lambda threads: (
        models.append(open_one(threads)) or models[-1]
    )
    return models


def test_each_round_loads_its_file_anew():
    backend = Counting()
    models = opened(backend)
    found = benchmark.rounds({"backend": backend}, runs=100, tokens=[7, 3, 9])
    assert len(models) == len(found["backend"].rounds_ms) == 4
    assert found["backend"].latency.warmup_runs == 20 + 4 + 3 * 4
    words = [int(token[0]) for token in backend.written["token"]]
    assert words == ([7, 3, 9] * 99)[: len(words)]  # It reads on.
    starts = [not state.any() for state in backend.written["state"]]
    assert sum(starts) == 4


def test_a_latency_alone_is_of_one_load():
    backend = Counting()
    models = opened(backend)
    benchmark.interleave({"backend": backend}, runs=100)
    assert len(models) == 1


def test_models_of_earlier_rounds_are_gone(step, monkeypatch):
    alive = weakref.WeakSet()

    class Listening(Interpreter):
        def __init__(self, **arguments):
            super().__init__(**arguments)
            alive.add(self)
            assert len(alive) <= 4

    monkeypatch.setattr("tflm.runtime.Interpreter", Listening)
    benchmark.rounds({"one": step, "other": step}, runs=500)


def test_one_file_has_no_ratio_that_could_end_it(step):
    found = benchmark.rounds({"one": step}, runs=300, precision=10.0)
    assert found["one"].latency.runs == 300


def test_a_rounds_median_is_that_of_its_steps():
    model = timed_model.load(Counting(), 1, None, 1e12)
    times = iter([(7, 8), *((t * 1000, t * 2000) for t in range(1, 26))])
    model.steps = times
    assert not model.measure_round(100, 1e12)
    assert model.rounds_ms == [0.013]


class Counting:
    """A backend whose state counts its steps, on a clock of its own."""

    content = b"a backend's file"
    signature = None
    runtime = "counting 1.0"
    inputs = {
        "token": {"shape": [1], "dtype": np.int32},
        "state": {"shape": [1, 2], "dtype": np.float32},
    }
    outputs = {
        "logits": {"shape": [1, WORDS], "dtype": np.float32},
        "state": {"shape": [1, 2], "dtype": np.float32},
    }

    def __init__(self):
        self.now_ms = 0
        self.written = {"token": [], "state": []}

    def open(self, threads):
        self.threads = threads
        self.now_ms += 1000
        return self

    def write(self, name, value):
        self.written[name].append(value)
        self.now_ms += 1

    def invoke(self):
        self.now_ms += 10

    def read(self, name):
        self.now_ms += 100
        return self.written["state"][-1] + 1


def test_only_the_call_of_a_backend_is_timed(monkeypatch):
    backend = Counting()
    clock = lambda: backend.now_ms * 10**6  # noqa: E731
    monkeypatch.setattr(time, "perf_counter_ns", clock)
    found = benchmark.interleave({"backend": backend}, runs=50, seconds=1000)
    latency = found["backend"]
    assert (latency.init_ms, latency.step_p50_ms) == (1000, 212)
    assert latency.first_ms == latency.min_ms == latency.max_ms == 10


def test_a_backend_is_measured_among_files(step):
    backend = Counting()
    found = benchmark.interleave({"file": step, "backend": backend}, 2, runs=50)
    latency = found["backend"]
    assert backend.threads == latency.threads == 2
    assert latency.runtime == "counting 1.0"
    assert latency.file_bytes == len(backend.content)
    assert latency.file_sha256 == hashlib.sha256(backend.content).hexdigest()
    assert (found["file"].xnnpack, latency.xnnpack) == (True, False)


def test_a_backend_reads_words_and_its_own_state():
    backend = Counting()
    benchmark.interleave({"backend": backend}, runs=50, tokens=[7, 3])
    words = [int(token[0]) for token in backend.written["token"]]
    assert words[:4] == [7, 3, 7, 3]
    counts = [float(state[0, 1]) for state in backend.written["state"]]
    assert counts == [*range(len(counts))]
