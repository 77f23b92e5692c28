"""Attention of queries, keys and values that are made by other layers, against networks that make them in ways of their own."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.analysis.costs import analyze
from netcost.layers.layer import count
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Tensor
from netcost.spec.load import load_network

X, KEYS, VALUES = Sequence((2, 10, 64)), Sequence((2, 25, 64)), Sequence((2, 25, 48))

# 6 operations a score; MACs are a width of keys and one of values for each.
CASES = [
    Case("one head, whose keys are its values", make("sdpa"), (X, KEYS), X, 0, 2 * 10 * 25 * 128, 6 * 2 * 250),
    Case(
        "values of another width",
        make("sdpa", heads=4),
        (X, KEYS, VALUES),
        Sequence((2, 10, 48)),
        macs=2 * 4 * 10 * 25 * (16 + 12),
        ops=6 * 2 * 4 * 10 * 25,
    ),
    Case(
        "grouped heads, a sink for each",
        make("sdpa", heads=8, kv_heads=2, sinks=True),
        (Sequence((1, 10, 128)), Sequence((1, 25, 32))),
        Sequence((1, 10, 128)),
        8,
        8 * 10 * 25 * 32,
        6 * 8 * 10 * 25 + 5 * 8 * 10,
    ),
    Case(
        "a window over what is kept",
        make("sdpa", heads=4, past=99, window=30),
        (Sequence((1, 1, 64)), Sequence((1, 1, 64))),
        Sequence((1, 1, 64)),
        macs=4 * 30 * 32,
        ops=6 * 4 * 30,
    ),
    Case(
        "leading axes",
        make("sdpa", heads=4),
        (Tensor((2, 3, 9, 32)), Tensor((2, 3, 7, 32))),
        Tensor((2, 3, 9, 32)),
        macs=6 * 4 * 9 * 7 * 16,
        ops=6 * 6 * 4 * 9 * 7,
    ),
    Case(
        # each query with the rows and columns of smaller keys; tables are those of the larger side
        "a table for each axis of two maps",
        make("sdpa", heads=2, position="decomposed"),
        (Image((1, 32, 8, 6)), Image((1, 32, 4, 3))),
        Image((1, 32, 8, 6)),
        (15 + 11) * 16,
        2 * 48 * 12 * 32 + 2 * 48 * 16 * (4 + 3),
        (6 + 2) * 2 * 48 * 12,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_scores_and_the_values_that_they_weigh(case: Case) -> None:
    """Nothing is projected."""
    assert case.found == case.wanted


# Modules built on the meta device and counted by PyTorch 2.14.1: of timm 1.0.31 and transformers 5.24.
POOLED = """
params: {width: 192, heads: 2, q: 2, kv: 2}
input: {sequence: [3136, 96]}
blocks:
  Pool:
    params: [stride]
    layers:
      - {to_map: 56}
      - {reshape: [heads, width // heads, 56, 56]}
      - {permute: [2, 1, 3, 4], kind: volume}
      - {dwconv: [1, 3, 3], stride: [1, stride, stride], pad: [0, 1, 1], bias: false}
      - layernorm
      - {permute: [2, 1, 3, 4]}
      - {reshape: [width, 56 // stride, 56 // stride]}
layers:
  - {name: k, linear: width}
  - {name: keys, Pool: kv}
  - {name: v, from: input, linear: width}
  - {name: values, Pool: kv}
  - {name: q, from: input, linear: width}
  - {name: queries, Pool: q}
  - {dot_product_attention: heads, keys: keys, values: values, position: decomposed}
  - add: [prev, queries]
  - to_tokens
  - linear: width
"""
CONVOLVED = """
input: [192, 28, 28]
blocks:
  Projection:
    params: [stride: 1]
    layers: [{dwconv: 3, stride: stride, pad: 1, norm: bn}, to_tokens, {linear: 192}]
layers:
  - {name: k, Projection: 2}
  - {name: v, from: input, Projection: 2}
  - {from: input, Projection: 1}
  - {dot_product_attention: 3, keys: k, values: v}
"""
NORMED = """
input: {sequence: [196, 128]}
layers:
  - {name: qkv, linear: 256, norm: bn}
  - {name: k, slice: 64, stop: 128}
  - {name: v, from: qkv, slice: 128}
  - {from: qkv, slice: 0, stop: 64}
  - {dot_product_attention: 4, keys: k, values: v, position: {buckets: 196}}
  - hardswish
  - {linear: 128, norm: bn}
"""
CONDITIONAL = """
inputs: {content: {sequence: [300, 256]}, sine: {sequence: [300, 256]}, memory: {sequence: [1000, 256]}, places: {sequence: [1000, 256]}}
layers:
  - {name: v, from: memory, linear: 256}
  - {name: k, concat: [[{linear: 256, from: memory}], [{linear: 256, from: places}]]}
  - {name: q_position, from: content, linear: 256, training_only: true}
  - {name: q, from: content, concat: [[{linear: 256}], [{linear: 256, from: sine}]]}
  - {dot_product_attention: 8, keys: k, values: v}
  - linear: 256
"""


@pytest.mark.parametrize(
    ("text", "params", "macs"),
    [
        pytest.param(POOLED, 106_656, 450_831_360, id="timm's MViT v2: pooled by convolutions that heads share"),
        pytest.param(CONVOLVED, 117_504, 104_391_168, id="transformers' CvT: projected after convolutions"),
        pytest.param(NORMED, 50_704, 17_009_664, id="transformers' LeViT: values twice as wide, batch norms"),
        pytest.param(CONDITIONAL, 460_544, 485_990_400, id="transformers' Conditional DETR: contents beside places"),
    ],
)  # fmt: skip
def test_networks_that_make_queries_keys_and_values_in_their_own_ways(
    text: str, params: int, macs: int
) -> None:
    """Parameters and MACs of a block are those of the networks' own modules."""
    totals = analyze(load_network(text.encode(), "net.yaml")).totals
    assert (totals.params, totals.macs) == (params, macs)


FAULTS = [
    Fault(
        "no keys",
        lambda: make("sdpa", heads=4).output(X),
        "dot_product_attention needs `keys`: the name of what the queries meet",
    ),
    Fault(
        "heads",
        lambda: make("sdpa", heads=5).output(X, KEYS),
        "channels (64) is not divisible by heads (5)",
        "heads",
        "heads could be 4 or 8",
    ),
    Fault(
        "another width of a head",
        lambda: make("sdpa", heads=4).output(X, VALUES),
        "a head of queries has 16 numbers, one of keys 12",
    ),
    Fault(
        "a value too many",
        lambda: make("sdpa", heads=4).output(X, KEYS, Sequence((2, 26, 64))),
        "the queries are a sequence 10 x 64, the keys a sequence 25 x 64, the values a sequence 26 x 64",
        hint="there is a value for each key, in the same batch",
    ),
    Fault(
        "decomposed positions of a sequence",
        lambda: make("sdpa", heads=4, position="decomposed").output(Image((2, 64, 5, 5)), KEYS),
        "decomposed positions are those of a map's axes",
        "position",
        "put `to_map` before it",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit(fault: Fault) -> None:
    """Is told with both numbers."""
    assert fault.found == fault.wanted


def test_what_a_later_token_looks_back_to() -> None:
    """Keys and values, as many as a window has; nothing where no token comes later."""
    assert count(make("sdpa", heads=4, causal=True).state(X, KEYS, VALUES)) == 2 * 25 * (64 + 48)
    assert count(make("sdpa", heads=4, causal=True, window=9).state(X, KEYS, VALUES)) == 2 * 9 * (64 + 48)
    assert count(make("sdpa", heads=4).state(X, KEYS, VALUES)) == 0


def test_groups_of_heads_are_equal() -> None:
    """Heads that do not fall into equal groups are refused before any input is seen."""
    with pytest.raises(LayerError, match=r"heads \(12\) is not divisible by kv_heads \(5\)"):
        make("sdpa", heads=12, kv_heads=5)
