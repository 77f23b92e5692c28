"""The AlexNet table against the lecture's, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path

import networks
import pytest
from handmade import report, row

from netcost.analysis.costs import analyze
from netcost.dtypes import Precision
from netcost.render.reports.alexnet import sheet
from netcost.render.reports.view import View
from netcost.render.sheet import Column, Sheet
from netcost.shapes import Image, Sequence, Tokens, Vector, Volume

HEADS = (
    "layer",
    "in_c",
    "in_hw",
    "filters",
    "kernel",
    "stride",
    "pad",
    "out_c",
    "out_hw",
    "memory",
    "params",
    "flop",
)

with (Path(__file__).parents[1] / "reference" / "alexnet_lecture.csv").open() as file:
    LECTURE = list(csv.DictReader(file))

SLIPS = {
    # The lecture leaves the biases of fully connected layers out, though those of convolutions are in.
    ("fc6", "params"): ("37749", "37,753"),  # 9216 * 4096 + 4096 = 37752832
    ("fc7", "params"): ("16777", "16,781"),  # 4096 * 4096 + 4096 = 16781312
    ("fc8", "params"): ("4096", "4,097"),  # 4096 * 1000 + 1000 = 4097000
    # A misprint: 256 * 13 * 13 * 384 * 3 * 3 = 149520384.
    ("conv4", "flop"): ("145", "150"),
}
"""Cells in which the lecture is off: as it prints them, and as they are."""


def cells(table: Sheet) -> dict[str, dict[str, str]]:
    """The cells of each layer by column; one that the table has no column for is empty."""
    keys = [key_of(column) for column in table.columns]
    return {line[0]: dict.fromkeys(HEADS, "") | dict(zip(keys, line, strict=True)) for line in table.rows}


def key_of(column: Column) -> str:
    """What the tests call a column."""
    sides = {"Input size": "in", "Output size": "out"}
    if column.group in sides:
        return f"{sides[column.group]}_{'c' if column.head == 'C' else 'hw'}"
    return column.head.partition(" ")[0].lower()


@pytest.fixture(scope="module")
def alexnet() -> Sheet:
    """The table of the lecture's AlexNet."""
    return sheet(analyze(networks.alexnet()), View())


def test_the_rows_are_those_of_the_lecture(alexnet: Sheet) -> None:
    """A row for each layer but activations and dropout."""
    assert [line[0] for line in alexnet.rows] == [line["layer"] for line in LECTURE]


@pytest.mark.parametrize("printed", LECTURE, ids=lambda line: line["layer"])
def test_every_cell_is_as_the_lecture_prints_it(alexnet: Sheet, printed: dict[str, str]) -> None:
    """All cells of the row match, but for the slips that are listed above."""
    found = cells(alexnet)[printed["layer"]]
    costs = {"memory": "pub_memory_kb", "params": "pub_params_k", "flop": "pub_flop_m"}
    for column in HEADS:
        published = printed[costs.get(column, column)]
        slip, exact = SLIPS.get((printed["layer"], column), ("", ""))
        if slip:
            assert (published, found[column]) == (slip, exact)
        else:
            assert found[column].replace(",", "") == published


@pytest.mark.parametrize("printed", LECTURE, ids=lambda line: line["layer"])
def test_every_cost_is_the_exact_number_rounded(alexnet: Sheet, printed: dict[str, str]) -> None:
    """Memory is elements * 4 bytes in KB of 1024, params are in thousands, flop in millions, half up."""
    found = cells(alexnet)[printed["layer"]]
    flop = int(printed["exact_macs"]) + int(printed["pool_ops_kxk"])
    exact = {
        "memory": (int(printed["out_elems"]) * 4, 1024),
        "params": (int(printed["exact_params_bias"]), 1000),
        "flop": (flop, 10**6),
    }
    for column, (number, unit) in exact.items():
        whole, rest = divmod(number, unit)
        assert found[column] == f"{whole + (2 * rest >= unit):,}"


