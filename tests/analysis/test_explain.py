"""Derivations: the lecture's own, word for word, and for every layer type one that holds together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

import pytest
from arithmetic import evaluate
from examples import examples, make

import netcost
from netcost import analyze
from netcost.analysis.explain import explain
from netcost.derivation import Derivation, Formula, Section
from netcost.dtypes import Precision
from netcost.layers import all_types, find
from netcost.layers.activation import ReLU
from netcost.network import Network
from netcost.place import Place
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume
from netcost.stored import Tie


def network_of(
    head: str, shapes: list[Shape], fields: Mapping[str, Any], precision: Precision | None = None
) -> Network:
    """One layer, called `layer`, behind inputs called `a`, `b` and so on; beside them, if it takes none."""
    network = Network("net", precision=precision)
    inputs = [network.input(shape, name) for shape, name in zip(shapes, "abcde", strict=False)]
    layer = make(head, **fields)
    network.add("layer", layer, inputs if layer.arity[1] != 0 else None)
    return network


IMAGE_IN = Image((1, 3, 24, 24))


def derive(head: str, *shapes: Shape, precision: Precision | None = None, **fields: Any) -> Derivation:
    return explain(network_of(head, list(shapes), fields, precision), "layer")


KNOWN: dict[str, tuple[Network, Derivation]] = {}


def known(
    head: str, fields: Mapping[str, Any], shapes: list[Shape], precision: Precision | None = None
) -> tuple[Network, Derivation]:
    """The network of a sample and the derivation of its layer, made once for all tests of it."""
    kinds = [type(shape).__name__ for shape in shapes]
    key = f"{head} {fields} {kinds} {shapes} {precision}"
    if key not in KNOWN:
        network = network_of(head, shapes, fields, precision)
        KNOWN[key] = network, explain(network, "layer")
    return KNOWN[key]


def formulas(derivation: Derivation) -> Iterator[Formula]:
    return (formula for section in derivation.sections for formula in section.formulas)


def written(derivation: Derivation, name: str) -> str:
    """A formula as one line: what it is, in words, in figures, worked out halfway, the result."""
    [found] = (formula for formula in formulas(derivation) if name in formula.names)
    parts = filter(None, (*found.names, found.words, found.figures, found.halfway, found.result))
    return " = ".join(dict.fromkeys(parts))


def section(derivation: Derivation, title: str) -> Section:
    [found] = (each for each in derivation.sections if each.title == title)
    return found


CONV1 = derive("conv", Image((1, 3, 227, 227)), filters=64, kernel=11, stride=4, pad=2)
POOL1 = derive("maxpool", Image((1, 64, 56, 56)), kernel=3, stride=2)
FC6 = derive("linear", Vector((1, 9216)), units=4096)
TEN_FILTERS = derive("conv", Image((1, 3, 32, 32)), filters=10, kernel=5, stride=1, pad=2)

LECTURE = [
    (CONV1, "C_out", "C_out = 64"),
    (CONV1, "H'", "W' = H' = (H - K + 2 * P) / S + 1 = (227 - 11 + 2 * 2) / 4 + 1 = 56"),
    (CONV1, "elements", "elements = C_out * H' * W' = 64 * 56 * 56 = 200,704"),
    (CONV1, "memory (KB)", "memory (KB) = elements * 4 / 1024 = 200,704 * 4 / 1024 = 784"),
    (CONV1, "weight", "weight = C_out * C_in * K * K = 64 * 3 * 11 * 11 = 23,232"),
    (CONV1, "bias", "bias = C_out = 64"),
    (CONV1, "params", "params = C_out * C_in * K * K + C_out = 64 * 3 * 11 * 11 + 64 = 23,296"),
    (
        CONV1,
        "macs",
        "macs = (C_out * H' * W') * (C_in * K * K) = (64 * 56 * 56) * (3 * 11 * 11) = 200,704 * 363 = 72,855,552",
    ),
    (CONV1, "flop (lecture)", "flop (lecture) = macs = 72,855,552"),
    (POOL1, "H'", "W' = H' = floor((H - K) / S) + 1 = floor((56 - 3) / 2) + 1 = 27"),
    (POOL1, "memory (KB)", "memory (KB) = elements * 4 / 1024 = 46,656 * 4 / 1024 = 182.25"),
    (POOL1, "ops", "ops = (C * H' * W') * (K * K) = (64 * 27 * 27) * (3 * 3) = 46,656 * 9 = 419,904"),
    (POOL1, "flop (lecture)", "flop (lecture) = ops = 419,904"),
    (FC6, "params", "params = D_in * D_out + D_out = 9216 * 4096 + 4096 = 37,752,832"),
    (FC6, "macs", "macs = D_in * D_out = 9216 * 4096 = 37,748,736"),
    (TEN_FILTERS, "H'", "W' = H' = (H - K + 2 * P) / S + 1 = (32 - 5 + 2 * 2) / 1 + 1 = 32"),
    (TEN_FILTERS, "params", "params = C_out * C_in * K * K + C_out = 10 * 3 * 5 * 5 + 10 = 760"),
    (
        TEN_FILTERS,
        "macs",
        "macs = (C_out * H' * W') * (C_in * K * K) = (10 * 32 * 32) * (3 * 5 * 5) = 10,240 * 75 = 768,000",
    ),
]


@pytest.mark.parametrize(("derivation", "name", "line"), LECTURE)
def test_derivations_read_as_in_the_lecture(derivation: Derivation, name: str, line: str) -> None:
    """Output size, memory, parameters and operations of AlexNet and of ten 5x5 filters, step by step."""
    assert written(derivation, name) == line


# A 7x7 image under a 3x3 filter: the sizes are the lecture's, or counted by hand.
WINDOWS: list[tuple[dict[str, Any], str]] = [
    ({}, "W' = H' = (H - K) / S + 1 = (7 - 3) / 1 + 1 = 5"),
    ({"pad": 1}, "W' = H' = (H - K + 2 * P) / S + 1 = (7 - 3 + 2 * 1) / 1 + 1 = 7"),
    ({"stride": 2}, "W' = H' = (H - K) / S + 1 = (7 - 3) / 2 + 1 = 3"),
    ({"dilation": 2}, "W' = H' = (H - (R * (K - 1) + 1)) / S + 1 = (7 - (2 * (3 - 1) + 1)) / 1 + 1 = 3"),
    ({"pad": [[0, 1], [0, 1]]}, "W' = H' = (H - K + P_after) / S + 1 = (7 - 3 + 1) / 1 + 1 = 6"),
    (
        {"pad": [[2, 1], [2, 1]], "stride": 3},
        "W' = H' = floor((H - K + P_before + P_after) / S) + 1 = floor((7 - 3 + 2 + 1) / 3) + 1 = 3",
    ),
    (
        {"pad": "half"},
        "W' = H' = (H - K + 2 * ((K - 1) / 2)) / S + 1 = (7 - 3 + 2 * ((3 - 1) / 2)) / 1 + 1 = 7",
    ),
    ({"pad": "same", "stride": 2}, "W' = H' = ceil(H / S) = ceil(7 / 2) = 4"),
]


@pytest.mark.parametrize(("fields", "line"), WINDOWS)
def test_every_way_to_place_windows_is_derived(fields: dict[str, Any], line: str) -> None:
    """Stride, padding in all its forms and dilation appear in the formula when they matter, and only then."""
    assert written(derive("conv", Image((1, 1, 7, 7)), filters=1, kernel=3, **fields), "H'") == line


def test_axes_that_differ_are_derived_one_by_one() -> None:
    """Each axis has its own formula, and fields that differ carry the axis in their name."""
    derivation = derive(
        "conv", Volume((1, 3, 16, 112, 112)), filters=64, kernel=[3, 7, 7], stride=[1, 2, 2], pad=[1, 3, 3]
    )
    assert [written(derivation, name) for name in ("D'", "H'")] == [
        "D' = (D - K_d + 2 * P_d) / S_d + 1 = (16 - 3 + 2 * 1) / 1 + 1 = 16",
        "W' = H' = floor((H - K_h + 2 * P_h) / S_h) + 1 = floor((112 - 7 + 2 * 3) / 2) + 1 = 56",
    ]
    assert (
        written(derivation, "weight")
        == "weight = C_out * C_in * K_d * K_h * K_w = 64 * 3 * 3 * 7 * 7 = 28,224"
    )


def test_equal_figures_of_unequal_lengths_are_not_joined() -> None:
    """Height and width of a non-square image have their own lines."""
    derivation = derive("conv", Image((1, 3, 224, 192)), filters=8, kernel=2, stride=2)
    assert written(derivation, "H'") == "H' = (H - K) / S + 1 = (224 - 2) / 2 + 1 = 112"
    assert written(derivation, "W'") == "W' = (W - K) / S + 1 = (192 - 2) / 2 + 1 = 96"


def test_a_batch_larger_than_one_is_named() -> None:
    """N appears with several samples and only then; weights do not depend on it."""
    derivation = derive("linear", Vector((8, 256)), units=10)
    assert written(derivation, "macs") == "macs = N * D_in * D_out = 8 * 256 * 10 = 20,480"
    assert written(derivation, "params") == "params = D_in * D_out + D_out = 256 * 10 + 10 = 2570"


def test_a_stride_that_is_left_out_is_the_kernel() -> None:
    """What the input or another field decides is named as if it had been given."""
    derivation = derive("maxpool", Image((1, 64, 224, 224)), kernel=2)
    assert written(derivation, "H'") == "W' = H' = (H - K) / S + 1 = (224 - 2) / 2 + 1 = 112"


def test_half_bytes_are_rounded_up() -> None:
    """5 elements of 4 bits take 20 bits, which is 3 bytes: 0.0029 KB; each weight is rounded on its own."""
    derivation = derive("linear", Vector((1, 3)), units=5, precision=Precision("int4", "int4"))
    assert written(derivation, "memory (KB)") == (
        "memory (KB) = ceil(elements * 4 / 8) / 1024 = ceil(5 * 4 / 8) / 1024 = 3 / 1024 = 0.0029"
    )
    weights = "ceil(weight * 4 / 8) + ceil(bias * 4 / 8)"
    figures = "ceil(15 * 4 / 8) + ceil(5 * 4 / 8)"
    assert written(derivation, "weights (KB)") == (
        f"weights (KB) = ({weights}) / 1024 = ({figures}) / 1024 = 11 / 1024 = 0.01"
    )
    assert section(derivation, "Memory").notes == (
        "an element of int4 takes 4 bits, a tensor whole bytes; 1 KB = 1024 bytes",
    )


def test_number_formats_of_weights_and_activations_are_told_apart() -> None:
    """Weights of one byte, activations of two: 10 * 2 bytes come out, 2570 * 1 are stored."""
    derivation = derive("linear", Vector((1, 256)), units=10, precision=Precision("int8", "float16"))
    assert written(derivation, "memory (KB)") == "memory (KB) = elements * 2 / 1024 = 10 * 2 / 1024 = 0.02"
    assert written(derivation, "weights (KB)") == "weights (KB) = params / 1024 = 2570 / 1024 = 2.51"
    assert section(derivation, "Parameters").notes == ("an element of int8 takes 1 byte; 1 KB = 1024 bytes",)


def test_scales_and_zero_points_are_derived() -> None:
    """A line for each kind of number; 300 inputs are two groups of 128 and one of 44."""
    derivation = derive("linear", Vector((1, 300)), units=10, precision=Precision("int4_g128", "float16"))
    assert [
        written(derivation, f"weight_{name}") for name in ("groups", "bytes", "scale_bytes", "zero_bytes")
    ] == [
        "weight_groups = D_out * ceil(D_in / 128) = 10 * ceil(300 / 128) = 10 * 3 = 30",
        "weight_bytes = weight * 4 / 8 = 3000 * 4 / 8 = 1500",
        "weight_scale_bytes = weight_groups * 2 = 30 * 2 = 60",
        "weight_zero_bytes = weight_groups * 4 / 8 = 30 * 4 / 8 = 15",
    ]
    assert written(derivation, "weights (KB)") == (
        "weights (KB) = (weight_bytes + weight_scale_bytes + weight_zero_bytes + bias * 2) / 1024"
        " = (1500 + 60 + 15 + 10 * 2) / 1024 = 1595 / 1024 = 1.56"
    )
    assert section(derivation, "Parameters").notes == (
        "int4_g128 is int4(group=128, scale=float16, zero=int4); 1 KB = 1024 bytes",
        "in float16, without scales: bias",
    )


def test_blocks_are_derived() -> None:
    """A block of q4_k in ggml: 144 bytes hold 256 numbers, and what is no matrix is in float32."""
    derivation = derive("linear", Vector((1, 512)), units=10, precision=Precision("q4_k", "float16"))
    assert written(derivation, "weight_blocks") == (
        "weight_blocks = D_out * (D_in / 256) = 10 * (512 / 256) = 10 * 2 = 20"
    )
    assert written(derivation, "weight_bytes") == "weight_bytes = weight_blocks * 144 = 20 * 144 = 2880"
    assert section(derivation, "Parameters").notes == (
        "a block of 256 numbers of q4_k takes 144 bytes; 1 KB = 1024 bytes",
        "in float32, without scales: bias",
    )


def test_groups_of_activations_are_derived() -> None:
    """They run along the features: 96 of each position are three groups."""
    derivation = derive("relu", Sequence((1, 7, 96)), precision=Precision("float32", "mxfp8"))
    assert [written(derivation, name) for name in ("groups", "bytes", "scale_bytes", "memory (KB)")] == [
        "groups = T * (C / 32) = 7 * (96 / 32) = 7 * 3 = 21",
        "bytes = elements = 672",
        "scale_bytes = groups = 21",
        "memory (KB) = (bytes + scale_bytes) / 1024 = (672 + 21) / 1024 = 693 / 1024 = 0.68",
    ]


def test_a_layer_without_weights_says_so() -> None:
    """Nothing to learn is a statement, not an empty section."""
    assert section(POOL1, "Parameters") == Section(
        "Parameters", (), ("params: none, it has nothing to learn",)
    )


def test_an_unchanged_size_says_whose_it_is() -> None:
    """A layer that keeps the shape needs no formula for it."""
    image, channels = Image((1, 64, 28, 28)), Vector((1, 64))
    assert section(derive("relu", image), "Output size").notes == ("that of the input",)
    assert section(derive("add", image, image), "Output size").notes == ("that of the inputs",)
    assert section(derive("mul", image, channels), "Output size").notes == ("that of a",)
    assert section(derive("mul", channels, image), "Output size").notes == ("that of b",)


def test_inputs_that_are_joined_are_numbered() -> None:
    """What several inputs have in common goes by one name, what is added up by one each."""
    derivation = derive("concat", Image((1, 64, 28, 28)), Image((1, 32, 28, 28)))
    assert written(derivation, "C") == "C = C_1 + C_2 = 64 + 32 = 96"
    assert written(derivation, "elements") == "elements = C * H * W = 96 * 28 * 28 = 75,264"
    assert [(symbol.name, symbol.meaning) for symbol in derivation.symbols] == [
        ("C_1", "channels of a"),
        ("C_2", "channels of b"),
        ("H", "height of the inputs"),
        ("W", "width of the inputs"),
    ]


def test_axes_without_a_meaning_are_numbered() -> None:
    """A tensor's axes have no letters of their own."""
    derivation = derive("permute", Tensor((1, 2, 3, 4, 5, 6)), order=[5, 1, 2, 3, 4])
    assert written(derivation, "D_1'") == "D_1' = D_5 = 6"
    assert {symbol.name: symbol.meaning for symbol in derivation.symbols}["D_5"] == "axis 5 of the input"


