"""The list of formats."""

from __future__ import annotations

import subprocess
import sys

import pytest
from handmade import report, row

from netcost.render import formats_of, render
from netcost.render.reports import Reports


@pytest.mark.parametrize("name", formats_of("analyze"))
def test_every_format_ends_its_text_with_a_line_end(name: str) -> None:
    """Files can be joined, and a prompt stands on a line of its own."""
    assert "".join(render(Reports([report(row())]), name)).endswith("\n")


@pytest.mark.parametrize("name", ["csv", "json", "markdown"])
def test_formats_for_programs_do_not_need_rich(name: str) -> None:
    """Start-up time is a feature."""
    code = f"""
import sys
from netcost.dtypes import Precision
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report import Report
list(render(Reports([Report("net", "", Precision(), {{}}, {{}}, [])]), {name!r}))
print([module for module in sys.modules if module.partition(".")[0] == "rich"])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
