"""Hold the engine of sweeps to plain analysis: random variants of every bundled spec, every metric and figure, both back ends.

    python benchmarks/sweep_equality.py [--variants 1000] [NAME ...]

The plain side runs in a process of its own, with nothing but `netcost.load` and `netcost.analyze`. Variants that are
refused must be refused alike, with the same message. Networks are trained with Adam and a softmax on an A100, so that all
figures are told. What numpy says of a stretch of the grid must be what it says of its variants by their numbers. It takes an
hour or so; names choose specs. The exit code is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import netcost
from netcost.number import exactly
from netcost.overrides import OVERRIDES, Overrides
from netcost.report.figures import FIGURES
from netcost.source.problem import SpecError
from netcost.sweeps.axes import Grid
from netcost.sweeps.backends import engine
from netcost.sweeps.engine import Backend, Chunk
from netcost.sweeps.model import read_model

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from sweep_grids import ALL_METRICS, axes_of, specs

BASE = Overrides(train="adam", loss="softmax", device="a100")
METRICS = [metric for metric in ALL_METRICS if metric != "arena_bytes"]
"""All but the arena, for which each variant is worked out by itself anyway."""

FOLDED = [metric for metric in METRICS if metric not in FIGURES]
"""Those for which not all repetitions need be built."""

BACKENDS: Sequence[Backend] = ("python", "numpy")

STRETCHES, LENGTH = 8, 300
"""How many stretches are compared with their variants one by one, and how long they are."""

Outcome = list[Any]
"""A number for each metric, or a message."""


def grid_of(name: str) -> Grid:
    """The grid over a bundled spec."""
    return Grid(tuple(axes_of(specs()[name])))


def drawn(name: str, variants: int) -> list[int]:
    """Numbers of random variants, the same in each process."""
    grid, random = grid_of(name), Random(name)  # noqa: S311  nothing secret is drawn
    return [random.randrange(grid.size) for _ in range(variants)]


def plain(name: str, variants: int) -> Iterator[Outcome]:
    """What plain analysis says of them."""
    grid, path = grid_of(name), str(specs()[name])
    for index in drawn(name, variants):
        overrides = grid.overrides(BASE, index)
        asked = {OVERRIDES[each].keyword or each: value for each, value in overrides.items()}
        try:
            totals = netcost.analyze(path, **asked).totals
            yield [exactly(totals[metric]) for metric in METRICS]
        except SpecError as error:
            yield [error.problems[0].message]


def stretches(name: str, variants: int) -> Iterator[range]:
    """Some stretches of the grid, whose variants numpy works out in lines and columns."""
    size = grid_of(name).size
    for index in drawn(name, min(variants, STRETCHES)):
        yield range(index, min(index + LENGTH, size))


def replayed(name: str, variants: int, backend: Backend) -> tuple[list[Outcome], int]:
    """What the engine says of them, and into how many groups they fell."""
    model = read_model(str(specs()[name]))
    sides = [
        engine(model, BASE, grid_of(name).axes, metrics, backend=backend) for metrics in (METRICS, FOLDED)
    ]
    whole, folded = (made.evaluate_at(drawn(name, variants)) for made in sides)
    if any(_listed(folded.columns[metric]) != _listed(whole.columns[metric]) for metric in FOLDED):
        print(f"  {name}: other costs with {backend} where not all repetitions are built")
        return [[]] * variants, 0
    for stretch in stretches(name, variants) if backend == "numpy" else ():
        if _rows(sides[1].evaluate(stretch.start, stretch.stop)) != _rows(sides[1].evaluate_at(stretch)):
            print(f"  {name}: other costs of {stretch} in lines and columns")
            return [[]] * variants, 0
    return _rows(whole), sides[0].groups


def _rows(chunk: Chunk) -> list[Outcome]:
    """What is said of each variant of a chunk."""
    rows = zip(*map(_listed, chunk.columns.values()), strict=True)
    return [
        list(row) if message is None else [message] for row, message in zip(rows, chunk.refusals, strict=True)
    ]


def _listed(column: Any) -> list[Any]:
    """A column as a list, whatever the back end has made of it."""
    return list(column.tolist() if hasattr(column, "tolist") else column)


def compared(name: str, variants: int) -> int:
    """Print a line for a spec, and return how many of its variants differ."""
    command = [sys.executable, __file__, "--plain", "--variants", str(variants), name]
    differ = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        started = time.process_time()
        sides = [replayed(name, variants, backend) for backend in BACKENDS]
        seconds = time.process_time() - started
        lines = process.stdout or ()
        wanted = [json.loads(line) for line in lines]
    for row, outcome in enumerate(wanted):
        wrong = [
            backend for backend, (found, _) in zip(BACKENDS, sides, strict=True) if found[row] != outcome
        ]
        differ += bool(wrong)
        if wrong and differ == 1:
            print(f"  {name} {grid_of(name).overrides(BASE, drawn(name, variants)[row])}: {wrong}, {outcome}")
    refused = sum(len(outcome) == 1 for outcome in wanted)
    differ += abs(variants - len(wanted))
    print(
        f"{name:20} {differ:5} differ, {refused:5} refused, {sides[0][1]:5} groups, {seconds:6.1f} s",
        flush=True,
    )
    return differ


def main() -> int:
    """Compare, or be the plain side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--variants", type=int, default=1_000)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    if asked.plain:
        for outcome in plain(asked.names[0], asked.variants):
            print(json.dumps(outcome))
        return 0
    return int(sum(compared(name, asked.variants) for name in asked.names or specs()) > 0)


if __name__ == "__main__":
    sys.exit(main())
