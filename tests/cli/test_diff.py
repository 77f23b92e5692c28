"""`netcost diff`: what can be compared, and how it ends."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from budgets import CNN
from repositories import Repository
from running import Result, Run

WIDE = CNN.replace("conv: 10", "conv: 12")


@pytest.fixture
def nets(folder: Path) -> Path:
    """Two networks: one, and itself with a wider first layer."""
    (folder / "a.yaml").write_text(CNN)
    (folder / "b.yaml").write_text(WIDE)
    return folder


def totals(ended: Result) -> dict[str, tuple[int, int]]:
    """Each total before and after, of JSON."""
    assert ended.code == 0, ended.err
    return {name: (each["before"], each["after"]) for name, each in json.loads(ended.out)["totals"].items()}


def params(ended: Result) -> tuple[int, int]:
    """The parameters before and after, of JSON."""
    return totals(ended)["params"]


def test_a_table_shows_totals_and_the_layers_that_changed(nets: Path, netcost: Run) -> None:
    """In figures that can be checked by hand: 912 - 760 and 2,180 - 1,820 parameters more."""
    ended = netcost("diff", "a.yaml", "b.yaml")
    assert (ended.code, ended.err) == (0, "")
    words = [" ".join(line.replace("│", " ").split()) for line in ended.out.splitlines()]
    assert words[0] == "a.yaml -> b.yaml"
    assert "parameters 2,790 3,302 +512 +18.35%" in words
    assert "buffers 0 0" in words
    assert "Layers: 4 changed, 2 the same" in words
    assert (
        "conv1 changed Conv (C_out=10, K=5, P=2, S=1) -> Conv (C_out=12, K=5, P=2, S=1) "
        "10 x 32 x 32 -> 12 x 32 x 32 760 912 +152 +20.00% "
        "40,960 49,152 +8,192 +20.00% 768,000 921,600 +153,600 +20.00%" in words
    )
    assert not [line for line in words if line.startswith("fc ")]


def test_layers_that_are_the_same_are_shown_on_demand(nets: Path, netcost: Run) -> None:
    """And any metrics."""
    ended = netcost("diff", "a.yaml", "b.yaml", "--all", "--metric", "ops")
    words = [" ".join(line.replace("│", " ").split()) for line in ended.out.splitlines()]
    assert "fc Linear (20 -> 10) 10 10 10" in words
    assert "relu1 changed ReLU 10 x 32 x 32 -> 12 x 32 x 32 10,240 12,288 +2,048 +20.00%" in words


def test_equal_networks_have_no_rows(nets: Path, netcost: Run) -> None:
    """The totals say that they are equal, and so does a note."""
    ended = netcost("diff", "a.yaml", "a.yaml", "--batch", "2")
    assert "No layer differs." in ended.out
    assert "Layers:" not in ended.out


@pytest.mark.parametrize("width", [60, 100])
def test_a_table_fits_the_width(nets: Path, netcost: Run, width: int) -> None:
    """Metrics go before names and shapes, the last one first."""
    ended = netcost("diff", "a.yaml", "b.yaml", "--width", str(width))
    assert max(map(len, ended.out.splitlines())) <= width
    assert "parameters" in ended.out


def test_bundled_networks_and_variants_are_compared_by_name(netcost: Run) -> None:
    """Published parameter counts: torchvision's ResNet-50 has 25,557,032, ResNet-101 44,549,160."""
    assert params(netcost("diff", "resnet50", "resnet101", "--format", "json")) == (25_557_032, 44_549_160)
    one_sided = netcost(
        "diff", "resnet.yaml", "--variant-a", "resnet50", "--variant-b", "resnet101", "--format", "json"
    )
    assert params(one_sided) == (25_557_032, 44_549_160)


def test_blocks_are_folded_on_demand(netcost: Run) -> None:
    """ResNet-18 and ResNet-34 differ in the number of blocks of each stage."""
    ended = netcost("diff", "resnet18", "resnet34", "--depth", "1")
    assert "Layers: 4 changed, 4 the same" in ended.out


