"""What a layer in a network costs: each metric worked out by hand, what changes it, and how it adds up."""

from __future__ import annotations

from typing import Any

import pytest
from bundled import LARGE, each_network, network_of, report_of
from examples import make

from netcost import analyze
from netcost.analysis.costs import totals
from netcost.analysis.fold_batchnorm import fold_batchnorm
from netcost.dtypes import Precision
from netcost.layers.layer import Layer
from netcost.network import Network
from netcost.report import Row
from netcost.shapes import Image, Sequence, Shape, Vector

IMAGE = Image((2, 3, 8, 8))
CONV = make("conv", filters=4, kernel=3, pad=1)
NORM = make("batchnorm")
MOE = make("moe", experts=4, active=1, hidden=6)
FEATURES = Sequence((1, 3, 5))

CONV_COSTS = {
    "params": 4 * 3 * 3 * 3 + 4,
    "trainable_params": 4 * 3 * 3 * 3 + 4,
    "active_params": 4 * 3 * 3 * 3 + 4,
    "buffers": 0,
    "weight_bytes": 4 * (4 * 3 * 3 * 3 + 4),
    "activation_elements": 2 * 4 * 8 * 8,
    "activation_bytes": 4 * (2 * 4 * 8 * 8),
    "macs": 2 * 4 * 8 * 8 * (3 * 3 * 3),
    "ops": 2 * 4 * 8 * 8,  # the bias is added to each output
    "flops": 2 * (2 * 4 * 8 * 8 * 3 * 3 * 3) + 2 * 4 * 8 * 8,
    "lecture_flops": 2 * 4 * 8 * 8 * (3 * 3 * 3),  # the lecture leaves out biases
}
NORM_COSTS = {
    "params": 2 * 3,  # a scale and a shift for each channel
    "trainable_params": 2 * 3,
    "active_params": 2 * 3,
    "buffers": 2 * 3 + 1,  # a running mean and variance for each channel, and a count of batches
    "weight_bytes": 4 * (2 * 3),
    "activation_elements": 2 * 3 * 8 * 8,
    "activation_bytes": 4 * (2 * 3 * 8 * 8),
    "macs": 0,
    "ops": 2 * (2 * 3 * 8 * 8),  # times the scale, plus the shift
    "flops": 2 * (2 * 3 * 8 * 8),
    "lecture_flops": 0,
}
MOE_PARAMS = 5 * 4 + 4 * (3 * 5 * 6)  # a router, three matrices for each of the experts
MOE_MACS = 3 * (5 * 4 + 3 * 5 * 6)  # three tokens, each through the router and one expert
MOE_OPS = 3 * (
    5 * 4 + 2 * 6 + (1 + 0) * 5
)  # 5 for each score, activation and gate, one expert's output weighed
MOE_COSTS = {
    "params": MOE_PARAMS,
    "trainable_params": MOE_PARAMS,
    "active_params": 5 * 4 + 3 * 5 * 6,
    "buffers": 0,
    "weight_bytes": 4 * MOE_PARAMS,
    "activation_elements": 3 * 5,
    "activation_bytes": 4 * 3 * 5,
    "macs": MOE_MACS,
    "ops": MOE_OPS,
    "flops": 2 * MOE_MACS + MOE_OPS,
    "lecture_flops": MOE_MACS,
}
LAYERS: dict[str, tuple[Layer, Shape, dict[str, int]]] = {
    "conv": (CONV, IMAGE, CONV_COSTS),
    "batchnorm": (NORM, IMAGE, NORM_COSTS),
    "moe": (MOE, FEATURES, MOE_COSTS),
}

NOT_STORED = dict.fromkeys(("params", "trainable_params", "active_params", "buffers", "weight_bytes"), 0)
NOT_RUN = dict.fromkeys(
    ("active_params", "activation_elements", "activation_bytes", "macs", "ops", "flops", "lecture_flops"), 0
)
OPTIONS: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "nothing said": ({}, {}),
    "frozen": ({"frozen": True}, {"trainable_params": 0}),
    "only in training": ({"training_only": True}, NOT_RUN),
    "frozen and only in training": (
        {"frozen": True, "training_only": True},
        {"trainable_params": 0} | NOT_RUN,
    ),
    "with another's weights": ({"share": "owner"}, NOT_STORED),
    "with another's weights, only in training": (
        {"share": "owner", "training_only": True},
        NOT_STORED | NOT_RUN,
    ),
}


def metrics(row: Row) -> dict[str, int]:
    return {name: row[name] for name in CONV_COSTS}


def pair(layer: Layer, shape: Shape, **options: Any) -> Network:
    """One layer twice on the same input: as it is, then with options."""
    network = Network("net")
    network.input(shape)
    network.add("owner", layer, ["input"])
    network.add("layer", layer, ["input"], **options)
    return network


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_costs_what_its_arithmetic_and_its_place_say(name: str, option: str) -> None:
    """Whoever owns the weights stores them; what only training needs has weights and does not run."""
    layer, shape, plain = LAYERS[name]
    options, changed = OPTIONS[option]
    report = analyze(pair(layer, shape, **options))
    assert metrics(report["owner"]) == plain
    assert metrics(report["layer"]) == plain | changed


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_network_costs_what_its_layers_cost(name: str, option: str) -> None:
    """Each metric is added up, with rows and without."""
    layer, shape, plain = LAYERS[name]
    options, changed = OPTIONS[option]
    network = pair(layer, shape, **options)
    for found in (analyze(network).totals, totals(network)):
        assert {each: found[each] for each in plain} == {
            each: number + (plain | changed)[each] for each, number in plain.items()
        }


