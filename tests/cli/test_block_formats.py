"""Number formats with block scales wherever a format has a name: options, budgets, JSON, titles, Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

import netcost as library

SPEC = """\
name: net
input: [256]
dtype: DTYPE
layers: [{linear: 512, bias: false}]
"""
ELEMENTS = 256 * 512
AWQ = "{format: int4, group: 128, scale: float16, zero: int4}"
IN_AWQ = ELEMENTS // 2 + ELEMENTS // 128 * 2 + ELEMENTS // 128 // 2
IN_NF4 = ELEMENTS // 2 + ELEMENTS // 64 * 4


@pytest.fixture
def net(folder: Path) -> Path:
    """A matrix in float16."""
    path = folder / "net.yaml"
    path.write_text(SPEC.replace("DTYPE", "float16"))
    return path


def weight_bytes(netcost: Run, *options: str) -> int:
    ended = netcost("analyze", "net.yaml", *options, "--format", "json")
    assert ended.code == 0, ended.err
    total: int = json.loads(ended.out)["models"][0]["totals"]["weight_bytes"]
    return total


@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        ("int4_g128", IN_AWQ),
        ("int4_g128/float16", IN_AWQ),
        ("nf4", IN_NF4),
        ("q4_0", ELEMENTS // 32 * 18),
        ("fp8", ELEMENTS),
        ("fp8_block/bfloat16", ELEMENTS + 2 * 4 * 4),
    ],
)
def test_an_option_takes_a_name(net: Path, netcost: Run, dtype: str, size: int) -> None:
    """As Python does."""
    assert weight_bytes(netcost, "--dtype", dtype) == size
    assert library.analyze(library.load(net, dtype=dtype)).totals.weight_bytes == size


def test_a_title_tells_formats(net: Path, netcost: Run) -> None:
    """By their common names; weights alone leave the activations as they are."""
    net.write_text(SPEC.replace("DTYPE", f"{{weights: {AWQ}, activations: bfloat16}}"))
    assert netcost("analyze", "net.yaml").out.startswith(
        "net, input 256, batch 1, int4_g128 weights, bfloat16 activations\n"
    )
    assert netcost("analyze", "net.yaml", "--dtype", "q4_0").out.startswith(
        "net, input 256, batch 1, q4_0 weights, bfloat16 activations\n"
    )


def test_a_budget_assumes_a_format(net: Path, netcost: Run) -> None:
    """And is held to its bytes."""
    limits = f"{{spec: net.yaml, assume: {{dtype: nf4}}, limits: {{weight_bytes: {IN_NF4 - 1}}}}}"
    (net.parent / "netcost-budget.yaml").write_text(f"version: 1\nmodels: [{limits}]\n")
    ended = netcost("check")
    assert ended.code == 1
    assert f"net (dtype nf4) weight_bytes {IN_NF4:,}" in ended.out


def test_json_is_compared_with_what_is_now(net: Path, netcost: Run) -> None:
    """In the same format; another is told."""
    net.write_text(SPEC.replace("DTYPE", AWQ))
    netcost("analyze", "net.yaml", "-o", "then.json")
    assert "No layer differs." in netcost("diff", "then.json", "net.yaml").out
    ended = netcost("diff", "then.json", "net.yaml", "--dtype-b", "nf4/float16", "--format", "json")
    totals = json.loads(ended.out)["totals"]["weight_bytes"]
    assert (totals["before"], totals["after"]) == (IN_AWQ, IN_NF4)
    budget = "models: [{spec: net.yaml, regression: {weight_bytes: 0%}}]"
    (net.parent / "netcost-budget.yaml").write_text(f"version: 1\n{budget}\n")
    assert netcost("check", "--baseline", "then.json").code == 0
    (net.parent / "netcost-budget.yaml").write_text(
        f"version: 1\n{budget.replace('regression', 'assume: {dtype: nf4}, regression')}\n"
    )
    ended = netcost("check", "--baseline", "then.json")
    assert ended.code == 2
    assert "then.json has net with dtype int4_g128, it is checked with dtype nf4/int4_g128" in ended.err


@pytest.mark.parametrize(
    ("dtype", "message"),
    [
        ("q4_9", "unknown number format `q4_9`\n   = did you mean `q4_k`?"),
        ("q4_0/q4_0", "no activations are in q4_0: it is a format that weights are stored in"),
        ("any", "; bitsandbytes: nf4, fp4, nf4_double and fp4_double; GGUF: q4_0, "),
    ],
)
def test_a_name_that_cannot_be_is_refused(net: Path, netcost: Run, dtype: str, message: str) -> None:
    """With what there is, by families."""
    ended = netcost("analyze", "net.yaml", "--dtype", dtype)
    assert ended.code == 2
    assert message in ended.err


def test_a_matrix_that_does_not_fit_is_refused_where_it_stands(net: Path, netcost: Run) -> None:
    """At the layer, also where an option asks for the format."""
    net.write_text("{input: [100], layers: [{linear: 512}]}\n")
    ended = netcost("analyze", "net.yaml", "--dtype", "q4_0")
    assert ended.code == 2
    assert ended.err.startswith(
        "net.yaml:1:26: error: q4_0 stores rows in blocks of 32, and a row of this weight has 100 numbers: "
        "the weight is 100 x 512\n"
    )
