"""Content as text: one file for each format, imported when it is asked for.

A format is a module with `render(content, screen)`, and a line of `FORMATS`; every command then has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from netcost.record import Record
from netcost.render.content import Content, Screen

__all__ = [
    "CHARTS",
    "FORMATS",
    "USUAL_CHART",
    "Content",
    "Format",
    "Screen",
    "chart_spellings",
    "formats_of",
    "render",
]


class Format(Record):
    """One way to write content.

    Args:
        suffixes: the files that are written so.
        module: the module whose `render` writes whatever a command has to tell; empty if it cannot.
        own: the modules that write what a command has to tell in a way of its own, by the command's name.
        rows: the commands that write rows in it themselves, while they work them out.
        read_at_terminal: whether it is for a person and takes the shape that the terminal can show.
    """

    suffixes: tuple[str, ...] = ()
    module: str = ""
    own: Mapping[str, str] = {}
    rows: Sequence[str] = ()
    read_at_terminal: bool = False

    def module_for(self, command: str) -> str:
        """The module that writes what a command has to tell; empty if there is none."""
        return self.own.get(command, self.module)

    @property
    def commands(self) -> Sequence[str]:
        """The commands that write it in a way of their own."""
        return (*self.own, *self.rows)


LISTS = ("formats", "layers")
"""Commands that write a page for a person."""

FORMATS: dict[str, Format] = {
    "text": Format(
        (".txt",),
        own={
            "check": "netcost.render.check.text",
            "solve": "netcost.render.solution",
            **dict.fromkeys(LISTS, "netcost.render.listing"),
        },
        read_at_terminal=True,
    ),
    "table": Format((".txt",), "netcost.render.table", read_at_terminal=True),
    "csv": Format((".csv",), "netcost.render.csv", rows=("sweep",)),
    "jsonl": Format((".jsonl",), rows=("sweep",)),
    "parquet": Format((".parquet",), rows=("sweep",)),
    "json": Format((".json",), "netcost.render.json"),
    "markdown": Format(
        (".md", ".markdown"), "netcost.render.markdown", {"check": "netcost.render.check.comment"}
    ),
    "github": Format(own={"check": "netcost.render.check.github"}),
    "junit": Format((".xml",), own={"check": "netcost.render.check.junit"}),
    "sarif": Format((".sarif",), own={"check": "netcost.render.check.sarif"}),
    "gitlab": Format(own={"check": "netcost.render.check.gitlab"}),
    "html": Format(
        (".html", ".htm"),
        "netcost.render.html.sheets",
        {
            "analyze": "netcost.render.html.reports",
            "memory": "netcost.render.html.memory",
            "diff": "netcost.render.html.diff",
            "check": "netcost.render.html.check",
            "sweep": "netcost.render.html.variants",
            "solve": "netcost.render.html.solution",
        },
    ),
    "svg": Format(
        (".svg",),
        own={
            "analyze": "netcost.render.html.chart",
            "memory": "netcost.render.html.timeline",
            "sweep": "netcost.render.html.density",
        },
    ),
}
"""Every format by the name that a user gives; of two with one suffix, files get the first that the command has."""

CHARTS: Mapping[str, Sequence[str]] = {
    "bars": ("memory", "params", "macs"),
    "treemap": ("params", "macs"),
    "blocks": (),
    "timeline": (),
    "roofline": (),
}
"""Pictures by name, and what each can show: the first where nothing is said, nothing where it shows one thing only."""

USUAL_CHART = "blocks"
"""What is drawn where no picture is named."""


def formats_of(command: str) -> dict[str, Format]:
    """The formats that a command has."""
    return {name: each for name, each in FORMATS.items() if each.module_for(command) or command in each.rows}


def render(content: Content, name: str = "table", screen: Screen | None = None) -> Iterator[str]:
    """Write what a command has to tell in a format.

    Returns:
        The text in pieces, so that a long one can be written while it is made; it ends with a line end, unless it
        is empty.

    Raises:
        KeyError: there is no such format, or it does not write what the command has to tell.
    """
    module = FORMATS[name].module_for(content.command)
    if not module:
        raise KeyError(name)
    pieces: Iterator[str] = import_module(module).render(content, screen or Screen())
    return pieces


def chart_spellings(kinds: Sequence[str] = tuple(CHARTS)) -> list[str]:
    """How pictures are asked for: `bars:memory`, `blocks`."""
    return [":".join(filter(None, (kind, metric))) for kind in kinds for metric in CHARTS[kind] or ("",)]
