"""What a layer costs in long networks: time beyond start-up, and memory.

    python benchmarks/scale.py [LAYERS...]

Each network is analyzed by a process of its own that writes the CSV report to nowhere; once written out item by
item, once by `repeat`. Where the time per layer stays the same, the whole grows linearly. More work is allowed than a
command allows, so that there may be more layers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

NETCOST = """
import gc, sys

gc.disable()

import netcost
from netcost.render import render
from netcost.render.reports import Reports

report = netcost.analyze(netcost.load(sys.argv[1], work=10**9))
for text in render(Reports([report]), "csv"):
    sys.stdout.write(text)
"""
HEAD = "input: [8, 16, 16]\ndefaults: {conv: {kernel: 3, pad: 1}}\nlayers:\n"
PAIR = "  - conv: 8\n  - relu\n"
RUNS = 3
KILO = 1024


def written_out(layers: int) -> str:
    """Every layer is an item of the file."""
    return HEAD + PAIR * (layers // 2)


def by_repeat(layers: int) -> str:
    """Two items stand for all layers."""
    return f"{HEAD}  - {{repeat: {layers // 2}, seq: [conv: 8, relu]}}\n"


SPECS: Mapping[str, Callable[[int], str]] = {"written out": written_out, "by repeat": by_repeat}


def measured(spec: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of a run."""
    path = folder / "net.yaml"
    path.write_text(spec)
    command = [sys.executable, "-c", NETCOST, str(path)]
    start = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - start
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    unit = 1 if sys.platform == "darwin" else KILO
    return seconds, usage.ru_maxrss * unit / KILO**2


def typical(spec: str, folder: Path) -> tuple[float, float]:
    """Medians over several runs."""
    times, peaks = zip(*(measured(spec, folder) for _ in range(RUNS)), strict=True)
    return median(times), median(peaks)


def main() -> None:
    """Measure and print."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 100_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start, least = typical(written_out(2), folder)
        print(f"start-up {start * 1000:.0f} ms, {least:.0f} MB; beyond it:\n")
        print(f"{'layers':>9}  {'spec':<12} {'seconds':>8}  {'us/layer':>8}  {'MB':>6}  {'bytes/layer':>11}")
        for layers in sizes:
            for kind, spec in SPECS.items():
                seconds, peak = (
                    now - then
                    for now, then in zip(typical(spec(layers), folder), (start, least), strict=True)
                )
                print(
                    f"{layers:>9,}  {kind:<12} {seconds:>8.2f}  {seconds / layers * 1e6:>8.1f}  "
                    f"{peak:>6.1f}  {peak * KILO**2 / layers:>11,.0f}"
                )


if __name__ == "__main__":
    main()