def test_the_totals_are_those_of_the_network(alexnet: Sheet) -> None:
    """The total has the rows that are not shown: the outputs of 7 ReLU and 2 dropouts."""
    # ReLU repeats conv1 to conv5, fc6 and fc7; dropout repeats the inputs of fc6 and fc7.
    shown = sum(int(line["out_elems"]) for line in LECTURE)
    hidden = 200704 + 139968 + 64896 + 43264 + 43264 + 4096 + 4096 + (9216 + 4096)
    assert alexnet.total[-3:] == (f"{(4 * (shown + hidden) + 512) // 1024:,}", "61,101", "718")
    assert alexnet.notes[1] == (
        f"Without a row, but in the total: 7 ReLU, 2 Dropout (memory {(4 * hidden + 512) // 1024:,} KB)"
        "; the remarks count them with the layer before."
    )


def test_a_line_of_totals_answers_the_first_question(alexnet: Sheet) -> None:
    """Parameters exactly and their bytes, 4 each: 244,403,360 / 2^20; 717 million multiply-accumulates."""
    assert alexnet.notes[0] == (
        "In all 61,100,840 parameters (233.1 MiB); activations 4.2 MiB; 717 M MACs; 1.44 G FLOPs."
    )


def test_parameters_that_do_not_learn_are_told() -> None:
    """Where all of them learn, nothing is said of it."""
    rows = (row("a", params=7, trainable_params=3), row("b", params=1, trainable_params=1))
    assert "In all 8 parameters (0 B), 4 of them trainable; " in sheet(report(*rows), View()).notes[0]


def test_the_remarks_are_those_of_the_lecture(alexnet: Sheet) -> None:
    """Memory sits in the early convolutions, parameters in the fully connected layers, work in convolutions."""
    assert alexnet.notes[-1] == (
        # conv1 with its ReLU 2 * 784 KB, conv2 2 * 546.75 KB: 2661.5 of 4345.4
        "Memory: conv1 and conv2 61%, all Conv layers 88%. "
        # 37752832 / 61100840; with fc7 and fc8 58631144
        "Parameters: fc6 62%, all Linear layers 96%. "
        # 223948800 + 149520384 of 716767232 + 794880; all five convolutions 658145280
        "Operations: conv2 and conv4 52%, all Conv layers 92%."
    )


@pytest.mark.parametrize(
    ("count", "conv1", "pool1", "total"),
    [
        ("lecture", "73", "0", "718"),
        ("macs", "73", "0", "717"),
        ("flops", "146", "0", "1,435"),  # 2 * 72855552 + 200704 bias additions
    ],
)
def test_the_flop_column_counts_what_is_asked(count: str, conv1: str, pool1: str, total: str) -> None:
    """The convention is named under the table."""
    table = sheet(analyze(networks.alexnet()), View(count=count))  # type: ignore[arg-type]
    found = cells(table)
    assert (found["conv1"]["flop"], found["pool1"]["flop"], table.total[-1]) == (conv1, pool1, total)
    assert any(f"(--count {count})" in note for note in table.notes)


def test_a_batch_multiplies_memory_and_flop_but_not_parameters() -> None:
    """The title says how many samples, and a note which columns they are in."""
    table = sheet(analyze(networks.alexnet(batch=2)), View())
    conv1 = cells(table)["conv1"]
    assert (conv1["memory"], conv1["params"], conv1["flop"]) == ("1,568", "23", "146")
    assert "batch 2" in table.title
    assert any("for the batch of 2 as memory is." in note for note in table.notes)


def test_a_small_network_is_counted_in_smaller_units() -> None:
    """3072 * 10 + 10 parameters and ten numbers of output would all be 0 in the lecture's units."""
    table = sheet(analyze(networks.linear_classifier()), View())
    assert [column.head for column in table.columns[-3:]] == ["memory (B)", "params", "flop"]
    assert list(table.rows[0][-3:]) == ["40", "30,730", "30,720"]
    assert (
        "memory: outputs in float32; params: with biases; flop: multiply-accumulates (--count lecture)."
        in (table.notes)
    )


SIZES = [
    (Image((1, 64, 56, 56)), "64", "56"),
    (Image((1, 3, 224, 192)), "3", "224x192"),
    (Volume((1, 3, 16, 112, 112)), "3", "16x112x112"),
    (Volume((1, 3, 8, 8, 8)), "3", "8x8x8"),
    (Sequence((1, 197, 768)), "768", "197"),
    (Vector((1, 4096)), "4096", ""),
    (Tokens((1, 128)), "", "128"),
]


