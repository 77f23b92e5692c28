"""Sweeps on a Dask cluster: whoever is killed, the rows are the same.

What netcost itself does of it is held each time by `test_cluster_made_up.py`; `.ci/run` installs Dask for these tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import NamedTuple

import pytest
from interrupted import interrupted, parts
from running import Run

from netcost import __version__

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("distributed"), reason="distributed is not installed"),
]

HERE = Path(__file__).parent
MLP = "name: mlp\nparams: {hidden: 10, more: 1}\ninput: [8]\nlayers: [{linear: hidden}, {linear: more}]\n"
SWEEP = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--set", "more=1..10", "--metrics", "params")
PARTS = (*SWEEP, "--chunk", "4", "-o", "out.jsonl")
"""100 variants in 25 parts, more than are under way at a time."""
EXPECTED = [(h, m, 9 * h + (h + 1) * m) for h in range(1, 11) for m in range(1, 11)]
"""Parameters of two linear layers with biases."""


class Cluster(NamedTuple):
    """A cluster: where its scheduler is, the processes of its workers, and its own, which leads them."""

    address: str
    workers: list[int]
    process: subprocess.Popen[bytes]

    def become(self, instead: str) -> str:
        """Let its workers have another netcost; what it says when that is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{instead}\n".encode())
        self.process.stdin.flush()
        return self.process.stdout.readline().decode().strip()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster of two workers."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "local_cluster.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        found = json.loads(process.stdout.readline())
        yield Cluster(found["address"], found["workers"], process)
    finally:
        os.killpg(process.pid, SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """A cluster that several tests share."""
    with cluster() as found:
        yield found


@pytest.fixture(autouse=True)
def spec(folder: Path) -> None:
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")


def check_rows(folder: Path) -> None:
    """Every row once and in its place; no part is torn, no draft is left."""
    assert not list(folder.glob(".*"))
    lines = [
        line for path in sorted(folder.glob("part-*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    assert [tuple(json.loads(line).values()) for line in lines] == EXPECTED


def test_a_cluster_works_out_what_a_process_does(netcost: Run, running: Cluster) -> None:
    """Also what is best."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--sort", "-params", "--chunk", "3", "--top", "4")
    assert netcost(*args, "--dask", running.address) == netcost(*args)


def test_a_run_that_is_killed_goes_on(netcost: Run, folder: Path, running: Cluster) -> None:
    """With the same command; the cluster forgets what nobody waits for."""
    killed = interrupted(3, SIGKILL, *PARTS, "--dask", running.address)
    killed.communicate()
    assert (killed.returncode, parts(folder / "out.jsonl")) == (-SIGKILL, 2)
    ended = netcost(*PARTS, "--dask", running.address)
    assert (ended.code, ended.out) == (0, ""), ended.err
    assert ended.err.endswith("100 variants: 100 sound\n")
    check_rows(folder / "out.jsonl")


def test_a_worker_that_is_killed_loses_nothing(folder: Path, running: Cluster) -> None:
    """Its chunks are done by the others."""
    process = interrupted(2, SIGSTOP, *PARTS, "--dask", running.address)
    os.kill(running.workers[0], SIGKILL)
    process.send_signal(SIGCONT)
    out, err = process.communicate()
    assert (process.returncode, out) == (0, b""), err
    assert err.endswith(b"100 variants: 100 sound\n")
    check_rows(folder / "out.jsonl")


@pytest.mark.parametrize(("instead", "told"), [("9.9", "has netcost 9.9"), ("nothing", "has no netcost")])
def test_workers_without_this_netcost_are_refused(
    netcost: Run, folder: Path, running: Cluster, instead: str, told: str
) -> None:
    """Before anything is worked out."""
    assert running.become(instead) == instead
    ended = netcost(*SWEEP, "--dask", running.address, "-o", "out.csv")
    assert running.become(__version__) == __version__
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert "install the same there" in ended.err
    assert not (folder / "out.csv").exists()


def test_an_address_without_a_scheduler_is_refused(netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setattr("netcost.sweeps.cluster.SECONDS_TO_CONNECT", 1)
    ended = netcost(*SWEEP, "--dask", "tcp://127.0.0.1:9")
    assert (ended.code, ended.out) == (2, "")
    assert "no scheduler answers at tcp://127.0.0.1:9" in ended.err
    assert "start one with `dask scheduler`" in ended.err


def test_a_scheduler_that_goes_away_ends_the_run(netcost: Run, folder: Path, running: Cluster) -> None:
    """With a clear error; another cluster, or none, goes on from there. This one is gone for the tests that follow."""
    process = interrupted(2, SIGSTOP, *PARTS, "--dask", running.address)
    running.process.kill()
    process.send_signal(SIGCONT)
    out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    lines = err.decode().splitlines()
    assert len(lines) == 1, err
    assert f"the scheduler at {running.address} is gone" in lines[0]
    assert "the same command goes on from there" in lines[0]
    assert 0 < parts(folder / "out.jsonl") < 25
    ended = netcost(*PARTS)
    assert ended.code == 0, ended.err
    check_rows(folder / "out.jsonl")
