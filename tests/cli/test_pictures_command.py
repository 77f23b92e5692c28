"""Pictures on the command line: how they are asked for, where they go, and what is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from running import Run

from netcost.render import chart_spellings

SVG = "{http://www.w3.org/2000/svg}"
HTML = "<!DOCTYPE html>\n"


def title(text: str) -> str:
    """What a picture says that it shows."""
    found = ET.fromstring(text)[0]  # noqa: S314
    assert found.tag == f"{SVG}title"
    return found.text or ""


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (["--chart", "bars:params"], "Parameters (M)"),
        (["--chart", "bars"], "Memory (KiB)"),
        (["--chart", "BARS:MACS"], "Multiply-accumulates (M)"),
        (["--chart", "treemap"], "Parameters of alexnet as a treemap"),
        (["--chart", "blocks"], "Blocks of alexnet"),
        (["--chart", "timeline"], "Memory while it runs (MiB)"),
        (["--chart", "timeline", "--train", "sgd"], "Memory in the backward pass (MiB)"),
        (["--chart", "roofline", "--device", "t4"], "Roofline of T4"),
        (["--format", "svg"], "Blocks of alexnet"),
        (["-o", "svg:-"], "Blocks of alexnet"),
    ],
)
def test_a_picture_is_printed(netcost: Run, args: list[str], shown: str) -> None:
    """By its name, which may leave out what it shows first; without one, the blocks."""
    ended = netcost("analyze", "alexnet", *args)
    assert (ended.code, ended.err) == (0, "")
    assert title(ended.out) == shown


def test_a_picture_goes_to_the_files_that_are_one(netcost: Run, folder: Path) -> None:
    """Others are written beside it as ever."""
    ended = netcost(
        "analyze", "alexnet", "--chart", "bars:macs", "-o", "x.svg", "-o", "x.csv", "-o", "x.html", "-o", "-"
    )
    assert (ended.code, ended.err) == (0, "x.svg, x.csv and x.html are written\n")
    assert ended.out.startswith("alexnet, input 3 x 227 x 227")
    assert title((folder / "x.svg").read_text(encoding="utf-8")).startswith("Multiply")
    assert (folder / "x.csv").read_text(encoding="utf-8").startswith("model,")
    assert (folder / "x.html").read_text(encoding="utf-8").startswith(HTML)


@pytest.mark.parametrize(
    ("command", "title"),
    [
        (["analyze", "alexnet"], "alexnet, input 3 x 227 x 227, batch 1, float32"),
        (["analyze", "alexnet", "lenet"], "2 networks"),
        (["memory", "alexnet"], "alexnet, input 3 x 227 x 227, batch 1, float32: inference"),
        (["diff", "lenet", "alexnet"], "lenet -&gt; alexnet"),
        (["models", "lenet*"], "1 bundled networks, for one sample"),
        (["check", "lenet", "--limit", "params=10M"], "1 model within budget"),
    ],
)
def test_every_command_has_pages(netcost: Run, folder: Path, command: list[str], title: str) -> None:
    """`-o NAME.html` of each; the window is called by what is on the page."""
    ended = netcost(*command, "-o", "page.html")
    assert (ended.code, ended.out, ended.err) == (0, "", "page.html is written\n")
    text = (folder / "page.html").read_text(encoding="utf-8")
    assert text.startswith(HTML)
    assert f"<title>{title}</title>" in text
    assert netcost(*command, "-o", "html:-").out == text


def test_memory_has_a_picture(netcost: Run, folder: Path) -> None:
    """Its timeline, by name or not."""
    assert netcost("memory", "alexnet", "-o", "a.svg").code == 0
    assert netcost("memory", "alexnet", "--chart", "timeline").out == (folder / "a.svg").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["analyze", "alexnet", "--chart", "bars:parms"], "bars:params"),
        (["analyze", "alexnet", "--chart", "pie"], "treemap:macs"),
        (["analyze", "alexnet", "--chart", "bars:params", "-o", "x.csv"], "write -o bars_params.svg"),
        (["analyze", "alexnet", "--chart", "roofline"], "add --device NAME"),
        (["memory", "alexnet", "--chart", "blocks"], "timeline"),
        (["memory", "alexnet", "--chart", "timeline", "-o", "html:-"], "write -o timeline.svg"),
        (["diff", "alexnet", "lenet", "-o", "x.svg"], "have the format svg"),
    ],
)
def test_what_cannot_be_drawn_is_refused(netcost: Run, folder: Path, args: list[str], message: str) -> None:
    """With what to write instead; nothing is written."""
    ended = netcost(*args)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert not [*folder.iterdir()]


def test_the_help_names_every_picture(netcost: Run) -> None:
    told = " ".join(netcost("analyze", "--help").out.split())
    assert ", ".join(chart_spellings()) in told
    assert "--bars" in told


def test_bars_beside_a_table(netcost: Run) -> None:
    """Of memory, the parts of the sum and what is alive."""
    assert "│ ████████████████\n" in netcost("analyze", "alexnet", "--bars").out
    plain, barred = netcost("memory", "alexnet").out, netcost("memory", "alexnet", "--bars").out
    assert barred.count("█" * 16 + "\n") == plain.count("█" * 16 + "\n") + 2


def test_a_summary_and_figures_are_on_the_page(netcost: Run) -> None:
    """Where they are asked for."""
    text = netcost("analyze", "alexnet", "lenet", "--summary", "--show", "figures", "-o", "html:-").out
    assert "<h2>Figures</h2>" in text
    assert "<h2>Layers</h2>" not in text