@pytest.mark.parametrize(("shape", "channels", "size"), SIZES)
def test_sizes_are_written_as_short_as_they_are_clear(shape: Image, channels: str, size: str) -> None:
    """Only the side of a square stands alone; tokens count as size, and have no channels yet."""
    found = cells(sheet(report(row(inputs=(shape,), output=shape)), View()))["conv1"]
    assert (found["in_c"], found["in_hw"], found["out_c"], found["out_hw"]) == (
        channels,
        size,
        channels,
        size,
    )


def test_several_inputs_share_a_cell() -> None:
    """Channels are added up; equal sizes are written once, others all."""
    alike = row("a", inputs=(Image((1, 64, 8, 8)), Image((1, 32, 8, 8))))
    other = row("b", inputs=(Image((1, 64, 8, 8)), Vector((1, 64)), Image((1, 64, 4, 4))))
    found = cells(sheet(report(alike, other), View()))
    assert (found["a"]["in_c"], found["a"]["in_hw"]) == ("64+32", "8")
    assert (found["b"]["in_c"], found["b"]["in_hw"]) == ("3*64", "8+4")


def test_declared_costs_and_shared_weights_are_marked() -> None:
    """A mark at the name, and a line that says what it means."""
    table = sheet(report(row("mixer", declared_cost=True), row("head", shares="embed")), View())
    assert [line[0] for line in table.rows] == ["mixer*", "head^"]
    assert "* cost as declared, not computed: mixer." in table.notes
    assert "^ weights shared, counted once: head of embed." in table.notes


def test_what_has_no_row_is_counted_with_the_row_before() -> None:
    """The parameters and operations of norms show in the note, and in the remarks with their convolution."""
    norm = row("norm", title="BatchNorm", elementwise=True, params=30, lecture_flops=0, activation_bytes=2000)
    table = sheet(report(row("a", params=40), norm, row("b", params=50)), View())
    assert any("1 BatchNorm (memory 2,000 B, 30 params)" in note for note in table.notes)
    assert "Parameters: a 58%, all Conv layers 100%." in table.notes[-1]


def test_a_network_of_only_elementwise_layers_has_no_rows() -> None:
    """Its totals still stand, and the note says where they come from."""
    table = sheet(report(row("relu", title="ReLU", elementwise=True, activation_bytes=64)), View())
    assert list(table.rows) == []
    assert table.total[-3] == "64"
    assert "1 ReLU (memory 64 B)" in table.notes[1]


def test_other_number_formats_are_mentioned() -> None:
    """The title names one format; a note counts the layers that have another."""
    table = sheet(report(row("a"), row("b", precision=Precision("int8", "int8"))), View())
    assert any("in float32 (1 of 2 in other formats)" in note for note in table.notes)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["a", "b", "c"]),
        ("activation_bytes", ["b", "c", "a"]),
        ("params", ["c", "a", "b"]),
        ("flop", ["a", "b", "c"]),
    ],
)
def test_rows_are_sorted_by_a_cost_the_largest_first(sort: str, names: list[str]) -> None:
    """Equal rows stay in the order of the network."""
    rows = (
        row("a", activation_bytes=1, params=2, lecture_flops=9),
        row("b", activation_bytes=3, params=2, lecture_flops=5),
        row("c", activation_bytes=2, params=7, lecture_flops=5),
    )
    table = sheet(report(*rows), View(sort=sort))
    assert [line[0] for line in table.rows] == names


def test_top_keeps_the_first_rows_and_says_how_many_are_left_out() -> None:
    """Totals and remarks are still of the whole network."""
    table = sheet(analyze(networks.alexnet()), View(sort="params", top=2))
    assert [line[0] for line in table.rows] == ["fc6", "fc7"]
    assert table.total[-2] == "61,101"
    assert (
        table.notes[1] == "Rows left out: 10 of 12, those with the least parameters; the totals are of all."
    )


def test_top_alone_keeps_the_rows_with_the_most_parameters() -> None:
    """Who looks for the heaviest need not say by what."""
    table = sheet(analyze(networks.alexnet()), View(top=2))
    assert [line[0] for line in table.rows] == ["fc6", "fc7"]
