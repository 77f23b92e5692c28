"""Workflow commands of GitHub Actions: the gravest findings as annotations of a pull request's lines.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escaping is that of
GitHub's own toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath

from netcost import escape
from netcost.budget.result import CheckResult
from netcost.place import Place
from netcost.render.check import Checked
from netcost.render.check.wording import details, sentence, verdict
from netcost.render.screen import Screen

MOST = 10
"""GitHub shows no more annotations of a step."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One workflow command."""

    level: str
    title: str
    text: str
    place: Place | None

    def line(self, folder: str) -> str:
        """The command; `folder` is where paths start from, seen from the top of the repository."""
        properties = {"title": self.title}
        if self.place and self.place.line:
            file = normpath(join(folder, self.place.path.replace("\\", "/")))
            properties = {
                "file": file,
                "line": str(self.place.line),
                "col": str(self.place.column),
            } | properties
        listed = ",".join(f"{name}={escape.annotation_property(value)}" for name, value in properties.items())
        return f"::{self.level} {listed}::{escape.annotation(self.text)}"


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write at most ten annotations, errors first and the gravest of them before the others."""
    del screen
    result = checked.result
    found = [*_flaws(result), *_checks(result), *_notes(result)]
    found.sort(key=lambda annotation: annotation.level)
    yield from (f"{annotation.line(result.folder)}\n" for annotation in found[:MOST])
    more = len(found) - MOST
    yield verdict(result) + (f"; {more:,} more without annotation\n" if more > 0 else "\n")


def _flaws(result: CheckResult) -> Iterator[Annotation]:
    for model in result.models:
        for flaw in model.flaws:
            yield Annotation("error", f"netcost: {model.name}", flaw.message, flaw.place)


def _checks(result: CheckResult) -> Iterator[Annotation]:
    for model, check in result.broken:
        level = "error" if check.status == "fail" else "warning"
        culprit = check.culprit_place
        is_line = culprit is not None and culprit.annotates and not model.bundled
        place = culprit if is_line else check.place
        text = "\n".join([f"{model.name} {sentence(check)}", *details(check)])
        yield Annotation(level, f"netcost: {check.subject} of {model.name}", text, place)


def _notes(result: CheckResult) -> Iterator[Annotation]:
    for note in result.notes:
        if note.status != "pass":
            level = "error" if note.status == "fail" else "warning"
            yield Annotation(level, "netcost: the budget", note.text, note.place)
