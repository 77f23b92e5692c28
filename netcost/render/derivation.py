"""A derivation as text, laid out for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netcost import escape
from netcost.derivation import Derivation, Formula, Section, Symbol

WIDTH = 80
INDENT = "  "
GAP = " " * 6
EQUALS = " = "
SIGNS = frozenset("+-")
OPERATORS = SIGNS | frozenset("*/%")
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def render(derivation: Derivation, *, width: int = WIDTH, color: bool = False) -> str:
    """Write a derivation: the layer, its formulas by section, what their symbols stand for.

    Args:
        derivation: what to write.
        width: columns to fit in; a line gets longer only where it cannot be broken.
        color: set headings and results off, with the escape codes of a terminal.

    Returns:
        The text; it ends with a line end.
    """
    blocks = [_heading(derivation, width, color=color)]
    blocks += [_section(section, width, color=color) for section in derivation.sections]
    if derivation.symbols:
        blocks.append(_legend(derivation.symbols, color=color))
    return "\n\n".join("\n".join(map(escape.log, block)) for block in blocks) + "\n"


def _heading(derivation: Derivation, width: int, *, color: bool) -> list[str]:
    title = escape.terminal(f"{derivation.name}: {derivation.label}")
    place = escape.terminal(str(derivation.place or ""))
    beside = place and len(title + GAP + place) <= width
    lines = [bold(title, color=color) + (GAP + place if beside else "")]
    lines += [INDENT + place] if place and not beside else []
    for name, shape in derivation.inputs:
        lines.append(
            f"{INDENT}input   {shape}" + (f"  from {escape.terminal(name)}" if name != "input" else "")
        )
    return [*lines, f"{INDENT}output  {derivation.output}"]


def _section(section: Section, width: int, *, color: bool) -> list[str]:
    heads = [escape.terminal(EQUALS.join(formula.names)) for formula in section.formulas]
    room = max(map(len, heads), default=0)
    lines = [bold(escape.terminal(section.title), color=color)]
    for head, formula in zip(heads, section.formulas, strict=True):
        lines += _formula(INDENT + head.rjust(room), formula, width, color=color)
    for note in map(escape.terminal, section.notes):
        lines += filled(INDENT, note.split(" "), width)
    return lines


def _formula(head: str, formula: Formula, width: int, *, color: bool) -> list[str]:
    """Write a formula on one line, or its words on the first line and figures and result below."""
    said = (formula.words, formula.figures, formula.halfway, formula.result)
    steps = list(dict.fromkeys(filter(None, map(escape.terminal, said))))
    if steps[0] == escape.terminal(formula.names[-1]):
        del steps[0]
    whole = EQUALS.join(steps)
    parts = [whole] if len(head + EQUALS + whole) <= width else steps[:1]
    for step in steps[1:] if parts != [whole] else ():
        joined = parts[-1] + EQUALS + step
        if len(parts) > 1 and len(head + EQUALS + joined) <= width:
            parts[-1] = joined
        else:
            parts.append(step)
    margins = [head, *(" " * len(head) for _ in parts[1:])]
    lines = [
        line
        for margin, part in zip(margins, parts, strict=True)
        for line in filled(margin + EQUALS, _terms(part, width - len(margin + EQUALS + INDENT)), width)
    ]
    lines[-1] = lines[-1].removesuffix(formula.result) + bold(formula.result, color=color)
    return lines


def _terms(text: str, room: int) -> list[str]:
    """Cut a formula into terms, or before every operator if a term does not fit in the room."""
    terms = _cut(text, lambda operator, depth: operator in SIGNS and depth == 0)
    if max(map(len, terms)) <= room:
        return terms
    return _cut(text, lambda operator, _: operator in OPERATORS)


def _cut(text: str, breaks: Callable[[str, int], bool]) -> list[str]:
    """Cut a formula before the words that break it, given how deep in brackets they are."""
    pieces: list[str] = []
    depth = 0
    for word in text.split(" "):
        if not pieces or breaks(word, depth):
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
        depth += word.count("(") - word.count(")")
    return pieces


def filled(margin: str, pieces: Sequence[str], width: int) -> Iterator[str]:
    """Fill lines with pieces; all but the first are indented further."""
    line = margin + pieces[0]
    for piece in pieces[1:]:
        if len(line) + 1 + len(piece) > width:
            yield line
            line = " " * len(margin) + INDENT + piece
        else:
            line += f" {piece}"
    yield line


def _legend(symbols: Sequence[Symbol], *, color: bool) -> list[str]:
    names = max(len(symbol.name) for symbol in symbols)
    width = max(len(symbol.figure) for symbol in symbols)
    rows = (f"{INDENT}{each.name:>{names}}{EQUALS}{each.figure:<{width}}  {each.meaning}" for each in symbols)
    return [bold("where", color=color), *map(escape.terminal, rows)]


def bold(text: str, *, color: bool) -> str:
    """Set a text off, where there are colours."""
    return f"{BOLD}{text}{PLAIN}" if color else text
