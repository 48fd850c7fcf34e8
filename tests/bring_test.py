"""A user's own model, from its file to what its bundle says."""

import json
import pathlib
import re

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from tests.command import run_here
from tests.keras_models_test import WORDS, Parts
from tests.refusals import refusal
from tflm.model import workspace
from tflm.model.foreign import windows
from tflm.model.foreign.keras import from_keras as module
from tflm.model.foreign.keras.from_keras import from_keras
from tflm.model.keras_step import KerasStep
from tflm.text.protocol import Protocol

ROOT = pathlib.Path(__file__).parents[1]
STEPS = 6


def last_word(steps=STEPS, **fields):
    x = Parts(keras)
    parts = x.embedding(**fields), x.LSTM(7), x.dense(WORDS, "softmax")
    model = keras.Sequential([x.ids(steps), *parts])
    random = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(random.normal(0, 0.9, weight.shape))
    return model


def padded(count=40, steps=STEPS, seed=0):
    random = np.random.default_rng(seed)
    found = np.zeros([count, steps], np.int32)
    for row in found:
        n = random.integers(1, steps + 1)
        row[-n:] = random.integers(1, WORDS, n)
    return found


def after(step, protocol, words):
    """Returns the chances of a text's next word, a word at a time."""
    logits, state = protocol.begin(step)
    for word in words:
        logits, state = step(int(word), state)
    return np.asarray(tf.nn.softmax(logits))


def test_masked_padding_is_skipped():
    model, ids = last_word(None, mask_zero=True), padded(8)
    ours = from_keras(model, windows=ids)
    assert ours.protocol == Protocol((), 0)
    step = KerasStep(ours)
    for window, expected in zip(ids, model.predict(ids), strict=True):
        found = after(step, ours.protocol, window[window > 0])
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_model_of_the_last_word_begins_with_padding():
    model = last_word()
    ours = from_keras(model)
    assert ours.protocol == Protocol((0,) * (STEPS - 1), 0)
    ids = np.array([[0] * (STEPS - 1) + [4]])
    found = after(KerasStep(ours), ours.protocol, [4])
    np.testing.assert_allclose(found, model.predict(ids)[0], atol=1e-5)


def test_of_any_length_a_text_begins_with_zeros():
    assert from_keras(last_word(None)).protocol == Protocol()


def test_a_model_of_each_word_says_nothing_of_a_start():
    x = Parts(keras)
    model = x.sequential(x.embedding(), x.lstm(), x.dense())
    assert from_keras(model, windows=padded()).protocol is None


def test_what_cannot_be_exact_is_told(caplog):
    from_keras(last_word(), windows=padded())
    [said] = caplog.messages
    assert re.match(r"after 40 windows, \d+\.\d% of 40 likeliest words", said)
    assert "one word at a time begins always alike" in said


def test_another_prediction_is_refused(monkeypatch):
    model = last_word()
    monkeypatch.setattr(model, "predict", lambda ids, **_: np.eye(WORDS)[:3])
    message = refusal(from_keras, model, windows=padded(3))
    assert message.startswith("model.predict gives a chance that differs")


@pytest.mark.parametrize(
    "wrong, message",
    [
        (np.zeros(3), "windows are ids in rows"),
        (np.array([["a"]]), "windows are ids in rows"),
        (np.array([[WORDS]]), "windows have ids from 20 to 20: give ids"),
        (np.array([[-1]]), "windows have ids from -1"),
        (np.array([[np.nan]]), "windows are ids in rows"),
    ],
)
def test_windows_that_are_none_are_refused(wrong, message):
    assert message in refusal(windows.checked, wrong, WORDS)


def test_lines_become_windows():
    rows = [[1, 2, 3], [4], [5, 6]]
    found = windows.of_rows(rows, 2, 0)
    assert found.tolist() == [[2, 3], [0, 4], [5, 6]]
    assert windows.of_rows(rows, None, 9).tolist()[1] == [9, 9, 4]
    assert windows.of_rows(rows, 2, None).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert "have 6 words: give 20" in refusal(windows.of_rows, rows, None, None)
    assert "no words" in refusal(windows.of_rows, [], None, 0)


def test_windows_that_look_padded_are_told():
    windows.check_unpadded(np.arange(12).reshape(4, 3))
    message = refusal(windows.check_unpadded, padded())
    assert message.endswith("--padding=0 --start=pad:5, or --start of a word")


def test_plausible_windows_are_padded_in_front():
    imported = module.imported(*keras_read(last_word()))
    found = windows.plausible(imported)
    counts = (found > 0).sum(1)
    assert {*counts} == {*range(1, STEPS + 1)}
    for window, count in zip(found, counts, strict=True):
        assert (window[-count:] > 0).all()


def keras_read(model):
    from tflm.model.foreign.keras import in_memory

    return in_memory.read(model)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("bring")
    last_word().save(place / "own.keras")
    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(WORDS - 2))]
    (place / "words.txt").write_text("\n".join(words))
    np.save(place / "windows.npy", padded())
    return place


def export(place, *flags):
    return run_here(
        *("export", place / "own.keras"),
        *("--vocabulary", place / "words.txt", "--format", "float32"),
        *("--output", place / "bundle", "--overwrite", "--json"),
        *flags,
    )


def test_windows_are_compared_with_the_file(place, converts_here, capsys):
    assert export(place, "--windows", place / "windows.npy") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["compared_words"] == 40
    assert found["equal_top_words"] > 0.5
    trained = workspace.load(place / "own.keras", place / "words.txt")
    assert trained.origin.protocol == Protocol((0,) * (STEPS - 1), 0)


def test_a_wrong_start_is_refused_and_the_right_one_told(
    place, converts_here, capsys
):
    flags = "--windows", place / "windows.npy", "--start=zeros", "--padding=0"
    assert export(place, *flags) == 1
    assert re.search(r"give --start=pad:\d$", capsys.readouterr().err, re.M)


def test_a_model_of_each_word_is_compared_from_zeros(
    place, converts_here, capsys
):
    x = Parts(keras)
    x.sequential(x.embedding(), x.lstm(), x.dense()).save(place / "each.keras")
    np.save(place / "full.npy", 1 + np.arange(120).reshape(20, 6) % 19)
    code = run_here(
        *("export", place / "each.keras", "--windows", place / "full.npy"),
        *("--vocabulary", place / "words.txt", "--format", "float32"),
        *("--output", place / "each", "--json"),
    )
    assert code == 0
    assert json.loads(capsys.readouterr().out)["equal_top_words"] == 1


@pytest.mark.parametrize(
    "flags, message",
    [
        (["--start=nowhere"], "--start=nowhere is no word"),
        (["--windows=nowhere.npy"], "nowhere.npy is missing"),
    ],
)
def test_flags_that_cannot_be(place, converts_here, capsys, flags, message):
    assert export(place, *flags) in (1, 2)
    assert message in capsys.readouterr().err


def python_of(page):
    text = (ROOT / page).read_text("utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_python_of_the_page_runs(tmp_path, monkeypatch, capsys):
    import keras as keras_3

    monkeypatch.chdir(tmp_path)
    x = Parts(keras_3)
    x.sequential(x.embedding(), x.lstm(32), x.dense()).save("own.keras")
    np.save("windows.npy", padded())
    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(WORDS - 2))]
    pathlib.Path("words.txt").write_text("\n".join(words))
    exec(python_of("docs/bring.md")[0], {})
    ours, smaller = map(int, capsys.readouterr().out.split()[-2:])
    assert smaller < ours
