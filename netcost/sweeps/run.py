"""Engines that run the chunks of a sweep: this process, several processes, or a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from netcost.sweeps.fault import AGAIN, Interrupted, SweepError
from netcost.sweeps.plan import Plan
from netcost.sweeps.work import Outcome, Runner, Worker

GUARD = 'each imports the script that starts it, which does so below `if __name__ == "__main__":`'
PARENTS_SCRIPT = "__mp_main__"
"""What that script is called where it is imported."""


def here(plan: Plan, chunks: Iterable[int]) -> Iterator[Outcome]:
    """Work on chunks one after the other, in this process."""
    worker = Worker(plan)
    return map(worker.outcome, chunks)


def in_processes(jobs: int) -> Runner:
    """Work on chunks in several processes at once."""
    return partial(_in_processes, jobs)


def _in_processes(jobs: int, plan: Plan, chunks: Iterable[int]) -> Iterator[Outcome]:
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from itertools import islice
    from multiprocessing import get_context

    _check_script()
    waiting = iter(chunks)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (plan,)) as pool:
        with _script_run_once():
            begun = pool.submit(_ready)
        try:
            running = {pool.submit(_go_on, chunk) for chunk in islice(waiting, 2 * jobs)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(_go_on, chunk) for chunk in islice(waiting, len(done))}
                for future in done:
                    yield future.result()
        except BrokenProcessPool:
            if begun.exception():
                raise SweepError(f"none of the {jobs} processes could begin: {GUARD}") from None
            raise Interrupted(
                f"one of the {jobs} processes was killed, as for want of memory; {AGAIN}"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _check_script() -> None:
    """Refuse to start processes for a script that they cannot import, as one of standard input.

    Raises:
        SweepError: there is no file of it.
    """
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if main.__spec__ is None and file and not os.path.isfile(file):  # noqa: PTH113
        raise SweepError(f"processes need a script in a file, not {file}: {GUARD}")


@contextmanager
def _script_run_once() -> Iterator[None]:
    """End a process quietly that runs its parent's script anew, and so would start others; the parent says why."""
    try:
        yield
    except RuntimeError:
        if PARENTS_SCRIPT not in sys.modules:
            raise
        raise SystemExit(1) from None


_workers: list[Worker] = []


def _ready() -> None:
    """Tell that a process has begun."""


def _begin(plan: Plan) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C ends the run, and the run its processes
    _workers[:] = [Worker(plan)]


def _go_on(chunk: int) -> Outcome:
    return _workers[0].outcome(chunk)


def runner(jobs: int, dask: str) -> Runner:
    """What runs the chunks.

    Raises:
        SweepError: both are asked for.
    """
    if jobs > 1 and dask:
        raise SweepError("--jobs starts processes here and --dask asks a cluster; give one of them")
    if dask:
        from netcost.sweeps.cluster import on_cluster

        return on_cluster(dask)
    return in_processes(jobs) if jobs > 1 else here
