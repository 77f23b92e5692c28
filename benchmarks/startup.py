"""How long a short run takes, measured against importing the packages that netcost builds on.

    python benchmarks/startup.py [RUNS]

Runs alternate, so that a busy machine is equally busy for all of them; medians are compared. Bytecode is compiled
beforehand, as pip leaves it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from statistics import median

IMPORTS = "import click, yaml, rich.console, rich.table"
NETCOST = "import sys; from netcost.__main__ import run; sys.argv[0] = 'netcost'; run()"
MOST: Mapping[str, float | None] = {
    "analyze alexnet.yaml": 1.0,
    "analyze alexnet.yaml --format csv": 0.9,
    "check alexnet.yaml --limit params=1G": 0.95,
    "--version": 0.6,
    "explain alexnet.yaml conv1": None,
    "--help": None,
}
"""What command lines may take at most, in terms of the imports; None where that is only told."""


def seconds(arguments: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Time one process from start to end, by the clock and by the processor, which others keep less busy."""
    start = time.perf_counter()
    running = subprocess.Popen([sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, arguments)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    lines = {IMPORTS: ["-c", IMPORTS]} | {line: ["-c", NETCOST, *line.split()] for line in MOST}
    with tempfile.TemporaryDirectory() as bytecode:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for arguments in lines.values():
            seconds(arguments, env)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in lines}
        for _ in range(runs):
            for name, arguments in lines.items():
                times[name].append(seconds(arguments, env))
    typical = {name: [median(kind) for kind in zip(*found, strict=True)] for name, found in times.items()}
    print(f"medians of {runs} runs, and their ratios to the imports: by the clock, by the processor\n")
    for name, (clock, processor) in typical.items():
        ratios = clock / typical[IMPORTS][0], processor / typical[IMPORTS][1]
        allowed = MOST.get(name)
        told = f"  at most {allowed}" if allowed else ""
        print(
            f"{clock * 1000:7.1f} ms {ratios[0]:5.2f}  {processor * 1000:7.1f} ms {ratios[1]:5.2f}  {name}{told}"
        )


if __name__ == "__main__":
    main()
