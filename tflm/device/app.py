"""Measures in the process of the demo app, as its users would feel it."""

import contextlib
import dataclasses
import pathlib
import secrets
import time
from collections.abc import Iterator, Mapping

from tflm import files, temporary
from tflm.device import result
from tflm.device.result import Round
from tflm.device.runner import CommandFailed, DeviceError, Runner
from tflm.device.settings import Settings

PACKAGE = "org.tflm.keyboard"
ACTIVITY = f"{PACKAGE}/.benchmark.BenchmarkActivity"
END = ["am", "start", "-n", ACTIVITY, "--es", "end", "true"]
_PROCESS = f"{PACKAGE}:benchmark"
FOLDER = f"/sdcard/Android/data/{PACKAGE}/files"
RESULT = f"{FOLDER}/result.json"
_ASK_SECONDS = 20.0


def start(extras: Mapping[str, str]) -> list[str]:
    """Returns the command of a phone's shell that starts the benchmark.

    The activity takes a number for a number, whatever its type.
    """
    command = ["am", "start", "-W", "-n", ACTIVITY]
    for name, value in extras.items():
        command += ["--es", name, value]
    return command


@dataclasses.dataclass(frozen=True)
class Pushed:
    """A model on a phone.

    Attributes:
        remote: where it is there.
        sha256: of its .tflite file.
    """

    remote: str
    sha256: str


def tflite_file(local: pathlib.Path) -> pathlib.Path:
    """Returns the .tflite file of a model: of a bundle the one in it."""
    return local / "model.tflite" if local.is_dir() else local


def require(runner: Runner, apk: pathlib.Path | None) -> None:
    """Installs the app, or makes sure that it is there.

    Raises:
        DeviceError: it is not there, or the phone refuses it.
    """
    if apk is not None:
        runner.install(apk)
        return
    try:
        runner.run(["pm", "path", PACKAGE], _ASK_SECONDS)
    except CommandFailed:
        raise DeviceError(
            f"{runner.name} has no app {PACKAGE}: make apk builds it; then "
            "give it as --apk=FILE"
        ) from None


def prepare(runner: Runner, poll_seconds: float) -> None:
    """Wakes the phone, and has the app make the directory of its files.

    A directory that adb makes is adb's own: the app could not write there.

    Raises:
        DeviceError: the app cannot be started.
    """
    _quietly(runner, ["input", "keyevent", "KEYCODE_WAKEUP"])
    if _succeeds(runner, ["ls", "-d", FOLDER]):
        return
    deadline = time.monotonic() + _ASK_SECONDS
    # It writes there that it has no such model.
    runner.run(start({"model": "/none"}), _ASK_SECONDS)
    while not _succeeds(runner, ["ls", RESULT]):
        if time.monotonic() >= deadline:
            return  # What comes next says why.
        time.sleep(poll_seconds)


@contextlib.contextmanager
def pushed(runner: Runner, local: pathlib.Path) -> Iterator[Pushed]:
    """Copies a model to the app's files for the time of the block.

    Args:
        runner: the phone.
        local: a .tflite file or the directory of a bundle.

    Raises:
        OSError: there is no such model.
        DeviceError: the phone is gone or full.
    """
    sha256 = files.sha256(tflite_file(local))
    folder = f"{FOLDER}/benchmark/tflm-{secrets.token_hex(4)}"
    remote = f"{folder}/bundle" if local.is_dir() else f"{folder}/model.tflite"
    try:
        runner.run(["mkdir", "-p", folder], _ASK_SECONDS)
        runner.push(local, remote)
        # The app is another user there, and must read what is private here.
        runner.run(["chmod", "-R", "755", folder], _ASK_SECONDS)
        yield Pushed(remote, sha256)
    finally:
        _quietly(runner, ["rm", "-rf", folder])


@contextlib.contextmanager
def cleared(runner: Runner, poll_seconds: float) -> Iterator[None]:
    """Ends the benchmark and deletes its result when the block ends."""
    try:
        yield
    finally:
        with contextlib.suppress(DeviceError):
            end(runner, poll_seconds)
        _quietly(runner, ["rm", "-f", RESULT])


def end(runner: Runner, poll_seconds: float) -> None:
    """Ends the process of the benchmark, and no other of the app.

    Another one is the keyboard, in the place of which Android would choose
    another for good if the whole app were stopped.

    Raises:
        DeviceError: the phone is gone.
    """
    deadline = time.monotonic() + _ASK_SECONDS
    if _succeeds(runner, ["pidof", _PROCESS]):
        runner.run(END, _ASK_SECONDS)
    while _succeeds(runner, ["pidof", _PROCESS]):
        if time.monotonic() >= deadline:
            return  # The next round is no cold start, and is measured.
        time.sleep(poll_seconds)


def measure(
    runner: Runner,
    model: Pushed,
    settings: Settings,
) -> Round:
    """Measures a round of a model, in a new process of the app.

    Raises:
        DeviceError: the app or the phone fails, or takes too long.
    """
    nonce, timeout_s = secrets.token_hex(8), settings.timeout_seconds
    deadline = time.monotonic() + timeout_s
    with cleared(runner, settings.poll_seconds):
        end(runner, settings.poll_seconds)
        runner.run(["rm", "-f", RESULT], _ASK_SECONDS)
        named = {"model": model.remote, "nonce": nonce}
        _start(runner, named | settings.extras, timeout_s)
        while not _is_there(runner):
            if time.monotonic() >= deadline:
                raise DeviceError(
                    f"{runner.name}: no result within {timeout_s:g} s: keep "
                    "the screen on and unlocked, or raise --timeout_seconds"
                )
            time.sleep(settings.poll_seconds)
        text = _pull(runner)
    return result.parse(text, runner.name, nonce, model.sha256)


def _start(runner: Runner, extras: Mapping[str, str], timeout_s: float) -> None:
    output = runner.run(start(extras), timeout_s)
    # Old versions of `am` end with code 0 even then.
    errors = [line for line in output.splitlines() if line.startswith("Error")]
    if errors:
        raise DeviceError(
            f"{runner.name} cannot start {ACTIVITY}: {errors[-1]}: install "
            "this version of the app, as --apk=FILE"
        )


def _is_there(runner: Runner) -> bool:
    """Tells whether there is a result.

    Raises:
        DeviceError: there is none, and nobody who would write one.
    """
    if _succeeds(runner, ["ls", RESULT]):
        return True
    try:
        runner.run(["pidof", _PROCESS], _ASK_SECONDS)
    except CommandFailed as error:
        if error.code != 1 or _succeeds(runner, ["ls", RESULT]):
            return error.code == 1  # Another code: there is no pidof.
        raise DeviceError(
            f"{runner.name}: the app has crashed or was closed: see adb "
            "logcat -b crash"
        ) from None
    return False


def _succeeds(runner: Runner, command: list[str]) -> bool:
    try:
        runner.run(command, _ASK_SECONDS)
    except CommandFailed:
        return False
    return True


def _pull(runner: Runner) -> str:
    with temporary.directory() as folder:
        local = folder / "result.json"
        runner.pull(RESULT, local)
        return local.read_text(encoding="utf-8", errors="replace")


def _quietly(runner: Runner, command: list[str]) -> None:
    """Cleans up, where an error would hide the one that came before."""
    with contextlib.suppress(DeviceError):
        runner.run(command, _ASK_SECONDS)
