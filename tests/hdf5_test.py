"""Files of HDF5 that end the process which reads them, or never let it go."""

import struct

import h5py
import numpy as np
import pytest

from tests.refusals import refusal
from tflm import limited
from tflm.model.foreign.keras import hdf5


def opened(path):
    with hdf5.opened(path.read_bytes()) as file:
        return {key: file.attrs[key] for key in file.attrs}


@pytest.fixture
def path(tmp_path):
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = "a text of which the length varies"
        file["weights/kernel"] = np.ones([3, 4], np.float32)
    return tmp_path / "model.h5"


def without_free_space(path):
    """Says that the object of the unused rest of the strings has no bytes.

    The library goes on by these from object to object until the strings end.
    """
    content = bytearray(path.read_bytes())
    heap = content.find(b"GCOL")
    at, end = heap + 16, heap + struct.unpack_from("<Q", content, heap + 8)[0]
    while struct.unpack_from("<H", content, at)[0]:
        size = struct.unpack_from("<Q", content, at + 8)[0]
        at += 16 + -(-size // 8) * 8
        assert at < end
    struct.pack_into("<Q", content, at + 8, 0)
    path.write_bytes(content)


def test_strings_without_an_end_are_refused(path, monkeypatch):
    monkeypatch.setattr(limited, "_SECONDS", 1)
    without_free_space(path)
    assert "HDF5 library needs more than 1 seconds" in refusal(opened, path)


def test_a_sound_file_is_read_and_walked_once(path, monkeypatch):
    assert opened(path) == {"model_config": "a text of which the length varies"}
    program = "raise SystemExit(1)"
    monkeypatch.setattr(limited, "_program", lambda module: program)
    assert opened(path)
    with h5py.File(path, "a") as file:
        file.attrs["other"] = 1
    assert "library died on it (exit code 1)" in refusal(opened, path)


def test_groups_that_cannot_be_walked_are_refused(path):
    content = path.read_bytes()
    path.write_bytes(content.replace(b"TREE", b"tree"))
    assert "it is damaged" in refusal(opened, path)


def test_what_leads_out_of_a_file_is_not_followed(path, tmp_path):
    with h5py.File(path, "a") as file:
        file["other"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/a")
        file["none"] = h5py.SoftLink("/nowhere")
        source = h5py.VirtualSource(tmp_path / "other.h5", "a", (20,), "f4")
        layout = h5py.VirtualLayout((20,), "f4")
        layout[:] = source
        file.create_virtual_dataset("virtual", layout)
    assert opened(path)
