"""The Dockerfile and the workflow agree with the tree and with .ci/run."""

import json
import os
import pathlib
import shlex

import pytest
import yaml
from dockerfile_parse import DockerfileParser

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    # A copy, as the parser opens its file for writing too.
    place = tmp_path_factory.mktemp("docker")
    (place / "Dockerfile").write_bytes((ROOT / "Dockerfile").read_bytes())
    return DockerfileParser(str(place))


def steps(dockerfile, instruction):
    return [
        step["value"]
        for step in dockerfile.structure
        if step["instruction"] == instruction
    ]


def copied(dockerfile):
    """Returns what is copied from the tree, without the targets."""
    lists = map(shlex.split, steps(dockerfile, "COPY"))
    return [name.rstrip("/") for *names, _ in lists for name in names]


def test_the_base_is_pinned_by_a_tag_of_a_supported_python(dockerfile):
    [base] = dockerfile.parent_images
    name, tag = base.split(":")
    assert name == "python"
    assert tag.startswith(("3.10-slim", "3.11-slim", "3.12-slim", "3.13-slim"))


def test_the_packages_are_the_pinned_ones(dockerfile):
    installs = [
        part
        for step in steps(dockerfile, "RUN")
        for part in step.split("&&")
        if "pip install" in part
    ]
    assert installs
    for install in installs:
        assert "constraints.txt" in install or "--no-deps" in install


def test_what_is_copied_is_there_and_not_ignored(dockerfile):
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sources = copied(dockerfile)
    assert sources and "*" in ignored
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source.partition('/')[0]}" in ignored
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    assert allowed == {source.partition("/")[0] for source in sources}


def test_nothing_is_fetched_but_packages(dockerfile):
    assert not steps(dockerfile, "ADD")
    for step in steps(dockerfile, "RUN"):
        assert "://" not in step
        assert not {"curl", "wget", "git"} & {*shlex.split(step)}


def test_it_runs_the_command_and_not_as_root(dockerfile):
    order = [step["instruction"] for step in dockerfile.structure]
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert steps(dockerfile, "USER") == ["tflm"]
    [entry] = steps(dockerfile, "ENTRYPOINT")
    assert json.loads(entry) == ["tflm"]


@pytest.fixture(scope="module")
def job():
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    [job] = yaml.safe_load(text)["jobs"].values()
    return job


def test_the_workflow_runs_what_ci_runs(job):
    [command] = [step["run"] for step in job["steps"] if "run" in step]
    assert command == ".ci/run"
    assert os.access(ROOT / command, os.X_OK)


def test_the_workflow_uses_pinned_actions(job):
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    names = [name.partition("@")[0] for name in used]
    assert names == ["actions/checkout", "actions/setup-python"]
    assert all(name.partition("@")[2] for name in used)


def test_the_workflow_runs_on_every_supported_python(job):
    versions = job["strategy"]["matrix"]["python"]
    assert versions == ["3.10", "3.11", "3.12", "3.13"]
    assert '">=3.10,<3.14"' in (ROOT / "setup.py").read_text("utf-8")
