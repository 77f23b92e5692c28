"""`netcost solve`: the largest parameter within limits, and what the next one breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

STEPPED = """
name: stepped
params: {n: 8, m: 1}
input: [1]
layers: [{linear: n // 4 * 4, bias: false, if: n < 20 or n > 28}, {linear: m, bias: false}]
"""
"""n in steps of 4, then m times as many; from 20 to 28 the first layer is not there, so that costs fall again."""


@pytest.fixture
def stepped(folder: Path) -> None:
    (folder / "stepped.yaml").write_text(STEPPED, encoding="utf-8")


def test_the_widest_mobilenet_on_a_phone(netcost: Run) -> None:
    """The MobileNetV2 of torchvision, of width 1.0, takes 300,774,272; its channels change at 0.975 and at 0.9875."""
    ended = netcost(
        *(
            "solve",
            "mobilenet_v2",
            "--max",
            "width=0.9745..0.9885:0.0001",
            "--limit",
            "macs=300M",
            "--limit",
            "params=3.5M",
        )
    )
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "mobilenet_v2: width 0.9874 is the largest within macs 300M and params 3.5M"
    assert "  macs    299,896,192  99.97% of 300M" in lines
    assert "The same costs from width 0.975 to 0.9874." in lines
    assert any(
        line.startswith("macs and params bind: the next, width 0.9875, takes macs 300,774,272, ")
        for line in lines
    )


@pytest.mark.parametrize(
    ("args", "told", "code"),
    [
        (
            ["--max", "n=1..40", "--limit", "params=19"],
            ["n 28 is the largest within params 19", "The same costs from n 20 to 28.", "params binds: the next, n 29, takes params 56, 37 over."],
            0,
        ),
        (
            ["--max", "n=4..18", "--limit", "params=100"],
            ["n 18 is the largest within params 100", "The same costs from n 16 to 18.", "Nothing binds: 18 is the last of the candidates."],
            0,
        ),
        (
            ["--max", "n=4..18", "--limit", "params=1"],
            ["no n is within params 1", "n 4 takes params 8, 7 over.", "15 variants: 0 fit; 15 over params."],
            1,
        ),
        (
            ["--max", "n=4..18", "--limit", "params=40", "--where", "n < 9"],
            ["n 8 is the largest within params 40", "The next, n 9, does not meet the condition."],
            0,
        ),
        (["--max", "n=-4..7", "--limit", "params=40"], ["n 7 is the largest within params 40"], 0),
        (
            ["--max", "m=1..9", "--set", "n=4..12:4", "--limit", "params=40"],
            ["m 9 with n 4 is the largest within params 40", "params  40  100.00% of 40"],
            0,
        ),
        (
            ["--max", "batch=1..64", "--limit", "macs=160"],
            ["batch 10 is the largest within macs 160", "macs binds: the next, batch 11, takes macs 176, 16 over."],
            0,
        ),
    ],
)  # fmt: skip
def test_the_answer_tells_what_binds(
    netcost: Run, stepped: None, args: list[str], told: list[str], code: int
) -> None:
    """Costs need not grow with the parameter; 0 parameters of n < 4 are refused."""
    ended = netcost("solve", "stepped.yaml", *args)
    assert (ended.code, ended.err) == (code, "")
    for line in told:
        assert line in ended.out


def test_the_next_may_be_refused(netcost: Run, folder: Path) -> None:
    """A window of 5 does not fit into 4."""
    (folder / "net.yaml").write_text(
        "params: {k: 1}\ninput: [1, 4, 4]\nlayers: [{maxpool: k, stride: 1}]\n", encoding="utf-8"
    )
    ended = netcost("solve", "net.yaml", "--max", "k=1..8", "--limit", "params=5")
    assert "k 4 is the largest" in ended.out
    assert "The next, k 5, is refused: a window of 5 is larger than its input of 4." in ended.out


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["--max", "n * m", "--set", "n=4..16:4", "--set", "m=1..3"], [["8", "3"]]),
        (["--max", "n=4..16:4", "--max", "m=1..3"], [["16", "1"], ["8", "3"]]),
    ],
)
def test_several_parameters(netcost: Run, stepped: None, args: list[str], found: list[list[str]]) -> None:
    """The largest of an expression, or all that no other excels: n (1 + m) is at most 32."""
    ended = netcost("solve", "stepped.yaml", *args, "--limit", "params=32")
    assert ended.code == 0, ended.err
    rows = [[cell.strip() for cell in line.split("│")][:2] for line in ended.out.splitlines() if "│" in line]
    assert rows[1:] == found


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--max", "n=1..4"], "nothing limits it; add --limit macs=300M or --budget PATH"),
        (["--max", "n=4", "--limit", "params=1"], "has one candidate; write a range, as in n=0.05..4:0.01"),
        (["--max", "k=1..4", "--limit", "params=1"], "there is no parameter `k`"),
        (["--max", "n=4..1", "--limit", "params=1"], "runs backwards"),
        (["--limit", "params=1"], "Missing option '--max'"),
        (["--max", "n * m", "--limit", "params=1"], "nothing varies"),
    ],
)
def test_what_cannot_be_solved_is_refused(netcost: Run, stepped: None, args: list[str], told: str) -> None:
    """With what to write."""
    ended = netcost("solve", "stepped.yaml", *args)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_a_broken_budget_tells_what_would_fit(netcost: Run) -> None:
    """And how to see more."""
    ended = netcost("check", "mobilenet_v2", "--limit", "macs=200M")
    assert ended.code == 1
    note = next(line for line in ended.out.splitlines() if "largest `width`" in line)
    assert note.startswith("note  mobilenet_v2: largest `width` within the budget: 0.")
    assert "(`netcost solve mobilenet_v2 --max width=0.01..1.0:0.01 --limit macs=200M`)" in note


@pytest.mark.parametrize("spec", ["vit_b_16", "alexnet"])
def test_of_several_parameters_none_is_named(netcost: Run, spec: str) -> None:
    """Nor where there is none."""
    ended = netcost("check", spec, "--limit", "params=1k")
    assert (ended.code, "largest" in ended.out) == (1, False)