def test_a_depth_is_not_features() -> None:
    """The letter D is a volume's depth and a vector's length."""
    volume = derive("relu", Volume((1, 3, 16, 32, 32)))
    vector = derive("relu", Vector((1, 10)))
    assert [each.meaning for each in (*volume.symbols, *vector.symbols) if each.name == "D"] == [
        "depth of the input",
        "features of the input",
    ]


def test_parts_that_a_long_formula_repeats_are_named_first() -> None:
    """Window attention: 4 x 4 windows (a) of 7 x 7 positions (b), with names that nothing else has."""
    derivation = derive("windowattention", Image((1, 64, 28, 28)), heads=4, window=7)
    assert written(derivation, "a") == "a = (H / M) * (W / M) = (28 / 7) * (28 / 7) = 4 * 4 = 16"
    assert written(derivation, "b") == "b = M * M = 7 * 7 = 49"
    assert written(derivation, "macs").split(" = ")[1] == (
        "a * b * C * C + 2 * a * b * C * C + a * b * C * C + (2 * a * h * b * b) * (C / h)"
    )


def test_symbols_are_explained() -> None:
    """Every name that a formula starts from has its value and its declared meaning."""
    found = [(symbol.name, symbol.figure, symbol.meaning) for symbol in CONV1.symbols]
    assert found == [
        ("C_in", "3", "channels of the input"),
        ("H", "227", "height of the input"),
        ("W", "227", "width of the input"),
        ("C_out", "64", "number of filters"),
        ("K", "11", "window size"),
        ("P", "2", "padding of each end"),
        ("S", "4", "step between windows"),
        ("F", "1", "receptive field of the input"),
        ("J", "1", "effective stride of the input"),
    ]


