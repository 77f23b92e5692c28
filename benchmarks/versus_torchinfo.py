"""How long ResNet-50's summary takes with netcost and with torchinfo, whole processes, in one run.

Set up an environment of its own, as torch is no dependency of netcost:

    python3 -m venv /tmp/versus && /tmp/versus/bin/pip install . torch torchinfo
    /tmp/versus/bin/python benchmarks/versus_torchinfo.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

RUNS = 7

TORCHINFO = """
import torch, torchinfo
from torch import nn

class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        out = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, out, 1, bias=False), nn.BatchNorm2d(out))
        self.shortcut = nn.Identity() if stride == 1 and channels == out else nn.Sequential(
            nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.body(x) + self.shortcut(x))

layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
channels = 64
for width, depth, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
    for index in range(depth):
        layers.append(Bottleneck(channels, width, stride if index == 0 else 1))
        channels = 4 * width
layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000)]
summary = torchinfo.summary(nn.Sequential(*layers), input_size=(1, 3, 224, 224), verbose=0)
print(summary.total_params)
"""

COMMANDS = {
    "netcost": [sys.executable, "-m", "netcost", "analyze", "resnet50"],
    "torchinfo": [sys.executable, "-c", TORCHINFO],
}


def seconds(command: list[str]) -> float:
    """Run a command once."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Alternate between the two, so that a busy machine slows both, and print medians and their ratio."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:10} {value:7.3f} s")
    print(f"netcost is {medians['torchinfo'] / medians['netcost']:.1f} times faster on ResNet-50")


if __name__ == "__main__":
    main()
