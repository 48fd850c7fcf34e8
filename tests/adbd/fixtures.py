"""A phone at the real client of adb, for tests.

A test module takes them as `pytest_plugins = ["tests.adbd.fixtures"]`, and
`server` for all of its tests, so that they meet no phone of this machine.
"""

import pytest

from tests.adbd.phone import Phone
from tests.adbd.server import adb_server, plugged


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with adb_server(tmp_path_factory.mktemp("home")) as changes:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in changes.items():
                patch.setenv(name, value)
            yield


@pytest.fixture
def phone(tmp_path):
    return Phone(tmp_path / "phone")


@pytest.fixture
def plug(phone):
    with plugged(phone) as plug:
        yield plug
