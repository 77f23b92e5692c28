"""Time and memory of reading ResNet-50 from an ONNX file with its weights: netcost, and onnx with shape inference.

Set up an environment of its own, as onnx is no dependency of netcost:

    python3 -m venv /tmp/versus && /tmp/versus/bin/pip install . onnx
    /tmp/versus/bin/python benchmarks/onnx_versus_onnx.py

The file is PyTorch's export that the tests have, its 97 MB of weights filled with numbers. netcost has to be at least
four times as fast and to need at most a quarter of the memory; whole processes are measured, start-up included.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from zipfile import ZipFile

RUNS = 5
FASTER = 4.0
SMALLER = 0.25
CORPUS = Path(__file__).parent.parent / "tests" / "frontends" / "exported" / "onnx.zip"
NAME = "onnx/resnet50.legacy.onnx"

PEAK = """
import resource, sys
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
PROGRAMS = {
    "netcost": """
import sys
import netcost
print(netcost.analyze(netcost.load(sys.argv[1])).totals["macs"])
""",
    "onnx": """
import sys
import onnx
print(len(onnx.shape_inference.infer_shapes(onnx.load(sys.argv[1])).graph.value_info))
""",
}


def write(path: Path) -> None:
    """Write the file with numbers in all of its tensors."""
    onnx: Any = import_module("onnx")
    chance = random.Random(1)  # noqa: S311  weights are no secret
    with ZipFile(CORPUS) as archive:
        model = onnx.load_model_from_string(archive.read(NAME))
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            elements = 1
            for length in tensor.dims:
                elements *= length
            del tensor.external_data[:]
            tensor.data_location = onnx.TensorProto.DEFAULT
            tensor.raw_data = chance.randbytes(4 * elements)
    path.write_bytes(model.SerializeToString())


def measured(program: str, path: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one run."""
    start = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", program + PEAK, str(path)],
        cwd=path.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - start, int(ended.stderr.split()[-1]) / 1024


def main() -> None:
    """Alternate between the two, so that a busy machine slows both, and print medians and their ratios."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "resnet50.onnx"
        # A process starts with the peak of the one that starts it, so this one stays small.
        subprocess.run([sys.executable, __file__, str(path)], check=True)
        print(f"ResNet-50, {path.stat().st_size / 2**20:.0f} MiB, {RUNS} runs")
        for _ in range(RUNS):
            for name, program in PROGRAMS.items():
                runs[name].append(measured(program, path))
    seconds = {name: median(each[0] for each in found) for name, found in runs.items()}
    peaks = {name: median(each[1] for each in found) for name, found in runs.items()}
    for name in PROGRAMS:
        print(f"{name:10} {seconds[name]:7.3f} s {peaks[name]:8.1f} MiB")
    faster, smaller = seconds["onnx"] / seconds["netcost"], peaks["netcost"] / peaks["onnx"]
    print(
        f"netcost is {faster:.1f} times as fast ({FASTER} wanted) and needs {smaller:.2f} of the memory ({SMALLER} wanted)"
    )
    if faster < FASTER or smaller > SMALLER:
        raise SystemExit(1)


if __name__ == "__main__":
    if sys.argv[1:]:
        write(Path(sys.argv[1]))
    else:
        main()
