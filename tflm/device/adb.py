"""A phone at a cable, by way of the program `adb`."""

import dataclasses
import pathlib
import shlex
import time
from collections.abc import Sequence

from tflm.device import process
from tflm.device.complaints import (
    STATES,
    copy_complaint,
    install_complaint,
    last_line,
)
from tflm.device.process import Ended, Stop, TookTooLong
from tflm.device.runner import CommandFailed, DeviceError, DeviceGone

_ASK_SECONDS = 20.0  # The server of adb may have to start first.
# Where a phone is gone while a command runs, adb ends with code 0: whether it
# came to its end is known by this line only.
_END = "tflm-exit:"
_SETTLE_SECONDS = 2.0
_LOOK_SECONDS = 0.1
_PASSING = ("authorizing", "connecting", "offline")
_SLOWEST_BYTES_PER_SECOND = 1e6  # A bad cable.


@dataclasses.dataclass(frozen=True)
class Listed:
    """A line of `adb devices`.

    Attributes:
        state: `device` when it is ready, or `unauthorized`, `offline`, ...
    """

    serial: str
    state: str


@dataclasses.dataclass
class Adb:
    """A phone that `adb` knows by its serial.

    Attributes:
        serial: as `adb devices` lists it.
        stop: ends what is running when the user wants that.
        ask_seconds: the time that a copy or an installation gets, besides
            what its size takes.
    """

    serial: str
    stop: Stop = dataclasses.field(default_factory=Stop)
    ask_seconds: float = _ASK_SECONDS

    @property
    def name(self) -> str:
        """As users write it."""
        return f"adb:{self.serial}"

    def run(self, command: Sequence[str], timeout_s: float) -> str:
        """Runs a command in the phone's shell; see `Runner`.

        Nothing in it is expanded: for that, run `sh -c`.
        """
        line = f"{shlex.join(command)}; echo {_END}$?"
        ended = self._adb(["shell", line], timeout_s, command[0])
        output, end, code = ended.output.rpartition(_END)
        if not end:
            self._require_here(f"while it ran {command[0]}")
            raise DeviceError(
                f"{self.name}: the connection broke while it ran "
                f"{command[0]} ({last_line(ended.errors)}): check the cable, "
                "and measure again"
            )
        if code.strip() != "0":
            raise CommandFailed(
                f"{self.name}: {command[0]} failed with exit code "
                f"{code.strip()}: {last_line(output + ended.errors)}",
                int(code),
                output + ended.errors,
            )
        return output

    def push(self, local: pathlib.Path, remote: str) -> None:
        """Copies a file or a directory to the phone; see `Runner`."""
        command = ["push", str(local), remote]
        ended = self._adb(command, self._time(local), f"the copy of {local}")
        if ended.code:
            self._require_here(f"while {local} was copied to it")
            text = ended.output + ended.errors
            raise DeviceError(copy_complaint(self.name, str(local), text))

    def pull(self, remote: str, local: pathlib.Path) -> None:
        """Copies a file from the phone; see `Runner`."""
        command = ["pull", remote, str(local)]
        ended = self._adb(command, self.ask_seconds, f"the copy of {remote}")
        if ended.code:
            self._require_here(f"while {remote} was copied from it")
            text = ended.output + ended.errors
            raise DeviceError(copy_complaint(self.name, remote, text))

    def install(self, apk: pathlib.Path) -> None:
        """Installs an app on the phone; see `Runner`."""
        if not apk.is_file():
            raise DeviceError(f"{apk} is no file: make apk builds the app")
        # A phone checks and compiles an app, which takes long.
        timeout_s = 2 * self.ask_seconds + self._time(apk)
        ended = self._adb(
            ["install", "-r", str(apk)], timeout_s, f"installing {apk}"
        )
        text = ended.output + ended.errors
        if ended.code or "Failure [" in text:
            self._require_here(f"while {apk} was installed")
            raise DeviceError(install_complaint(self.name, str(apk), text))

    def _time(self, local: pathlib.Path) -> float:
        paths = [local, *local.rglob("*")] if local.is_dir() else [local]
        size = sum(path.stat().st_size for path in paths)
        return self.ask_seconds + size / _SLOWEST_BYTES_PER_SECOND

    def _adb(
        self, command: Sequence[str], timeout_s: float, what: str
    ) -> Ended:
        try:
            return _adb(["-s", self.serial, *command], timeout_s, self.stop)
        except TookTooLong:
            self._require_here(f"during {what}")
            raise DeviceError(
                f"{self.name}: {what} took over {timeout_s:g} s: unlock the "
                "phone, or give it more time"
            ) from None

    def _require_here(self, when: str) -> None:
        """Raises `DeviceGone` if that is why something failed."""
        try:
            ended = _adb(
                ["-s", self.serial, "get-state"], self.ask_seconds, Stop()
            )
            is_here = ended.output.strip() == "device"
        except TookTooLong:
            is_here = False
        if not is_here:
            raise DeviceGone(
                f"{self.name} is gone {when}: check the cable and that adb "
                "devices lists it, and measure again"
            )


