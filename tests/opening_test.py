"""What a command opens, whatever lies at the path."""

import logging
import shutil

import pytest

from tflm.bundle.bundle import in_memory, write_bundle
from tflm.bundle.manifest import About, name_of
from tflm.bundle.suggester import Suggester
from tflm.experiment import opening
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.text.dataset import Origin
from tflm.tflite import convert


@pytest.fixture(scope="module")
def place(tmp_path_factory, words):
    """A workspace, its bundle, and a file beside its words."""
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    place = tmp_path_factory.mktemp("opening")
    layers = (LayerConfig("cifg", 16, 8),)
    model = build_model(ModelConfig(60, 8, layers, init_scale=0.4))
    origin = Origin("a text", recipe="keyboard, Prune(block=4)")
    workspace.save(Trained(model, words, origin), place / "mine")
    content = convert.convert_here(model)
    about = About("its name", corpus="a text")
    write_bundle(place / "bundle", content, words, about)
    (place / "beside").mkdir()
    for name in ("model.tflite", "vocabulary.txt"):
        shutil.copy(place / "bundle" / name, place / "beside" / name)
    (place / "alone").mkdir()
    shutil.copy(place / "bundle" / "model.tflite", place / "alone")
    return place


@pytest.mark.parametrize(
    "path, kind",
    [
        ("mine", "workspace"),
        ("bundle", "bundle"),
        ("bundle/model.tflite", "bundle"),
        ("beside/model.tflite", "file"),
    ],
)
def test_all_suggest_alike(path, kind, place, converts_here):
    path = str(place / path)
    assert opening.check(path) == kind
    expected = Suggester(opening.open_model(str(place / "bundle")).bundle())
    found = Suggester(opening.open_model(path).bundle())
    for typed in ("see ", "wh", "you the"):
        assert found.suggest(typed) == expected.suggest(typed)


@pytest.mark.parametrize("path", ["mine", "bundle"])
def test_the_directory_where_one_is_can_be_opened(path, place, monkeypatch):
    monkeypatch.chdir(place / path)
    here, there = opening.open_model("."), opening.open_model(place / path)
    assert here.name == there.name
    assert here.vocabulary == there.vocabulary


def test_a_file_takes_words_from_elsewhere(place):
    path, words = place / "alone/model.tflite", place / "bundle/vocabulary.txt"
    with pytest.raises(ValueError, match="give --vocabulary"):
        opening.check(str(path))
    assert opening.open_model(str(path), str(words)).bundle().vocabulary
    assert opening.open_model(str(path), has_words=False).vocabulary is None


def test_what_is_assumed_is_said(place, converts_here, caplog):
    with caplog.at_level(logging.INFO, "absl"):
        opening.open_model(str(place / "beside/model.tflite")).bundle()
        opening.open_model(str(place / "mine"), None, "int8").content()
    assert "<eos> ends a sentence" in caplog.messages[0]
    assert "text is split by 'typed', in lower case" in caplog.messages[0]
    assert "is converted to int8 in memory" in caplog.messages[1]


def test_a_workspace_is_a_step_without_a_file(place, monkeypatch):
    monkeypatch.setattr(convert, "convert", None)
    step = opening.open_model(str(place / "mine")).step()
    assert step.initial_state().shape[0] == 1


def test_names_are_told_apart(place):
    paths = [str(place / x) for x in ("bundle", "beside/model.tflite")]
    opened = [(path, opening.open_model(path)) for path in paths]
    assert [*opening.named(opened)] == ["its name", paths[1]]
    twice = [("a", opened[0][1]), ("b", opened[0][1])]
    assert [*opening.named(twice)] == ["a", "b"]


def test_a_name_says_which_model_and_what_was_done_to_it():
    origin = Origin(recipe="keyboard, LowRank(rank=8)")
    name = name_of("build/small", origin, "int8 for 2.16")
    assert name == "small, LowRank(rank=8), int8 for 2.16"
    assert name_of("own.keras", Origin(recipe="x"), "int4") == "own, int4"


def test_a_bundle_in_memory_says_what_a_written_one_does(place, words):
    written = opening.open_model(str(place / "bundle")).bundle()
    about = About("its name", corpus="a text")
    found = in_memory(written.model, words, about)
    found.check()
    theirs = dict(written.manifest) | {"files": None}
    assert dict(found.manifest) | {"files": None} == theirs
