"""Engines that run the chunks of a sweep: this process, several processes, or a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

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
    """Each has a pipe of its own, which ends with it, whatever it was at; a pool would wait for what is half told.

    Bytes go through it: where `send` meets the end of one, Python 3.12 may crash as it exits.
    """
    import pickle
    from multiprocessing import connection, get_context

    _check_script()
    waiting, context, begun = iter(chunks), get_context("spawn"), False
    with ExitStack() as processes:
        busy: list[Any] = [processes.enter_context(_process(context, plan)) for _ in range(jobs)]
        while busy:
            told: list[Any] = connection.wait(busy)
            for pipe in told:
                chunk = next(waiting, None)
                try:
                    found = pickle.loads(pipe.recv_bytes())  # noqa: S301  it comes from a process of this one
                    if chunk is not None:
                        pipe.send_bytes(b"%d" % chunk)
                except (EOFError, OSError):
                    raise _lost(jobs, begun=begun) from None
                begun = True
                if chunk is None:
                    busy.remove(pipe)
                if isinstance(found, Exception):
                    raise found
                if found:
                    yield found


@contextmanager
def _process(context: Any, plan: Plan) -> Iterator[Any]:
    """A process that works on chunks, by the pipe that their numbers go into and their outcomes come from."""
    pipe, other = context.Pipe()
    process = context.Process(target=_work, args=(other, plan), daemon=True)
    with _script_run_once():
        process.start()
    other.close()
    try:
        yield pipe
    finally:
        pipe.close()
        process.terminate()
        process.join()


def _lost(jobs: int, *, begun: bool) -> Exception:
    if not begun:
        return SweepError(f"none of the {jobs} processes could begin: {GUARD}")
    return Interrupted(f"one of the {jobs} processes was killed, as for want of memory; {AGAIN}")


def _work(pipe: Any, plan: Plan) -> None:
    """Tell that the process has begun, then what comes of each chunk, until whoever asks is gone."""
    import pickle

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C ends the run, and the run its processes
    worker = Worker(plan)
    pipe.send_bytes(pickle.dumps(None))
    while True:
        try:
            pipe.send_bytes(pickle.dumps(_told(worker, int(pipe.recv_bytes()))))
        except (EOFError, ConnectionError):
            return


def _told(worker: Worker, chunk: int) -> Outcome | Exception:
    try:
        return worker.outcome(chunk)
    except Exception as error:  # noqa: BLE001  it is raised by whoever asked
        return error


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
