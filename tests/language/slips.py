"""Typical slips of newcomers: what they write, where it is marked, what is wrong, and what to write."""

from __future__ import annotations

from typing import NamedTuple


class Slip(NamedTuple):
    """A spec with one slip.

    Args:
        text: the spec.
        place: line and column that are marked.
        wrong: a part of the message.
        write: a part of the hint.
    """

    text: str
    place: str
    wrong: str
    write: str


def items(*lines: str, above: str = "input: [3, 32, 32]") -> str:
    """A spec with some items, the first of them in line 3."""
    return "\n".join([above, "layers:", *(f"  - {line}" for line in lines)]) + "\n"


def item(text: str, place: str, wrong: str, write: str) -> Slip:
    """A slip in an item."""
    return Slip(items(text), place, wrong, write)


VECTOR = "input: [8]"

SLIPS = {
    # what stands before or beside an item
    "no flatten": Slip(
        items("{conv: 8, kernel: 3}", "linear: 10"), "4:5", "linear needs a vector", "add `flatten` or `gap`"
    ),
    "add of unlike shapes": Slip(
        items("{name: a, conv: 8, kernel: 3}", "{add: [a, input]}"), "4:6", "cannot combine", "axes are equal"
    ),
    "no kernel": item("conv: 8", "3:5", "conv needs `kernel`", "{conv: ..., kernel: ...}"),
    "two heads": item(
        "{conv: 8, kernel: 3, linear: 10}", "3:26", "two layers in one item", "item of its own"
    ),
    "wrong in_channels": item(
        "{conv: 8, kernel: 3, in_channels: 4}", "3:39", "is 4, the input has 3", "leave it out"
    ),
    "groups": item("{conv: 8, kernel: 3, groups: 2}", "3:34", "not divisible by groups (2)", "1 or 3"),
    "window too large": item("{maxpool: 64}", "3:15", "larger than its input of 32", "at most 32"),
    "field twice": item(
        "{dwconv: 16, kernel: 3}",
        "3:18",
        "what stands after `dwconv:` is its kernel",
        "leave one of them out",
    ),
    # YAML
    "key indented deeper": item("conv: 8\n      kernel: 3", "4:7", "indented deeper", "align it"),
    "odd indentation": item("conv: 8\n   kernel: 3", "4:4", "fits no line above", "align it"),
    "tab before a list": Slip("input: [3]\nlayers:\n\t- relu\n", "3:1", "a tab cannot indent", "use spaces"),
    "tab before a key": item("conv: 8\n\tkernel: 3", "4:1", "a tab cannot indent", "use spaces"),
    "no comma": item("{conv: 8 kernel: 3}", "3:20", "expected `,`", "separate entries by commas"),
    "bracket left open": item("{conv: 8, kernel: 3", "3:5", "never closed", "close it with `}`"),
    "key twice": item("{conv: 8, kernel: 3, kernel: 5}", "3:26", "given twice", "remove one"),
    "no colon": item("conv 8", "3:5", "no colon", "write `conv: 8`"),
    "no colon in a key": item("name a\n    conv: 8", "3:5", "no colon", "write `name: a`"),
    "no space after a colon": item("conv:8", "3:5", "no space", "write `conv: 8`"),
    "no space, keys below": item("conv:8\n    kernel: 3", "3:9", "no space", "write `conv: 8`"),
    "a call": item("conv(8)", "3:5", "no call", "write `{conv: 8, kernel: ...}`"),
    "comment of C": item("{conv: 8, kernel: 3} // first", "3:26", "comment starts with `#`", "write `#`"),
    "comment of C on a line": Slip(
        "input: [3]\n// first\nlayers: [relu]\n", "2:1", "comment starts with `#`", "write `#`"
    ),
    "comment of C after a number": item(
        "conv: 8 // first\n    kernel: 3", "3:16", "unknown name `first`", "a comment starts with `#`"
    ),
    "yes": item("{conv: 8, kernel: 3, bias: yes}", "3:32", "`yes` means true", "write `true`"),
    "underscore": item("{conv: 1_6, kernel: 3}", "3:12", "underscores", "write `16`"),
    "zero in front": item("{conv: 03, kernel: 3}", "3:12", "starts with a zero", "write `3`"),
    "hexadecimal": item("{conv: 0x10, kernel: 3}", "3:12", "not a decimal number", "write `16`"),
    # values
    "SAME": item("{conv: 8, kernel: 3, pad: SAME}", "3:31", "unknown name `SAME`", "`same`"),
    "3x3": item("{conv: 8, kernel: 3x3}", "3:23", "written in brackets", "write `3` or `[3, 3]`"),
    "3 x 5": item("{conv: 8, kernel: 3 x 5}", "3:23", "written in brackets", "write `[3, 5]`"),
    "a tuple": item("{conv: 8, kernel: (3,3)}", "3:23", "at its comma", "write `[3, 3]`"),
    "a tuple in a block": item("conv: 8\n    kernel: (3, 3)", "4:13", "in brackets", "write `3` or `[3, 3]`"),
    "dropout above 1": item("dropout: 1.5", "3:14", "below 1", "for example 0.5"),
    "dropout in percent": item("dropout: 50%", "3:14", "written as a number", "write `0.5`"),
    "negative filters": item("{conv: -16, kernel: 3}", "3:12", "at least 1, got -16", "write `16`"),
    "stride of nothing": item("{conv: 8, kernel: 3, stride: 0}", "3:34", "at least 1", "for example `3`"),
    "half a filter": item("{conv: 8.5, kernel: 3}", "3:12", "a whole number", "use `round(...)`"),
    # names
    "from": Slip(
        items("{name: enc1, conv: 8, kernel: 3}", "{relu, from: ecn1}"),
        *("4:18", "no earlier item `ecn1`", "`enc1`"),
    ),
    "name twice": Slip(items("{name: a, relu}", "{name: a, relu}"), "4:12", "used twice", "another name"),
    "repeats": item("{conv: 8, kernel: 3, repeats: 5}", "3:26", "unknown field `repeats`", "`repeat`"),
    "misspelt field": item("{conv: 8, kernal: 3}", "3:15", "unknown field `kernal`", "`kernel`"),
    "misspelt type": item("maxpol: 2", "3:5", "unknown layer type", "`maxpool`"),
    "short word": item("lrelu", "3:5", "unknown layer type `lrelu`", "`leakyrelu`"),
    "short word of an activation": item(
        "{conv: 8, kernel: 3, act: lrelu}", "3:31", "unknown layer type `lrelu`", "`leakyrelu`"
    ),
    "capital": item("Relu", "3:5", "no block `Relu`", "lower-case: `relu`"),
    "capital of an activation": item("{conv: 8, kernel: 3, act: Relu}", "3:31", "no block", "`relu`"),
    "channels of batchnorm": item("batchnorm: 32", "3:16", "no value of its own", "write `- batchnorm`"),
    "axis of softmax": item("softmax: {dim: 1}", "3:15", "unknown field `dim`", "leave it out"),
    "type as a key": item("type: conv", "3:5", "`type` is no key", "write `- {conv: ...}`"),
    "type beside fields": item("{type: conv, filters: 8, kernel: 3}", "3:6", "is no key", "{conv: ...}"),
    # the file
    "batch in the input": Slip(
        items("relu", above="input: [1, 3, 32, 32]"), "1:8", "this has 4", "batch is a key of its own"
    ),
    "negative batch": Slip("batch: -1\n" + items("relu"), "1:8", "at least 1, got -1", "write `1`"),
    "input without a value": Slip("input:\nlayers: [relu]\n", "1:1", "no value", "input: [3, 224, 224]"),
    "input without brackets": Slip(
        items("relu", above="input: 3,32,32"), "1:8", "written in brackets", "write `[3, 32, 32]`"
    ),
    "input as it is printed": Slip(
        items("relu", above="input: 3x32x32"), "1:8", "written in brackets", "write `[3, 32, 32]`"
    ),
    "nothing": Slip("", "", "this file is empty", "begins with `input: [3, 224, 224]`"),
    "lyers": Slip("input: [3]\nlyers: [relu]\n", "2:1", "unknown key `lyers`", "`layers`"),
    "input_shape": Slip("input_shape: [3]\nlayers: [relu]\n", "1:1", "unknown key", "`input`"),
    "a wrapper": Slip(
        "model:\n  input: [3]\n  layers: [relu]\n", "1:1", "`model` is no key", "leave `model:` out"
    ),
    "layers by name": Slip(
        "input: [3, 8, 8]\nlayers:\n  c1: {conv: 16, kernel: 3}\n  r1: relu\n",
        *("3:3", "layers are a list", "write `- {name: c1, conv: 16, kernel: 3}`"),
    ),
    "a report": Slip(
        '{"format_version": "1.1", "models": []}', "1:2", "a report of netcost", "name the network"
    ),
    "a budget": Slip(
        "version: 1\nmodels:\n  - {spec: alexnet, limits: {params: 3M}}\n",
        *("1:1", "this is a budget, not a spec", "`netcost check --budget FILE`"),
    ),
    "unknown format": Slip("dtype: float61\n" + items("relu"), "1:8", "unknown number format", "`float64`"),
}

