"""What a layer of 10,000 takes to read and to analyze, measured against libyaml's own events for the same text.

    python benchmarks/layers.py [RUNS]

A repeated layer has no text of its own; it is measured against the events of a written-out one. The time is the
processor's, in one process.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml

import netcost

LAYERS = 10_000
HEAD = "input: [8, 16, 16]\nlayers:\n"
ALIKE = "  - {conv: 8, kernel: 3, pad: 1}\n"


class Case(NamedTuple):
    """A network of so many layers.

    Args:
        text: its spec.
        measure: the text whose events it is measured against.
        most: how many times as long it may take.
    """

    text: str
    measure: str
    most: float


def _different() -> str:
    return HEAD + "".join(f"  - {{conv: {8 + number}, kernel: 1, pad: 0}}\n" for number in range(LAYERS))


def _branches() -> str:
    branch = "[{conv: 4, kernel: 3, pad: 1}]"
    return HEAD + f"  - concat: [{branch}, {branch}]\n" * (LAYERS // 3)


CASES: Mapping[str, Case] = {
    "all different": Case(_different(), _different(), 8),
    "branches": Case(_branches(), _branches(), 8),
    "written out alike": Case(HEAD + ALIKE * LAYERS, HEAD + ALIKE * LAYERS, 4),
    "by repeat": Case(
        f"{HEAD}  - {{repeat: {LAYERS}, conv: 8, kernel: 3, pad: 1}}\n", HEAD + ALIKE * LAYERS, 1.25
    ),
}


def seconds(work: Callable[[], object]) -> float:
    """The processor's time for some work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.yaml"
        for name, case in CASES.items():
            path.write_text(case.text, encoding="utf-8")
            events, netcosts = [], []
            for _ in range(runs):
                events.append(
                    seconds(lambda case=case: list(yaml.parse(case.measure, Loader=yaml.CSafeLoader)))  # type: ignore[misc]
                )
                netcosts.append(
                    seconds(lambda: netcost.analyze(netcost.load(path, work=10**9)).totals.params)
                )
            ratio = median(netcosts) / median(events)
            print(
                f"{median(netcosts) / LAYERS * 1e6:6.1f} us/layer, events {median(events) / LAYERS * 1e6:5.1f}, "
                f"{ratio:5.2f} times (at most {case.most}): {name}"
            )


if __name__ == "__main__":
    main()
