"""Chunks worked on by a running Dask cluster: the plan and a chunk's number go out, its outcome comes back."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from pydoc import locate
from typing import Any

from netcost import __version__
from netcost.sweeps.fault import AGAIN, Interrupted, SweepError
from netcost.sweeps.plan import Plan
from netcost.sweeps.work import Outcome, Runner, Worker
from netcost.wording import listed

EXTRA = "pip install 'netcost[dask]'"
SECONDS_TO_CONNECT = 10
SECONDS_TO_WAIT = 5
"""How long nothing may come before the scheduler is asked whether it is still there."""

RETRIES = 5
"""How often a chunk is tried again that failed."""

AHEAD = 3
"""Chunks for each thread of the cluster that are under way, so that none is ever idle."""


def on_cluster(address: str) -> Runner:
    """Work on chunks at the cluster of a scheduler, `tcp://127.0.0.1:8786`."""
    return partial(_on_cluster, address)


def _on_cluster(address: str, plan: Plan, chunks: Iterable[int]) -> Iterator[Outcome]:
    try:
        import distributed
    except ImportError:
        raise SweepError(f"a Dask cluster is asked by distributed: {EXTRA}") from None
    client = _connected(distributed, address)
    try:
        _check_workers(client, address)
        yield from _outcomes(distributed, client, plan, iter(chunks))
    except (distributed.CancelledError, OSError) as error:
        raise Interrupted(f"the scheduler at {address} is gone ({type(error).__name__}); {AGAIN}") from None
    except distributed.KilledWorker as error:
        raise Interrupted(
            f"workers died of a chunk again and again, as for want of memory: {error}; {AGAIN}"
        ) from None
    finally:
        client.close(timeout=SECONDS_TO_WAIT)


def _connected(distributed: Any, address: str) -> Any:
    """A client of the cluster.

    Raises:
        SweepError: there is no scheduler at the address.
    """
    try:
        return distributed.Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise SweepError(
            f"no scheduler answers at {address}: {error}; start one with `dask scheduler`"
        ) from None


def _check_workers(client: Any, address: str) -> None:
    """Refuse to start where a worker could not do the work.

    Raises:
        SweepError: there is no worker, or one has no netcost, or another version of it.
    """
    found = client.run(locate, "netcost.__version__", on_error="return")
    if not found:
        raise SweepError(f"the scheduler at {address} has no workers; start one with `dask worker {address}`")
    others = [
        f"{worker} has {f'netcost {version}' if isinstance(version, str) else 'no netcost'}"
        for worker, version in found.items()
        if version != __version__
    ]
    if others:
        raise SweepError(f"this is netcost {__version__}, but {listed(others)}; install the same there")


def _outcomes(distributed: Any, client: Any, plan: Plan, chunks: Iterator[int]) -> Iterator[Outcome]:
    """The outcomes as they come; the cluster forgets each at once."""
    work = partial(outcome, zlib.compress(pickle.dumps(plan), 1))
    running: set[Any] = set()
    while True:
        room = AHEAD * max(1, sum(client.nthreads().values())) - len(running)
        new = list(islice(chunks, max(0, room)))
        running |= set(client.map(work, new, retries=RETRIES, pure=False)) if new else set()
        if not running:
            return
        for future in _finished(distributed, client, running):
            running.remove(future)
            found: Outcome = future.result()
            future.release()
            yield found


def _finished(distributed: Any, client: Any, running: set[Any]) -> set[Any]:
    """The next futures that are done.

    Raises:
        OSError: the scheduler is no longer there.
    """
    while True:
        try:
            done: set[Any] = distributed.wait(running, SECONDS_TO_WAIT, "FIRST_COMPLETED").done
        except TimeoutError:
            if client.status != "running":
                raise ConnectionError(client.status) from None
            continue
        return done


@lru_cache(maxsize=4)
def _worker(packed: bytes) -> Worker:
    return Worker(pickle.loads(zlib.decompress(packed)))  # noqa: S301  whoever may ask a cluster may run anything there


def outcome(packed: bytes, chunk: int) -> Outcome:
    """Work on one chunk, at a worker of the cluster; what it finds out of a sweep is kept for the next chunk."""
    return _worker(packed).outcome(chunk)
