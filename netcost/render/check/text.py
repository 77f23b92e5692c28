"""For a person at a terminal or in a log: what is wrong in full, what is fine in a line."""

from __future__ import annotations

from collections.abc import Iterator

from netcost import escape
from netcost.budget.result import CheckResult, ModelResult
from netcost.render.check import Checked
from netcost.render.check.wording import LABELS, details, kept, line_of, sentence, verdict
from netcost.render.screen import Screen

WIDTH = max(map(len, LABELS.values()))
INDENT = " " * (WIDTH + 1)


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write every model in its order, the notes, and the verdict."""
    del screen
    return (f"{escape.line(line)}\n" for line in _lines(checked.result))


def _lines(result: CheckResult) -> Iterator[str]:
    for model in result.models:
        yield from _model(model)
    for note in result.notes:
        label = LABELS[note.status] if note.status != "pass" else "note"
        yield f"{label:{WIDTH}} {note.text}" + (f"  ({line_of(note.place)})" if note.place else "")
    compared = f", compared with {result.base}" if result.base else ""
    yield f"{verdict(result)}{compared}"


def _model(model: ModelResult) -> Iterator[str]:
    for flaw in model.flaws:
        yield f"{LABELS['error']:{WIDTH}} {flaw.place or model.name}: {flaw.message}"
    for check in model.checks:
        if check.status == "skip":
            yield f"{LABELS['skip']:{WIDTH}} {model.name} {sentence(check)}"
        elif check.status != "pass":
            yield f"{LABELS[check.status]:{WIDTH}} {model.name} {sentence(check)}"
            yield from (INDENT + line for line in details(check))
    if model.status == "pass":
        yield f"{LABELS['pass']:{WIDTH}} {model.name} {kept(model)}"
