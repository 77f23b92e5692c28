"""GitLab's code quality report: the findings beside the lines of a merge request.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netcost import escape
from netcost.render.check import Checked
from netcost.render.check.findings import Finding, findings
from netcost.render.content import Screen

SEVERITIES = {"error": "major", "warning": "minor"}
NO_FILE = "netcost-budget.yaml"
"""What a finding without a line is shown at: every entry must have a place."""


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write all findings."""
    del screen
    import json

    found = [_entry(finding, checked.result.folder) for finding in findings(checked.result)]
    yield escape.json(json.dumps(found, indent=2, ensure_ascii=False)) + "\n"


def _entry(finding: Finding, folder: str) -> dict[str, Any]:
    file = finding.file(folder)
    return {
        "description": finding.text,
        "check_name": f"netcost.{finding.rule}",
        "fingerprint": _fingerprint(finding, file),
        "severity": SEVERITIES[finding.level],
        "location": {
            "path": file or NO_FILE,
            "lines": {"begin": finding.place.line if file and finding.place else 1},
        },
    }


def _fingerprint(finding: Finding, file: str) -> str:
    """The same from run to run, whatever the numbers are: by the rule, what it is about, and the file."""
    from hashlib import sha256

    return sha256(repr((finding.rule, finding.title, file)).encode()).hexdigest()
