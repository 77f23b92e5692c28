"""How long a short run takes, measured against importing the packages that netcost builds on.

    python benchmarks/startup.py [RUNS]

Runs alternate, so that a busy machine is equally busy for all of them; medians are compared. Bytecode is compiled
beforehand, as pip leaves it. Output goes to a pipe, as to `| cat`, or to a terminal, which Windows has not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

IMPORTS = "import click, yaml, rich.console, rich.table"
NETCOST = "import sys; from netcost.__main__ import run; sys.argv[0] = 'netcost'; run()"
SPEC = "alexnet.yaml"
BUDGET = f"models:\n  - {{spec: {SPEC}, limits: {{params: 1G, macs: {{warn: 1500M, max: 2G}}}}}}\n"


class Line(NamedTuple):
    """A command line, and what it may take at most in terms of the imports; None where that is only told."""

    words: str
    most: float | None = None
    at_terminal: bool = False
    budget: bool = False

    def __str__(self) -> str:
        where = " at a terminal" if self.at_terminal else " with a budget" if self.budget else ""
        return f"{self.words}{where}"


LINES = (
    Line(f"analyze {SPEC}", 0.9),
    Line(f"analyze {SPEC}", at_terminal=True),
    Line(f"analyze {SPEC} --format csv", 0.9),
    Line(f"check {SPEC} --limit params=1G", 0.95),
    Line(f"check {SPEC}", budget=True),
    Line("explain alexnet conv1"),
    Line("--version", 0.6),
    Line("--help"),
)


def seconds(
    arguments: Sequence[str], env: Mapping[str, str], folder: str, *, at_terminal: bool = False
) -> tuple[float, float]:
    """Time one process from start to end, by the clock and by the processor, which others keep less busy."""
    start = time.perf_counter()
    reader, writer = os.openpty() if at_terminal else os.pipe()
    running = subprocess.Popen([sys.executable, *arguments], env=env, stdout=writer, cwd=folder)
    _, status, usage = os.wait4(running.pid, 0)
    taken = time.perf_counter() - start
    os.close(writer)
    os.close(reader)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, arguments)
    return taken, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    root = Path(__file__).resolve().parents[1]
    spec = (root / "configs" / SPEC).read_bytes()
    times: dict[Line | None, list[tuple[float, float]]] = {line: [] for line in (None, *LINES)}
    with (
        tempfile.TemporaryDirectory() as bytecode,
        tempfile.TemporaryDirectory() as plain,
        tempfile.TemporaryDirectory() as with_budget,
    ):
        for folder in (plain, with_budget):
            Path(folder, SPEC).write_bytes(spec)
        Path(with_budget, "netcost-budget.yaml").write_text(BUDGET, encoding="utf-8")
        path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
        env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": path}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(runs + 1):
            for line, found in times.items():
                if line is None:
                    taken = seconds(["-c", IMPORTS], env, plain)
                else:
                    folder = with_budget if line.budget else plain
                    words = ["-c", NETCOST, *line.words.split()]
                    taken = seconds(words, env, folder, at_terminal=line.at_terminal)
                if turn:  # the first one compiled the bytecode
                    found.append(taken)
    print(f"medians of {runs} runs, and their ratios to the imports: by the clock, by the processor\n")
    ground = [median(kind) for kind in zip(*times[None], strict=True)]
    for line, found in times.items():
        clock, processor = (median(kind) for kind in zip(*found, strict=True))
        told = f"  at most {line.most}" if line and line.most else ""
        print(
            f"{clock * 1000:7.1f} ms {clock / ground[0]:5.2f}  {processor * 1000:7.1f} ms "
            f"{processor / ground[1]:5.2f}  {line or IMPORTS}{told}"
        )


if __name__ == "__main__":
    main()
