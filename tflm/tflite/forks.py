"""A process that has TensorFlow by now, and forks for each conversion.

To import TensorFlow takes seconds, and a small model half a second. None of
it has run when the process forks, so there are no threads that a fork lacks.
"""

import contextlib
import gc
import importlib
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback

# What conversions import, some of it only when they get there.
_NEEDED = (
    "tensorflow.lite.python.lite",
    "ai_edge_quantizer.quantizer",
    "tflm.tflite.convert",
    "tflm.tflite.quantize",
    "tflm.tflite.step",
)


class Forks:
    """The process as its owner has it: started when it is first needed.

    It ends with its owner, however that ends, as its input is at an end then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0  # A fork of the owner starts its own.

    def run(
        self, module: str, directory: pathlib.Path, seconds: float
    ) -> int | None:
        """Returns the exit code of `module.main(directory)`, in a fork.

        It is that of `subprocess`: negative for a signal. None stands for one
        that took longer than `seconds`, and was killed.
        """
        request = {"module": module, "directory": str(directory)}
        line = json.dumps(request | {"path": sys.path})
        with self._lock:
            process = self._started()
            assert process.stdin and process.stdout
            code = None
            try:
                process.stdin.write(f"{line}\n")
                process.stdin.flush()
                if select.select([process.stdout], [], [], seconds)[0]:
                    answer = process.stdout.readline()
                    code = int(answer) if answer else process.wait()
            finally:
                if code is None:  # It is still busy, or gone.
                    self._kill()
        return code

    def _started(self) -> subprocess.Popen[str]:
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process and self._process.poll() is not None:
            self._kill()
        self._process = self._process or _start()
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            # With the fork that it waits for.
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError):
            process.communicate()  # Which closes its pipes.


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", __name__],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C is its owner's, who kills it.
    )


def environment() -> dict[str, str]:
    """Returns the variables of a process that converts."""
    root = str(pathlib.Path(__file__).parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_USE_LEGACY_KERAS": "1",  # Keras 3 would be imported too.
    }


def main() -> None:
    """Forks for each line of its input; answers with the exit code."""
    for module in _NEEDED:
        importlib.import_module(module)
    gc.freeze()  # The converter collects garbage, and this is none.
    for line in sys.stdin:
        process = os.fork()
        if not process:
            _work(**json.loads(line))
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _work(module: str, directory: str, path: list[str]) -> None:
    """Ends this process when the work is done; errors go to `stderr.txt`."""
    code = 1
    try:
        said = os.open(f"{directory}/stderr.txt", os.O_CREAT | os.O_WRONLY)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream, file in enumerate((nothing, nothing, said)):
            os.dup2(file, stream)
        sys.path[:] = path
        tempfile.tempdir = directory  # TensorFlow leaves files there.
        importlib.import_module(module).main(pathlib.Path(directory))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
