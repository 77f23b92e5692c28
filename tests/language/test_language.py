"""The flow of the language: items, branches, blocks, repetitions, names and values, as the layers that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from specs import PATH, Case, Rows, cases, errors, read, rows

# -- flow

FLOW: Mapping[str, Case] = {
    "items chain": (
        "layers: [{conv: 4, kernel: 3}, relu, {maxpool: 2}, flatten, linear: 10]",
        {
            "conv1": "4 x 6 x 6",
            "relu1": "4 x 6 x 6",
            "maxpool1": "4 x 3 x 3",
            "flatten1": "36",
            "linear1": "10",
        },
    ),
    "one item is a list of one": ("layers: {conv: 4, kernel: 3}", {"conv1": "4 x 6 x 6"}),
    "a word alone is a list of one": ("layers: gap", {"gap1": "3"}),
    "the head's fields may stand inside it": (
        "layers: [conv: {filters: 4, kernel: 3, stride: 2}]",
        {"conv1": "4 x 3 x 3"},
    ),
    "a head without a value, its fields beside it": (
        "layers: [{conv, filters: 4, kernel: 3}]",
        {"conv1": "4 x 6 x 6"},
    ),
    "from an earlier item, from the input, from the one before": (
        """
layers:
  - {name: a, conv: 4, kernel: 3}
  - {name: b, conv: 5, kernel: 3, from: a}
  - {name: c, conv: 6, kernel: 3, from: input}
  - {name: d, conv: 7, kernel: 3, from: prev}
  - {name: e, conv: 8, kernel: 1, from: [a]}
""",
        {"a": "4 x 6 x 6", "b": "5 x 4 x 4", "c": "6 x 6 x 6", "d": "7 x 4 x 4", "e": "8 x 6 x 6"},
    ),
    "lists see the names of those around them": (
        """
layers:
  - {name: a, conv: 4, kernel: 1}
  - {maxpool: 2}
  - seq:
      - residual:
          - {conv: 4, kernel: 3, from: a}
          - {name: b, maxpool: 3, stride: 1}
          - {conv: 4, kernel: 1, from: b}
""",
        {
            "a": "4 x 8 x 8",
            "maxpool1": "4 x 4 x 4",
            "conv1": "4 x 6 x 6",
            "b": "4 x 4 x 4",
            "conv2": "4 x 4 x 4",
            "add1": "4 x 4 x 4",
        },
    ),
    "the inner of two names counts": (
        """
layers:
  - {name: a, conv: 4, kernel: 1}
  - {name: group, seq: [{name: a, conv: 5, kernel: 1}, relu, {add: [a, prev]}]}
  - {add: [a, a]}
""",
        {
            "a": "4 x 8 x 8",
            "group.a": "5 x 8 x 8",
            "group.relu1": "5 x 8 x 8",
            "group.add1": "5 x 8 x 8",
            "add1": "4 x 8 x 8",
        },
    ),
    "add, mul and concat of names": (
        """
layers:
  - {name: a, conv: 4, kernel: 1}
  - {name: b, conv: 4, kernel: 1}
  - add: [prev, a]
  - mul: [a, b, prev]
  - concat: [a, b, input]
""",
        {
            "a": "4 x 8 x 8",
            "b": "4 x 8 x 8",
            "add1": "4 x 8 x 8",
            "mul1": "4 x 8 x 8",
            "concat1": "11 x 8 x 8",
        },
    ),
    "a vector multiplies the channels of a map": (
        "layers: [{name: a, conv: 4, kernel: 1}, gap, linear: 4, sigmoid, mul: [a, prev]]",
        {"a": "4 x 8 x 8", "gap1": "4", "linear1": "4", "sigmoid1": "4", "mul1": "4 x 8 x 8"},
    ),
    "add as a layer of several inputs": (
        "layers: [{name: a, conv: 3, kernel: 1}, {add, from: [prev, input]}, {concat, from: [a, a, prev], axis: height}]",
        {"a": "3 x 8 x 8", "add1": "3 x 8 x 8", "concat1": "3 x 24 x 8"},
    ),
    "every branch starts from the incoming tensor": (
        """
layers:
  - {name: skip, conv: 2, kernel: 1}
  - {conv: 4, kernel: 1}
  - concat:
      left: [{conv: 5, kernel: 1}, relu]
      right: {maxpool: 3, stride: 1, pad: 1}
      same: []
      other: skip
