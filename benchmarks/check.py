"""How long `netcost check` takes over all bundled networks, a limit for each.

    python benchmarks/check.py [RUNS] [OTHER]

The whole run is a process of its own, start-up included; the time of each model is taken inside of one process, after
what all models share has been loaded. It may take at most three seconds on the machine that netcost is developed on.
OTHER is the folder of another version of netcost, against which `check` and `models` are measured in turn.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from netcost import zoo
from netcost.budget.quota import Quota
from netcost.budget.rules.limit import read_limit
from netcost.cli.before import NoBefore
from netcost.cli.entries import Model
from netcost.cli.hold import hold

ALLOWED = 3.0
LIMIT = "params=1T"


def whole_run(folder: Path) -> float:
    """Seconds of a run over the budget file of a folder."""
    command = [sys.executable, "-m", "netcost", "check"]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def processor(folder: Path, command: str, version: Path) -> float:
    """The processor's seconds of a run of a version of netcost."""
    env = {**os.environ, "PYTHONPATH": str(version)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "netcost", command], cwd=folder, env=env, stdout=out
        )
        _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return usage.ru_utime + usage.ru_stime


def compare(folder: Path, runs: int, other: Path) -> None:
    """Print what commands over all bundled networks take, in terms of what another version takes."""
    versions = (Path(__file__).parents[1], other.resolve())
    for command in ("check", "models"):
        turns = [[processor(folder, command, version) for version in versions] for _ in range(runs)]
        now, then = map(median, zip(*turns, strict=True))
        print(f"{command}: {now:.2f} s, {now / then:.2f} times the {then:.2f} s of the other version")


def one_model(name: str) -> tuple[float, int]:
    """Seconds of the check of one model, and its layers."""
    start = time.perf_counter()
    held = hold([Model(name)], (read_limit(LIMIT),), NoBefore(), Quota(), require_baseline=False)
    seconds = time.perf_counter() - start
    (evidence,) = held.evidence.values()
    return seconds, len(evidence.report)


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    names = list(zoo.networks())
    entries = "".join(f"  - {{spec: {name}, limits: {{params: 1T}}}}\n" for name in names)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "netcost-budget.yaml").write_text(f"version: 1\nmodels:\n{entries}", encoding="utf-8")
        if sys.argv[2:]:
            compare(Path(folder), runs, Path(sys.argv[2]))
        whole = median(whole_run(Path(folder)) for _ in range(runs))
    print(
        f"{len(names)} models in {whole:.2f} s, {whole / len(names) * 1000:.1f} ms a model; {ALLOWED:.0f} s are allowed\n"
    )
    one_model(names[0])  # loads what all models share
    print(f"{'model':<24} {'layers':>7} {'ms':>7} {'us/layer':>9}")
    timed = {name: one_model(name) for name in names}
    for name, (seconds, layers) in sorted(timed.items(), key=lambda each: -each[1][0]):
        print(f"{name:<24} {layers:>7,} {seconds * 1000:>7.1f} {seconds / layers * 1e6:>9.1f}")


if __name__ == "__main__":
    main()
