"""Where the work is done: processes of this machine, or of many. Dask hands it out, and starts again what dies.

Chosen because it is the same engine on one machine and on a hundred. A task of it costs a small part of what a submission
takes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from pkgutil import resolve_name
from queue import Empty, SimpleQueue
from typing import TypeVar
from urllib.parse import urlsplit

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, Security, fire_and_forget

Item = TypeVar("Item")
Made = TypeVar("Made")

#: Hosts whose messages nobody else can read or forge.
HERE = ("localhost", "127.0.0.1", "::1")
#: Tasks that wait for each worker: none is ever idle, and no class is ever in memory as a whole.
AHEAD = 3
#: Seconds to wait for a scheduler, for its first worker, and for a scheduler that has gone silent.
PATIENCE = 10
#: Seconds between two looks at how many workers there are.
LOOK = 1.0
#: Seconds without any worker, and without any result, after which nobody waits longer. A worker that dies is replaced within
#: seconds, and one submission takes a few minutes at most.
LOST, SILENCE = 60.0, 900.0
#: Dask remembers the last thousand messages, with a submission in each.
_FORGETFUL = {"distributed.admin.low-level-log-length": 10}
_LOCAL = {
    **_FORGETFUL,
    "distributed.scheduler.worker-saturation": 1.0,  # or who waits behind a killer is suspected with it
    "distributed.scheduler.allowed-failures": 2,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.memory.terminate": False,  # a submission's memory has a limit of its own
    "distributed.scheduler.http.routes": [],  # nothing for a browser to look at
    "distributed.worker.http.routes": [],
    "logging": {"distributed": "critical"},
}


class ClusterError(RuntimeError):
    """The workers cannot be reached, or are no longer there; the message says what to do."""


class OtherCode(RuntimeError):
    """A worker has another version of what it is asked to do than the command that asks."""


class Cluster:
    """Workers that a `distributed.Client` reaches."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._workers, self._stale, self._seen = 0, 0.0, time.monotonic()

    def run(
        self, work: Callable[[Item], Made], items: Iterable[Item], at_once: int | None = None
    ) -> Iterator[tuple[Item, Made | None]]:
        """Do something with each item; items are taken as workers come free, at most ``at_once`` of them.

        Yields
        ------
        (item, made)
            In the order in which they are done; None for an item whose worker has died each time.

        Raises
        ------
        ClusterError
            If the scheduler or all workers are gone. What was yielded before is done.
        """
        waiting, killers = iter(items), list[Item]()
        try:
            for item, future in self._each(work, waiting, at_once):
                try:
                    made = future.result()
                except KilledWorker:
                    killers.append(item)
                else:
                    yield item, made
            # Once more and alone: the worker may have died of somebody else.
            for item, future in self._each(work, iter(killers), 1):
                try:
                    made = future.result()
                except KilledWorker:
                    made = None
                yield item, made
        except (CancelledError, TimeoutError, OSError) as error:
            raise ClusterError(
                f"the scheduler is gone ({type(error).__name__}). What was graded is kept: "
                "start it again, then repeat the command with --resume."
            ) from error

    def _each(
        self, work: Callable[[Item], Made], waiting: Iterator[Item], at_once: int | None
    ) -> Iterator[tuple[Item, Future]]:
        """Give the items out, and wait for one after the other; for none of them without an end."""
        running: dict[Future, Item] = {}
        done: SimpleQueue[Future] = SimpleQueue()
        heard = time.monotonic()
        while True:
            for item in islice(waiting, max(0, (at_once or AHEAD * self._hands()) - len(running))):
                future = self._client.submit(work, item, pure=False)
                running[future] = item
                future.add_done_callback(done.put)
            if not running:
                return
            try:
                future = done.get(timeout=LOOK)
            except Empty:
                self._see_that_somebody_works(time.monotonic() - heard)
                continue
            heard = time.monotonic()
            yield running.pop(future), future

    def _hands(self) -> int:
        """How many workers there are, at least one."""
        if time.monotonic() > self._stale:
            self._workers, self._stale = len(self._client.nthreads()), time.monotonic() + LOOK
            if self._workers:
                self._seen = time.monotonic()
        return max(1, self._workers)

    def _see_that_somebody_works(self, silent: float) -> None:
        self._hands()
        if time.monotonic() - self._seen > LOST:
            raise ClusterError(
                f"there has been no worker for {LOST:g} s: all are lost, and nobody has started others. "
                "What was graded is kept: repeat the command with --resume."
            )
        if silent > SILENCE:
            raise ClusterError(
                f"no worker has finished anything for {SILENCE / 60:g} minutes. "
                "What was graded is kept: repeat the command with --resume."
            )


@contextmanager
def local(workers: int = 0, ready: str = "") -> Iterator[Cluster]:
    """Processes of this machine, as many as there are cores by default.

    What ``ready`` names, such as ``"package.module:function"``, each of them does while the command still looks for items.

    They speak over TLS even so: whoever reaches an open scheduler's port can run anything as you.
    """
    with (
        dask.config.set(_LOCAL),
        LocalCluster(
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            memory_limit=None,
            dashboard_address="127.0.0.1:0",
            security=True,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        for address in client.nthreads() if ready else ():
            fire_and_forget(client.submit(_called, ready, workers=[address], pure=False))
        yield Cluster(client)


@contextmanager
def existing(
    address: str, ca_file: str | None = None, certificate: str | None = None, key: str | None = None
) -> Iterator[Cluster]:
    """The workers of a Dask scheduler that runs already.

    Parameters
    ----------
    address
        Such as ``tls://grading.example:8786``. ``tcp://`` is for this machine alone.
    ca_file, certificate, key
        PEM files for TLS, as ``dask scheduler`` and ``dask worker`` take them.

    Raises
    ------
    ClusterError
        If it would be reached without encryption, or cannot be reached.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme != "tls" and parts.hostname not in HERE:
        raise ClusterError(
            f"the scheduler {address} is on another machine, and {parts.scheme} sends students' work in the open, to "
            "workers that anybody may command. Use tls://… with --tls-ca-file, --tls-cert and --tls-key."
        )
    if parts.scheme == "tls" and not (ca_file and certificate and key):
        raise ClusterError(
            f"the scheduler {address} wants to know who asks: give --tls-ca-file, --tls-cert and --tls-key."
        )
    security = Security(
        tls_ca_file=ca_file,
        tls_client_cert=certificate,
        tls_client_key=key,
        require_encryption=parts.scheme == "tls",
    )
    try:
        with dask.config.set(_FORGETFUL):
            client = Client(address, security=security, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, TypeError, ValueError) as error:
        raise ClusterError(f"the scheduler {address} cannot be reached: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the scheduler {address} has no workers. Start some with: dask worker {address}"
            ) from None
        except (
            CancelledError,
            OSError,
        ) as error:  # It went away between the greeting and the first question.
            raise ClusterError(f"the scheduler {address} cannot be reached: {error}") from error
        yield Cluster(client)


def _called(name: str) -> None:
    resolve_name(name)()
