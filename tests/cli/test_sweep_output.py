"""What a sweep writes: tables, rows, pages and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run
from sweep_specs import params, records, written

from netcost.render import FORMATS
from netcost.sweeps.writers import WRITERS

LIMITED = ("sweep", "mlp.yaml", "--set", "hidden=10..50:10", "--limit", "params=400")
"""Five variants, two of which have more parameters."""


@pytest.fixture
def specs(folder: Path) -> Path:
    return written(folder)


def test_memory_and_layers_are_columns(netcost: Run) -> None:
    """AlexNet's first layer has 64 filters of 11 x 11, and training keeps what it is told to."""
    ended = netcost(
        *("sweep", "alexnet", "--batch", "1,2", "--train", "adam"),
        *("--metrics", "conv1.params,peak_activation_bytes,optimizer_bytes", "-o", "jsonl:-"),
    )
    first, second = map(json.loads, ended.out.splitlines())
    assert first["conv1.params"] == second["conv1.params"] == 64 * (3 * 11 * 11 + 1)
    assert second["peak_activation_bytes"] == 2 * first["peak_activation_bytes"]
    assert first["optimizer_bytes"] == 2 * 4 * 61_100_840


def test_numbers_beyond_64_bits_are_exact(netcost: Run, specs: Path) -> None:
    """2^40 hidden units in 3 layers make more than 2^80 parameters; Parquet has no column for them."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    args = ("sweep", "mlp.yaml", "--set", f"hidden=10,{2**40}", "--set", "depth=3", "--metrics", "params")
    ended = netcost(*args, "-o", "jsonl:-")
    assert [json.loads(line)["params"] for line in ended.out.splitlines()] == [
        params(10, 3),
        params(2**40, 3),
    ]
    refused = netcost(*args, "-o", "x.parquet")
    assert (refused.code, refused.out) == (2, "")
    assert "params has numbers of 2^63 and more" in refused.err
    assert not (specs / "x.parquet").exists()


def test_markdown_is_for_people(netcost: Run, specs: Path) -> None:
    """The same table, with the counts below."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10,20", "-o", "best.md")
    assert (ended.out, ended.err) == ("", "best.md is written\n2 variants: 2 sound\n")
    assert "| 10 | 130 | 130 |" in (specs / "best.md").read_text(encoding="utf-8")


def test_a_table_may_be_a_page(netcost: Run, specs: Path) -> None:
    """By its suffix, or by its name."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=10,20")
    assert netcost(*args, "-o", "best.html").err == "best.html is written\n2 variants: 2 sound\n"
    assert "<td" in (specs / "best.html").read_text(encoding="utf-8")
    assert netcost(*args, "--format", "html").out.startswith("<!DOCTYPE html>")


def test_all_variants_are_a_picture(netcost: Run, specs: Path) -> None:
    """Also those beyond the limits; the front has dots."""
    args = (*LIMITED, "--pareto", "params,-macs")
    assert netcost(*args, "-o", "all.svg").err == "all.svg is written\n5 variants: 3 fit; 2 over params\n"
    text = (specs / "all.svg").read_text(encoding="utf-8")
    assert (text.startswith("<svg "), text.count("<circle")) == (True, 3)
    refused = netcost("sweep", "mlp.yaml", "--batch", "1,2", "--metrics", "params", "-o", "x.svg")
    assert (refused.code, "a picture has two columns" in refused.err) == (2, True)


def test_formats_of_rows_have_a_writer() -> None:
    """What is declared beside all formats is what is written while variants are worked out."""
    assert {name for name, each in FORMATS.items() if "sweep" in each.rows} == set(WRITERS)


def test_the_best_are_json(netcost: Run, specs: Path) -> None:
    """In their order, with what became of all; 13 parameters for each hidden unit."""
    args = (*LIMITED, "--where", "hidden > 10")
    assert netcost(*args, "-o", "x.json", "-o", "x.md", "-o", "x.svg").err == (
        "x.json, x.md and x.svg are written\n5 variants: 2 fit; 2 over params; 1 left out\n"
    )
    found = json.loads((specs / "x.json").read_text(encoding="utf-8"))
    assert found["variants"] == [{"hidden": h, "params": 13 * h, "macs": 13 * h} for h in (30, 20)]
    counts = {"variants": 5, "left_out": 1, "fit": 2, "broken": {"over params": 2}, "unknown": {}}
    assert found["counts"] == {**counts, "refused": {}}


def test_a_format_may_be_named_for_files_without_a_suffix(netcost: Run, specs: Path) -> None:
    """And a folder may end as folders do."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=10..50:10")
    assert netcost(*args, "--format", "csv", "-o", "out").err == "out is written\n5 variants: 5 sound\n"
    assert len(records((specs / "out").read_text(encoding="utf-8"))) == 5
    assert netcost(*args, "--chunk", "2", "-o", "parts.csv/").code == 0
    assert len(list((specs / "parts.csv").glob("part-*.csv"))) == 3


def test_a_sweep_has_a_page(netcost: Run, specs: Path) -> None:
    """What became of all variants, the picture of them, the front, and how much of the limit each uses."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=10..50:10", "--limit", "params=400")
    assert netcost(*args, "--pareto", "params,-macs", "-o", "x.html").err.startswith("x.html is written\n")
    text = (specs / "x.html").read_text(encoding="utf-8")
    assert "2 variants beyond" in text
    assert text.count("<circle") == text.count('aria-label="within its limit"') == 3
    assert "<h2>The front</h2>" in text
    netcost(*args, "--metrics", "params", "-o", "one.html")
    text = (specs / "one.html").read_text(encoding="utf-8")
    assert ("<figure>" in text, "<h2>The best</h2>" in text) == (False, True)


def test_a_solution_has_a_page(netcost: Run, specs: Path) -> None:
    """The answer is its title; a bar shows how much of the limit it uses."""
    args = ("solve", "mlp.yaml", "--max", "hidden=10..50", "--limit", "params=400")
    netcost(*args, "-o", "x.html")
    text = (specs / "x.html").read_text(encoding="utf-8")
    assert "is the largest within params 400</h1>" in text
    assert text.count('aria-label="within its limit"') == 1
