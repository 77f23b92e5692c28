"""Workflow commands of GitHub Actions: the gravest findings as annotations of a pull request's lines.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the escaping is that of
GitHub's own toolkit.
"""

from __future__ import annotations

from collections.abc import Iterator

from netcost import escape
from netcost.render.check import Checked
from netcost.render.check.findings import Finding, findings
from netcost.render.check.wording import verdict
from netcost.render.content import Screen

MOST = 10
"""GitHub shows no more annotations of a step."""


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write at most ten annotations, errors first and the gravest of them before the others."""
    del screen
    result = checked.result
    found = findings(result)
    yield from (f"{_command(finding, result.folder)}\n" for finding in found[:MOST])
    more = len(found) - MOST
    yield verdict(result) + (f"; {more:,} more without annotation\n" if more > 0 else "\n")


def _command(finding: Finding, folder: str) -> str:
    """One workflow command; `folder` is where paths start from, seen from the top of the repository."""
    properties = {"title": finding.title}
    file = finding.file(folder)
    if file and finding.place:
        spot = {"file": file, "line": str(finding.place.line), "col": str(finding.place.column)}
        properties = spot | properties
    listed = ",".join(f"{name}={escape.annotation_property(value)}" for name, value in properties.items())
    return f"::{finding.level} {listed}::{escape.annotation(finding.text)}"
