"""What files that mean harm cost: CPU seconds and memory of each, and the worst of them.

    python benchmarks/hostile.py [WORD...]

Each case writes specs, a budget or a report into a folder of its own and is run there by a process of its own; words
choose the cases whose names have one of them, as `budget:` does. On the machine that netcost is developed on, a refusal
may take 2 seconds, an answer 5, and both 500 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import hostile_budgets
import hostile_reports
import hostile_specs
from hostile_case import Case

STOP = 60
"""CPU seconds after which a run is ended."""
NETCOST = f"""
import resource, sys

resource.setrlimit(resource.RLIMIT_CPU, ({STOP}, {STOP}))
sys.argv[0] = "netcost"

from netcost.__main__ import run

run()
"""
REFUSED = 2
"""The exit code of a refusal."""
ALLOWED = {"refusal": 2.0, "answer": 5.0, "MB": 500.0}
MEGA = 2**20
COLLECTIONS = {
    "spec": hostile_specs.cases,
    "budget": hostile_budgets.cases,
    "report": hostile_reports.cases,
}


class Figures(NamedTuple):
    """What a run took and how it ended."""

    seconds: float
    megabytes: float
    code: int
    said: str


def cases() -> Iterator[Case]:
    """All of them."""
    for kind, collection in COLLECTIONS.items():
        for case in collection():
            yield case._replace(name=f"{kind}: {case.name}")


def measured(case: Case) -> Figures:
    """Run a case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case.write(folder)
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as err,
        ):
            started = subprocess.Popen(
                [sys.executable, "-c", NETCOST, *case.command], cwd=folder, stdout=out, stderr=err
            )
            _, status, usage = os.wait4(started.pid, 0)
            started.returncode = os.waitstatus_to_exitcode(status)
            err.seek(0)
            said = err.readline().strip()
    unit = 1 if sys.platform == "darwin" else 1024
    seconds = usage.ru_utime + usage.ru_stime
    return Figures(seconds, usage.ru_maxrss * unit / MEGA, started.returncode, said)


def main() -> None:
    """Measure and print."""
    words = sys.argv[1:]
    worst: dict[str, tuple[float, str]] = {}
    started = time.perf_counter()
    number = 0
    print(f"{'seconds':>8} {'MB':>5}  {'code':>4}  case")
    for case in cases():
        if words and not any(word in case.name for word in words):
            continue
        found = measured(case)
        number += 1
        print(
            f"{found.seconds:>8.2f} {found.megabytes:>5.0f}  {found.code:>4}  {case.name}: {found.said[:110]}",
            flush=True,
        )
        kind = "refusal" if found.code == REFUSED else "answer"
        for key, figure in ((kind, found.seconds), ("MB", found.megabytes)):
            worst[key] = max(worst.get(key, (0.0, "")), (figure, case.name))
    print(f"\n{number} cases in {time.perf_counter() - started:.0f} s; the worst of each:")
    for key, allowed in ALLOWED.items():
        figure, name = worst.get(key, (0.0, "none"))
        print(f"{key:>8} {figure:>7.2f} of {allowed:.0f}, {figure / allowed:>4.0%}  {name}")


if __name__ == "__main__":
    main()
