"""Options that change a model, given to `netcost check` and `netcost budget init`."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

NET = """\
params: {width: 8, sizes: [3, 3]}
variants: {large: {width: 64}}
input: [3, 32, 32]
layers: [{conv: width, kernel: sizes}, flatten, linear: 10]
"""
# Parameters of the first layer: 3 * 8 * 3 * 3 + 8 = 224; of the last, on 8 x 30 x 30: 7200 * 10 + 10 = 72,010.
PARAMS = 72_234

CHANGES = [
    ("", PARAMS),
    ("--set width=2", 3 * 2 * 9 + 2 + 2 * 30 * 30 * 10 + 10),
    ("--set sizes=[5,5]", 3 * 8 * 25 + 8 + 8 * 28 * 28 * 10 + 10),
    ("--input 3,16,16", 224 + 8 * 14 * 14 * 10 + 10),
    ("--input input=3,16,16", 224 + 8 * 14 * 14 * 10 + 10),
    ("--variant large", 3 * 64 * 9 + 64 + 64 * 30 * 30 * 10 + 10),
    ("--batch 4 --dtype int8", PARAMS),
    ("--fold-batchnorm", PARAMS),
    ("--train adam --device t4", PARAMS),
]


@pytest.fixture
def net(folder: Path) -> str:
    """A spec with parameters and a variant."""
    (folder / "net.yaml").write_text(NET, encoding="utf-8")
    return "net.yaml"


@pytest.mark.parametrize(("options", "params"), CHANGES)
def test_a_check_is_of_the_changed_model(netcost: Run, net: str, options: str, params: int) -> None:
    """Its parameters are those of the options."""
    for limit, code in ((params, 0), (params - 1, 1)):
        assert netcost("check", net, "--limit", f"params={limit}", *options.split()).code == code


@pytest.mark.parametrize(("options", "params"), CHANGES)
def test_a_budget_that_was_begun_assumes_what_was_changed(
    netcost: Run, folder: Path, net: str, options: str, params: int
) -> None:
    """So that the check of it is of the same model."""
    assert netcost("budget", "init", net, "--slack", "0%", *options.split()).code == 0
    text = (folder / "netcost-budget.yaml").read_text(encoding="utf-8")
    assert ("assume:" in text) is bool(options)
    assert f"params: {params} " in text
    assert netcost("check").code == 0


def test_options_stand_above_what_a_budget_assumes(netcost: Run, folder: Path, net: str) -> None:
    """What they do not name is as it says."""
    budget = (
        "version: 1\nmodels: [{spec: net.yaml, assume: {set: {width: 2}, batch: 2}, limits: {params: 1}}]\n"
    )
    (folder / "netcost-budget.yaml").write_text(budget, encoding="utf-8")
    assert netcost("check").out.startswith("FAIL  net (batch 2, width 2) params")
    assert netcost("check", "--batch", "3").out.startswith("FAIL  net (batch 3, width 2) params")
    assert netcost("check", net, "--set", "width=3").out.startswith("FAIL  net (batch 2, width 3) params")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--set wdth=3", "wdth=3: error: net.yaml: there is no parameter `wdth`"),
        ("--input 3,8", "--input: error: net.yaml: the input has 3 lengths"),
        ("--dtype float3", "--dtype: error: net.yaml: unknown number format `float3`"),
    ],
)
def test_an_option_that_does_not_fit_is_told_at_its_place(
    netcost: Run, folder: Path, net: str, options: str, told: str
) -> None:
    """Not at that of an assumption beside it, and with the model that it does not fit."""
    budget = "version: 1\nmodels: [{spec: net.yaml, assume: {batch: 2}, limits: {params: 1}}]\n"
    (folder / "netcost-budget.yaml").write_text(budget, encoding="utf-8")
    ended = netcost("check", *options.split())
    assert ended.code == 2
    assert ended.out.startswith(told)


def test_a_device_of_ones_own_is_named_from_the_budget(netcost: Run, folder: Path, net: str) -> None:
    """Whose folder may be another than the one at hand."""
    (folder / "sub").mkdir()
    figures = "name: MCU\nmemory: {value: 1 MiB, source: me}\nbandwidth: {value: 1 GB/s, source: me}\n"
    (folder / "sub" / "mcu.yaml").write_text(figures, encoding="utf-8")
    (folder / net).rename(folder / "sub" / net)
    ended = netcost("budget", "init", f"sub/{net}", "--device", "sub/mcu.yaml", "-o", "sub/b.yaml")
    text = (folder / "sub" / "b.yaml").read_text(encoding="utf-8") if not ended.code else ended.err
    assert "assume: {device: mcu.yaml}" in text
