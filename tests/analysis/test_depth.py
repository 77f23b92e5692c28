"""Layers of a block folded into one row."""

from __future__ import annotations

import networks
import pytest

from netcost.analysis.costs import analyze
from netcost.analysis.depth import fold
from netcost.dtypes import Precision
from netcost.record import replace
from netcost.report import Report


@pytest.fixture
def blocks() -> Report:
    """A stem, two blocks of a convolution in layer1, one in layer2, a head; each convolution normalised."""
    return analyze(networks.blocks())


DEPTHS = [
    (1, ["conv1", "layer1", "layer2", "flatten", "fc"]),
    (2, ["conv1", "conv1.norm", "conv1.act", "layer1.0", "layer1.1", "layer2.0", "flatten", "fc"]),
    (
        3,
        ["conv1", "conv1.norm", "conv1.act", "layer1.0.conv1", "layer1.1.conv1", "layer2.0.conv1", "flatten", "fc"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("depth", "names"), DEPTHS)
def test_names_are_cut_to_the_depth(blocks: Report, depth: int, names: list[str]) -> None:
    """Names of fewer parts stay as they are."""
    assert [row.name for row in fold(blocks, depth)] == names


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 100])
def test_totals_stay_the_same(blocks: Report, depth: int) -> None:
    """Every metric is summed, none is lost."""
    assert fold(blocks, depth).totals == blocks.totals


def test_a_depth_beyond_all_names_changes_nothing(blocks: Report) -> None:
    """The rows are those of the network."""
    assert fold(blocks, 4) == blocks


def test_a_block_goes_from_its_first_input_to_its_last_output(blocks: Report) -> None:
    """It has no window of its own, and says how many layers it stands for."""
    layer1 = fold(blocks, 1)["layer1"]
    assert (layer1.type, layer1.label, layer1.layers) == ("block", "layer1 (6 layers)", 6)
    assert layer1.inputs == blocks["layer1.0.conv1"].inputs
    assert layer1.output == blocks["layer1.1.conv1.act"].output
    assert (layer1.settings, layer1.weights) == ({}, {})
    # Two convolutions of 16 * 16 * 3 * 3 and two norms of 2 * 16.
    assert layer1.params == 2 * (2304 + 32)


def test_a_layer_with_its_norm_and_activation_stays_a_layer(blocks: Report) -> None:
    """The shorthand of one item reads as one layer, with all weights."""
    conv1 = fold(blocks, 1)["conv1"]
    assert (conv1.type, conv1.title, conv1.layers) == ("conv", "Conv", 3)
    assert conv1.label.endswith(" + BatchNorm + ReLU")
    assert conv1.settings == blocks["conv1"].settings
    assert conv1.weights == {"weight": (16, 3, 3, 3), "norm.weight": (16,), "norm.bias": (16,)}
    assert conv1.params == 432 + 32
    assert not conv1.elementwise


def test_a_single_layer_takes_the_name_and_stays_itself() -> None:
    """A block of one layer is that layer."""
    report = analyze(networks.blocks())
    alone = replace(report, rows=[report["layer2.0.conv1"]])
    (found,) = fold(alone, 1)
    assert found == replace(report["layer2.0.conv1"], name="layer2")


def test_only_consecutive_rows_fold() -> None:
    """A row in between stays where it is, and the parts of the block have names of their own."""
    report = analyze(networks.blocks())
    between = [report[name] for name in ("layer1.0.conv1", "fc", "layer1.1.conv1", "layer1.1.conv1.norm")]
    found = fold(replace(report, rows=between), 1)
    assert [row.name for row in found] == ["layer1.0.conv1", "fc", "layer1.1.conv1"]
    assert found.rows[2].label.endswith(" + BatchNorm")


def test_parts_of_a_block_with_nothing_more_in_common_are_numbered() -> None:
    """From the second on, as the names of layers in a graph are."""
    report = analyze(networks.blocks())
    names = ("layer1.0.conv1", "layer1.1.conv1", "fc", "layer1.0.conv1.act", "layer1.1.conv1.act")
    found = fold(replace(report, rows=[report[name] for name in names]), 1)
    assert [row.name for row in found] == ["layer1", "fc", "layer1 (2)"]


def test_a_block_of_only_elementwise_layers_is_elementwise(blocks: Report) -> None:
    """Otherwise it has a row in every table."""
    rows = [blocks["layer1.0.conv1.norm"], blocks["layer1.0.conv1.act"]]
    (found,) = fold(replace(blocks, rows=rows), 1)
    assert found.elementwise


SOURCES = [
    (1, {"conv1": ("input",), "layer1": ("conv1",), "layer2": ("layer1",), "flatten": ("layer2",)}),
    (2, {"layer1.0": ("conv1.act",), "layer1.1": ("layer1.0",), "flatten": ("layer2.0",)}),
    (3, {"conv1": ("input",), "layer1.0.conv1": ("conv1.act",), "layer1.1.conv1": ("layer1.0.conv1",)}),
]


@pytest.mark.parametrize(("depth", "sources"), SOURCES)
def test_a_row_takes_from_other_rows(blocks: Report, depth: int, sources: dict[str, tuple[str, ...]]) -> None:
    """What goes from layer to layer inside of a block is no source of it."""
    folded = fold(blocks, depth)
    assert {name: folded[name].sources for name in sources} == sources
    named = {"input", *(row.name for row in folded)}
    assert all(set(row.sources or ()) <= named for row in folded)


def test_sources_that_are_not_known_stay_so(blocks: Report) -> None:
    """A report of an earlier version has none."""
    silent = replace(blocks, rows=[replace(row, sources=None) for row in blocks])
    assert {row.sources for row in fold(silent, 1)} == {None}


def test_marks_and_number_formats_are_not_lost(blocks: Report) -> None:
    """One declared cost marks the block; several formats are `mixed`."""
    first, second = blocks["layer1.0.conv1"], blocks["layer1.1.conv1"]
    rows = [replace(first, declared_cost=True), replace(second, precision=Precision("int8", "int8"))]
    (found,) = fold(replace(blocks, rows=rows), 1)
    assert found.declared_cost
    assert str(found.precision) == "mixed"


def test_a_block_may_be_folded_again(blocks: Report) -> None:
    """In two steps as in one: the layers are counted, not the rows."""
    assert fold(fold(blocks, 2), 1)["layer1"].layers == fold(blocks, 1)["layer1"].layers


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_is_at_least_one(blocks: Report, depth: int) -> None:
    """Names have no zeroth part."""
    with pytest.raises(ValueError, match=f"a depth is at least 1, got {depth}"):
        fold(blocks, depth)