def test_each_side_has_options_of_its_own(nets: Path, netcost: Run) -> None:
    """Beside those for both: parameters, batch, input, number format."""
    (nets / "p.yaml").write_text("params: {width: 10}\n" + CNN.replace("conv: 10", "conv: width"))
    assert params(netcost("diff", "p.yaml", "--set-b", "width=12", "--format", "json")) == (2_790, 3_302)
    both = netcost("diff", "p.yaml", "p.yaml", "--set", "width=12", "--set-a", "width=10", "--format", "json")
    assert params(both) == (2_790, 3_302)
    assert totals(netcost("diff", "a.yaml", "--batch-b", "2", "--format", "json"))["macs"] == (
        1_229_000,
        2_458_000,
    )
    assert totals(netcost("diff", "a.yaml", "--dtype-b", "int8", "--format", "json"))["weight_bytes"] == (
        11_160,
        2_790,
    )
    # a quarter of the positions, but one for the last layer: (768,000 + 460,800) / 4 + 200
    resized = netcost("diff", "a.yaml", "--input-b", "3,16,16", "--format", "json")
    assert totals(resized)["macs"] == (1_229_000, 307_400)


def test_the_title_says_how_each_side_was_read(nets: Path, netcost: Run) -> None:
    """Where it is not as the file says."""
    ended = netcost("diff", "a.yaml", "--dtype-b", "float16", "--batch", "2")
    assert ended.out.splitlines()[0] == "a.yaml (batch 2) -> a.yaml (batch 2, dtype float16)"


def test_standard_input_is_one_side(nets: Path, netcost: Run) -> None:
    """As elsewhere."""
    assert params(netcost("diff", "a.yaml", "-", "--format", "json", stdin=WIDE.encode())) == (2_790, 3_302)


def test_reports_are_compared_too(nets: Path, netcost: Run) -> None:
    """Also one network of several."""
    assert netcost("analyze", "a.yaml", "-o", "a.json").code == 0
    assert netcost("analyze", "b.yaml", "lenet", "-o", "two.json").code == 0
    assert params(netcost("diff", "a.json", "b.yaml", "--format", "json")) == (2_790, 3_302)
    assert params(netcost("diff", "a.json", "two.json#cnn", "--format", "json")) == (2_790, 3_302)
    several = netcost("diff", "a.json", "two.json")
    assert several.code == 2
    assert "two.json holds 2 networks; name one: two.json#cnn or two.json#lenet" in several.err


def test_the_base_is_read_from_git(folder: Path, netcost: Run) -> None:
    """As of the merge base."""
    repository = Repository(folder)
    repository.write("net.yaml", CNN)
    repository.commit()
    base = repository.git("rev-parse", "HEAD").strip()
    repository.write("net.yaml", WIDE)
    repository.commit()
    ended = netcost("diff", "--base", base, "net.yaml")
    assert ended.out.splitlines()[0].startswith("net.yaml as of ")
    assert "+18.35%" in ended.out
    repository.write("new.yaml", CNN)
    new = netcost("diff", "--base", base, "new.yaml")
    assert new.code == 2
    assert "new.yaml has nothing to be compared with: the model is new since" in new.err


def test_a_change_fails_on_demand(nets: Path, netcost: Run) -> None:
    """A new name is a change, too; without the option nothing fails."""
    assert netcost("diff", "a.yaml", "b.yaml").code == 0
    assert netcost("diff", "a.yaml", "b.yaml", "--fail-on-change").code == 1
    assert netcost("diff", "a.yaml", "a.yaml", "--batch", "3", "--fail-on-change").code == 0
    (nets / "b.yaml").write_text(CNN.replace("name: conv2", "name: second"))
    assert netcost("diff", "a.yaml", "b.yaml", "--fail-on-change").code == 1


