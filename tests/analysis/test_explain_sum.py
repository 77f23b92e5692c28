"""Sums of blocks and of networks: published numbers, exact to the last digit, parts that are alike told once."""

from __future__ import annotations

from functools import cache

import pytest
from examples import make

from netcost import zoo
from netcost.analysis.costs import analyze
from netcost.analysis.explain_block import explain_block, explain_total
from netcost.derivation import Part, Sum
from netcost.network import Network
from netcost.number import Number, known_part
from netcost.overrides import Overrides
from netcost.report import METRICS, Metric, Report
from netcost.report.figures import FIGURES
from netcost.report.metrics import largest
from netcost.shapes import Vector

RUNS = [
    ("alexnet", Overrides()),
    ("resnet18", Overrides(train="adamw", loss="softmax", device="raspberry_pi5")),
    ("bert_base", Overrides(train="momentum", checkpoint=2, gradients="held", batch=2)),
    ("gpt2", Overrides(dtype="int4_g128", decode=16)),
    ("mixtral_8x7b", Overrides()),
]


network_of = cache(zoo.load)


@cache
def report_of(name: str, overrides: Overrides) -> Report:
    return analyze(network_of(name, overrides))


def added(told: Sum) -> Number:
    return sum((part.total for part in told.parts), 0)


def consistent(part: Part) -> bool:
    """What is below a part adds up to one of it."""
    below = sum((each.total for each in part.parts), 0)
    return (not part.parts or below == part.each) and all(map(consistent, part.parts))


@pytest.mark.parametrize(("name", "overrides"), RUNS)
@pytest.mark.parametrize("total", [*METRICS, *FIGURES])
def test_the_parts_add_up_to_the_number_of_the_report(name: str, overrides: Overrides, total: str) -> None:
    """Whatever the number and the run, at every level."""
    network = network_of(name, overrides)
    [told] = explain_total(network, total, depth=3).sums
    if told.total is None:
        assert "none" in told.notes[0]
        return
    assert added(told) == told.total == report_of(name, overrides).totals[total]
    assert all(map(consistent, told.parts))


@pytest.mark.parametrize(
    ("network", "block", "params"),
    [
        ("resnet50", "layer1", 215_808),
        ("resnet50", "layer2", 1_219_584),
        ("resnet50", "layer3", 7_098_368),
        ("resnet50", "layer4", 14_964_736),
        ("bert_base", "encoder", 12 * (4 * (768 * 768 + 768) + 2 * 768 * 3072 + 3072 + 768 + 4 * 768)),
    ],
)
def test_blocks_have_the_published_parameters(network: str, block: str, params: int) -> None:
    """Those of the stages of torchvision's ResNet-50, and of the encoder by Devlin et al., NAACL 2019."""
    [told, *_] = explain_block(zoo.load(network), block).sums
    assert (told.name, told.total, added(told)) == ("params", params, params)


def test_blocks_that_are_alike_are_told_once() -> None:
    """The twelve of BERT, each with its own parts below it."""
    [told] = explain_block(zoo.load("bert_base"), "encoder", ["params"]).sums
    [part] = told.parts
    assert part.names == tuple(f"encoder.{index}" for index in range(12))
    assert part.each == 4 * (768 * 768 + 768) + 2 * 768 * 3072 + 3072 + 768 + 4 * 768
    assert {own.names: own.how for own in part.parts}[("linear1",)] == "768 * 3072 + 3072"


def test_depth_folds_blocks_in_the_block() -> None:
    """A block that is not unfolded says how many layers it has."""
    [told] = explain_block(zoo.load("resnet50"), "layer1", ["macs"], depth=1).sums
    assert [(part.names, part.layers, part.parts) for part in told.parts] == [
        (("layer1.0",), 12, ()),
        (("layer1.1", "layer1.2"), 10, ()),
    ]


