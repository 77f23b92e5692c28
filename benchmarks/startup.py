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
MOST = 1.6
"""What the table of AlexNet may take, in terms of the imports."""

COMMANDS: Mapping[str, Sequence[str]] = {
    IMPORTS: ("-c", IMPORTS),
    "netcost analyze alexnet.yaml": ("-c", NETCOST, "analyze", "alexnet.yaml"),
    "netcost analyze alexnet.yaml --format csv": (
        "-c",
        NETCOST,
        "analyze",
        "alexnet.yaml",
        "--format",
        "csv",
    ),
    "netcost explain alexnet.yaml conv1": ("-c", NETCOST, "explain", "alexnet.yaml", "conv1"),
    "netcost --help": ("-c", NETCOST, "--help"),
}


def seconds(arguments: Sequence[str], env: Mapping[str, str]) -> float:
    """Time one process from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as bytecode:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for arguments in COMMANDS.values():
            seconds(arguments, env)
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(runs):
            for name, arguments in COMMANDS.items():
                times[name].append(seconds(arguments, env))
    reference = median(times[IMPORTS])
    print(f"median of {runs} runs, and the ratio to the imports (the first table: at most {MOST})\n")
    for name, found in times.items():
        print(f"{median(found) * 1000:7.1f} ms  {median(found) / reference:5.2f}  {name}")


if __name__ == "__main__":
    main()
