"""Ray, which is optional: on this machine or one that runs already."""

import contextlib
import importlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from tflm import __version__, temporary

_SECONDS = 10  # For an address to answer.
_STARTS = 3  # Ray gives itself 30 seconds, too few on a busy machine.
_WORKER_SECONDS = 120  # For each machine to start a process.
_STORE_BYTES = 200 << 20  # For each worker; what is more goes to disk.


def package() -> Any:
    """Returns `ray`, which tells nobody that it is used.

    Raises:
        RuntimeError: it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Else it warns of what it will do to processes without a GPU.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        return importlib.import_module("ray")
    except ModuleNotFoundError:
        raise RuntimeError(
            "several workers need Ray: pip install 'tflm-toolkit[ray]'"
        ) from None


@contextlib.contextmanager
def connected(workers: int = 0, address: str = "") -> Iterator[None]:
    """Connects to Ray while the block runs; its errors are one line each.

    Where this process is connected already, that is left as it is.

    Args:
        workers: processes to start on this machine, where there is no address.
        address: of a cluster that runs, HOST:PORT, or `auto` for that of this
            machine.

    Raises:
        ValueError: both are given or neither, the address is none, or a
            machine has another version of tflm.
        OSError: nothing answers at the address.
        RuntimeError: Ray is not installed, is of another version there, or
            its memory or disk is full.
    """
    ray = check(workers, address)
    if ray.is_initialized():
        with explained():
            yield
        return
    with contextlib.ExitStack() as stack:
        stack.enter_context(explained())
        place = stack.enter_context(temporary.directory())
        stack.callback(ray.shutdown)
        if address:
            _join(ray, address)
        else:
            _start(ray, workers, str(place))
        yield


def check(workers: int, address: str) -> Any:
    """Returns `ray`, if `connected` could use it so.

    Raises:
        ValueError: both are given or neither.
        RuntimeError: Ray is not installed.
    """
    if bool(address) == (workers > 0):
        raise ValueError(
            f"--workers={workers} starts processes here, --ray={address} uses "
            f"a cluster that runs: give one of them"
        )
    return package()


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raises what a worker raised, and in one line what Ray has to say.

    Raises:
        RuntimeError: Ray failed.
    """
    errors = package().exceptions
    try:
        yield
    except errors.RayError as error:
        cause = getattr(error, "cause", None) or error
        full = (errors.ObjectStoreFullError, errors.OutOfDiskError)
        if isinstance(cause, full):
            raise RuntimeError(
                "Ray's object store and the disk that it spills to are full: "
                "give smaller shards, fewer workers, or a TMPDIR with more room"
            ) from None
        if isinstance(cause, errors.OutOfMemoryError):
            raise RuntimeError(
                "a worker took more memory than its machine has: give smaller "
                "shards or fewer workers"
            ) from None
        if not isinstance(cause, errors.RayError):
            raise cause from None
        first, *_ = [*filter(None, str(cause).splitlines()), type(cause)]
        raise RuntimeError(f"Ray failed: {first}") from None


def check_versions(found: Mapping[str, str]) -> None:
    """Proves that all machines have this tflm.

    Args:
        found: address of a machine to the version there, empty for none.

    Raises:
        ValueError: one has another.
    """
    for machine, version in found.items():
        if version != __version__:
            there = f"tflm {version}" if version else "no tflm"
            raise ValueError(
                f"the worker {machine} has {there}, and this is "
                f"{__version__}: install the same on all machines"
            )


def check_processors(count: int) -> None:
    """Proves that a machine has so many processors, or Ray would wait for one.

    Raises:
        ValueError: none has.
    """
    nodes = [node for node in package().nodes() if node["Alive"]]
    most = max(int(node["Resources"].get("CPU", 0)) for node in nodes)
    if not 1 <= count <= most:
        raise ValueError(
            f"--cpus={count} is more than any machine has for it, or none: "
            f"give 1 to {most}"
        )


def _start(ray: Any, workers: int, place: str) -> None:
    for _ in range(_STARTS):
        with contextlib.suppress(Exception):  # It has no class of its own.
            ray.init(
                "local",
                num_cpus=workers,
                object_store_memory=_STORE_BYTES * (workers + 1),
                include_dashboard=False,
                logging_level="FATAL",
                log_to_driver=False,
                _temp_dir=place,
                runtime_env=_environment(),
            )
            return
        ray.shutdown()
    raise RuntimeError(
        f"Ray did not start in {_STARTS} times 30 seconds: this machine is "
        f"too busy for it, or TMPDIR={tempfile.gettempdir()} is full or long"
    )


def _join(ray: Any, address: str) -> None:
    _check_answer(address)
    try:
        ray.init(
            address,
            logging_level="ERROR",
            log_to_driver=False,
            runtime_env=_environment(),
        )
    except ConnectionError:
        raise ConnectionError(
            f"no Ray runs at {address}: give the HOST:PORT that ray start says"
        ) from None
    except RuntimeError as error:  # As of another version of Python or Ray.
        raise RuntimeError(
            f"Ray at {address}: {' '.join(str(error).split())}"
        ) from None
    check_versions(_versions(ray))


def _environment() -> dict[str, Any]:
    """Returns what has workers compute as this process does.

    Ray would give NumPy's algebra one thread, and TensorFlow imports Keras 3,
    too, if nobody says that it is not used.
    """
    threads = os.environ.get("OMP_NUM_THREADS") or str(os.cpu_count())
    return {
        "env_vars": {
            "OMP_NUM_THREADS": threads,
            "TF_USE_LEGACY_KERAS": "1",
        }
    }


def _check_answer(address: str) -> None:
    """Proves that something answers, which Ray itself would wait for long."""
    host, _, port = address.rpartition(":")
    if address == "auto":
        return
    if "/" in address or not host or not port.isdigit():
        raise ValueError(
            f"--ray={address} is no address: give HOST:PORT, or auto for the "
            f"Ray of this machine"
        )
    import grpc

    with grpc.insecure_channel(address) as channel:
        try:
            grpc.channel_ready_future(channel).result(_SECONDS)
        except grpc.FutureTimeoutError:
            raise ConnectionError(
                f"no Ray answers at {address} within {_SECONDS} seconds: give "
                f"the HOST:PORT that ray start says"
            ) from None


def _versions(ray: Any) -> dict[str, str]:
    """Returns the version of tflm on each machine, by its address."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    def version() -> str:  # Sent as it is: tflm may not be there.
        try:
            return str(importlib.import_module("tflm").__version__)
        except ModuleNotFoundError:
            return ""

    machines = [node for node in ray.nodes() if node["Alive"]]
    asked = [
        ray.remote(num_cpus=0)(version)
        .options(
            scheduling_strategy=NodeAffinitySchedulingStrategy(
                node["NodeID"], soft=False
            )
        )
        .remote()
        for node in machines
    ]
    found = ray.get(asked, timeout=_WORKER_SECONDS)
    names = [node["NodeManagerAddress"] for node in machines]
    return dict(zip(names, found, strict=True))
