"""Hold `file.py:Class` to PyTorch: all classification networks of torchvision, in parameters and multiply-accumulates.

Run it where torch and torchvision are installed: `python benchmarks/torchvision_modules.py [NAME ...]`. It prints a table in
Markdown, as `docs/pytorch-modules.md` has it, and ends with 1 where a number differs. Each network takes an image of the
size of its published weights. PyTorch counts floating-point operations on the meta device, two for each
multiply-accumulate.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

from netcost.analysis.costs import analyze
from netcost.frontends import load_path
from netcost.overrides import Overrides

FILE = """
from torchvision.models import get_model


def net(name, size):
    return get_model(name, **({"image_size": size} if name.startswith("vit") else {}))
"""
"""A vision transformer is made for one size."""


def by_pytorch(name: str, size: int) -> tuple[int, int]:
    """Parameters and multiply-accumulates, as PyTorch counts them."""
    options = {"image_size": size} if name.startswith("vit") else {}
    try:
        with torch.device("meta"):
            model = torchvision.models.get_model(name, **options)
    except RuntimeError:
        model = torchvision.models.get_model(name, **options).to("meta")
    counter = FlopCounterMode(display=False)
    with counter:
        model.eval()(torch.empty(1, 3, size, size, device="meta"))
    return sum(each.numel() for each in model.parameters()), counter.get_total_flops() // 2


def by_netcost(file: Path, name: str, size: int) -> tuple[int, int, bool]:
    """The same by netcost, and whether all layers are known."""
    overrides = Overrides(input=(3, size, size), arg={"name": name, "size": size})
    network = load_path(Path(f"{file}:net"), overrides, run_code=True)
    totals = analyze(network).totals
    known = not any(node.layer.type == "opaque" for node in network.nodes)
    return int(totals["params"]), int(totals["macs"]), known


def main(names: list[str]) -> int:
    """Print the table; 1 if anything differs."""
    same = 0
    print("| network | image | parameters | MACs | equal to PyTorch's | seconds |")
    print("|---|---:|---:|---:|---|---:|")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.py"
        file.write_text(FILE, encoding="utf-8")
        for name in names:
            weights = torchvision.models.get_model_weights(name).DEFAULT
            (size,) = weights.transforms().crop_size
            params, macs = by_pytorch(name, size)
            start = time.perf_counter()
            found = by_netcost(file, name, size)
            took = time.perf_counter() - start
            equal = found == (params, macs, True)
            same += equal
            told = "yes" if equal else f"no: {params:,} and {macs:,}"
            print(f"| {name} | {size} | {found[0]:,} | {found[1]:,} | {told} | {took:.1f} |", flush=True)
    print(
        f"\n{same} of {len(names)} networks equal, by PyTorch {torch.__version__}, torchvision {torchvision.__version__}."
    )
    return int(same != len(names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or torchvision.models.list_models(module=torchvision.models)))