""",
        {
            "skip": "2 x 8 x 8",
            "conv1": "4 x 8 x 8",
            "left.conv1": "5 x 8 x 8",
            "left.relu1": "5 x 8 x 8",
            "right.maxpool1": "4 x 8 x 8",
            "concat1": "15 x 8 x 8",  # 5 + 4 + 4 + 2
        },
    ),
    "branches start where from says": (
        "layers: [{name: a, conv: 4, kernel: 1}, gap, {concat: {b: [relu], c: prev}, from: a}]",
        {"a": "4 x 8 x 8", "gap1": "4", "b.relu1": "4 x 8 x 8", "concat1": "8 x 8 x 8"},
    ),
    "a named item gives its name to its branches": (
        "layers: [{name: mix, add: {a: [{conv: 3, kernel: 1}], b: input}}]",
        {"mix.a.conv1": "3 x 8 x 8", "mix": "3 x 8 x 8"},
    ),
    "attention takes keys and values from another tensor": (
        "layers: [{name: words, to_tokens}, {name: a, linear: 6}, {attention: 2, kv: a, from: words, head_dim: 4}]",
        {"words": "64 x 3", "a": "64 x 6", "attention1": "64 x 3"},
    ),
    "seq groups": (
        "layers: [seq: [relu, seq: [relu]], {name: group, seq: [relu, {name: last, gap}]}]",
        {
            "relu1": "3 x 8 x 8",
            "relu2": "3 x 8 x 8",
            "group.relu1": "3 x 8 x 8",
            "group.last": "3",
        },
    ),
    "what a condition leaves out passes its input on": (
        """
params: {deep: false}
layers:
  - {name: a, conv: 4, kernel: 1}
  - {conv: 5, kernel: 1, if: deep}
  - {seq: [gap, linear: 10], if: false}
  - {name: b, relu, if: in_channels > 4}
  - {add: [a, b], if: not deep}
  - {conv: 6, kernel: 1, if: true}
""",
        {"a": "4 x 8 x 8", "add1": "4 x 8 x 8", "conv1": "6 x 8 x 8"},
    ),
    "of two items of one name, the one whose condition holds": (
        """
params: {tied: true}
layers:
  - {name: head, conv: 5, kernel: 1, if: not tied}
  - {name: head, conv: 6, kernel: 1, if: tied}
  - {relu, from: head}
