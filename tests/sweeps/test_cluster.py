"""Sweeps on a Dask cluster: whoever is killed, the rows are the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from running import Run

pytest.importorskip("distributed", reason="distributed is not installed")

HERE = Path(__file__).parent
MLP = "name: mlp\nparams: {hidden: 10, more: 1}\ninput: [8]\nlayers: [{linear: hidden}, {linear: more}]\n"
LARGE = (
    *("sweep", "mlp.yaml", "--set", "hidden=1..1000", "--set", "more=1..100", "--metrics", "params"),
    *("--chunk", "2000", "-o", "out.jsonl"),
)
"""10^5 variants in 50 parts."""
EXPECTED = [(h, m, 9 * h + (h + 1) * m) for h in range(1, 1001) for m in range(1, 101)]
"""Parameters of two linear layers with biases."""

SMALL = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--metrics", "params")


class Cluster(NamedTuple):
    """A cluster: where its scheduler is, the processes of its workers, and its own."""

    address: str
    workers: list[int]
    process: subprocess.Popen[bytes]


@contextmanager
def cluster(*instead: str) -> Iterator[Cluster]:
    """Start a cluster of two workers."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "local_cluster.py"), *instead],
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
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """A cluster that several tests share."""
    with cluster() as found:
        yield found


@pytest.fixture(autouse=True)
def spec(folder: Path) -> None:
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")


def started(folder: Path, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "netcost", *args], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def wait_for(folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until there are so many parts, or the process is at its end."""
    while process.poll() is None and len(list(folder.glob("part-*.jsonl"))) < count:
        time.sleep(0.01)


def check_rows(folder: Path) -> None:
    """The same rows by count, distinct and hash; no part is torn, no draft is left."""
    assert not list(folder.glob(".*"))
    lines = [
        line for path in sorted(folder.glob("part-*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    found = [tuple(json.loads(line).values()) for line in lines]
    assert len(found) == len(set(found)) == len(EXPECTED)
    assert sha256(repr(found).encode()).digest() == sha256(repr(EXPECTED).encode()).digest()


def test_a_cluster_works_out_what_a_process_does(netcost: Run, running: Cluster) -> None:
    """Also what is best."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--sort", "-params", "--chunk", "3", "--top", "4")
    assert netcost(*args, "--dask", running.address) == netcost(*args)


def test_a_worker_that_is_killed_loses_nothing(folder: Path) -> None:
    """Its chunks are done by the others."""
    with cluster() as found:
        process = started(folder, *LARGE, "--dask", found.address)
        wait_for(folder / "out.jsonl", 2, process)
        os.kill(found.workers[0], signal.SIGKILL)
        out, err = process.communicate()
    assert (process.returncode, out) == (0, b""), err
    assert err.endswith(b"100,000 variants: 100,000 sound\n")
    check_rows(folder / "out.jsonl")


def test_a_run_that_is_killed_goes_on(folder: Path, running: Cluster) -> None:
    """With the same command; the cluster forgets what nobody waits for."""
    killed = started(folder, *LARGE, "--dask", running.address)
    wait_for(folder / "out.jsonl", 2, killed)
    killed.kill()
    killed.communicate()
    process = started(folder, *LARGE, "--dask", running.address)
    out, err = process.communicate()
    assert (process.returncode, out) == (0, b""), err
    assert err.endswith(b"100,000 variants: 100,000 sound\n")
    check_rows(folder / "out.jsonl")


def test_a_scheduler_that_goes_away_ends_the_run(netcost: Run, folder: Path) -> None:
    """With a clear error; another cluster, or none, goes on from there."""
    with cluster() as found:
        process = started(folder, *LARGE, "--dask", found.address)
        wait_for(folder / "out.jsonl", 2, process)
        found.process.kill()
        out, err = process.communicate()
        for worker in found.workers:
            _end(worker)
    assert (process.returncode, out) == (2, b"")
    lines = err.decode().splitlines()
    assert len(lines) == 1, err
    assert f"the scheduler at {found.address} is gone" in lines[0]
    assert "the same command goes on from there" in lines[0]
    ended = netcost(*LARGE)
    assert ended.code == 0, ended.err
    check_rows(folder / "out.jsonl")


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.mark.parametrize(("instead", "told"), [("9.9", "has netcost 9.9"), ("nothing", "has no netcost")])
def test_workers_without_this_netcost_are_refused(folder: Path, instead: str, told: str) -> None:
    """Before anything is worked out."""
    with cluster(instead) as found:
        process = started(folder, *SMALL, "--dask", found.address, "-o", "out.csv")
        out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert told in err.decode()
    assert "install the same there" in err.decode()
    assert not (folder / "out.csv").exists()


def test_an_address_without_a_scheduler_is_refused(folder: Path) -> None:
    """In one line."""
    process = started(folder, *SMALL, "--dask", "tcp://127.0.0.1:9")
    out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert "no scheduler answers at tcp://127.0.0.1:9" in err.decode()
    assert "start one with `dask scheduler`" in err.decode()
