import os

import pytest
import tensorflow as tf

from tflm import doctor, packages


def installed(monkeypatch, **changed):
    real = packages.version
    names = {name.replace("_", "-"): v for name, v in changed.items()}
    monkeypatch.setattr(
        packages,
        "version",
        lambda name: names.get(name.replace("_", "-"), real(name)),
    )


def test_the_pinned_set_has_no_problem():
    assert doctor.problems() == []


def test_tf_keras_of_another_series_is_named(monkeypatch):
    installed(monkeypatch, tf_keras="2.16.0")
    assert any("tf_keras==2.21.*" in line for line in doctor.problems())


def test_a_missing_package_is_named(monkeypatch):
    real = packages.version
    monkeypatch.setattr(
        packages,
        "version",
        lambda n: None if n == "ai-edge-litert" else real(n),
    )
    assert "ai-edge-litert is missing: pip install ai-edge-litert" in (
        doctor.problems()
    )


def test_an_unmet_requirement_is_named_with_its_cure(monkeypatch):
    installed(monkeypatch, absl_py="3.0.0")
    lines = doctor.unmet("tensorflow-model-optimization")
    assert any("absl-py" in x and "found 3.0.0" in x for x in lines)


@pytest.mark.parametrize("name", ["tensorflow-cpu", "tflite-support"])
def test_what_cannot_stand_beside_us_is_named(monkeypatch, name):
    installed(monkeypatch, **{name.replace("-", "_"): "2.0"})
    assert any(f"pip uninstall {name}" in x for x in doctor.problems())


def test_versions_name_python_and_tensorflow():
    assert {"python", "tensorflow"} <= {*doctor.versions()}


def test_it_says_what_trains(monkeypatch):
    assert f"{os.cpu_count()} processors" in doctor.trains_on()
    monkeypatch.setattr(
        tf.config, "list_physical_devices", lambda kind: ["a", "b"]
    )
    monkeypatch.setattr(
        tf.config.experimental,
        "get_device_details",
        lambda gpu: {"device_name": f"GPU {gpu}"},
    )
    assert doctor.trains_on().startswith("GPU a, GPU b, ")


def test_a_tensorflow_that_does_not_fit_its_packages_hides_no_problem(
    monkeypatch,
):
    def fail(name):
        raise TypeError("Descriptors cannot be created directly.")

    monkeypatch.setattr(doctor.importlib, "import_module", fail)
    assert doctor.trains_on() == f"{os.cpu_count()} processors"
