"""A sweep of 10^7 variants whose workers, run and scheduler are killed: the rows are the same in the end.

    python benchmarks/sweep_faults.py [VARIANTS]

It needs `netcost[dask]`. A cluster of two workers is started on this machine. Each fault is followed by the same command
until that ends well; the rows are then held to the arithmetic, by count, distinct and hash. Exits with 1 where they
differ, where a part is torn, or where a draft is left.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pyarrow import parquet

SPEC = "name: mlp\nparams: {hidden: 10, more: 1}\ninput: [8]\nlayers: [{linear: hidden}, {linear: more}]\n"
MORE = 1_000
CLUSTER = Path(__file__).parents[1] / "tests" / "sweeps" / "local_cluster.py"


class Cluster(NamedTuple):
    """A cluster: its scheduler's address, the processes of its workers, and its own."""

    address: str
    workers: list[int]
    process: subprocess.Popen[bytes]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start two workers and their scheduler."""
    process = subprocess.Popen(
        [sys.executable, str(CLUSTER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else b"{}"
        found = json.loads(line)
        yield Cluster(found["address"], found["workers"], process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class Sweep(NamedTuple):
    """A sweep of so many variants, in a folder of its own."""

    folder: Path
    variants: int

    @property
    def out(self) -> Path:
        """The parts."""
        return self.folder / "out.parquet"

    def start(self, address: str) -> subprocess.Popen[bytes]:
        """Begin or go on."""
        args = (
            "sweep",
            "mlp.yaml",
            "--set",
            f"hidden=1..{self.variants // MORE}",
            "--set",
            f"more=1..{MORE}",
        )
        options = ("--metrics", "params", "--chunk", str(max(1, self.variants // 50)), "-o", "out.parquet")
        command = [sys.executable, "-m", "netcost", *args, *options, "--dask", address]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)

    def wait_for(self, parts: int, process: subprocess.Popen[bytes]) -> None:
        """Wait until so many parts are there."""
        while process.poll() is None and len(list(self.out.glob("part-*.parquet"))) < parts:
            time.sleep(0.005)

    def is_right(self) -> bool:
        """Hold the rows to the arithmetic, part by part: parameters of two linear layers with biases."""
        rows, distinct, last = 0, 0, -1
        digests = sha256(), sha256()
        for path in sorted(self.out.glob("part-*.parquet")):
            table = parquet.read_table(path)
            found = np.stack([table[name].to_numpy() for name in ("hidden", "more", "params")])
            hidden, more = np.divmod(np.arange(rows, rows + len(table)), MORE) + np.array([[1], [1]])
            keys = np.concatenate([[last], found[0] * (MORE + 1) + found[1]])
            rows, distinct, last = rows + len(table), distinct + int((np.diff(keys) > 0).sum()), int(keys[-1])
            digests[0].update(found.tobytes())
            digests[1].update(np.stack([hidden, more, 9 * hidden + (hidden + 1) * more]).tobytes())
        left = [path.name for path in self.out.glob(".*")]
        same = digests[0].digest() == digests[1].digest()
        print(
            f"  {rows:,} rows, {distinct:,} distinct, {'the same' if same else 'another'} hash, {len(left)} drafts left"
        )
        return rows == distinct == self.variants and same and not left


def kill_a_worker(sweep: Sweep, found: Cluster) -> None:
    """Its chunks are done by the others."""
    process = sweep.start(found.address)
    sweep.wait_for(5, process)
    os.kill(found.workers[0], signal.SIGKILL)
    process.wait()


def kill_the_run(sweep: Sweep, found: Cluster) -> None:
    """Twice, and the same command again."""
    for parts in (5, 15):
        process = sweep.start(found.address)
        sweep.wait_for(parts, process)
        process.kill()
        process.wait()
    sweep.start(found.address).wait()


def kill_the_scheduler(sweep: Sweep, found: Cluster) -> None:
    """And go on with another."""
    process = sweep.start(found.address)
    sweep.wait_for(5, process)
    found.process.kill()
    print(f"  the run ends with {process.wait()}")
    with cluster() as other:
        sweep.start(other.address).wait()


FAULTS: tuple[Callable[[Sweep, Cluster], None], ...] = (kill_a_worker, kill_the_run, kill_the_scheduler)


def main(variants: int) -> bool:
    """Try every fault; tell whether the rows are always right."""
    right = True
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder, cluster() as found:
            (Path(folder) / "mlp.yaml").write_text(SPEC, encoding="utf-8")
            sweep = Sweep(Path(folder), variants)
            started = time.monotonic()
            print(fault.__name__.replace("_", " "))
            fault(sweep, found)
            right = sweep.is_right() and right
            print(f"  {time.monotonic() - started:.1f} s")
    return right


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if sys.argv[1:] else 10**7))
