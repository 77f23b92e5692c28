"""The sums of a block or a network as text: each with its parts below it, numbers under numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netcost import escape
from netcost.derivation import Breakdown, Entry, Part, Sum
from netcost.number import is_exact
from netcost.render.derivation import EQUALS, INDENT, WIDTH, bold, filled
from netcost.units import number_text
from netcost.wording import counted, listed, short_share

GAP = "  "
MOST_TERMS = 12
"""Parts of a sum that is written in one line, at most."""


class Line(NamedTuple):
    """One part as a line: its name, indented, its number, its share of the whole, and how it comes about."""

    name: str
    number: str
    share: str
    how: str


def render(breakdown: Breakdown, *, hint: str = "", width: int = WIDTH, color: bool = False) -> str:
    """Write sums: the block, each sum with its parts, the parts of those indented.

    Args:
        breakdown: what to write.
        hint: what else can be asked for.
        width: columns to fit in; a line gets longer only where it cannot be broken.
        color: set headings off, with the escape codes of a terminal.

    Returns:
        The text; it ends with a line end.
    """
    written = [_heading(breakdown, color=color)]
    written += [list(_sum(each, width, color=color)) for each in breakdown.sums]
    if hint:
        written.append(list(filled("", escape.terminal(hint).split(" "), width)))
    return "\n\n".join("\n".join(map(escape.log, lines)) for lines in written) + "\n"


def listing(name: str, entries: Sequence[Entry], *, color: bool = False) -> str:
    """Write the layers of a network: name, type, output, one a line.

    Returns:
        The text; it ends with a line end.
    """
    rows = [(escape.terminal(each.name), escape.terminal(each.what), str(each.output)) for each in entries]
    names, whats = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    lines = [bold(escape.terminal(name), color=color)]
    lines += [f"{INDENT}{own:{names}}{GAP}{what:{whats}}{GAP}{output}" for own, what, output in rows]
    return "\n".join(map(escape.log, lines)) + "\n"


def _heading(breakdown: Breakdown, *, color: bool) -> list[str]:
    lines = [bold(escape.terminal(f"{breakdown.name}: {breakdown.label}"), color=color)]
    for name, shape in breakdown.inputs:
        own = name == "input" and len(breakdown.inputs) == 1
        lines.append(f"{INDENT}input   {shape}" + ("" if own else f"{GAP}from {escape.terminal(name)}"))
    for name, shape in breakdown.outputs:
        alone = len(breakdown.outputs) == 1
        lines.append(f"{INDENT}output  {shape}" + ("" if alone else f"{GAP}of {escape.terminal(name)}"))
    return lines


def _sum(told: Sum, width: int, *, color: bool) -> Iterator[str]:
    yield bold(escape.terminal(_headline(told, width)), color=color)
    lines = [line for part in told.parts for line in _lines(part, told)]
    room = max((len(line.name) for line in lines), default=0)
    digits = max((len(line.number) for line in lines), default=0)
    percent = max((len(line.share) for line in lines), default=0)
    for line in lines:
        cells = [line.name.ljust(room), line.number.rjust(digits)]
        cells += [line.share.rjust(percent)] if percent else []
        head = GAP.join(cells)
        how = line.how
        if how and len(head + GAP + how) > width:
            yield head.rstrip()
            indent = line.name[: len(line.name) - len(line.name.lstrip())] + INDENT
            yield from filled(indent, how.split(" "), width)
        else:
            yield (head + GAP + how).rstrip()
    for note in told.notes:
        yield from filled(INDENT, escape.terminal(note).split(" "), width)


def _headline(told: Sum, width: int) -> str:
    """The sum in one line, `params = 75,008 + 2 * 70,400 = 215,808`, or its outcome alone where that is too long."""
    if told.total is None:
        return told.name
    total = number_text(told.total)
    if told.unit == "bytes" and is_exact(told.total) and told.total >= 2**10:
        total += f" ({number_text(told.total, 'bytes')})"
    terms = " + ".join(_term(part) for part in told.parts)
    whole = EQUALS.join([told.name, terms, total])
    written = told.adds and (len(told.parts) > 1 or _is_repeated(told)) and len(told.parts) <= MOST_TERMS
    return (
        whole if written and len(whole) <= width and is_exact(told.total) else f"{told.name}{EQUALS}{total}"
    )


def _is_repeated(told: Sum) -> bool:
    return any(len(part.names) > 1 for part in told.parts)


def _term(part: Part) -> str:
    times = f"{len(part.names):,} * " if len(part.names) > 1 else ""
    return times + number_text(part.each)


def _lines(part: Part, told: Sum, level: int = 1) -> Iterator[Line]:
    name = INDENT * level + escape.terminal(listed(part.names, most=1))
    percent = short_share(part.total, told.total) if level == 1 and told.adds and len(told.parts) > 1 else ""
    yield Line(name, number_text(part.total), percent, escape.terminal(_how(part)))
    for each in part.parts:
        yield from _lines(each, told, level + 1)


def _how(part: Part) -> str:
    """How its number comes about; of parts that are alike, how many there are of one."""
    layers = counted(part.layers, "layer") if part.layers else ""
    if len(part.names) == 1:
        return ", ".join(filter(None, [f"= {part.how}" if part.how else "", layers, part.what]))
    own = ", ".join(filter(None, [part.how, layers, part.what]))
    return (
        f"= {_term(part)}, each{':' if part.parts else f' {own}'}"
        if part.parts or own
        else f"= {_term(part)}"
    )
