"""Blocks of several outputs, and references into items by dotted names."""

from __future__ import annotations

import pytest
from specs import errors, read

STAGE = """
blocks:
  Stage:
    inputs: [x, skip]
    params: [width: 3]
    outputs: [high, low]
    layers:
      - {name: high, conv: width, kernel: 1, from: x}
      - {name: half, maxpool: 2, from: high}
      - {name: low, add: [half, skip]}
      - relu
"""
PAIR = STAGE + "layers: [{name: small, maxpool: 2}, {name: s, Stage, from: [input, small], repeat: 2}"
SPLIT = """
blocks:
  Split: {outputs: [a, b], layers: [{name: a, relu}, {name: b, gap}, identity]}
  Deep: {outputs: [s.a, x], layers: [{name: s, Split}]}
"""
INSIDE = """
blocks: {B: {layers: [{name: full, conv: 4, kernel: 1, act: relu}, gap]}}
layers:
  - {name: e, B}
  - {name: s, seq: [{name: c, linear: 2}, relu]}
  - {name: r, residual: [{name: c, linear: 2}, linear: 2], shortcut: [{name: d, linear: 2}]}
  - {name: m, concat: {left: [{name: c, linear: 2}, relu], right: r}}
  - {name: t, seq: [{name: x, linear: 2}, relu], repeat: 3}
"""

REFERENCES = [
    (SPLIT + "layers: [Split, {name: seen, relu}]", ["Split1.a"]),
    (SPLIT + "layers: [{name: e, Split}, {name: seen, relu, from: e}]", ["e.a"]),
    (SPLIT + "layers: [{name: e, Split}, {name: seen, relu, from: e.b}]", ["e.b"]),
    (SPLIT + "layers: [{name: e, Split}, {name: seen, add: [e.b, e.a]}]", ["e.b", "e.a"]),
    (SPLIT + "layers: [{name: d, Deep}, {name: seen, relu}]", ["d.s.a"]),
    (SPLIT + "layers: [{name: d, Deep}, {name: seen, relu, from: d.s.b}]", ["d.s.b"]),
    (SPLIT + "layers: [{name: d, Deep}, {name: seen, relu, from: d.x}]", ["input"]),
    (PAIR + ", {name: seen, add: [s.high, s]}]", ["s.1.high", "s.1.high"]),
    (PAIR + ", {name: seen, relu, from: s.low}]", ["s.1.low"]),
    (PAIR + ", {name: seen, relu, from: s.0.low}]", ["s.0.low"]),
    (PAIR + ", {name: seen, relu, from: s.half}]", ["s.1.half"]),
    (PAIR + ", {name: seen, relu, from: s.0}]", ["s.0.high"]),
    (INSIDE + "  - {name: seen, relu, from: e.full}", ["e.full.act"]),
    (INSIDE + "  - {name: seen, relu, from: s.c}", ["s.c"]),
    (INSIDE + "  - {name: seen, relu, from: r.c}", ["r.c"]),
    (INSIDE + "  - {name: seen, relu, from: r.shortcut.d}", ["r.shortcut.d"]),
    (INSIDE + "  - {name: seen, relu, from: m.left.c}", ["m.left.c"]),
    (INSIDE + "  - {name: seen, relu, from: m.left}", ["m.left.relu1"]),
    (INSIDE + "  - {name: seen, relu, from: t.0.x}", ["t.0.x"]),
    (INSIDE + "  - {name: seen, relu, from: t.x}", ["t.2.x"]),
    (INSIDE + "  - {name: seen, relu, from: t.1}", ["t.1.relu1"]),
]


@pytest.mark.parametrize(("text", "sources"), REFERENCES)
def test_names_lead_into_items(text: str, sources: list[str]) -> None:
    """What the item called `seen` takes in."""
    assert [node.name for node in read(text)["seen"].inputs] == sources


def test_repetitions_hand_on_all_outputs() -> None:
    """Output k becomes input k of the next repetition."""
    network = read(PAIR + "]")
    assert [node.name for node in network["s.1.high"].inputs] == ["s.0.high"]
    assert [node.name for node in network["s.1.low"].inputs] == ["s.1.half", "s.0.low"]


def test_inputs_beyond_the_outputs_stay() -> None:
    """A block of two inputs and one output takes the same second one each time."""
    block = "blocks: {B: {inputs: [x, y], outputs: [z], layers: [{name: z, add: [x, y]}, relu]}}\n"
    network = read(block + "layers: [{name: a, relu}, {name: b, B, from: [prev, input], repeat: 2}]")
    assert [node.name for node in network["b.1.z"].inputs] == ["b.0.z", "input"]


@pytest.mark.parametrize("how", ["if: false", "repeat: 0", "repeat: 2, if: i > 5"])
def test_a_block_that_is_left_out_hands_on_what_it_takes_in(how: str) -> None:
    """Output k is input k."""
    text = (
        STAGE
        + f"layers: [{{name: a, maxpool: 2}}, {{name: s, Stage, from: [input, a], {how}}}, {{name: b, relu, from: s.low}}]"
    )
    network = read(text)
    assert [node.name for node in network["b"].inputs] == ["a"]


def test_outputs_of_the_file_may_lie_inside_items() -> None:
    """`outputs` takes dotted names, too."""
    network = read(PAIR + "]\noutputs: [s.low, s.0.high]")
    assert [node.name for node in network.outputs] == ["s.1.low", "s.0.high"]


def test_keys_and_values_may_lie_inside_items() -> None:
    """The further inputs of a layer are references as well."""
    text = "input: {sequence: [4, 8]}\nlayers: [{name: s, seq: [{name: c, linear: 8}, relu]}, {attention: 2, kv: s.c, name: a}]"
    assert [node.name for node in read(text)["a"].inputs] == ["s.relu1", "s.c"]


FAULTS = [
    (SPLIT + "layers: [Split, {relu, from: Split1.a}]", "there is no earlier item `Split1` here"),
    (SPLIT + "layers: [{name: e, Split}, {relu, from: e.c}]", "there is no item `c` in `e`"),
    (SPLIT + "layers: [{name: d, Deep}, {relu, from: d.s.bb}]", "there is no item `bb` in `d.s` -> did you mean `b`?"),
    (SPLIT + "layers: [{name: e, Split}, {relu, from: e.}]", "there is no item `` in `e`"),
    (PAIR + ", {relu, from: s.2.low}]", "there is no item `low` in `s.2`"),
    (PAIR + ", {relu, from: s.2}]", "there is no item `2` in `s` -> it ran 2 times; the first is 0"),
    (PAIR + "]\noutputs: [s.lwo]", "there is no item `lwo` in `s` -> did you mean `low`?"),
    (INSIDE + "  - {relu, from: e.fulll}", "there is no item `fulll` in `e` -> did you mean `full`?"),
    ("layers: [{relu, from: s.c}, {name: s, seq: [{name: c, relu}]}]", "there is no earlier item `s` here -> it stands later"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_what_is_not_inside_is_refused(text: str, message: str) -> None:
    """One fault each, with the name that was probably meant."""
    (found,) = errors(text)
    assert message in found


def test_a_fault_inside_is_told_once() -> None:
    """References to what a fault has left unknown are no faults of their own."""
    text = (
        SPLIT.replace("gap", "{conv: 3, kernel: 99}")
        .replace("{name: b, {", "{name: b, ")
        .replace("}}, id", "}, id")
    )
    (found,) = errors(
        text + "layers: [{name: e, Split}, {relu, from: e.b}, {name: d, Deep}, {relu, from: d.s.b}]"
    )
    assert "99" in found
