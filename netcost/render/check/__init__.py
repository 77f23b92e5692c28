"""The result of a check as text: one file for each format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from netcost.budget.result import CheckResult
from netcost.render import Format

FORMATS: Mapping[str, Format] = {
    "text": Format("netcost.render.check.text", (".txt",)),
    "json": Format("netcost.render.check.json", (".json",)),
    "markdown": Format("netcost.render.check.markdown", (".md", ".markdown")),
    "github": Format("netcost.render.check.github", ()),
    "junit": Format("netcost.render.check.junit", (".xml",)),
}
"""Every format by the name that a user gives."""


def render(result: CheckResult, name: str) -> str:
    """Write the result of a check in a format; the text ends with a line end, unless it is empty.

    Raises:
        KeyError: there is no such format.
    """
    lines: Iterator[str] = import_module(FORMATS[name].module).render(result)
    return "".join(f"{line}\n" for line in lines)
