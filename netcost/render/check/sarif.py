"""SARIF, as code scanning of GitHub and many editors read it: a result for each finding.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netcost import __version__, escape
from netcost.render.check import Checked
from netcost.render.check.findings import Finding, findings
from netcost.render.content import Screen

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write one run with all findings."""
    del screen
    import json

    result = checked.result
    found = findings(result)
    rules = [{"id": rule} for rule in dict.fromkeys(finding.rule for finding in found)]
    run = {
        "tool": {"driver": {"name": "netcost", "version": __version__, "rules": rules}},
        "results": [_result(finding, result.folder) for finding in found],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield escape.json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _result(finding: Finding, folder: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": finding.text},
    }
    file = finding.file(folder)
    if file and finding.place:
        region = {"startLine": finding.place.line, "startColumn": finding.place.column}
        location = {"artifactLocation": {"uri": file}, "region": region}
        found["locations"] = [{"physicalLocation": location}]
    return found
