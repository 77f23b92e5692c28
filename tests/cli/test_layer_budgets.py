"""Budgets of what a layer keeps, holds and moves, which asks for the whole network."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

SPEC = """\
input: [3, 8, 8]
layers: [{name: conv, conv: 4, kernel: 3, pad: 1}, {name: act, relu}, {name: flat, flatten}]
"""
IN, OUT, WEIGHTS = (4 * elements for elements in (3 * 8 * 8, 4 * 8 * 8, 4 * 3 * 3 * 3 + 4))


def checked(run: Run, folder: Path, item: str, assume: str = "{}", spec: str = SPEC) -> str:
    """What a check prints of a budget with one item under `per_layer`."""
    (folder / "net.yaml").write_text(spec)
    (folder / "netcost-budget.yaml").write_text(
        f"version: 1\nmodels: [{{spec: net.yaml, assume: {assume}, per_layer: [{item}]}}]\n"
    )
    ended = run("check")
    assert ended.code < 2, ended.err
    return ended.out.splitlines()[0]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (f"{{match: '*', kept_bytes: {OUT}}}", "ok    net 1 check"),
        (f"{{match: '*', kept_bytes: {OUT - 1}}}", f"FAIL  net act kept_bytes {OUT:,} > {OUT - 1:,}"),
        (
            "{match: '*', kept_bytes: {max_share: 90%}}",
            f"FAIL  net act kept_bytes {OUT:,} > 921 (90% of {OUT:,}",
        ),
        (f"{{match: '*', live_bytes: {IN + OUT}}}", "ok    net 1 check"),
        (f"{{match: conv, live_bytes: {IN}}}", f"FAIL  net conv live_bytes {IN + OUT:,} > {IN:,}"),
        (f"{{type: conv, moved_bytes: {IN + OUT + WEIGHTS}}}", "ok    net 1 check"),
        ("{type: relu, moved_bytes: {min: 1}}", "FAIL  net act moved_bytes 0 < 1"),
        (
            "{match: conv, time_bound_ns: 5}",
            "FAIL  net conv time_bound_ns max 5: there is no such number here",
        ),
    ],
)
def test_a_layer_is_held_to_its_part(netcost: Run, folder: Path, item: str, said: str) -> None:
    """A maximum, a share of the network's figure, a minimum; without a device there is no time."""
    assert checked(netcost, folder, item).startswith(said)


def test_how_the_network_is_run_is_assumed(netcost: Run, folder: Path) -> None:
    """A batch of 4 keeps four times as much; a T4 reads 320 GB in a second."""
    item = f"{{match: act, kept_bytes: {4 * OUT - 1}}}"
    assert f"act kept_bytes {4 * OUT:,} >" in checked(netcost, folder, item, "{batch: 4, train: adamw}")
    item = "{match: conv, time_bound_ns: {min: 1}}"
    assert checked(netcost, folder, item, "{device: t4, batch: 4}").startswith("ok ")


def test_what_a_layer_does_not_tell_does_not_pass(netcost: Run, folder: Path) -> None:
    """The layer is named."""
    spec = "input: [4]\nlayers: [{name: own, custom: odd, shape: [4], kind: vector, params: 3, macs_per_sample: 1}]\n"
    said = checked(netcost, folder, "{match: own, kept_bytes: 1kB}", spec=spec)
    assert said == "FAIL  net own kept_bytes max 1kB: unknown, the cost of own is not known"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("limits: {live_bytes: 1kB}", "live_bytes has no total"),
        ("per_layer: [{match: conv, effective_stride: 3}]", "unknown key `effective_stride`"),
        ("per_layer: [{match: conv, live_bytes: {max_share: 5%}}]", "unknown key `max_share`"),
    ],
)
def test_what_is_no_such_number_is_refused(netcost: Run, folder: Path, text: str, message: str) -> None:
    """What is alive is no part of a sum, and what each axis has is no one number."""
    (folder / "net.yaml").write_text(SPEC)
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels: [{{spec: net.yaml, {text}}}]\n")
    ended = netcost("check")
    assert ended.code == 2
    assert message in ended.err


def test_a_report_with_figures_is_a_baseline_of_them(netcost: Run, folder: Path) -> None:
    """One without leaves open what they were."""
    text = "version: 1\nmodels: [{spec: net.yaml, regression: {kept_bytes: unchanged, peak_activation_bytes: 1%}}]\n"
    (folder / "net.yaml").write_text(SPEC)
    (folder / "netcost-budget.yaml").write_text(text)
    netcost("analyze", "net.yaml", "--show", "figures", "-o", "with.json")
    netcost("analyze", "net.yaml", "-o", "without.json")
    assert netcost("check", "--baseline", "with.json").out.startswith("ok ")
    ended = netcost("check", "--baseline", "without.json")
    assert ended.code == 1
    assert f"kept_bytes max_increase 0: {OUT:,}, what it was is not known" in ended.out
