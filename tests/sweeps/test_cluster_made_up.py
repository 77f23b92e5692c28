"""Sweeps on a made-up cluster: what goes out and comes back, and how each of its ends is told.

`test_cluster.py` holds a cluster of Dask to the same, in slow tests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import pytest
from running import Run

from netcost import __version__

ADDRESS = "tcp://10.0.0.1:8786"
MLP = "name: mlp\nparams: {hidden: 10, more: 1}\ninput: [8]\nlayers: [{linear: hidden}, {linear: more}]\n"
SWEEP = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--set", "more=1..10", "--metrics", "params")
PARTS = (*SWEEP, "--chunk", "4", "-o", "out.csv")
"""100 variants in 25 parts."""
EXPECTED = [f"{h},{m},{9 * h + (h + 1) * m}" for h in range(1, 11) for m in range(1, 11)]
"""Parameters of two linear layers with biases."""


class CancelledError(Exception):
    """What Dask raises where a cluster has forgotten a task."""


class KilledWorkerError(Exception):
    """What it raises where workers died of a task."""


class Future(NamedTuple):
    """A task, which is done when its result is asked for."""

    work: Callable[[int], Any]
    chunk: int

    def result(self) -> Any:
        """What comes of it."""
        return self.work(self.chunk)

    def release(self) -> None:
        """Be forgotten."""


class Client:
    """A cluster whose workers have some versions of netcost, and which is gone after some tasks."""

    def __init__(self, versions: Mapping[str, object], lasts: int, end: Callable[[], Exception]) -> None:
        self.status = "running"
        self._versions, self._lasts, self._end = versions, lasts, end

    def run(self, _function: object, *_args: object, on_error: str) -> Mapping[str, object]:
        """Ask each worker for its version."""
        assert on_error == "return"
        return self._versions

    def nthreads(self) -> dict[str, int]:
        """One for each worker."""
        return dict.fromkeys(self._versions, 1)

    def map(self, work: Callable[[int], Any], chunks: Iterable[int], **_: object) -> list[Future]:
        """Tasks for the numbers of chunks."""
        return [Future(work, chunk) for chunk in chunks]

    def wait(self, running: set[Future], *_: object) -> SimpleNamespace:
        """Be through with the last of the tasks; nothing comes in time before each third."""
        self._lasts -= 1
        if self._lasts < 0:
            self.status = "closed"
            raise self._end()
        if self._lasts % 3 == 0:
            raise TimeoutError
        return SimpleNamespace(done={max(running, key=lambda future: future.chunk)})

    def close(self, timeout: float) -> None:
        """Leave the cluster."""


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a cluster in the place of Dask's."""

    def put(
        versions: Mapping[str, object] | None = None,
        lasts: int = 10**6,
        end: Callable[[], Exception] = TimeoutError,
    ) -> None:
        found = {"tcp://w:1": __version__, "tcp://w:2": __version__} if versions is None else versions
        client = Client(found, lasts, end)
        module = ModuleType("distributed")
        module.__dict__.update(
            CancelledError=CancelledError, KilledWorker=KilledWorkerError, wait=client.wait
        )

        def connected(address: str, timeout: float) -> Client:
            if address != ADDRESS:
                raise OSError(f"timed out after {timeout} s")
            return client

        module.__dict__["Client"] = connected
        monkeypatch.setitem(sys.modules, "distributed", module)

    return put


@pytest.fixture(autouse=True)
def spec(folder: Path) -> None:
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")


def rows(folder: Path) -> list[str]:
    """Those of all parts, in their order; no draft is left."""
    assert not list(folder.glob(".*"))
    return [line for path in sorted(folder.glob("part-*.csv")) for line in path.read_text().splitlines()[1:]]


def test_a_cluster_works_out_what_a_process_does(netcost: Run, cluster: Callable[..., None]) -> None:
    """In whatever order it finishes, and however long nothing comes."""
    cluster()
    args = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--sort", "-params", "--chunk", "3", "--top", "4")
    assert netcost(*args, "--dask", ADDRESS) == netcost(*args)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (TimeoutError, f"the scheduler at {ADDRESS} is gone (ConnectionError)"),
        (CancelledError, f"the scheduler at {ADDRESS} is gone (CancelledError)"),
        (KilledWorkerError, "workers died of a chunk again and again, as for want of memory"),
    ],
)
def test_a_cluster_that_goes_away_ends_the_run(
    netcost: Run, folder: Path, cluster: Callable[..., None], end: Callable[[], Exception], told: str
) -> None:
    """In one line; what is finished stays, and another cluster, or none, goes on from there."""
    cluster(lasts=9, end=end)
    ended = netcost(*PARTS, "--dask", ADDRESS)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert told in ended.err
    assert "the same command goes on from there" in ended.err
    assert 0 < len(rows(folder / "out.csv")) < len(EXPECTED)
    cluster()
    assert netcost(*PARTS, "--dask", ADDRESS).err.endswith("100 variants: 100 sound\n")
    assert rows(folder / "out.csv") == EXPECTED


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ({"tcp://w:1": __version__, "tcp://w:2": "9.9"}, "tcp://w:2 has netcost 9.9; install the same there"),
        ({"tcp://w:1": None}, "tcp://w:1 has no netcost; install the same there"),
        ({"tcp://w:1": ImportError("no")}, "tcp://w:1 has no netcost; install the same there"),
        ({}, f"has no workers; start one with `dask worker {ADDRESS}`"),
    ],
)
def test_workers_without_this_netcost_are_refused(
    netcost: Run, folder: Path, cluster: Callable[..., None], versions: dict[str, object], told: str
) -> None:
    """Before anything is worked out."""
    cluster(versions)
    ended = netcost(*SWEEP, "--dask", ADDRESS, "-o", "out.csv")
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert not (folder / "out.csv").exists()


def test_an_address_without_a_scheduler_is_refused(netcost: Run, cluster: Callable[..., None]) -> None:
    """In one line."""
    cluster()
    ended = netcost(*SWEEP, "--dask", "tcp://127.0.0.1:9")
    assert (ended.code, ended.out) == (2, "")
    assert "no scheduler answers at tcp://127.0.0.1:9: timed out after 10 s" in ended.err
    assert "start one with `dask scheduler`" in ended.err


def test_without_dask_it_is_told_how_to_install_it(netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, as of every package that is not there."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = netcost(*SWEEP, "--dask", ADDRESS)
    assert (ended.code, ended.out) == (2, "")
    assert "pip install 'netcost[dask]'" in ended.err