def test_csv_has_a_row_for_each_layer(nets: Path, netcost: Run) -> None:
    """Every metric before and after, its difference, and that in percent of what was not zero."""
    (nets / "b.yaml").write_text(
        WIDE.replace("  - {name: gap, gap}\n", "  - {name: gap, gap}\n  - {name: odd, linear: 4}\n")
    )
    ended = netcost("diff", "a.yaml", "b.yaml", "--format", "csv")
    rows = list(csv.DictReader(StringIO(ended.out)))
    assert [(row["change"], row["name_before"], row["name_after"]) for row in rows] == [
        ("changed", "conv1", "conv1"),
        ("changed", "relu1", "relu1"),
        ("changed", "pool1", "pool1"),
        ("changed", "conv2", "conv2"),
        ("same", "gap", "gap"),
        ("added", "", "odd"),
        ("changed", "fc", "fc"),
    ]
    first, odd, fc = rows[0], rows[5], rows[6]
    assert [first[f"params_{side}"] for side in ("before", "after", "delta", "percent")] == [
        "760",
        "912",
        "152",
        "20.0000",
    ]
    assert (first["output_shape_before"], first["output_shape_after"]) == ("1x10x32x32", "1x12x32x32")
    assert [first[f"buffers_{side}"] for side in ("before", "after", "delta", "percent")] == [
        "0",
        "0",
        "0",
        "",
    ]
    assert [odd[f"params_{side}"] for side in ("before", "after", "delta", "percent")] == ["", "84", "84", ""]
    assert fc["params_percent"] == "-76.1905"  # 50 instead of 210
    assert ended.out.count("\r\n") == 8


def test_json_has_both_networks_and_every_layer(nets: Path, netcost: Run) -> None:
    """Exact integers; a percentage of nothing is null."""
    document = json.loads(netcost("diff", "a.yaml", "b.yaml", "--format", "json").out)
    assert (document["format_version"], document["changed"]) == ("1.1", True)
    assert (document["before"]["label"], document["after"]["source"]) == ("a.yaml", "b.yaml")
    assert document["totals"]["params"] == {"before": 2790, "after": 3302, "delta": 512, "percent": 18.3513}
    assert document["totals"]["buffers"] == {"before": 0, "after": 0, "delta": 0, "percent": None}
    assert [layer["change"] for layer in document["layers"]] == ["changed"] * 4 + ["same"] * 2
    assert document["layers"][0]["after"]["output_shape"] == [1, 12, 32, 32]
    added = json.loads(netcost("diff", "b.yaml", "lenet", "--format", "json").out)
    assert None in [layer["before"] for layer in added["layers"]]


def test_json_is_made_layer_by_layer(nets: Path, netcost: Run) -> None:
    """A layer a line, none of which waits for all others: that would take much memory of large networks."""
    lines = netcost("diff", "a.yaml", "b.yaml", "--format", "json").out.splitlines()
    assert [line.startswith('    {"change": ') for line in lines].count(True) == 6


def test_of_a_report_of_many_networks_few_are_named(nets: Path, netcost: Run) -> None:
    """The message stays readable."""
    assert netcost("analyze", *["a.yaml"] * 40, "-o", "many.json").code == 0
    ended = netcost("diff", "many.json", "b.yaml")
    assert ended.code == 2
    assert "many.json holds 40 networks; name one: many.json#" in ended.err
    assert len(ended.err) < 500


def test_markdown_has_the_same_tables(nets: Path, netcost: Run) -> None:
    """For an issue or a page."""
    lines = netcost("diff", "a.yaml", "b.yaml", "--format", "markdown").out.splitlines()
    assert lines[0] == "### a.yaml -> b.yaml"
    assert "| parameters | 2,790 | 3,302 | +512 | +18.35% |" in lines
    assert "### Layers: 4 changed, 2 the same" in lines


def test_several_outputs_are_written_in_one_run(nets: Path, netcost: Run) -> None:
    """Formats by suffix; a table for a file has no colours unless they are asked for."""
    ended = netcost("diff", "a.yaml", "b.yaml", "-o", "d.csv", "-o", "d.json", "-o", "d.txt", "-o", "-")
    assert ended.out.startswith("a.yaml -> b.yaml")
    assert (nets / "d.csv").read_text().startswith("change,name_before,")
    assert json.loads((nets / "d.json").read_text())["changed"]
    assert (nets / "d.txt").read_text().startswith("a.yaml -> b.yaml")
    assert "\x1b[" in netcost("diff", "a.yaml", "b.yaml", "--color", "always").out


