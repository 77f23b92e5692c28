"""A budget's device: weights in its flash, tensors in one piece of its memory; no file outside may be named."""

from __future__ import annotations

import builtins
import os
from pathlib import Path
from typing import Any

import pytest
from running import Run

from netcost.devices import MOST_BYTES

SPEC = """\
input: [3, 8, 8]
layers: [{name: conv, conv: 4, kernel: 3, pad: 1}, {name: act, relu}, {name: flat, flatten}]
"""
IN, OUT, WEIGHTS = (4 * elements for elements in (3 * 8 * 8, 4 * 8 * 8, 4 * 3 * 3 * 3 + 4))
PEAK = IN + OUT  # while the convolution runs
OUTSIDE = "it lies outside the folder of what names it, netcost-budget.yaml"


def device(memory: int, flash: int | None = None, piece: int | None = None) -> str:
    """The file of a device with so many bytes."""
    sizes = {"memory": memory, "flash": flash, "piece": piece}
    return "".join(f"{name}: {{value: {size} B, source: made up}}\n" for name, size in sizes.items() if size)


def budget(folder: Path, text: str, spec: str = SPEC) -> None:
    (folder / "net.yaml").write_text(spec)
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels: [{{spec: net.yaml, {text}}}]\n")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (device(PEAK, WEIGHTS), "ok    net 2 checks"),
        (
            device(2 * PEAK, WEIGHTS - 1),
            f"FAIL  net flash of mcu {WEIGHTS} > {WEIGHTS - 1} ({WEIGHTS} B of {WEIGHTS - 1} B; +1, 0.2% over)",
        ),
        (
            device(2 * PEAK, WEIGHTS, PEAK - 1),
            f"FAIL  net memory of mcu {PEAK:,} > {PEAK - 1:,} (1.8 KiB of 1.7 KiB; +1, 0.1% over)",
        ),
        # Without flash the weights lie in the same memory.
        (device(PEAK + WEIGHTS), "ok    net 1 check"),
        (device(PEAK + WEIGHTS - 1), f"FAIL  net memory of mcu {PEAK + WEIGHTS:,} > {PEAK + WEIGHTS - 1:,}"),
        (
            "note: of which nothing is known\n",
            "FAIL  net mcu fits: mcu does not tell how much memory it has",
        ),
    ],
)
def test_each_memory_holds_what_goes_there(netcost: Run, folder: Path, written: str, said: str) -> None:
    """To the byte, with both numbers."""
    (folder / "mcu.yaml").write_text(written)
    budget(folder, "device: mcu.yaml")
    ended = netcost("check")
    assert ended.err == ""
    assert said in ended.out


def test_a_bundled_device_goes_by_its_name(netcost: Run, folder: Path) -> None:
    """An STM32H743 has 2 MiB of flash and 512 KiB in one piece.

    MobileNetV2 has torchvision's 3,504,872 parameters, of which a bias takes the place of two for each of the 17,056
    channels that are normed; in its second block, 96 channels of 112 x 112 and of 56 x 56 are alive at once.
    """
    weights, tensors = 3_504_872 - 17_056, 96 * (112 * 112 + 56 * 56)
    (folder / "netcost-budget.yaml").write_text(
        "version: 1\nmodels:\n- {spec: mobilenet_v2, assume: {dtype: int8, fold_batchnorm: true}, device: stm32h743}\n"
    )
    ended = netcost("check")
    assert ended.code == 1
    assert f"memory of STM32H743 {tensors:,} > {512 * 1024:,} (1.4 MiB of 512.0 KiB" in ended.out
    assert f"flash of STM32H743 {weights:,} > {2 * 2**20:,} (3.3 MiB of 2.0 MiB" in ended.out


def test_training_takes_more(netcost: Run, folder: Path) -> None:
    """Weights and two moments; of each sample the input, the output that relu keeps, its gradient and that before it."""
    needed = WEIGHTS + 2 * WEIGHTS + 32 * (IN + OUT + OUT + OUT)
    budget(folder, "assume: {train: adam, batch: 32}, device: gpu.yaml")
    (folder / "gpu.yaml").write_text(device(needed))
    assert "ok    net (batch 32, train adam) 1 check" in netcost("check").out
    (folder / "gpu.yaml").write_text(device(needed - 1))
    assert f"memory of gpu {needed:,} > {needed - 1:,}" in netcost("check").out


