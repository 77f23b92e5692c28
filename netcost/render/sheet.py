"""A table before it is drawn: what stands in it, whatever the format."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.overrides import beside_facts, said
from netcost.record import Record
from netcost.report import Report

BAR = "█"
"""What bars in cells are made of."""


class Column(Record):
    """One column.

    Args:
        head: what stands over it.
        group: what stands over it and its neighbours of the same group.
        alone: the head where groups cannot be shown; the head itself where empty.
        left: whether its cells are flush left, as words are.
        weight: how long it stays where room is short; the lightest goes first, 0 never goes.
    """

    head: str
    group: str = ""
    alone: str = ""
    left: bool = False
    weight: int = 0


class Sheet(Record):
    """A titled table with remarks under it; `total` is its last row, or empty."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    notes: Sequence[str] = ()


def headline(report: Report) -> str:
    """Name the network and what its numbers hold for: other overrides, input, batch and number format."""
    changed = said(report.overrides or {}, beside_facts)
    known = [input_text(report), f"batch {report.batch}"] if report.inputs else []
    return ", ".join([f"{report.name}{f' ({changed})' if changed else ''}", *known, str(report.precision)])


def input_text(report: Report) -> str:
    """Write the input sizes, `input 3 x 227 x 227`, by name if there are several."""
    if len(report.inputs) == 1:
        return f"input {next(iter(report.inputs.values()))}"
    return "inputs " + ", ".join(f"{name} {shape}" for name, shape in report.inputs.items())