""",
        {"head": "6 x 8 x 8", "relu1": "6 x 8 x 8"},
    ),
}


@cases(FLOW)
def test_tensors_flow_from_item_to_item(text: str, layers: Rows) -> None:
    """Items chain; `from`, names, branches and groups lead them elsewhere."""
    assert rows(text) == list(layers.items())


def test_layers_know_what_comes_in() -> None:
    """The inputs of each layer, by name."""
    network = read("layers: [{name: a, relu}, {name: b, tanh}, {add: [a, b]}]")
    assert [node.name for node in network["add1"].inputs] == ["a", "b"]
    assert [node.name for node in network["b"].inputs] == ["a"]
    assert [node.name for node in network["a"].inputs] == ["input"]


RESIDUALS: Mapping[str, Case] = {
    "a body is added to its input": (
        "layers: [residual: [{conv: 3, kernel: 3, pad: 1}, relu]]",
        {"conv1": "3 x 8 x 8", "relu1": "3 x 8 x 8", "add1": "3 x 8 x 8"},
    ),
    "or to what a shortcut makes of it": (
        "layers: [{residual: [{conv: 4, kernel: 2, stride: 2}], shortcut: [{maxpool: 2}, {conv: 4, kernel: 1}]}]",
        {
            "conv1": "4 x 4 x 4",
            "shortcut.maxpool1": "3 x 4 x 4",
            "shortcut.conv1": "4 x 4 x 4",
            "add1": "4 x 4 x 4",
        },
    ),
    "an empty shortcut is the input": (
        "layers: [{residual: [relu], shortcut: []}, {residual: [relu], shortcut: }]",
        {"relu1": "3 x 8 x 8", "add1": "3 x 8 x 8", "relu2": "3 x 8 x 8", "add2": "3 x 8 x 8"},
    ),
    "only where a condition holds": (
        "layers: [{residual: [{conv: 4, kernel: 1}], shortcut_if: in_channels == 4, repeat: 2}]",
        {"residual1.0.conv1": "4 x 8 x 8", "residual1.1.conv1": "4 x 8 x 8", "residual1.1": "4 x 8 x 8"},
    ),
    "an activation follows the sum": (
        "layers: [{residual: [tanh], act: relu}, {residual: [tanh], act: {leakyrelu: 0.1}, shortcut_if: false}]",
        {
            "tanh1": "3 x 8 x 8",
            "add1": "3 x 8 x 8",
            "add1.act": "3 x 8 x 8",
            "tanh2": "3 x 8 x 8",
            "leakyrelu1": "3 x 8 x 8",
        },
    ),
    "the sum has the name": (
        "layers: [{name: block, residual: [tanh], shortcut: [tanh], act: relu}]",
        {
            "block.tanh1": "3 x 8 x 8",
            "block.shortcut.tanh1": "3 x 8 x 8",
            "block": "3 x 8 x 8",
            "block.act": "3 x 8 x 8",
        },
    ),
    "act: none is none": (
        "layers: [{residual: [tanh], act: none}]",
        {"tanh1": "3 x 8 x 8", "add1": "3 x 8 x 8"},
    ),
    "the body sees the input by its name": (
        "layers: [{name: a, relu}, gap, {residual: [{linear: 3}, {mul: [a, prev]}], from: prev, shortcut: [{identity, from: a}]}]",
        {
            "a": "3 x 8 x 8",
            "gap1": "3",
            "linear1": "3",
            "mul1": "3 x 8 x 8",
            "shortcut.identity1": "3 x 8 x 8",
            "add1": "3 x 8 x 8",
        },
    ),
}


@cases(RESIDUALS)
def test_a_residual_adds_its_input(text: str, layers: Rows) -> None:
    """A body and its shortcut, the sum, and the activation after it."""
    assert rows(text) == list(layers.items())


# -- names

NAMES: Mapping[str, Case] = {
    "a type and a counter": (
        "layers: [relu, {conv: 4, kernel: 1}, relu, {conv2d: 4, kernel: 1}, {bn}]",
        {
            "relu1": "3 x 8 x 8",
            "conv1": "4 x 8 x 8",
            "relu2": "4 x 8 x 8",
            "conv2": "4 x 8 x 8",
            "batchnorm1": "4 x 8 x 8",
        },
    ),
    "the counter leaves out names that are taken": (
        "layers: [relu, {seq: [{name: relu3, relu}]}, relu, {name: relu2, relu}]",
        {"relu1": "3 x 8 x 8", "relu3": "3 x 8 x 8", "relu4": "3 x 8 x 8", "relu2": "3 x 8 x 8"},
    ),
    "the norm and the activation of a layer are named after it": (
        "layers: [{conv: 4, kernel: 1, norm: bn, act: relu}, {name: v, gap}, {name: last, linear: 2, act: softmax, norm: layernorm}]",
        {
            "conv1": "4 x 8 x 8",
            "conv1.norm": "4 x 8 x 8",
            "conv1.act": "4 x 8 x 8",
            "v": "4",
            "last": "2",
            "last.norm": "2",
            "last.act": "2",
        },
    ),
    "repetitions are counted from 0": (
        "layers: [{name: a, relu, repeat: 2}, {conv: 4, kernel: 1, norm: bn, repeat: 2}, relu]",
        {
            "a.0": "3 x 8 x 8",
            "a.1": "3 x 8 x 8",
            "conv1.0": "4 x 8 x 8",
            "conv1.0.norm": "4 x 8 x 8",
            "conv1.1": "4 x 8 x 8",
            "conv1.1.norm": "4 x 8 x 8",
            "relu1": "4 x 8 x 8",
        },
    ),
    "layers of blocks are named after the call": (
        """
blocks:
  Inner: {layers: [relu, {name: x2, tanh}]}
  Outer: {layers: [{name: stem, Inner}, Inner, {residual: [Inner], shortcut: [relu]}]}