def test_names_for_one_axis_or_end_say_which() -> None:
    """`K_h` and `P_w_after` are explained with their axis and end."""
    derivation = derive("conv", Image((1, 3, 9, 9)), filters=1, kernel=[3, 5], pad=[[0, 0], [0, 2]])
    meanings = {symbol.name: symbol.meaning for symbol in derivation.symbols}
    assert meanings["K_h"] == "window size (height)"
    assert meanings["P_w_after"] == "padding of each end (width, after)"


def test_the_first_axis_of_a_window_over_a_volume_is_its_depth() -> None:
    """D stands for the features of a vector elsewhere, but a window has no features."""
    derivation = derive("maxpool", Volume((1, 3, 8, 9, 9)), kernel=[2, 3, 3])
    meanings = {symbol.name: symbol.meaning for symbol in derivation.symbols}
    assert meanings["K_d"] == "window size (depth)"
    assert meanings["D"] == "depth of the input"


def test_rules_say_in_words_what_they_count() -> None:
    """Operations come with what their rules say of themselves."""
    assert section(CONV1, "Operations").notes == (
        "macs: output elements times the taps of one filter",
        "ops: one addition per output element for the bias",
    )


def test_what_makes_a_weight_is_said_too() -> None:
    """The operations of a weight norm stand beside those of the bias."""
    derivation = derive("conv", Signal((2, 8, 100)), filters=16, kernel=5, weight_norm=True)
    assert written(derivation, "ops").endswith("= 3072 + 1920 + 32 = 5024")  # 2 * 16 * 96, 3 * 640, 2 * 16
    assert section(derivation, "Operations").notes[1:] == (
        "ops: one addition per output element for the bias",
        "weight_ops: three operations per weight and two per magnitude or row, once a pass, whatever the batch",
    )