def test_what_is_not_known_does_not_fit(netcost: Run, folder: Path) -> None:
    """A layer that does not tell what it keeps is named."""
    spec = "input: [4]\nlayers: [{name: own, custom: odd, shape: [4], kind: vector, params: 3, macs_per_sample: 1}]\n"
    budget(folder, "assume: {train: sgd}, device: t4", spec)
    out = netcost("check").out
    assert "the cost of own is not known" in out.splitlines()[0]


@pytest.mark.parametrize("text", ["device: NAME", "assume: {device: NAME}, limits: {params: 1k}"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../outside.yaml", OUTSIDE),
        ("/etc/passwd", OUTSIDE),
        ("below/../../outside.yaml", OUTSIDE),
        ("link.yaml", OUTSIDE),
        (".git/config.yaml", "it lies in git's own folder"),
        ("gone.yaml", "no such file"),
        ("large.yaml", f"at most {MOST_BYTES:,} are read"),
    ],
)
def test_a_file_out_of_reach_is_not_opened(
    netcost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str, message: str
) -> None:
    """Neither for a rule nor for what is assumed: a budget is proposed by anyone."""
    inside = folder / "inside"
    (inside / ".git").mkdir(parents=True)
    (inside / ".git" / "config.yaml").write_text(device(1))
    (folder / "outside.yaml").write_text(device(1))
    (inside / "link.yaml").symlink_to(folder / "outside.yaml")
    (inside / "large.yaml").write_text(device(1) + "#" * MOST_BYTES)
    budget(inside, text.replace("NAME", name))
    monkeypatch.chdir(inside)
    opened = []

    def noted(path: Any, *args: Any, **kwargs: Any) -> Any:
        opened.append(os.path.realpath(path))
        return real(path, *args, **kwargs)

    real = builtins.open
    monkeypatch.setattr(builtins, "open", noted)
    ended = netcost("check")
    assert ended.code == 2
    assert message in ended.err + ended.out
    assert not {os.path.realpath(inside / name), "/etc/passwd"} & set(opened)


def test_the_path_starts_from_the_folder_of_the_budget(netcost: Run, folder: Path) -> None:
    """Wherever the check is run, and for what is assumed too."""
    (folder / "ci").mkdir()
    (folder / "ci" / "mcu.yaml").write_text(device(PEAK, WEIGHTS))
    budget(folder / "ci", "assume: {device: mcu.yaml}, device: mcu.yaml")
    ended = netcost("check", "--budget", "ci/netcost-budget.yaml")
    assert ended.out.startswith("ok    net (device ci/mcu.yaml) 2 checks")


def test_a_spec_may_demand_it_itself(netcost: Run, folder: Path) -> None:
    """Its folder is the ground."""
    (folder / "mcu.yaml").write_text(device(PEAK - 1, WEIGHTS))
    (folder / "net.yaml").write_text(f"{SPEC}budget: {{device: mcu.yaml}}\n")
    assert "FAIL  net memory of mcu" in netcost("check", "net.yaml").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("device: stm32h74", "did you mean `stm32h743`?"),
        ("device: zzz", "there is no device `zzz`"),
        ("device: [t4]", "`device` must be a single value"),
        ("assume: {device: stm32h74}, limits: {params: 1k}", "did you mean `stm32h743`?"),
    ],
)
def test_an_unknown_device_is_refused(netcost: Run, folder: Path, text: str, message: str) -> None:
    """With the one that was likely meant."""
    budget(folder, text)
    ended = netcost("check")
    assert (ended.code, message in ended.err + ended.out) == (2, True), ended


def test_every_format_says_it(netcost: Run, folder: Path) -> None:
    """With the numbers and the place."""
    (folder / "mcu.yaml").write_text(device(PEAK - 1, WEIGHTS))
    budget(folder, "device: mcu.yaml")
    for form in ("markdown", "github", "junit", "json", "csv"):
        ended = netcost("check", "-o", f"{form}:-")
        assert ended.code == 1
        assert "memory of mcu" in ended.out, form