layers: [Outer, {name: top, Outer}, {name: many, Inner, repeat: 2}]
""",
        {
            name: "3 x 8 x 8"
            for outer in ("Outer1", "top")
            for name in (
                *(f"{outer}.stem.relu1", f"{outer}.stem.x2", f"{outer}.Inner1.relu1", f"{outer}.Inner1.x2"),
                *(f"{outer}.Inner2.relu1", f"{outer}.Inner2.x2", f"{outer}.shortcut.relu1", f"{outer}.add1"),
            )
        }
        | dict.fromkeys(("many.0.relu1", "many.0.x2", "many.1.relu1", "many.1.x2"), "3 x 8 x 8"),
    ),
    "branches are named after their key": (
        """
blocks:
  Inception: {layers: [concat: {branch1: [{conv: 1, kernel: 1, norm: bn}], branch2: [{conv: 2, kernel: 1}, {conv: 3, kernel: 1}]}]}
layers: [{name: inception3a, Inception}]
""",
        {
            "inception3a.branch1.conv1": "1 x 8 x 8",
            "inception3a.branch1.conv1.norm": "1 x 8 x 8",
            "inception3a.branch2.conv1": "2 x 8 x 8",
            "inception3a.branch2.conv2": "3 x 8 x 8",
            "inception3a.concat1": "4 x 8 x 8",
        },
    ),
    "branches of the same key go on counting": (
        "layers: [{add: {a: [relu], b: prev}}, {add: {a: [relu], b: prev}}]",
        {"a.relu1": "3 x 8 x 8", "add1": "3 x 8 x 8", "a.relu2": "3 x 8 x 8", "add2": "3 x 8 x 8"},
    ),
    "shortcuts of one list go on counting": (
        "layers: [{residual: [relu], shortcut: [tanh]}, {residual: [relu], shortcut: [tanh]}]",
        {
            "relu1": "3 x 8 x 8",
            "shortcut.tanh1": "3 x 8 x 8",
            "add1": "3 x 8 x 8",
            "relu2": "3 x 8 x 8",
            "shortcut.tanh2": "3 x 8 x 8",
            "add2": "3 x 8 x 8",
        },
    ),
    "a repeated group without a name has one for its repetitions": (
        "layers: [{seq: [relu, {residual: [tanh]}], repeat: 2}]",
        {
            "seq1.0.relu1": "3 x 8 x 8",
            "seq1.0.tanh1": "3 x 8 x 8",
            "seq1.0.add1": "3 x 8 x 8",
            "seq1.1.relu1": "3 x 8 x 8",
            "seq1.1.tanh1": "3 x 8 x 8",
            "seq1.1.add1": "3 x 8 x 8",
        },
    ),
    "names may have dashes": (
        "layers: [{name: a-b, relu}, {add: [a-b, input]}]",
        {"a-b": "3 x 8 x 8", "add1": "3 x 8 x 8"},
    ),
}


@cases(NAMES)
def test_layers_are_named_after_where_they_stand(text: str, layers: Rows) -> None:
    """The explicit name, or the type and a counter; inside a call or a group, after its name."""
    assert rows(text) == list(layers.items())


# -- blocks

BLOCKS: Mapping[str, Case] = {
    "by position, by name, with defaults": (
        """
blocks:
  Conv: {params: [filters, kernel: 1, stride: kernel + 1], layers: [{conv: filters, kernel: kernel, stride: stride}]}
layers:
  - {name: a, Conv: 4}
  - {name: b, Conv: [4, 2, 1], from: input}
  - {name: c, Conv: 4, kernel: 3, from: input}
  - {name: d, Conv: {filters: 5, stride: 1}, from: input}
  - {name: e, Conv, filters: 6, stride: 8, from: input}
  - {name: f, Conv: [7], stride: 4, from: input}
""",
        {
            "a.conv1": "4 x 4 x 4",  # (8 - 1) // 2 + 1
            "b.conv1": "4 x 7 x 7",  # 8 - 2 + 1
            "c.conv1": "4 x 2 x 2",  # (8 - 3) // 4 + 1
            "d.conv1": "5 x 8 x 8",
            "e.conv1": "6 x 1 x 1",
            "f.conv1": "7 x 2 x 2",
        },
    ),
    "a call without arguments is a word": (
        """
blocks: {Act: {params: [slope: 0.1], layers: [leakyrelu: slope]}}
layers: [Act, Act]
""",
        {"Act1.leakyrelu1": "3 x 8 x 8", "Act2.leakyrelu1": "3 x 8 x 8"},
    ),
    "defaults and arguments may ask for the incoming tensor": (
        """