def test_the_buffers_of_a_batch_norm_are_explained() -> None:
    """PyTorch counts the batches, Keras does not."""
    assert section(derive("batchnorm", Vector((1, 64))), "Buffers").notes[1] == (
        "buffers: the running mean and variance of each channel, and PyTorch's count of the batches, which Keras has not"
    )


def test_a_rule_without_words_is_shown_without() -> None:
    """A layer type that says nothing of a rule, or has lost its docstrings, is derived all the same."""

    class Silent(ReLU):
        def ops(self, out: Shape, x: Shape) -> int:
            return super().ops(out, x)

    network = Network("net")
    network.input(Vector((1, 64)))
    network.add("silent", Silent())
    assert section(explain(network, "silent"), "Operations").notes == ()


def test_a_derivation_is_plain_data() -> None:
    """It can be turned into JSON as it is."""
    data = json.loads(json.dumps(CONV1, default=vars))
    assert data["output"] == [1, 64, 56, 56]
    assert data["sections"][0]["formulas"][1] == {
        "names": ["W'", "H'"],
        "words": "(H - K + 2 * P) / S + 1",
        "figures": "(227 - 11 + 2 * 2) / 4 + 1",
        "halfway": "",
        "value": 56,
    }


def test_shared_weights_are_counted_where_they_belong() -> None:
    """A layer that uses another's weights has none of its own."""
    network = Network("net")
    network.input(Vector((1, 64)))
    first = network.add("first", find("linear")[0](units=64))
    network.add("second", first.layer, share="first")
    parameters = section(explain(network, "second"), "Parameters")
    assert [formula.names for formula in parameters.formulas] == [("weight",), ("bias",)]
    assert parameters.notes == (
        "params: none of its own, it uses the weights of first, which are counted there",
    )


def test_a_tied_weight_is_counted_where_it_belongs() -> None:
    """What is left is the bias."""
    network = Network("net")
    network.input(Vector((1, 64)))
    first = network.add("first", find("linear")[0](units=64))
    network.add("second", first.layer, ties=(Tie("weight", "first", "weight"),))
    parameters = section(explain(network, "second"), "Parameters")
    assert [formula.names for formula in parameters.formulas][:3] == [("weight",), ("bias",), ("params",)]
    assert parameters.formulas[2].value == 64
    assert parameters.notes == ("weight: the weight of first, which is counted there",)


@pytest.mark.parametrize(
    ("frozen", "note"),
    [(True, "none of them is trained"), (frozenset({"weight"}), "all but bias")],
)
def test_frozen_weights_are_said_to_be(frozen: bool | frozenset[str], note: str) -> None:
    """Freezing changes no formula, so it is said in words."""
    network = Network("net")
    network.input(Vector((1, 64)))
    network.add("fc", find("linear")[0](units=64), frozen=frozen)
    assert section(explain(network, "fc"), "Parameters").notes == (f"frozen: {note}",)


def test_a_layer_for_training_only_costs_nothing_later() -> None:
    """It keeps its weights, but neither memory nor operations."""
    network = Network("net")
    network.input(Vector((1, 64)))
    network.add("fc", find("linear")[0](units=64), training_only=True)
    derivation = explain(network, "fc")
    assert [each.title for each in derivation.sections if not each.formulas] == ["Memory", "Operations"]


def test_declared_costs_are_the_authors() -> None:
    """Numbers that the author of a spec declares are marked as theirs."""
    derivation = derive("custom", Vector((4, 64)), params=1000, macs_per_sample=500)
    assert written(derivation, "macs") == "macs = N * 500 = 4 * 500 = 2000"
    declared = ("as declared by the author, not computed by netcost",)
    assert section(derivation, "Parameters").notes == declared
    assert section(derivation, "Operations").notes == declared


def test_an_input_is_no_computation() -> None:
    """The entry of a network can be asked for like a layer."""
    network = network_of("relu", [Vector((1, 64))], {})
    derivation = explain(network, "a")
    assert derivation.output == (1, 64)
    assert list(formulas(derivation)) == []


def test_an_unknown_layer_is_refused() -> None:
    """The network is asked by name."""
    with pytest.raises(KeyError):
        explain(network_of("relu", [Vector((1, 64))], {}), "none")


def test_a_derivation_knows_its_layer() -> None:
    """Label, place, inputs by name and output stand above the formulas, all in plain numbers."""
    network = Network("net")
    network.input(Image((2, 3, 32, 32)), "pixels")
    network.add("conv1", find("conv")[0](filters=6, kernel=5), place=Place("net.yaml", 4, 5))
    derivation = explain(network, "conv1")
    assert derivation.name == "conv1"
    assert derivation.label == "Conv (C_out=6, K=5, P=0, S=1)"
    assert str(derivation.place) == "net.yaml:4:5"
    assert derivation.inputs == (("pixels", Image((2, 3, 32, 32))),)
    assert derivation.output == Image((2, 6, 28, 28))


