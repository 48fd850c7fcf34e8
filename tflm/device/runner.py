"""What measuring needs of a device: push, run, pull and install."""

import pathlib
from collections.abc import Sequence
from typing import Protocol


class DeviceError(RuntimeError):
    """A device did not do what it was asked; one line, with the cure."""


class CommandFailed(DeviceError):
    """A command on a device ended with an exit code other than 0.

    Attributes:
        code: that exit code.
        output: what it printed, with its errors.
    """

    def __init__(self, message: str, code: int, output: str):
        super().__init__(message)
        self.code = code
        self.output = output


class DeviceGone(DeviceError):
    """The device does not answer any more, so that all else will fail too."""


class Stopped(Exception):
    """The user has stopped the measuring."""


class Runner(Protocol):
    """A device, wherever it is."""

    @property
    def name(self) -> str:
        """As users write it, such as `adb:SERIAL`."""

    def push(self, local: pathlib.Path, remote: str) -> None:
        """Copies a file, or a directory that is new there, to the device.

        Raises:
            DeviceError: the device is gone or full, or refuses it.
        """

    def run(self, command: Sequence[str], timeout_s: float) -> str:
        """Runs a command there, and returns what it printed.

        Raises:
            CommandFailed: its exit code is not 0.
            DeviceError: the device is gone, or this took too long.
        """

    def pull(self, remote: str, local: pathlib.Path) -> None:
        """Copies a file from the device.

        Raises:
            DeviceError: the device is gone or has no such file.
        """

    def install(self, apk: pathlib.Path) -> None:
        """Installs an app, or a new version of it.

        Raises:
            DeviceError: the device is gone or refuses it.
        """
