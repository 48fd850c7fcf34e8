"""Processes of this machine or a cluster that work for a command."""

import contextlib
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from absl import logging

from tflm.scale import cluster

RETRIES = 10  # Of what was begun by a process that died.


@dataclasses.dataclass(frozen=True)
class Workers:
    """Carries out a function of several jobs at once, in Ray's tasks.

    Attributes:
        count: of processes to start on this machine, where there is no
            address.
        address: of a cluster that runs, as `cluster.connected` takes it.
        cpus: processors of a cluster's machine that a job takes.
    """

    count: int = 0
    address: str = ""
    cpus: int = 1

    def check(self) -> None:
        """Refuses at once what cannot work for anybody.

        Raises:
            ValueError, OSError, RuntimeError: as `connected`.
        """
        if self.address:
            with self.connected():
                return
        cluster.check(self.count, self.address)
        if self.cpus != 1:
            raise ValueError(
                f"--cpus={self.cpus} goes with --ray: each worker of this "
                f"machine takes what it has"
            )

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Connects to Ray while the block runs, as `cluster.connected` does.

        When it ends, the processes of this machine are gone.

        Raises:
            ValueError: no machine has as many processors, or what
                `cluster.connected` refuses.
            OSError, RuntimeError: as `cluster.connected`.
        """
        with (
            # There Ray would tell of workers that it starts again.
            contextlib.redirect_stdout(sys.stderr),
            cluster.connected(self.count, self.address),
        ):
            cluster.check_processors(self.cpus)
            yield

    def carry_out(
        self, function: Callable[..., None], jobs: Mapping[str, Any], *others
    ) -> None:
        """Calls `function(job, *others)` of each job.

        A job whose process died is begun again, on another machine if its own
        is gone. So the function has to leave what it does on a disk that all
        machines see, and to go on from there.

        Args:
            function: what is done.
            jobs: by their names, for people.
            others: what is the same for all jobs.

        Raises:
            Exception: what the function raised first.
            OSError, RuntimeError: as `connected`.
        """
        if not jobs:
            return
        with self.connected():
            ray = cluster.package()
            task = ray.remote(max_retries=RETRIES, num_cpus=self.cpus)(function)
            shared = [ray.put(other) for other in others]
            names = {task.remote(j, *shared): name for name, j in jobs.items()}
            waiting = [*names]
            logging.info("%d jobs side by side", len(waiting))
            while waiting:
                [done], waiting = ray.wait(waiting)
                ray.get(done)
                logging.info("%s: done, %d left", names[done], len(waiting))
