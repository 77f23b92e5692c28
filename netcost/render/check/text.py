"""For a person at a terminal or in a log: what is wrong in full, what is fine in a line."""

from __future__ import annotations

from collections.abc import Iterator

from netcost import escape
from netcost.budget.result import CheckResult, ModelResult, Status
from netcost.render.check import Checked
from netcost.render.check.wording import LABELS, details, kept, line_of, sentence, verdict
from netcost.render.content import Screen
from netcost.render.paint import painted, unpainted
from netcost.wording import wrapped

WIDTH = max(map(len, LABELS.values()))
INDENT = " " * (WIDTH + 1)
NOTE = "note"


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write every model in its order, the notes, and the verdict; quietly, only what is wrong."""
    writer = _Writer(screen)
    return (f"{escape.log(line)}\n" for line in writer.lines(checked.result))


class _Writer:
    """Writes lines as wide and in such colours as the screen has them."""

    def __init__(self, screen: Screen) -> None:
        self.width = screen.width
        self.quiet = screen.quiet
        self.paint = painted if screen.color else unpainted

    def lines(self, result: CheckResult) -> Iterator[str]:
        """Everything there is to say, or only what is wrong."""
        for model in result.models:
            yield from self._model(model)
        for note in result.notes:
            place = f"  ({line_of(note.place)})" if note.place else ""
            if note.status != "pass":
                yield from self._labelled(note.status, f"{note.text}{place}")
            elif not self.quiet:
                yield from self._line(NOTE, NOTE, f"{note.text}{place}")
        if not self.quiet:
            compared = f", compared with {result.base}" if result.base else ""
            said = wrapped(escape.terminal(f"{verdict(result)}{compared}"), self.width)
            yield from (self.paint(result.status, line) for line in said)

    def _model(self, model: ModelResult) -> Iterator[str]:
        if model.flaws:
            from netcost.source.excerpt import Look, told

            yield told(model.flaws, model.sources, Look(self.width, self.paint))
        for check in model.checks:
            if check.status == "pass" or (check.status == "skip" and self.quiet):
                continue
            yield from self._labelled(check.status, f"{model.name} {sentence(check)}")
            for line in details(check) if check.status != "skip" else ():
                yield from wrapped(escape.terminal(line), self.width, INDENT, f"{INDENT}  ")
        if model.status == "pass" and not self.quiet:
            yield from self._labelled("pass", f"{model.name} {kept(model)}")

    def _labelled(self, status: Status, text: str) -> Iterator[str]:
        return self._line(LABELS[status], status, text)

    def _line(self, label: str, status: str, text: str) -> Iterator[str]:
        """A text behind its label, further lines of it further in."""
        first, *rest = wrapped(escape.terminal(text), self.width, f"{label:{WIDTH}} ", f"{INDENT}  ")
        yield self.paint(status, label) + first[len(label) :]
        yield from rest