# What a layer is in its network.


def stacked(*items: tuple[str, dict[str, Any]], shape: Shape = IMAGE_IN) -> Network:
    """Layers one after the other, called `layer1`, `layer2`, ..."""
    network = Network("net")
    network.input(shape)
    for place, (head, fields) in enumerate(items, 1):
        network.add(f"layer{place}", make(head, **fields))
    return network


CONV3 = ("conv", {"filters": 8, "kernel": 3, "pad": 1})


def test_fields_end_in_the_lectures_sum() -> None:
    """Five convolutions of 3x3 see 1 + L * (K - 1) = 11 positions; the step from one to the next is told, too."""
    derivation = explain(stacked(*[CONV3] * 5), "layer5")
    assert written(derivation, "F'") == "F' = F + (K - 1) * J = 9 + (3 - 1) * 1 = 11"
    assert written(derivation, "J'") == "J' = J * S = 1 * 1 = 1"
    assert written(derivation, "F' from the input") == "F' from the input = 1 + 5 * (3 - 1) = 11"


def test_the_field_of_resnet50_is_the_published_one() -> None:
    """427 positions, as Araujo and others publish it; its three by three windows by the stride that they slide over."""
    derivation = explain(netcost.load("resnet50"), "layer4.2.conv3")
    stages = "4 * (3 - 1) * 4 + 4 * (3 - 1) * 8 + 6 * (3 - 1) * 16 + 2 * (3 - 1) * 32"
    total = f"1 + (7 - 1) + (3 - 1) * 2 + {stages}"
    assert written(derivation, "F' from the input") == f"F' from the input = {total} = 427"


@pytest.mark.parametrize(
    ("items", "line"),
    [
        # A window with holes, over positions that are two apart: 3 + (3 - 1) * 2 * 2.
        (
            [
                ("conv", {"filters": 4, "kernel": 3, "stride": 2}),
                ("conv", {"filters": 4, "kernel": 3, "dilation": 2}),
            ],
            "F' = F + (K - 1) * R * J = 3 + (3 - 1) * 2 * 2 = 11",
        ),
        ([("maxpool", {"kernel": 2})], "F' = F + (K - 1) * J = 1 + (2 - 1) * 1 = 2"),
        ([CONV3, ("conv", {"filters": 4, "kernel": 1})], "F' = F = 3"),
    ],
)
def test_a_field_grows_by_a_window(items: list[tuple[str, dict[str, Any]]], line: str) -> None:
    """F' = F + (K - 1) * R * J, and what is one leaves no trace."""
    assert written(explain(stacked(*items), f"layer{len(items)}"), "F'") == line


def test_axes_that_see_differently_have_their_own_lines() -> None:
    """Each by its letter."""
    derivation = explain(stacked(("conv", {"filters": 4, "kernel": [3, 5]})), "layer1")
    assert written(derivation, "F'_h") == "F'_h = F_h + (K_h - 1) * J_h = 1 + (3 - 1) * 1 = 3"
    assert written(derivation, "F'_w") == "F'_w = F_w + (K_w - 1) * J_w = 1 + (5 - 1) * 1 = 5"


@pytest.mark.parametrize(
    ("items", "notes"),
    [
        ([CONV3, ("relu", {})], ("that of its input: 3",)),
        ([CONV3, ("gap", {})], ("the whole input",)),
        ([CONV3, ("flatten", {})], ("the whole input",)),
        ([("custom", {"shape": [4, 6, 6], "params": 1, "macs_per_sample": 1})], ("not known",)),
        # Pixels twice as close look at 3 positions or at 4 in the lecture's picture of a bilinear enlargement.
        ([CONV3, ("upsample", {"scale": 2})], ("up to 3 positions, in steps of 0.5",)),
    ],
)
def test_what_no_window_explains_is_said(
    items: list[tuple[str, dict[str, Any]]], notes: tuple[str, ...]
) -> None:
    """The whole input, that of the input, not known, or how many it comes to."""
    assert section(explain(stacked(*items), f"layer{len(items)}"), "Receptive field") == Section(
        "Receptive field", (), notes
    )


def test_a_gate_is_told_beside_the_number() -> None:
    """What is let through sees 3 positions, the factors see them all."""
    network = stacked(CONV3)
    image = network["layer1"]
    gate = network.add("gate", make("gap"), [image])
    network.add("scaled", make("mul"), [image, gate])
    found = section(explain(network, "scaled"), "Receptive field")
    assert found.notes == ("that of its inputs together: 3", "through gates, the whole input")


def test_a_vector_has_no_field() -> None:
    """There is nothing to say where all see all."""
    titles = [each.title for each in derive("linear", Vector((1, 64)), units=10).sections]
    assert "Receptive field" not in titles


def kept(network: Network, name: str) -> tuple[list[str], tuple[str, ...]]:
    """What stands under `Kept for backward`."""
    found = section(explain(network, name), "Kept for backward")
    return [
        f"{formula.names[0]} = {formula.words} = {formula.result}" for formula in found.formulas
    ], found.notes


def test_what_is_kept_is_derived_and_counted_once() -> None:
    """As PyTorch saves it: a pooling its input and where the largest numbers were, in 8 bytes each."""
    network = stacked(CONV3, ("relu", {}), ("maxpool", {"kernel": 2}), ("flatten", {}))
    assert kept(network, "layer1") == (
        ["input (KB) = C_in * H * W * 4 / 1024 = 6.75"],
        ("input: that of the network, which is counted apart",),
    )
    assert kept(network, "layer2") == (["output (KB) = C * H * W * 4 / 1024 = 18"], ())
    assert kept(network, "layer3") == (
        ["input (KB) = C * H * W * 4 / 1024 = 18", "index (KB) = C * H' * W' * 8 / 1024 = 9"],
        ("input: kept once, by layer2",),
    )
    assert kept(network, "layer4") == ([], ("nothing",))


