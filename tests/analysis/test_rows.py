"""What rows and totals say beside the costs of a layer."""

from __future__ import annotations

from examples import make

from netcost.analysis.costs import analyze, totals
from netcost.dtypes import Precision
from netcost.network import Network
from netcost.report import METRICS
from netcost.shapes import Image


def test_layers_that_are_alike_are_told_apart_where_they_differ() -> None:
    """One object of a layer, asked once, on other inputs, frozen, in another format, sharing: none is mixed up."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    layer = make("conv", filters=3, kernel=3, pad=1, bias=False)
    network.add("plain", layer)
    network.add("again", layer)
    network.add("frozen", layer, frozen=True)
    network.add("half", layer, precision=Precision("float16", "float16"))
    network.add("shared", layer, share="plain")
    network.add("aside", layer, training_only=True)
    network.add("pool", make("maxpool", kernel=2), ["half"])
    network.add("small", layer)
    found = {
        each.name: (each.params, each.trainable_params, each.weight_bytes, each.macs)
        for each in analyze(network)
        if each.type == "conv"
    }
    large, small = 64 * 3 * 27, 16 * 3 * 27
    assert found == {
        "plain": (81, 81, 324, large),
        "again": (81, 81, 324, large),
        "frozen": (81, 0, 324, large),
        "half": (81, 81, 162, large),
        "shared": (0, 0, 0, large),
        "aside": (81, 81, 324, 0),
        "small": (81, 81, 324, small),
    }


def test_rows_name_their_sources() -> None:
    """Every input in its order, twice if it is taken twice; an input of the network by its own name."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)), "picture")
    network.add("a", make("relu"))
    network.add("b", make("relu"), ["picture"])
    network.add("sum", make("add"), ["b", "a"])
    network.add("double", make("add"), ["sum", "sum"])
    assert {each.name: each.sources for each in analyze(network)} == {
        "a": ("picture",),
        "b": ("picture",),
        "sum": ("b", "a"),
        "double": ("sum", "sum"),
    }


def test_notes_of_a_network_are_in_its_report() -> None:
    """What was assumed about it."""
    network = Network("net")
    network.notes.append("taken for images")
    assert analyze(network).notes == ("taken for images",)


def test_a_network_without_layers_costs_nothing() -> None:
    """Sums of nothing are zero."""
    network = Network("net")
    assert {totals(network)[metric] for metric, each in METRICS.items() if each.adds} == {0}
    assert totals(network) == analyze(network).totals
