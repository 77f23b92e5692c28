"""Tables of pages: layers with bars beside their numbers, and whatever a sheet says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from netcost.escape import markup
from netcost.number import Exact, Value, known_part
from netcost.render.html.outline import MACS, MEMORY, PARAMS
from netcost.render.html.style import LEVELS
from netcost.render.reports.columns import once, times_of
from netcost.render.reports.remarks import marked
from netcost.render.reports.repeats import lengths_of, names_of
from netcost.render.reports.shown import Shown
from netcost.render.sheet import Column, Sheet
from netcost.report import Report, Row, likeness
from netcost.units import Quantity, number_text, short_count

LONGEST_NAME = 200
"""Letters of a name from which it has a place of its own to be read in."""


class Numbers(NamedTuple):
    """A column of numbers.

    Args:
        metric: which of them.
        title: what stands over it.
        unit: what it is counted in.
        bar: it has bars beside its numbers.
    """

    metric: str
    title: str
    unit: Quantity
    bar: bool = False


COLUMNS = (
    Numbers(MEMORY, "Memory", "bytes", bar=True),
    Numbers(PARAMS, "Parameters", "count", bar=True),
    Numbers(MACS, "MACs", "count", bar=True),
    Numbers("flops", "FLOPs", "count"),
)


def layers(report: Report, rows: Sequence[Row], shown: Shown, by: str = "") -> Iterator[str]:
    """Write the table of layers.

    Args:
        report: the network.
        rows: the layers, those that repeat as one, in the order in which they are to stand.
        shown: further numbers of each layer that were asked for.
        by: the metric by which they are ordered, the largest first; as in the network where empty.
    """
    most = {
        column.metric: max((known_part(row[column.metric]) for row in rows), default=0) for column in COLUMNS
    }
    places = {row.name: index for index, row in reversed([*enumerate(report.rows)])}
    known: dict[tuple[int, ...], str] = {}
    yield '<div class="wide" role="region" aria-label="Layers" tabindex="0"><table class="layers bars"><thead><tr>'
    yield f'<th scope="col" data-by="ascending">Layer</th><th scope="col">Kind</th><th scope="col">Output</th>{"".join(_heads(by))}'
    yield "".join(f'<th scope="col">{markup(column.alone or column.head)}</th>' for column in shown.columns)
    yield "</tr></thead><tbody>"
    for row in rows:
        key = likeness(row)
        cells = known.get(key)
        if cells is None:
            cells = known[key] = _cells(row, most)
        own = "".join(f"<td>{markup(cell)}</td>" for cell in shown.cells(row))
        yield f'<tr data-at="{_place(row, places)}"><th scope="row">{_name(row)}</th>{cells}{own}</tr>'
    yield f'</tbody><tfoot><tr><th scope="row">total</th><td></td><td></td>{"".join(_totals(report))}'
    yield "".join(f"<td>{markup(cell)}</td>" for cell in shown.totals())
    yield "</tr></tfoot></table></div>"


def _heads(by: str) -> Iterator[str]:
    for column in COLUMNS:
        ordered = ' aria-sort="descending"' if column.metric == by else ""
        yield f'<th scope="col" data-by="descending"{ordered}>{column.title}</th>'


def _name(row: Row) -> str:
    """The name, apart from what is said beside it, which the script leaves alone."""
    times, name = times_of(row), once(row.name)
    long = ' class="tall" tabindex="0"' if len(name) > LONGEST_NAME else ""
    beside = marked("", row) + (f" x{times}" if times > 1 else "")
    return f"<bdi{long}>{markup(name)}</bdi>{beside}"


def _place(row: Row, places: Mapping[str, int]) -> str:
    """Where a layer stands in the network; of one that repeats the first, and how far it is from each to the next."""
    names = names_of(row)
    found = [places.get(name, 0) for name in names]
    if len(found) == 1:
        return str(found[0])
    steps, size = [], len(found)
    for many in lengths_of(row):
        size //= many
        steps.append(found[size] - found[0])
    return " ".join(map(str, (found[0], *steps)))


def _cells(row: Row, most: Mapping[str, Exact]) -> str:
    """What rows that are alike have in common."""
    kind = once(row.label)
    numbers = "".join(_number(row, column, most[column.metric]) for column in COLUMNS)
    return f"<td>{markup(kind)}</td><td>{markup(str(row.output))}</td>{numbers}"


def _number(row: Row, column: Numbers, most: Exact) -> str:
    value, times = row[column.metric], times_of(row)
    whole = number_text(value)
    exact = f"{times} x {number_text(_each(value, times))} = {whole}" if times > 1 else whole
    return barred(value, exact, column, most)


def barred(value: Value, exact: str, column: Numbers, most: Exact) -> str:
    """Write a cell: the number short, exactly where one points at it, and a bar as long as its part of the largest."""
    shown, told = markup(short(value, column.unit)), markup(exact)
    length = round(LEVELS * float(known_part(value) / most)) if most and column.bar else 0
    bar = f' class="p{length}"' if length else ""
    hint = f' title="{told}"' if told != shown else ""
    return f"<td{bar}{hint}>{shown}</td>"


def _each(value: Value, times: int) -> Value:
    return value // times if isinstance(value, int) else value


def short(value: Value, unit: Quantity) -> str:
    """Write a number as tables of pages do: bytes in a unit that they fill, a large count short."""
    return number_text(value, "bytes") if unit == "bytes" else short_count(value)


def _totals(report: Report) -> Iterator[str]:
    for column in COLUMNS:
        value = report.totals[column.metric]
        yield f'<td title="{markup(number_text(value))}">{markup(short(value, column.unit))}</td>'


class Beside(NamedTuple):
    """What stands beside the text of a cell.

    Args:
        picture: SVG in a column of its own, left of the text; None where the column has none.
        hint: what who points at the text is told.
    """

    picture: str | None = None
    hint: str = ""


NOTHING = Beside()
NOWHERE: Mapping[int, Sequence[Beside]] = {}


def sheet_table(sheet: Sheet, beside: Mapping[int, Sequence[Beside]] = NOWHERE) -> str:
    """Write any table of a command, without what is said under it.

    Args:
        sheet: the table.
        beside: what stands beside the texts of some columns, for each row.
    """
    if not sheet.columns:
        return ""
    pictured = {index for index, cells in beside.items() if any(cell.picture is not None for cell in cells)}
    heads = "".join(_head(column, 1 + (index in pictured)) for index, column in enumerate(sheet.columns))
    rows = [
        _line(
            row, sheet, [beside[index][number] if index in beside else NOTHING for index in range(len(row))]
        )
        for number, row in enumerate(sheet.rows)
    ]
    total = _line(
        sheet.total,
        sheet,
        [Beside("") if index in pictured else NOTHING for index in range(len(sheet.total))],
    )
    foot = f"<tfoot>{total}</tfoot>" if sheet.total else ""
    return (
        f'<div class="wide" role="region" aria-label="{markup(sheet.title)}" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>{foot}</table></div>"
    )


def _head(column: Column, columns: int) -> str:
    across = f' colspan="{columns}"' if columns > 1 else ""
    return f'<th scope="col"{_side(column)}{across}>{markup(column.alone or column.head)}</th>'


def _line(cells: Sequence[str], sheet: Sheet, beside: Sequence[Beside]) -> str:
    """A row; a cell with a picture is two."""
    parts = []
    for text, column, (picture, hint) in zip(cells, sheet.columns, beside, strict=False):
        parts += [f"<td>{picture}</td>"] if picture is not None else []
        title = f' title="{markup(hint)}"' if hint else ""
        parts.append(f"<td{_side(column)}{title}>{_text(text)}</td>")
    return f"<tr>{''.join(parts)}</tr>"


def _side(column: Column) -> str:
    return "" if column.left else ' class="n"'


def _text(cell: str) -> str:
    return (
        f'<div class="tall" tabindex="0">{markup(cell)}</div>' if len(cell) > LONGEST_NAME else markup(cell)
    )
