"""The page of `netcost check`: what broke, by how much and where; then what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netcost.budget.result import Check, CheckResult
from netcost.escape import markup
from netcost.number import is_exact, known_part
from netcost.render.check import Checked
from netcost.render.check.sheets import sheets
from netcost.render.check.wording import sentence, where
from netcost.render.content import Screen
from netcost.render.html import marks
from netcost.render.html.page import document, folded, listed
from netcost.render.html.table import Beside, sheet_table
from netcost.render.sheet import Column, Sheet

FINDING = 2
"""The column that says what is wrong, beside which the value stands with its limit."""


NO_BAR = Beside("")
KEPT_COLUMNS = tuple(Column(head, left=True) for head in ("Model", "What holds", "Where"))


def render(content: Checked, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    found, *others = sheets(content.result)
    return document(found.title, _body(content.result, found, others))


def _body(result: CheckResult, found: Sheet, others: Sequence[Sheet]) -> Iterator[str]:
    yield f"<h1>{markup(found.title)}</h1>{sheet_table(found, _bars(result, found))}{listed(found.notes)}"
    for sheet in others:
        yield f"<h2>{markup(sheet.title)}</h2>{sheet_table(sheet)}{listed(sheet.notes)}"
    passed = [
        (model.name, check) for model in result.models for check in model.checks if check.status == "pass"
    ]
    if passed:
        yield folded(f"What holds: {len(passed)}", _kept(passed))


def _kept(passed: Sequence[tuple[str, Check]]) -> str:
    """The rules that hold, with how near the values are to their limits."""
    rows = [(model, sentence(check), where(check)) for model, check in passed]
    return sheet_table(Sheet("What holds", KEPT_COLUMNS, rows), {1: [_bar(check) for _, check in passed]})


def _bars(result: CheckResult, found: Sheet) -> Mapping[int, Sequence[Beside]]:
    """A bar for each broken rule; those that could not be analyzed stand before them, those that are fine behind."""
    flaws = sum(len(model.flaws) for model in result.models)
    bars = [_bar(check) for _, check in result.broken]
    return {FINDING: [*[NO_BAR] * flaws, *bars, *[NO_BAR] * (len(found.rows) - flaws - len(bars))]}


def _bar(check: Check) -> Beside:
    if not is_exact(check.limit) or isinstance(check.value, tuple) or check.undecided:
        return NO_BAR
    return Beside(marks.limit(known_part(check.value), check.limit, broken=check.status != "pass"))