@pytest.mark.parametrize(
    ("frozen", "name", "note"),
    [
        ({"layer1"}, "layer1", "nothing: neither it nor a layer before it is trained"),
        ({"layer2"}, "layer2", "nothing: its weights are not trained"),
    ],
)
def test_what_is_frozen_keeps_less(frozen: set[str], name: str, note: str) -> None:
    """A linear layer needs its input for the gradient of its weights only."""
    network = Network("net")
    network.input(Vector((1, 64)))
    for each in ("layer1", "layer2"):
        network.add(each, make("linear", units=64), frozen=each in frozen)
    assert kept(network, name) == ([], (note,))


def test_what_is_not_known_to_be_kept_is_said() -> None:
    """Sums are lower bounds then."""
    network = stacked(("custom", {"shape": [4, 6, 6], "params": 1, "macs_per_sample": 1}))
    assert kept(network, "layer1") == ([], ("not known, so that sums of the network are lower bounds",))


@pytest.mark.parametrize(
    ("items", "words", "notes"),
    [
        ([CONV3, ("maxpool", {"kernel": 2})], [], ("index: as kept for backward",)),
        ([CONV3, ("relu", {})], [], ("in place: the output is written over the input",)),
        ([("flatten", {})], [], ("a view: the output is where the input is",)),
    ],
)
def test_what_is_alive_while_it_runs(
    items: list[tuple[str, dict[str, Any]]], words: list[str], notes: tuple[str, ...]
) -> None:
    """Tensors beside the output, and where the output is."""
    found = section(explain(stacked(*items), f"layer{len(items)}"), "Alive while it runs")
    assert ([formula.words for formula in found.formulas], found.notes) == (words, notes)


def test_nothing_more_may_be_alive() -> None:
    """Then there is no such section."""
    assert "Alive while it runs" not in [each.title for each in CONV1.sections]


# Every layer type. Lengths and fields are at least 33, so that a number which has lost its derivation cannot
# hide among the small constants of rules.

Case = tuple[str, dict[str, Any], list[Shape]]

IMAGE = Image((1, 64, 112, 96))
SQUARE = Image((50, 64, 112, 112))
SIGNAL = Signal((1, 64, 8000))
VOLUME = Volume((50, 48, 36, 112, 96))
TOKENS = Tokens((1, 2048))
SEQUENCE = Sequence((50, 196, 768))
VECTOR = Vector((1, 4096))
BIG: dict[str, Any] = {"kernel": 35, "stride": 33, "pad": 34}


def generated() -> Iterator[Case]:
    """What follows from a declaration: a large value for each field that a layer needs, on what it takes."""
    one = (Image((50, 64 * 48, 112, 96)), Sequence((50, 196, 768)), Vector((50, 3072)), TOKENS)
    two = ((one[0], one[0]), (one[1], one[1]), (one[1], Sequence((50, 768, 196))))
    for kind, inputs in product(all_types(), [*((x,) for x in one), *two]):
        for layer, shapes in islice(examples(kind, lambda _: (48, 64, [50, 34]), [inputs]), 1):
            yield kind.type, vars(layer), list(shapes)


