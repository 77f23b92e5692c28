"""What is wrong, one by one, as reviewers are shown it beside the lines of their change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import Literal

from netcost.budget.result import CheckResult
from netcost.place import Place
from netcost.render.check.wording import details, sentence

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a model, a broken rule, or a note about the budget that is no good news.

    Args:
        level: how grave it is.
        rule: the kind of rule that is broken, `max` or `share`; `spec` for a fault, the kind of a note.
        title: what it is about.
        text: what is wrong, in one line or several.
        place: where it is shown; None where there is no such place.
    """

    level: Level
    rule: str
    title: str
    text: str
    place: Place | None

    def file(self, folder: str) -> str:
        """The file of its place, from the top of the repository, where the folder is seen from; empty if there is none."""
        path = self.place.path.replace("\\", "/") if self.place and self.place.line else ""
        return normpath(join(folder, path)) if path else ""


def findings(result: CheckResult) -> list[Finding]:
    """All of them, errors first and the gravest of those before the others."""
    found = [*_flaws(result), *_checks(result), *_notes(result)]
    return sorted(found, key=lambda each: each.level)


def _flaws(result: CheckResult) -> Iterator[Finding]:
    for model in result.models:
        for flaw in model.flaws:
            yield Finding("error", "spec", f"netcost: {model.name}", flaw.message, flaw.place)


def _checks(result: CheckResult) -> Iterator[Finding]:
    for model, check in result.broken:
        culprit = check.culprit_place
        is_line = culprit is not None and culprit.annotates and not model.bundled
        text = "\n".join([f"{model.name} {sentence(check)}", *details(check)])
        title = f"netcost: {check.subject} of {model.name}"
        level: Level = "error" if check.status == "fail" else "warning"
        yield Finding(level, check.kind, title, text, culprit if is_line else check.place)


def _notes(result: CheckResult) -> Iterator[Finding]:
    for note in result.notes:
        if note.status != "pass":
            level: Level = "error" if note.status == "fail" else "warning"
            yield Finding(level, note.kind, "netcost: the budget", note.text, note.place)
