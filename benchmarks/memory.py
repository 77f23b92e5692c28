"""How long the peak of memory and the receptive fields take, for each layer of a network that is read already.

    python benchmarks/memory.py [RUNS]

And whether a plain `netcost analyze` imports any of it, in a process of its own. Exits with 1 where either is too much.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import netcost
from netcost.analysis.liveness import timeline
from netcost.analysis.reach import reach

NETWORKS = ("resnet152", "densenet201", "efficientnet_b7", "googlenet", "vit_l_16")
MOST = 25
"""Microseconds a layer that both may take together."""

NOT_NEEDED = ("fit", "liveness", "loss", "optimizers", "reach", "storage", "study", "time", "training")
COLD = """
import sys
from netcost.cli import main
main(["analyze", "alexnet"])
print(*sys.modules, file=sys.stderr)
"""


def main(runs: int) -> bool:
    """Print both measures; tell whether they are kept."""
    slowest = 0.0
    for name in NETWORKS:
        each = microseconds(netcost.load(name), runs)
        slowest = max(slowest, sum(each))
        print(f"{name:16}  peak {each[0]:5.1f}  reach {each[1]:5.1f}  together {sum(each):5.1f} us a layer")
    print(f"at most {slowest:.1f} us a layer, {MOST} are allowed")
    imported = cold()
    print(f"netcost analyze imports {', '.join(imported) or 'none of it'}")
    return slowest <= MOST and not imported


def microseconds(network: netcost.Network, runs: int) -> tuple[float, float]:
    """A layer's share of the peak and of the receptive fields, the median of some runs."""

    def timed(what: Callable[[netcost.Network], object]) -> float:
        start = process_time()
        what(network)
        return (process_time() - start) * 10**6 / len(network.nodes)

    peaks, fields = zip(
        *[(timed(lambda net: timeline(net).peak), timed(reach)) for _ in range(runs)], strict=True
    )
    return median(peaks), median(fields)


def cold() -> list[str]:
    """The modules of memory and reach that a plain table imports."""
    ended = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
    modules = ended.stderr.split()
    return [name for name in NOT_NEEDED if f"netcost.analysis.{name}" in modules]


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 9) else 1)