# A matrix of 3 x 3 and 3 biases from 3 features: 9 and 3 weights, 5 * 3 = 15 outputs.
BYTES = [
    ("float64", "float16", 8 * (9 + 3), 2 * 15),
    ("bfloat16", "float64", 2 * (9 + 3), 8 * 15),
    ("float8", "int32", 9 + 3, 4 * 15),
    ("bool", "int8", 9 + 3, 15),  # a truth value takes a byte
    ("int4", "float32", 5 + 2, 4 * 15),  # ceil(9 / 2) + ceil(3 / 2): each tensor has bytes of its own
    ("int2", "uint4", 3 + 1, 8),  # ceil(9 / 4) + ceil(3 / 4); ceil(15 / 2)
    ("binary", "int2", 2 + 1, 4),  # ceil(9 / 8) + ceil(3 / 8); ceil(15 / 4)
    ("float4", "binary", 5 + 2, 2),  # ceil(9 / 2) + ceil(3 / 2); ceil(15 / 8)
]


@pytest.mark.parametrize(("weights", "activations", "weight_bytes", "activation_bytes"), BYTES)
@pytest.mark.parametrize("own", [True, False])
def test_bytes_follow_from_the_number_formats(
    weights: str, activations: str, weight_bytes: int, activation_bytes: int, own: bool
) -> None:
    """The network's, or the layer's own where it has some; a tensor is rounded up to whole bytes."""
    asked = Precision(weights, activations)
    network = Network("net", precision=Precision("int16", "int16") if own else asked)
    network.input(Vector((5, 3)))
    network.add("fc", make("linear", units=3), precision=asked if own else None)
    row = analyze(network)["fc"]
    assert (row.weight_bytes, row.activation_bytes) == (weight_bytes, activation_bytes)
    assert (row.params, row.activation_elements) == (9 + 3, 15)
    assert totals(network).weight_bytes == weight_bytes
    assert totals(network).activation_bytes == activation_bytes


# On 2 images of 3 x 8 x 8: what the lecture counts of a layer, and netcost's other operations.
LECTURE = [
    ("conv", {"filters": 4, "kernel": 1}, 2 * 4 * 8 * 8 * 3, 2 * 4 * 8 * 8),
    ("maxpool", {"kernel": 2, "stride": 2}, 2 * 3 * 4 * 4 * 4, 2 * 3 * 4 * 4 * 4),
    ("avgpool", {"kernel": 3, "stride": 1, "pad": 1}, 2 * 3 * 8 * 8 * 9, 2 * 3 * 8 * 8 * 9),
    ("adaptiveavgpool", {"size": 2}, 2 * 3 * 8 * 8, 2 * 3 * 8 * 8),
    ("gap", {}, 2 * 3 * 8 * 8, 2 * 3 * 8 * 8),
    ("relu", {}, 0, 2 * 3 * 8 * 8),
    ("batchnorm", {}, 0, 2 * 2 * 3 * 8 * 8),
    ("flatten", {}, 0, 0),
]


@pytest.mark.parametrize(("head", "fields", "lecture_flops", "ops"), LECTURE)
def test_the_lecture_counts_products_and_the_windows_of_pooling(
    head: str, fields: dict[str, Any], lecture_flops: int, ops: int
) -> None:
    """Of other operations, such as those of activations, norms and biases, it counts none."""
    network = Network("net")
    network.input(IMAGE)
    network.add("layer", make(head, **fields))
    row = analyze(network)["layer"]
    assert (row.lecture_flops, row.ops) == (lecture_flops, ops)


def test_one_layer_at_two_sizes_costs_two_things() -> None:
    """The same object behind inputs of 8 x 8 and 4 x 4: as many weights, a quarter of the MACs."""
    network = Network("net")
    network.input(IMAGE, "large")
    network.input(Image((2, 3, 4, 4)), "small")
    for entry in ("large", "small"):
        network.add(f"conv_{entry}", CONV, [entry])
    report = analyze(network)
    assert [row.macs for row in report] == [2 * 4 * 64 * 27, 2 * 4 * 16 * 27]
    assert [row.params for row in report] == [108 + 4, 108 + 4]
    assert report.totals.macs == totals(network).macs == 2 * 4 * (64 + 16) * 27


def test_one_layer_in_two_number_formats_takes_two_sizes() -> None:
    """The same object: 112 weights of 4 bytes, then of 1."""
    network = pair(CONV, IMAGE, precision=Precision("int8", "float16"))
    assert [row.weight_bytes for row in analyze(network)] == [4 * 112, 112]
    assert totals(network).weight_bytes == (4 + 1) * 112
    assert totals(network).activation_bytes == (4 + 2) * 512


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("name", each_network(slow=LARGE))
def test_totals_are_those_of_the_report(name: str, folded: bool) -> None:
    """Added up layer by layer, or alike layers together: the same numbers."""
    if folded:
        network = fold_batchnorm(network_of(name))
        assert totals(network) == analyze(network).totals
    else:
        assert totals(network_of(name)) == report_of(name).totals