def devices(timeout_s: float = _ASK_SECONDS) -> list[Listed]:
    """Returns what `adb devices` lists.

    Raises:
        DeviceError: there is no adb, or its server does not start.
    """
    try:
        ended = _adb(["devices", "-l"], timeout_s, Stop())
    except TookTooLong:
        raise DeviceError(
            f"adb devices took over {timeout_s:g} s: run adb kill-server"
        ) from None
    if ended.code:
        raise DeviceError(
            f"adb devices failed: {last_line(ended.errors)}: run adb "
            "kill-server"
        )
    return parse_devices(ended.output)


def parse_devices(text: str) -> list[Listed]:
    """Returns the devices that `adb devices -l` has printed."""
    found = []
    for line in text.splitlines():
        serial, _, rest = line.strip().partition(" ")
        if "\t" in serial:  # Without -l.
            serial, _, rest = line.strip().partition("\t")
        is_device = serial and not line.startswith(("*", "List of", "adb"))
        if is_device and rest.strip():
            words = rest.split()
            state = "no permissions" if words[0] == "no" else words[0]
            found.append(Listed(serial, state))
    return found


def choose(
    serial: str | None,
    timeout_s: float = _ASK_SECONDS,
    settle_seconds: float = _SETTLE_SECONDS,
) -> str:
    """Returns the serial of the phone that is meant, which is ready.

    Args:
        serial: as `adb devices` lists it, or None for the only one.
        timeout_s: the time that adb gets to list them.
        settle_seconds: the time that a phone gets that has just come.

    Raises:
        DeviceError: there is none, or more than one, or it is not ready.
    """
    deadline = time.monotonic() + settle_seconds
    while True:
        try:
            return _choose(serial, timeout_s)
        except _NotYet:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_LOOK_SECONDS)


class _NotYet(DeviceError):
    """A phone is not ready, but may soon be."""


def _choose(serial: str | None, timeout_s: float) -> str:
    listed = {device.serial: device.state for device in devices(timeout_s)}
    if serial is None:
        serial = _only(listed)
    if serial not in listed:
        raise DeviceError(
            f"no device {serial}: adb devices lists "
            f"{', '.join(listed) or 'none'}: check the cable, or adb connect "
            f"{serial}"
        )
    state = listed[serial]
    if state != "device":
        cure = STATES.get(state, "wait until adb devices calls it device")
        kind = _NotYet if state in _PASSING else DeviceError
        raise kind(f"adb:{serial} is {state}: {cure}")
    return serial


def _only(listed: dict[str, str]) -> str:
    if not listed:
        raise DeviceError(
            "no device: connect a phone, turn on USB debugging in its "
            "developer options, and check that adb devices lists it"
        )
    ready = [serial for serial, state in listed.items() if state == "device"]
    candidates = ready or [*listed]
    if len(candidates) > 1:
        raise DeviceError(
            f"{len(candidates)} devices: {', '.join(candidates)}: say which, "
            f"as --device=adb:{candidates[0]}"
        )
    return candidates[0]


def _adb(command: Sequence[str], timeout_s: float, stop: Stop) -> Ended:
    try:
        return process.run(["adb", *command], timeout_s, stop)
    except FileNotFoundError:
        raise DeviceError(
            "adb not found: sudo apt-get install adb, or put the folder of "
            "Android's platform-tools on PATH"
        ) from None
