"""Export the modules of `torch_modules.py` as `torch.export.save` writes them, and write down what PyTorch counts.

`free` is one with free axes, `stored` one with weights, `core` one that is taken apart into PyTorch's core operations. Run it where torch is installed: `python tests/frontends/export_modules.py`. Of what PyTorch writes, the program and the
list of weights are kept; the sample inputs, a pickle, are left out. Two samples pass through each.
"""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import torch
from torch.utils.flop_counter import FlopCounterMode
from torch_modules import MODULES, WHOLE, Attentions, Encoder, Shared

HERE = Path(__file__).parent / "pt2"
KEPT = ("model.json", "model_weights_config.json", "archive_format", "archive_version", "byteorder")
SAMPLES = 2


def kept(file: Path) -> bytes:
    """The parts that are read, compressed, as of one day."""
    data = io.BytesIO()
    with ZipFile(file) as before, ZipFile(data, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name.endswith(KEPT):
                after.writestr(name, before.read(name))
    return data.getvalue()


def export(model: torch.nn.Module, x: torch.Tensor, name: str, **options: object) -> None:
    """Write what is kept of one exported model."""
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.pt2"
        torch.export.save(torch.export.export(model, (x,), **options), file)
        (HERE / file.name).write_bytes(kept(file))


def main() -> None:
    """Write all files."""
    rows = []
    for made, size in MODULES.items():
        with torch.device("meta"):
            model = made().eval()
            x = torch.zeros(SAMPLES, *size, dtype=torch.int64 if made in WHOLE else torch.float32)
        counter = FlopCounterMode(display=False)
        with counter:
            model(x)
        params = sum(each.numel() for each in model.parameters())
        rows.append((made.__name__, params, counter.get_total_flops() // 2))
        export(model, x, made.__name__)
    tokens = torch.zeros(SAMPLES, 12, dtype=torch.int64)
    free = ({0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", min=2, max=32)},)
    export(Encoder().eval(), tokens, "free", dynamic_shapes=free)
    export(Shared().eval(), torch.zeros(SAMPLES, 8), "stored")
    exported = torch.export.export(Attentions().eval(), (torch.zeros(SAMPLES, 9, 16),))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "core.pt2"
        torch.export.save(exported.run_decompositions(), file)
        (HERE / file.name).write_bytes(kept(file))
    with (HERE / "truth.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([("module", "params", "macs"), *rows])


if __name__ == "__main__":
    main()
