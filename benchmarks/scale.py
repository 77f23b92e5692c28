"""What a layer costs in long networks: time beyond start-up, and memory.

    python benchmarks/scale.py [LAYERS...]

Each network is analyzed by a process of its own that writes the CSV report to nowhere; by `repeat`, written out item
by item, and with no layer like another. Where the time per layer stays the same, the whole grows linearly. More work
is allowed than a command allows, so that there may be more layers.
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
from typing import NamedTuple

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
RUNS = 15
KILO = 1024
MEASURED = 100_000
"""Layers for which limits of memory hold."""


class Spec(NamedTuple):
    """A way to write a network down.

    Args:
        text: the spec of so many layers.
        most: MiB that 100,000 of them may take beyond start-up.
    """

    text: Callable[[int], str]
    most: int


def by_repeat(layers: int) -> str:
    """One item stands for all layers."""
    return f"{HEAD}  - {{repeat: {layers}, conv: 8}}\n"


def alike(layers: int) -> str:
    """Every layer is an item of the file, and like all others."""
    return HEAD + "  - conv: 8\n" * layers


def different(layers: int) -> str:
    """No layer is like another."""
    return HEAD + "".join(f"  - conv: {8 + number}\n" for number in range(layers))


SPECS: Mapping[str, Spec] = {
    "by repeat": Spec(by_repeat, 60),
    "written out alike": Spec(alike, 170),
    "all different": Spec(different, 280),
}


def measured(spec: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MiB of a run."""
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
    sizes = [int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, MEASURED]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start, least = typical(alike(2), folder)
        print(f"medians of {RUNS} runs; start-up {start * 1000:.0f} ms, {least:.0f} MiB; beyond it:\n")
        print(f"{'layers':>9}  {'spec':<18} {'seconds':>8}  {'us/layer':>8}  {'MiB':>6}  {'bytes/layer':>11}")
        for layers in sizes:
            for kind, spec in SPECS.items():
                seconds, peak = (
                    now - then
                    for now, then in zip(typical(spec.text(layers), folder), (start, least), strict=True)
                )
                limit = f"  {peak / spec.most:.2f} times the {spec.most} MiB that are allowed"
                print(
                    f"{layers:>9,}  {kind:<18} {seconds:>8.2f}  {seconds / layers * 1e6:>8.1f}  "
                    f"{peak:>6.1f}  {peak * KILO**2 / layers:>11,.0f}{limit if layers == MEASURED else ''}"
                )


if __name__ == "__main__":
    main()
