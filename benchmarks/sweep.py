"""How many variants a CPU second the engine of sweeps works out, beside reading and analyzing each of them.

    python benchmarks/sweep.py [NAME...]

Each row is a grid over a bundled network; each number is measured in a process of its own, on one core, with all that it takes to
trace the network, and the numbers of 10^6 variants and more. MobileNetV2 has to reach 10,000 times the rate of
`load` and `analyze` with numpy, and 200 times in plain Python; no process may take 200 MB. At the end, the
command itself writes 10^6 variants to a Parquet file, in 3 CPU seconds at most. Names choose rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any, NamedTuple

from netcost.analysis.costs import analyze
from netcost.overrides import NO_OVERRIDES
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.backends import engine
from netcost.sweeps.engine import Backend
from netcost.sweeps.model import Model, read_model


def _squares(low: int, high: int) -> tuple[tuple[int, ...], ...]:
    return tuple((3, side, side) for side in range(low, high))


def _widths(count: int) -> tuple[float, ...]:
    return tuple(round(0.25 + 0.001 * step, 3) for step in range(count))


GRIDS: Mapping[str, Sequence[Axis]] = {
    "mobilenet_v2": (Axis("set.width", _widths(3_000)), Axis("input", _squares(32, 640))),
    "resnet50": (Axis("input", _squares(32, 640)), Axis("batch", tuple(range(1, 2_000)))),
    "llama3": (
        Axis("set.dim", tuple(range(1024, 8192, 128))),
        Axis("set.ffn", tuple(range(2048, 32768, 256))),
        Axis("input", tuple((tokens,) for tokens in range(128, 8192, 16))),
    ),
    "vit": (Axis("input", _squares(32, 1024)), Axis("batch", tuple(range(1, 2_000)))),
}
METRICS = ("params", "macs")
VARIANTS: Mapping[str, int] = {"plain": 60, "python": 200_000, "numpy": 1_000_000}
CHUNK = 2**16
LEAST = {"python": 200, "numpy": 10_000}
HELD = "mobilenet_v2"
MOST_MEMORY = 200
MOST_SECONDS = 3
COMMAND = (
    *("sweep", "mobilenet_v2", "--set", "width=0.25..1.999:0.001", "--input", "32..603:1"),
    *("--metrics", "params,macs", "-o"),
)


class Measured(NamedTuple):
    """Variants a CPU second, and megabytes at most."""

    rate: float
    memory: float


def _plainly(model: Model, axes: Sequence[Axis], variants: int) -> None:
    grid = Grid(tuple(axes))
    for index in range(0, grid.size, grid.size // variants):
        totals = analyze(model.load(grid.overrides(NO_OVERRIDES, index))).totals
        _ = [totals[metric] for metric in METRICS]


def _with(backend: Backend) -> Callable[[Model, Sequence[Axis], int], None]:
    def run(model: Model, axes: Sequence[Axis], variants: int) -> None:
        made = engine(model, NO_OVERRIDES, axes, METRICS, backend=backend)
        for start in range(0, variants, CHUNK):
            made.evaluate(start, min(start + CHUNK, variants))

    return run


WAYS: Mapping[str, Callable[[Model, Sequence[Axis], int], None]] = {
    "plain": _plainly,
    "python": _with("python"),
    "numpy": _with("numpy"),
}


def measure(name: str, way: str) -> Measured:
    """Measure one number in this process."""
    variants = VARIANTS[way]
    if way == "numpy":
        import numpy as np

        del np
    model = read_model(name)
    started = time.process_time()
    WAYS[way](model, GRIDS[name], variants)
    seconds = time.process_time() - started
    return Measured(variants / seconds, getrusage(RUSAGE_SELF).ru_maxrss / 1024)


def measured(name: str, way: str) -> Measured:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", name, way]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measured(*map(float, printed.split()))


def row(name: str) -> list[str]:
    """Print a row, and return what it misses."""
    found = {way: measured(name, way) for way in WAYS}
    plain = found["plain"].rate
    memory = max(each.memory for each in found.values())
    texts = [f"{found[way].rate:12,.0f} ({found[way].rate / plain:8,.0f})" for way in LEAST]
    print(f"{name:14} {plain:8.1f} {' '.join(texts)} {memory:8.0f}", flush=True)
    missed = [f"{name}: {memory:.0f} MB"] if memory > MOST_MEMORY else []
    if name == HELD:
        missed += [
            f"{name}: {found[way].rate / plain:,.0f} times in {way}, not {least:,}"
            for way, least in LEAST.items()
            if found[way].rate < least * plain
        ]
    return missed


def parquet() -> list[str]:
    """Write 10^6 variants, and return what that misses."""
    with tempfile.TemporaryDirectory() as folder:
        before = getrusage(RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "netcost", *COMMAND, os.path.join(folder, "out.parquet")]  # noqa: PTH118
        subprocess.run(command, check=True, capture_output=True)
        after = getrusage(RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"10^6 variants of {HELD} with Parquet: {seconds:.1f} CPU seconds")
    return [f"Parquet: {seconds:.1f} s"] if seconds > MOST_SECONDS else []


def main(arguments: Sequence[Any]) -> int:
    """Print the table, or one number."""
    if arguments[:1] == ["--one"]:
        print(*measure(*arguments[1:]))
        return 0
    print(f"{'':14} {'plain':>8} {'Python (times)':>23} {'numpy (times)':>23} {'MB':>8}")
    missed = [text for name in arguments or GRIDS for text in row(name)] + ([] if arguments else parquet())
    for text in missed:
        print(f"missed: {text}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