blocks: {Wider: {params: [factor: 2, out: in_channels * factor], layers: [{conv: out, kernel: 1}]}}
layers: [Wider, Wider: 3, {Wider, out: in_height}]
""",
        {"Wider1.conv1": "6 x 8 x 8", "Wider2.conv1": "18 x 8 x 8", "Wider3.conv1": "8 x 8 x 8"},
    ),
    "a body sees the file's parameters and its own names, not those of its caller": (
        """
params: {width: 4}
blocks:
  Inner: {params: [depth: width], layers: [{conv: depth, kernel: 1}]}
  Outer: {params: [width], layers: [Inner, Inner: width]}
layers: [Outer: 5]
""",
        {"Outer1.Inner1.conv1": "4 x 8 x 8", "Outer1.Inner2.conv1": "5 x 8 x 8"},
    ),
    "several inputs": (
        """
blocks:
  Merge: {inputs: [x, skip], params: [filters], layers: [{conv: filters, kernel: 1}, concat: [skip, prev], {add: [x, x]}]}
layers:
  - {name: a, conv: 2, kernel: 1}
  - {conv: 4, kernel: 1}
  - {Merge: 5, from: [prev, a]}
""",
        {
            "a": "2 x 8 x 8",
            "conv1": "4 x 8 x 8",
            "Merge1.conv1": "5 x 8 x 8",
            "Merge1.concat1": "7 x 8 x 8",
            "Merge1.add1": "4 x 8 x 8",
        },
    ),
    "inside a block, input is what it is called with": (
        """
blocks: {B: {layers: [{conv: 5, kernel: 1}, {seq: [{relu, from: input}]}, {tanh, from: x}]}}
layers: [{conv: 4, kernel: 1}, B]
""",
        {"conv1": "4 x 8 x 8", "B1.conv1": "5 x 8 x 8", "B1.relu1": "4 x 8 x 8", "B1.tanh1": "4 x 8 x 8"},
    ),
    "an empty block passes its input on": (
        """
blocks: {B: {layers: []}}
layers: [B, relu]
""",
        {"relu1": "3 x 8 x 8"},
    ),
    "an argument may be a list": (
        """
blocks: {B: {params: [sizes], layers: [{conv: "sizes[0]", kernel: sizes_of}]}}
params: {sizes_of: [3, 1]}
layers: [B: {sizes: [4, 5]}]
""",
        {"B1.conv1": "4 x 6 x 8"},
    ),
    "an argument may be called as a layer type": (
        """
blocks: {B: {params: [conv, pad: 0], layers: [{conv: conv, kernel: 1, pad: pad}]}}
layers: [{B, conv: 4, pad: 1}]
""",
        {"B1.conv1": "4 x 10 x 10"},
    ),
}


@cases(BLOCKS)
def test_blocks_are_called_with_arguments(text: str, layers: Rows) -> None:
    """Blocks are called by name, as functions are."""
    assert rows(text) == list(layers.items())


REPEATS: Mapping[str, Case] = {
    "the index counts from 0": (
        "layers: [{conv: 4 + i, kernel: 1, repeat: 3}]",
        {"conv1.0": "4 x 8 x 8", "conv1.1": "5 x 8 x 8", "conv1.2": "6 x 8 x 8"},
    ),
    "not at all": ("layers: [{conv: 4, kernel: 1, repeat: 0}, relu]", {"relu1": "3 x 8 x 8"}),
    "as often as an expression says": (
        """
params: {depths: [1, 2], half: 0.5}
layers: [{relu, repeat: "depths[1]"}, {tanh, repeat: 4 * half}, {elu, repeat: in_channels}]
""",
        {
            "relu1.0": "3 x 8 x 8",
            "relu1.1": "3 x 8 x 8",
            "tanh1.0": "3 x 8 x 8",
            "tanh1.1": "3 x 8 x 8",
            "elu1.0": "3 x 8 x 8",
            "elu1.1": "3 x 8 x 8",
            "elu1.2": "3 x 8 x 8",
        },
    ),
    "with a condition on the index": (
        "layers: [{seq: [{conv: 4, kernel: 1, if: i == 1}, {relu, if: i != 1}], repeat: 3}]",
        {"seq1.0.relu1": "3 x 8 x 8", "seq1.1.conv1": "4 x 8 x 8", "seq1.2.relu1": "4 x 8 x 8"},
    ),
    "the index of the innermost": (
        "layers: [{seq: [{conv: 1 + i, kernel: 1, repeat: 2}, {conv: 5 + i, kernel: 1}], repeat: 2}]",
        {
            "seq1.0.conv1.0": "1 x 8 x 8",
            "seq1.0.conv1.1": "2 x 8 x 8",
            "seq1.0.conv2": "5 x 8 x 8",
            "seq1.1.conv1.0": "1 x 8 x 8",
            "seq1.1.conv1.1": "2 x 8 x 8",
            "seq1.1.conv2": "6 x 8 x 8",
        },
    ),
    "the index as an argument": (
        """
