"""How a fault is shown where there is little room, and in colours."""

from __future__ import annotations

import re

import pytest

from netcost.place import Place
from netcost.source.excerpt import Look, told
from netcost.source.problem import Problem

LINE = "layers: [{conv: 8, kernel: 3}, {conv: 8, kernal: 3}, {linear: 10}]"
SOURCES = {"net.yaml": [LINE]}
PROBLEM = Problem(
    Place("net.yaml", 1, LINE.index("kernal") + 1, 6),
    "unknown field `kernal` for conv",
    "did you mean `kernel`? it is the size of the window that slides over the picture",
    ((Place("net.yaml", 1, 10, 4), "in this item"),),
)


@pytest.mark.parametrize("width", [40, 45, 60, 80, 120, None])
def test_a_fault_fits_its_width(width: int | None) -> None:
    """Its line is shown around the mark, the mark stands under the word, and every word of the message is there."""
    lines = told([PROBLEM], SOURCES, Look(width)).splitlines()
    assert width is None or max(map(len, lines)) <= width
    at = next(number for number, line in enumerate(lines) if "^^^^^^" in line)
    source = next(line for line in reversed(lines[:at]) if line.startswith(" 1 |"))
    assert source[lines[at].index("^") :][:6] == "kernal"
    text = " ".join(line.strip(" |^-") for line in lines)
    assert set(PROBLEM.message.split()) <= set(text.split())
    assert set((PROBLEM.hint or "").split()) <= set(text.split())


@pytest.mark.parametrize("width", [30, 60, None])
def test_colours_change_no_character(width: int | None) -> None:
    """Each part has that of its role."""
    roles = []

    def paint(role: str, text: str) -> str:
        roles.append(role)
        return f"\x1b[1m{text}\x1b[0m"

    painted = told([PROBLEM], SOURCES, Look(width, paint))
    assert re.sub(r"\x1b\[\dm", "", painted) == told([PROBLEM], SOURCES, Look(width))
    assert set(roles) == {"place", "error", "gutter", "mark", "related"}


def test_a_hint_without_a_line_is_wrapped_below() -> None:
    """Behind its sign."""
    problem = Problem(
        Place("net.yaml", 0, 0), "this is much too long for one line", "write less, or elsewhere"
    )
    assert told([problem], {}, Look(24)).splitlines() == [
        "net.yaml: error: this is",
        "    much too long for",
        "    one line",
        "   = write less, or",
        "     elsewhere",
    ]