SLIPS = [
    (["a.yaml"], "Name two networks, or change one side: --variant-b, --set-b, --dtype-b, --base."),
    ([], "Missing argument 'A [B]'"),
    (["a.yaml", "b.yaml", "a.yaml"], "Two networks are compared, 3 are named."),
    (["a.yaml", "b.yaml", "--base", "main"], "With --base, one network is compared with itself"),
    (["a.yaml", "--base", "main", "--set-b", "x=1"], "With --base, one network is compared with itself"),
    (["a.yaml", "--base", "main"], "--base needs "),
    (["a.yaml", "missing.yaml"], "missing.yaml: error: "),
    (["a.yaml", "missing.json"], "cannot read missing.json: no such file"),
    (["a.yaml", "b.yaml", "--metric", "parms"], "`parms` is none of params, weight_bytes, "),
    (["a.yaml", "b.yaml", "--set", "wdth=3"], "wdth"),
]


@pytest.mark.parametrize(("args", "message"), SLIPS)
def test_slips_are_named(nets: Path, netcost: Run, args: list[str], message: str) -> None:
    """With exit code 2."""
    ended = netcost("diff", *args)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_a_report_cannot_be_changed(nets: Path, netcost: Run) -> None:
    """Its numbers are what they are."""
    netcost("analyze", "a.yaml", "-o", "a.json")
    ended = netcost("diff", "a.json", "b.yaml", "--batch", "2")
    assert ended.code == 2
    assert "a.json is a report; options that change a spec cannot change it." in ended.err


@pytest.mark.parametrize(
    ("width", "kept", "left"),
    [
        (80, {"parameters", "change", "%"}, "type, output, before, after, % of MACs."),
        (100, {"parameters", "change", "%", "MACs"}, "type, before, after."),
    ],
)
def test_changes_stay_where_room_is_short(netcost: Run, width: int, kept: set[str], left: str) -> None:
    """With their percentages; a group that goes, and a column that goes in all groups, is named once."""
    told = " ".join(
        netcost("diff", "resnet18", "resnet34", "--depth", "1", "--width", str(width)).out.split()
    )
    _, _, layers = told.partition("Layers: ")
    assert kept <= set(layers.split("─")[0].replace("│", " ").split())
    assert f"Columns left out for lack of room: {left}" in layers


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_equal_networks_have_no_table(nets: Path, netcost: Run, form: str) -> None:
    """A line says that they are equal, and one what they cost."""
    lines = netcost("diff", "a.yaml", "a.yaml", "--batch", "2", "--format", form).out.splitlines()
    assert [line.strip("-# ").split(" ")[0] for line in lines if line][:3] == ["a.yaml", "No", "In"]
    assert not any("│" in line or "|" in line for line in lines)


def test_columns_in_which_nothing_changes_leave_their_room_to_others(netcost: Run) -> None:
    """A number format changes neither parameters nor MACs."""
    table = netcost("diff", "lenet", "--dtype-b", "int8", "--width", "200").out.partition("Layers:")[2]
    heads = [" ".join(line.replace("│", " ").split()) for line in table.splitlines()[2:4]]
    assert heads[0] == "parameters activation memory (bytes) MACs"
    assert heads[1] == "Layer type output before after before after change % before after"


def test_a_long_comparison_says_how_it_becomes_short(netcost: Run) -> None:
    """It is one of blocks; a short one says nothing."""
    assert "; `--depth 1` compares blocks." in netcost("diff", "resnet18", "--dtype-b", "int8").out
    assert "--depth" not in netcost("diff", "resnet18", "--dtype-b", "int8", "--depth", "1").out
    assert "--depth" not in netcost("diff", "lenet", "--dtype-b", "int8").out


def test_totals_keep_changes_and_percentages_where_room_is_short(netcost: Run) -> None:
    """What was before follows from what is, and goes first."""
    text = netcost("diff", "llama3_8b", "mixtral_8x7b", "--depth", "1", "--width", "80").out
    head = next(line for line in text.splitlines() if line.startswith("Total"))
    assert head.replace("│", " ").split() == ["Total", "after", "change", "%"]