@pytest.mark.parametrize("total", ["params", "peak_activation_bytes", "gradient_bytes"])
def test_the_largest_parts_come_first(total: str) -> None:
    """Of a network as a whole."""
    [told] = explain_total(zoo.load("resnet50"), total).sums
    sizes = [known_part(part.total) for part in told.parts]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("network", "field"),
    # Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks", Distill 2019
    [("alexnet", 195), ("vgg16", 212), ("mobilenet_v1", 315)],
)
def test_a_receptive_field_grows_window_by_window(network: str, field: int) -> None:
    """From one position of the input on, in the order of the layers."""
    [told] = explain_total(zoo.load(network), "receptive_field").sums
    assert (added(told), told.total) == (field, field)
    assert (told.parts[0].names, told.parts[0].each) == (("input",), 1)


def test_a_window_adds_its_taps_times_the_step_before_it() -> None:
    """AlexNet: an 11x11 filter, then a window of three 4 apart, then one of five 8 apart."""
    [told] = explain_total(zoo.load("alexnet"), "receptive_field").sums
    assert [part.how for part in told.parts[1:4]] == ["(11 - 1)", "(3 - 1) * 4", "(5 - 1) * 8"]


def test_the_peak_of_activations_names_the_tensors() -> None:
    """AlexNet: the image of 3 * 227 * 227 numbers beside 64 * 56 * 56 of the first layer, 4 bytes each."""
    [told] = explain_total(zoo.load("alexnet"), "peak_activation_bytes").sums
    assert [part.each for part in told.parts] == [64 * 56 * 56 * 4, 3 * 227 * 227 * 4]
    assert "while conv1 runs" in told.notes


@pytest.mark.parametrize(
    ("total", "option"),
    [("training_bytes", "--train"), ("loss_ops", "--loss"), ("time_bound_ns", "--device")],
)
def test_a_number_that_a_run_does_not_have_says_what_to_add(total: str, option: str) -> None:
    """Instead of a sum."""
    [told] = explain_total(zoo.load("lenet"), total).sums
    assert told.total is None
    assert option in told.notes[0]


def test_names_may_have_any_number_of_levels() -> None:
    """As a module in a module in a module has: 4 * 3 + 3 parameters, and 3 * 2 + 2."""
    network = Network("deep")
    network.input(Vector((1, 4)))
    network.add(f"{'a.' * 3000}x", make("linear", units=3))
    network.add("a.b", make("linear", units=2))
    [told] = explain_total(network, "params", depth=None).sums
    assert (added(told), told.total) == (23, 23)
    assert [own.total for own in explain_block(network, "a", ["params"]).sums] == [23]


def test_one_block_around_everything_is_looked_into() -> None:
    """Its parts are told by their full names, so that they can be asked for."""
    network = Network("wrapped")
    network.input(Vector((1, 4)))
    network.add("model.body.a", make("linear", units=3))
    network.add("model.body.b", make("linear", units=2))
    [told] = explain_total(network, "params").sums
    assert [(part.names, part.total) for part in told.parts] == [
        (("model.body.a",), 15),
        (("model.body.b",), 8),
    ]


def test_a_number_that_does_not_add_up_is_told_of_each_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest of 10 and 9 is no sum."""
    metric = Metric("widest", "widest", "count", "the largest", lambda layer: layer.params, total=largest)
    monkeypatch.setitem(METRICS, "widest", metric)
    network = Network("two")
    network.input(Vector((1, 4)))
    network.add("b", make("linear", units=2))
    network.add("a", make("linear", units=3))
    [told] = explain_total(network, "widest").sums
    assert (told.total, told.adds) == (10, False)
    assert [(part.names, part.each) for part in told.parts] == [(("b",), 4 * 2 + 2), (("a",), 2 * 3 + 3)]


def test_a_block_that_there_is_not_is_refused() -> None:
    """As a layer is."""
    with pytest.raises(KeyError):
        explain_block(zoo.load("lenet"), "nowhere")