blocks: {B: {params: [i, n: 2 * i], layers: [{conv: 1 + n, kernel: 1}]}}
layers: [{B: i, repeat: 2}]
""",
        {"B1.0.conv1": "1 x 8 x 8", "B1.1.conv1": "3 x 8 x 8"},
    ),
    "first changes the first": (
        "layers: [{conv: 4, kernel: 2, stride: 1, repeat: 2, first: {stride: 2}}]",
        {"conv1.0": "4 x 4 x 4", "conv1.1": "4 x 3 x 3"},
    ),
    "first changes the head's value": (
        "layers: [{conv: 4, kernel: 1, repeat: 2, first: {filters: 5}}, {conv: {filters: 6, kernel: 1}, repeat: 2, first: {filters: 7}}]",
        {"conv1.0": "5 x 8 x 8", "conv1.1": "4 x 8 x 8", "conv2.0": "7 x 8 x 8", "conv2.1": "6 x 8 x 8"},
    ),
    "first may spell a field otherwise": (
        "layers: [{conv: 4, kernel_size: 1, repeat: 2, first: {out_channels: 5, kernel: 3}}]",
        {"conv1.0": "5 x 6 x 6", "conv1.1": "4 x 6 x 6"},
    ),
    "first changes the norm": (
        "layers: [{conv: 4, kernel: 1, norm: bn, repeat: 2, first: {norm: none}}]",
        {"conv1.0": "4 x 8 x 8", "conv1.1": "4 x 8 x 8", "conv1.1.norm": "4 x 8 x 8"},
    ),
    "first of a block, by name and in place of a position": (
        """
blocks: {B: {params: [f, s: 1], layers: [{conv: f, kernel: 1, stride: s}]}}
layers:
  - {B: 4, repeat: 2, first: {s: 2}}
  - {B: 5, repeat: 2, first: {f: 6}}
  - {B: {f: 7}, repeat: 2, first: {f: 8}}
""",
        {
            "B1.0.conv1": "4 x 4 x 4",
            "B1.1.conv1": "4 x 4 x 4",
            "B2.0.conv1": "6 x 4 x 4",
            "B2.1.conv1": "5 x 4 x 4",
            "B3.0.conv1": "8 x 4 x 4",
            "B3.1.conv1": "7 x 4 x 4",
        },
    ),
    "first of a residual": (
        "layers: [{residual: [{conv: 4, kernel: 1}], repeat: 2, first: {shortcut: [{conv: 4, kernel: 1}]}}]",
        {
            "residual1.0.conv1": "4 x 8 x 8",
            "residual1.0.shortcut.conv1": "4 x 8 x 8",
            "residual1.0": "4 x 8 x 8",
            "residual1.1.conv1": "4 x 8 x 8",
            "residual1.1": "4 x 8 x 8",
        },
    ),
    "first of a layer of branches": (
        "layers: [{concat: {a: [relu], b: prev}, repeat: 2, first: {axis: width}}]",
        {
            "concat1.0.a.relu1": "3 x 8 x 8",
            "concat1.0": "3 x 8 x 16",
            "concat1.1.a.relu1": "3 x 8 x 16",
            "concat1.1": "6 x 8 x 16",
        },
    ),
    "from holds for the first, further inputs for all": (
        """
blocks: {Join: {inputs: [x, skip], layers: [concat: [x, skip]]}}
layers:
  - {name: a, conv: 2, kernel: 1}
  - {name: b, conv: 4, kernel: 1}
  - {relu, repeat: 2, from: a}
  - {Join, repeat: 2, from: [a, b]}