SAMPLES: list[Case] = [
    *generated(),
    ("conv", {"filters": 128, **BIG}, [IMAGE]),
    ("conv", {"filters": 128, "kernel": [33, 35], "dilation": 1, "groups": 64, "bias": False}, [SQUARE]),
    ("conv", {"filters": 128, "kernel": 33, "dilation": 34, "pad": "half"}, [SIGNAL]),
    ("conv", {"filters": 128, "kernel": 33, "stride": 34, "pad": "same"}, [VOLUME]),
    ("conv", {"filters": 128, "kernel": 33, "pad": [[33, 34], [35, 36]]}, [IMAGE]),
    ("dwconv", BIG, [IMAGE]),
    ("dwconv", {**BIG, "multiplier": 33, "bias": False}, [SIGNAL]),
    ("convtranspose", {"filters": 128, **BIG, "groups": 32}, [IMAGE]),
    ("convtranspose", {"filters": 128, "kernel": 40, "stride": 38, "pad": 33, "output_pad": 36}, [SQUARE]),
    ("convtranspose", {"filters": 128, "kernel": 36, "stride": 34, "pad": "same"}, [IMAGE]),
    ("convtranspose", {"filters": 128, "kernel": 36, "stride": 34, "pad": "same", "output_pad": 33}, [IMAGE]),
    ("convtranspose", {"filters": 128, "kernel": 33, "stride": 40, "pad": "valid"}, [SIGNAL]),
    ("conv", {"filters": 128, "kernel": 33, "dilation": 34, "pad": "causal"}, [SIGNAL]),
    ("conv", {"filters": 128, "kernel": 33, "weight_norm": True}, [SIGNAL]),
    ("conv", {"filters": 128, "kernel": 33, "spectral_norm": True}, [IMAGE]),
    ("dwconv", {"kernel": 33, "learned": False}, [IMAGE]),
    ("deformconv", {"filters": 128, "kernel": 35}, [IMAGE, Image((1, 2 * 35 * 35, 78, 62))]),
    (
        "deformconv",
        {"filters": 128, "kernel": 35, "groups": 32},
        [IMAGE, Image((1, 2 * 35 * 35, 78, 62)), Image((1, 35 * 35, 78, 62))],
    ),
    ("unfold", BIG, [IMAGE]),
    ("fold", {"size": [400, 500], "kernel": 40, "stride": 40}, [Signal((1, 64 * 40 * 40, 10 * 12))]),
    ("lppool", {"kernel": 33}, [IMAGE]),
    ("maxunpool", {"kernel": 33}, [IMAGE]),
    ("maxunpool", {"kernel": 33}, [IMAGE, Image((1, 50, 33 * 112 + 20, 33 * 96 - 20))]),
    ("maxpool", BIG, [VOLUME]),
    ("maxpool", {"kernel": 33, "dilation": 34, "stride": 35, "ceil": True}, [SIGNAL]),
    ("avgpool", {"kernel": 33}, [IMAGE]),
    ("avgpool", {"kernel": 33, "ceil": True}, [SQUARE]),
    ("adaptiveavgpool", {"size": 33}, [IMAGE]),
    ("adaptivemaxpool", {"size": [33, 35]}, [IMAGE]),
    ("gap", {}, [IMAGE]),
    ("gmp", {}, [SEQUENCE]),
    ("linear", {"units": 1000}, [VECTOR]),
    ("linear", {"units": 1000, "bias": False}, [SEQUENCE]),
    ("linear", {"units": 1024, "groups": 64, "weight_norm": True}, [SEQUENCE]),
    ("linear", {"units": 1000, "spectral_norm": True}, [SEQUENCE]),
    ("batchnorm", {"running": False, "scale": False}, [IMAGE]),
    ("instancenorm", {"running": True}, [IMAGE]),
    ("prelu", {"per_channel": True}, [IMAGE]),
    ("instancenorm", {"affine": True}, [SIGNAL]),
    ("groupnorm", {"groups": 32}, [IMAGE]),
    ("lrn", {"size": 33}, [IMAGE]),
    ("dropout", {}, [SQUARE]),
    ("droppath", {"p": 0.1}, [SEQUENCE]),
    ("flatten", {}, [VOLUME]),
    ("permute", {"order": [2, 1]}, [SEQUENCE]),
    ("permute", {"order": [3, 1, 2]}, [IMAGE]),
    ("to_tokens", {}, [IMAGE]),
    ("to_map", {}, [Sequence((1, 2500, 768))]),
    ("to_map", {"size": [40, 50]}, [Sequence((1, 2000, 768))]),
    ("channelshuffle", {"groups": 32}, [IMAGE]),
    ("select", {"index": 33}, [SEQUENCE]),
    ("triangle", {"diagonal": True}, [Sequence((50, 196, 196))]),
    ("matmul", {"nonzero": 1000}, [Sequence((50, 196, 196)), SEQUENCE]),
    ("matmul", {}, [Tensor((50, 12, 196, 64)), Tensor((50, 1, 64, 196))]),
    ("embedding", {"dim": [33, 34], "vocab": [1000, 2000]}, [Tokens((50, 2))]),
    ("moe", {"experts": 60, "active": 34, "hidden": 35, "shared": {"hidden": 40, "gate": True}}, [SEQUENCE]),
    ("slice", {"start": 33, "stop": 700, "step": 34}, [SEQUENCE]),
    ("slice", {"start": -33, "axis": "height"}, [IMAGE]),
    ("split", {"parts": 64, "index": 33}, [SEQUENCE]),
    ("split", {"parts": 50, "index": 33, "uneven": "chunk"}, [SEQUENCE]),
    ("split", {"parts": 50, "index": 33, "uneven": "balance"}, [SEQUENCE]),
    ("split", {"size": 50, "index": 35, "axis": "length"}, [SIGNAL]),
    ("pad", {"size": 33}, [IMAGE]),
    ("pad", {"size": [[33, 34], 35]}, [IMAGE]),
    ("crop", {"size": 33}, [IMAGE]),
    ("crop", {"margins": [[33, 34], 35]}, [IMAGE]),
    ("upsample", {"scale": 33, "mode": "bicubic"}, [IMAGE]),
    ("upsample", {"size": [200, 300]}, [IMAGE]),
    ("pixelshuffle", {"factor": 33}, [Image((1, 33 * 33 * 40, 50, 60))]),
    ("pixelunshuffle", {"factor": 33}, [Image((1, 64, 33 * 40, 33 * 50))]),
    ("add", {}, [IMAGE, IMAGE, IMAGE]),
    ("add", {}, [Image((1, 64, 1, 96)), Image((1, 64, 112, 1))]),
    ("mul", {}, [IMAGE, Vector((1, 64))]),
    ("concat", {}, [IMAGE, Image((1, 33, 112, 96)), IMAGE]),
    ("concat", {"axis": "tokens"}, [SEQUENCE, Sequence((50, 77, 768))]),
    ("matmul", {}, [SEQUENCE, Sequence((50, 768, 100))]),
    ("matmul", {"transpose": True}, [SEQUENCE, Sequence((50, 77, 768))]),
    ("embedding", {"dim": 512, "vocab": 32000}, [TOKENS]),
    ("class_token", {"tokens": 33}, [SEQUENCE]),
    ("posembed", {}, [SEQUENCE]),
    ("posembed", {"length": 512, "learned": False}, [SEQUENCE]),
    ("attention", {"heads": 48}, [SEQUENCE]),
    (
        "attention",
        {"heads": 96, "kv_heads": 48, "head_dim": 34, "bias": False, "rope": True, "qk_norm": True},
        [SEQUENCE],
    ),
    ("attention", {"heads": 48}, [SEQUENCE, Sequence((50, 77, 640))]),
    ("windowattention", {"heads": 64, "window": 35, "shift": 34}, [IMAGE]),
    ("windowattention", {"heads": 64, "window": [35, 36]}, [SQUARE]),
    ("rnn", {"units": 512}, [SEQUENCE]),
    ("lstm", {"units": 512, "layers": 33, "bidirectional": True}, [SEQUENCE]),
    ("gru", {"units": 512, "sequences": False, "bias": False}, [SEQUENCE]),
    ("selective_scan", {"state_size": 64, "rank": 48}, [SEQUENCE]),
    ("ssd", {"state_size": 128, "heads": 48, "groups": 1, "chunk": 256}, [SEQUENCE.with_channels(1840)]),
    (
        "ssd",
        {"state_size": 128, "heads": 48, "groups": 1, "chunk": 256},
        [SEQUENCE.with_channels(1792), SEQUENCE.with_channels(48)],
    ),
    (
        "delta_rule",
        {"heads": 96, "key_heads": 48},
        [SEQUENCE, SEQUENCE, SEQUENCE.with_channels(4800), *2 * [SEQUENCE.with_channels(96)]],
    ),
    (
        "delta_rule",
        {"heads": 96, "key_heads": 48, "chunk": 64},
        [SEQUENCE, SEQUENCE, SEQUENCE.with_channels(4800), *2 * [SEQUENCE.with_channels(96)]],
    ),
    (
        "gated_linear_attention",
        {"heads": 96, "key_heads": 48, "normalized": True},
        [SEQUENCE, SEQUENCE, SEQUENCE.with_channels(4800), *2 * [SEQUENCE.with_channels(96)]],
    ),
    (
        "gated_linear_attention",
        {"heads": 96, "key_heads": 48, "chunk": 64},
        [SEQUENCE, SEQUENCE, SEQUENCE.with_channels(4800)],
    ),
    ("ssd", {"state_size": 128, "heads": 48, "groups": 1, "chunk": 0}, [SEQUENCE.with_channels(1840)]),
    ("selective_scan", {"state_size": 64, "rank": 48, "norms": True}, [SEQUENCE]),
    ("moe", {"experts": 64, "active": 34, "hidden": 2048}, [SEQUENCE]),
    (
        "moe",
        {"experts": 64, "active": 34, "hidden": 2048, "shared": 33, "bias": True, "gated": False},
        [SEQUENCE],
    ),
]

