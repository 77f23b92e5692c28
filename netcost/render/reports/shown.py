"""Columns that a table has where they are asked for: numbers of a layer in its network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from netcost.number import known_part, plain
from netcost.record import replace
from netcost.render.reports.alexnet import MEMORY
from netcost.render.reports.view import View, selected
from netcost.render.sheet import Column, Sheet
from netcost.report import Report, Row
from netcost.report.layer_figures import LAYER_FIGURES, LayerFigure
from netcost.units import Scale, Unit, number_text

TIMES = Scale(Unit(10**6, "ms"), (Unit(1000, "us"), Unit(1, "ns")), (Unit(10**9, "s"),))
"""Units of times; those of memory are the lecture's."""


def beside(sheet: Sheet, report: Report, rows: Sequence[Row], view: View) -> Sheet:
    """The table with columns of what is asked for.

    Args:
        sheet: the table; the inputs of the network may stand above its layers.
        report: what it is of.
        rows: the layers that have a row in it.
        view: which of them are shown, in which order, and what is asked for.
    """
    shown, told = Shown(report, view.shown), selected(rows, view)
    above = [[""] * len(view.shown)] * (len(sheet.rows) - len(told))
    cells = [*above, *map(shown.cells, told)]
    return replace(
        sheet,
        columns=(*sheet.columns, *shown.columns),
        rows=[(*row, *more) for row, more in zip(sheet.rows, cells, strict=True)],
        total=(*sheet.total, *shown.totals()) if sheet.total else (),
        notes=(*sheet.notes, *shown.notes(rows)),
    )


class Shown:
    """Some numbers of the layers of a report, in units that suit their totals.

    Args:
        report: the report.
        names: which numbers, by the names of `LAYER_FIGURES`.
    """

    def __init__(self, report: Report, names: Sequence[str]) -> None:
        self.report = report
        self.figures = [LAYER_FIGURES[name] for name in names]
        self._units = {each.name: _unit(each, report) for each in self.figures}

    @property
    def columns(self) -> list[Column]:
        """A column for each, the last of which goes first where room is short."""
        return [Column(self._heading(each)) for each in self.figures]

    def _heading(self, figure: LayerFigure) -> str:
        unit = self._units[figure.name]
        return unit.heading(figure.title) if unit else figure.title

    def cells(self, row: Row) -> list[str]:
        """Those of a layer."""
        return [self._text(each, row[each.name]) for each in self.figures]

    def totals(self) -> list[str]:
        """Those of the network; nothing where a network has no such number."""
        return [
            "" if each.per_axis else self._text(each, self.report.totals[each.name]) for each in self.figures
        ]

    def _text(self, figure: LayerFigure, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, tuple):
            each = [f"{plain(number):g}" if figure.unit == "ratio" else str(number) for number in value]
            return each[0] if len(set(each)) == 1 else "x".join(each)
        scale = _scale(figure)
        return scale.writer(self.report.totals[figure.name])(value) if scale else number_text(value)

    def notes(self, rows: Sequence[Row]) -> list[str]:
        """What the columns mean, and what is in a total without a row of its own."""
        return [f"{figure.title}: {figure.help}{self._rest(figure, rows)}." for figure in self.figures]

    def _rest(self, figure: LayerFigure, rows: Sequence[Row]) -> str:
        """What of a sum layers have that have no row."""
        if not figure.adds:
            return ""
        total, told = self.report.totals[figure.name], sum(known_part(row[figure.name]) for row in rows)
        rest, unit = known_part(total) - told, self._units[figure.name]
        return f"; {unit.of(rest)} {unit.symbol} of it without a row" if unit and unit.of(rest) != "0" else ""


def _scale(figure: LayerFigure) -> Scale | None:
    """The units that a column may have; none for a plain count."""
    if figure.per_axis:
        return None
    return TIMES if figure.name.endswith("_ns") else MEMORY if figure.unit == "bytes" else None


def _unit(figure: LayerFigure, report: Report) -> Unit | None:
    """The unit of a column; none for a plain count."""
    scale = _scale(figure)
    return scale.unit(report.totals[figure.name]) if scale else None