""",
        {
            "a": "2 x 8 x 8",
            "b": "4 x 8 x 8",
            "relu1.0": "2 x 8 x 8",
            "relu1.1": "2 x 8 x 8",
            "Join1.0.concat1": "6 x 8 x 8",
            "Join1.1.concat1": "10 x 8 x 8",
        },
    ),
}


@cases(REPEATS)
def test_repetitions_chain(text: str, layers: Rows) -> None:
    """`repeat` chains an item with itself, `i` is the index, `first` changes the first."""
    assert rows(text) == list(layers.items())


# -- values

VALUES: Mapping[str, Case] = {
    "parameters may use those before them": (
        """
params: {a: 2, b: 3 * a, c: [a, b], d: "c[1] - 1"}
layers: [{conv: d, kernel: 1}, {conv: "c[1]", kernel: a}]
""",
        {"conv1": "5 x 8 x 8", "conv2": "6 x 7 x 7"},
    ),
    "let names values for the items after it": (
        "layers: [{conv: 4, kernel: 1}, let: {out: 2 * in_channels, more: out + 1}, {conv: out, kernel: 1}, {conv: more, kernel: 1}]",
        {"conv1": "4 x 8 x 8", "conv2": "8 x 8 x 8", "conv3": "9 x 8 x 8"},
    ),
    "let inside a list holds inside": (
        """
params: {out: 4}
layers: [{seq: [let: {out: 5}, {conv: out, kernel: 1}, let: {out: out + 1}, {conv: out, kernel: 1}]}, {conv: out, kernel: 1}]
""",
        {"conv1": "5 x 8 x 8", "conv2": "6 x 8 x 8", "conv3": "4 x 8 x 8"},
    ),
    "let may have a note": (
        "layers: [{let: {a: 4}, note: why}, {conv: a, kernel: 1}]",
        {"conv1": "4 x 8 x 8"},
    ),
    "lists of expressions": (
        """
params: {k: 3}
layers: [{conv: 4, kernel: [k, k - 2], pad: [[0, k], 1]}]
""",
        {"conv1": "4 x 9 x 10"},  # 8 + 3 - 3 + 1 and 8 + 2 - 1 + 1
    ),
    "whole floats are whole numbers": (
        """
params: {width: 0.5}
layers: [{conv: 8 * width, kernel: [1.0, 2 * width]}]
""",
        {"conv1": "4 x 8 x 8"},
    ),
    "words stand for themselves where a field has words": (
        """
params: {valid: 3}
layers: [{conv: 4, kernel: 3, pad: same}, {conv: 4, kernel: 3, pad: valid}]
""",
        {"conv1": "4 x 8 x 8", "conv2": "4 x 6 x 6"},
    ),
    "conditions": (
        """
params: {bias: true, wide: false}
layers: [{conv: 4 if wide or not bias else 5, kernel: 1, bias: wide and bias}]
""",
        {"conv1": "5 x 8 x 8"},
    ),
}


@cases(VALUES)
def test_fields_are_expressions(text: str, layers: Rows) -> None:
    """Where a number or a truth value is wanted, text is an expression over the names in sight."""
    assert rows(text) == list(layers.items())


@pytest.mark.parametrize(
    ("entry", "variables"),
    [
        ("[5]", {"in_channels": 5}),
        ("[3, 8, 6]", {"in_channels": 3, "in_height": 8, "in_width": 6}),
        ("{signal: [2, 9]}", {"in_channels": 2, "in_length": 9}),
        ("{sequence: [7, 4]}", {"in_channels": 4, "in_length": 7}),
        ("{tokens: 6}", {"in_length": 6}),
        ("{volume: [2, 3, 4, 5]}", {"in_channels": 2, "in_depth": 3, "in_height": 4, "in_width": 5}),
    ],
)
def test_expressions_know_the_incoming_tensor(entry: str, variables: Mapping[str, int]) -> None:
    """`in_channels` and the length of each axis; names of axes that it does not have are refused."""
    everything = ("in_channels", "in_depth", "in_height", "in_length", "in_width")
    for name in everything:
        text = f"input: {entry}\nlayers: [let: {{n: {name}}}, {{identity, repeat: n}}]"
        if name in variables:
            assert len(read(text).nodes) == variables[name]
        else:
            (error,) = errors(text)
            assert error.startswith(f"{PATH}:2:19 ")
            assert error.endswith(f" has no {name.removeprefix('in_')}")