READ = {
    "a format as PyTorch calls it": ("dtype: half\n" + items("relu"), "dtype: float16\n" + items("relu")),
    "a format as NVIDIA calls it": ("dtype: fp16\n" + items("relu"), "dtype: float16\n" + items("relu")),
    "activation": (
        items("{linear: 4, activation: relu}", above=VECTOR),
        items("{linear: 4, act: relu}", above=VECTOR),
    ),
    "what is inferred": (
        items("batchnorm: {num_features: 3, eps: 1e-5, momentum: 0.1}"),
        items("batchnorm"),
    ),
    "a layer as Keras calls it": (items("max_pooling2d: 2"), items("MaxPooling2D: 2")),
    "another": (items("global_average_pooling2d"), items("GlobalAveragePooling2D")),
    "a third": (items("batch_normalization"), items("BatchNormalization")),
    "a function of PyTorch": (items("{max_pool2d: 2}"), items("maxpool: 2")),
    "one more": (items("adaptive_avg_pool2d: 1"), items("adaptiveavgpool: 1")),
    "attention": (
        items("multihead_attention: {embed_dim: 8, num_heads: 2}", above="input: {sequence: [5, 8]}"),
        items("attention: {heads: 2}", above="input: {sequence: [5, 8]}"),
    ),
    "a recurrent layer": (
        items("lstm: {input_size: 8, hidden_size: 4, batch_first: true}", above="input: {sequence: [5, 8]}"),
        items("lstm: 4", above="input: {sequence: [5, 8]}"),
    ),
    "arguments without effect": (
        items(
            "{maxpool: {pool_size: 2, return_indices: true}}", "{conv: 8, kernel: 3, padding_mode: reflect}"
        ),
        items("{maxpool: 2}", "{conv: 8, kernel: 3}"),
    ),
}
"""What others write that can mean but one thing, and the same in netcost's words."""
