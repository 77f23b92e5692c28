"""A comment for a pull request, in GitHub Markdown: what is wrong and what changed, never too long to post.

The first line is a mark by which a later run finds the comment again and replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from netcost import escape
from netcost.budget.result import CheckResult
from netcost.render.check import Checked, sheets
from netcost.render.check.wording import verdict
from netcost.render.content import Screen
from netcost.render.markdown import lines
from netcost.render.sheet import Sheet
from netcost.wording import counted

MARK = "<!-- netcost -->"
MOST_CHARACTERS = 59_000
"""GitHub takes 65,536; what is left out is said in less than the remaining room."""

LONGEST_TEXT = 200
"""Characters of a name or a message; of longer ones, the end is left out."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the comment, of which rows may be left out."""

    head: Sequence[str]
    rows: Sequence[str]
    tail: Sequence[str] = ("",)


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write what is wrong, then what changed, then the layers that did; what is unchanged has no row."""
    del screen
    result = checked.result
    compared = f", compared with {_text(result.base)}" if result.base else ""
    top = [MARK, f"### netcost: {verdict(result)}{compared}", ""]
    for line in (*top, *fitted(_sections(result), MOST_CHARACTERS - _size(top))):
        yield f"{line}\n"


def fitted(sections: Iterable[Section], room: int) -> Iterator[str]:
    """Give the lines of sections as long as there is room, and say how many rows have none."""
    left_out = 0
    for section in sections:
        frame = _size((*section.head, *section.tail))
        sizes = accumulate((len(row) + 1 for row in section.rows), initial=frame)
        fitting = sum(size <= room for size in sizes) - 1
        left_out += len(section.rows) - max(fitting, 0)
        if fitting > 0:
            rows = section.rows[:fitting]
            room -= frame + _size(rows)
            yield from (*section.head, *rows, *section.tail)
    if left_out:
        rows_are = "1 row is" if left_out == 1 else f"{left_out:,} rows are"
        yield f"{rows_are} left out for length; the JSON output has everything."


def _sections(result: CheckResult) -> Iterator[Section]:
    yield _table(sheets.findings(result))
    yield _list(sheets.notes(result))
    yield _list(sheets.remarks(result))
    yield _table(sheets.totals(result))
    for model in result.models:
        if model.comparison:
            yield _folded(model.name, _table(sheets.layers(model, model.comparison)))


def _folded(model: str, table: Section) -> Section:
    """A table of a model's layers that is folded away."""
    layers = counted(len(table.rows), "layer")
    summary = f"<details><summary>{escape.html(_shortened(model))}: {layers} changed</summary>"
    return Section((summary, "", *table.head), table.rows, ("", "</details>", ""))


def _table(sheet: Sheet) -> Section:
    cells = [[_shortened(cell) for cell in row] for row in sheet.rows]
    _, _, head, rule, *body = lines(Sheet("", sheet.columns, cells))
    return Section((head, rule), body)


def _list(texts: Iterable[str]) -> Section:
    return Section((), [f"- {_text(text)}" for text in texts])


def _text(text: str) -> str:
    """Write a text so that it is shown as it is and is not too long."""
    return escape.markdown(_shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _size(texts: Iterable[str]) -> int:
    """Characters of some lines, their ends included."""
    return sum(len(text) + 1 for text in texts)