# Their numbers are written by the author of a spec, and have no name.
WRITTEN_BY_HAND: list[Case] = [
    ("split", {"sizes": [64, 704], "index": 1}, [SEQUENCE]),
    ("upsample", {"scale": 33.5}, [IMAGE]),
    ("upsample", {"scale": [33.5, 34]}, [IMAGE]),
    ("reshape", {"size": [64, -1]}, [VECTOR]),
    ("reshape", {"size": [8, 8, 4, 4, 4]}, [VECTOR]),
    ("custom", {"params": 1000, "macs_per_sample": 500, "ops_per_sample": 40}, [SQUARE]),
    ("custom", {"shape": [10], "params": 0, "macs_per_sample": 500}, [IMAGE, VECTOR]),
]
LARGEST_CONSTANT = 32
KB = 1024


def test_every_layer_type_has_a_sample() -> None:
    """A new layer type is derived here too; one that takes none of the generated inputs is written out."""
    sampled = {head for head, _, _ in (*SAMPLES, *WRITTEN_BY_HAND)}
    assert {kind.type for kind in all_types()} <= sampled


PRECISIONS = [
    None,
    Precision("int4_g128", "int8_channel"),
    Precision("nf4_double", "mxfp8"),
    Precision("fp8_block", "fp8_tensor"),
]
"""Numbers as they are, and in groups; those in groups of the last two kinds are derived by the same words."""

IN_EACH_PRECISION = [
    pytest.param(
        *case,
        precision,
        id=f"{case[0]}-fields{number}-shapes{number}-{precision}",
        marks=() if order == number % 2 else pytest.mark.slow,
    )
    for number, case in enumerate([*SAMPLES, *WRITTEN_BY_HAND])
    for order, precision in enumerate(PRECISIONS)
]
"""Each sample in one of the first two, by turns; in all others in slow tests."""


@pytest.mark.parametrize(("head", "fields", "shapes", "precision"), IN_EACH_PRECISION)
def test_a_derivation_holds_together(
    head: str, fields: dict[str, Any], shapes: list[Shape], precision: Precision | None
) -> None:
    """In every formula words, figures and the halfway line all evaluate to the result."""
    _, derivation = known(head, fields, shapes, precision)
    values: dict[str, float] = {symbol.name: symbol.value for symbol in derivation.symbols}
    for formula in formulas(derivation):
        assert evaluate(formula.words, values) == formula.value
        assert evaluate(formula.figures) == formula.value
        assert not formula.halfway or evaluate(formula.halfway) == formula.value
        values |= dict.fromkeys(formula.names, formula.value)


@pytest.mark.parametrize(("head", "fields", "shapes", "precision"), IN_EACH_PRECISION)
def test_a_derivation_ends_in_the_reports_numbers(
    head: str, fields: dict[str, Any], shapes: list[Shape], precision: Precision | None
) -> None:
    """What is derived is what is reported."""
    network, derivation = known(head, fields, shapes, precision)
    if network["layer"].layer.unseen:
        assert {section.title for section in derivation.sections if section.formulas} == set()
        return
    row = analyze(network)["layer"]
    found = {name: formula.value for formula in formulas(derivation) for name in formula.names}
    assert found["elements"] == row.activation_elements
    assert found["memory (KB)"] == row.activation_bytes / KB
    assert found.get("params", 0) == row.params
    assert found.get("active params", row.params) == row.active_params
    assert found.get("weights (KB)", 0) == row.weight_bytes / KB
    assert found.get("buffers", 0) == row.buffers
    assert (found["macs"], found["ops"], found["flops"]) == (row.macs, row.ops, row.flops)
    assert found.get("flop (lecture)", 0) == row.lecture_flops


@pytest.mark.parametrize(("head", "fields", "shapes"), SAMPLES)
def test_no_number_loses_its_derivation(head: str, fields: dict[str, Any], shapes: list[Shape]) -> None:
    """Words hold names and the small constants of rules, no number that came from an input or a field."""
    for formula in formulas(known(head, fields, shapes)[1]):
        numbers = {int(number) for number in re.findall(r"(?<![\w.])\d+", formula.words)}
        assert max(numbers - {KB}, default=0) <= LARGEST_CONSTANT, formula.words


@pytest.mark.parametrize(("head", "fields", "shapes"), SAMPLES)
def test_a_name_stands_for_one_thing(head: str, fields: dict[str, Any], shapes: list[Shape]) -> None:
    """No field's symbol is an axis' letter too, nor what a formula goes by."""
    _, derivation = known(head, fields, shapes)
    names = [name for formula in formulas(derivation) for name in formula.names]
    assert len(names) == len(set(names))
    own = {symbol.name for symbol in derivation.symbols} & set(names)
    assert all(written(derivation, name).startswith(f"{name} = {_value(derivation, name)}") for name in own)


def _value(derivation: Derivation, name: str) -> str:
    return next(symbol.figure for symbol in derivation.symbols if symbol.name == name)
