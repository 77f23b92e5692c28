"""How what is wrong is shown: place, message, source lines and carets; as wide as there is room, in colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Literal, NamedTuple, Protocol, TypeAlias

from netcost import escape
from netcost.place import Place
from netcost.wording import wrapped

MAX_SHOWN = 20
"""Problems printed in full; the others are counted."""

MAX_LINE = 120
"""Characters of a source line; longer ones are shown in part."""

MIN_LINE = 20
"""Where there is little room, so many are shown nevertheless."""

LEAD = 40
"""Characters shown before the marked column of such a line, or a third of them."""

MIN_GUTTER = 2
LEAST_ROOM = 40
"""Columns for what is said of a mark; where there are fewer beside it, it is said below."""

Role: TypeAlias = Literal["error", "warning", "place", "gutter", "mark", "related"]
Paint: TypeAlias = Callable[[Role, str], str]
"""Gives a part of a line the colour of its role."""


class Wrong(Protocol):
    """What is shown of a fault, as `netcost.source.problem.Problem` has it."""

    @property
    def place(self) -> Place:
        """Where it is."""
        ...

    @property
    def message(self) -> str:
        """What is wrong."""
        ...

    @property
    def hint(self) -> str | None:
        """What to write instead."""
        ...

    @property
    def related(self) -> Sequence[tuple[Place, str]]:
        """Other spots that explain it."""
        ...

    @property
    def trail(self) -> Sequence[str]:
        """The blocks that were being called."""
        ...


class Look(NamedTuple):
    """How wide lines may be, without a limit where None, and how they are coloured."""

    width: int | None = None
    paint: Paint = lambda _, text: text


PLAIN = Look()


class _Mark(NamedTuple):
    """A run of `^` or `-` under a source line, and the text after it."""

    place: Place
    symbol: str
    text: str


def told(problems: Sequence[Wrong], sources: Mapping[str, Sequence[str]], look: Look = PLAIN) -> str:
    """All problems, those beyond the first so many counted.

    Args:
        problems: what is wrong.
        sources: the lines of each path.
        look: how it is to be shown.
    """
    shown = ["\n".join(_lines(problem, sources, look)) for problem in islice(problems, MAX_SHOWN)]
    more = len(problems) - len(shown)
    return "\n\n".join([*shown, f"and {more:,} more"] if more else shown)


def headed(place: str, role: Role, message: str, look: Look = PLAIN) -> list[str]:
    """What is wrong in one sentence, where it is before it: `net.yaml:3:9: error: ...`."""
    start = f"{place}: {role}:" if place else f"{role}:"
    first, *rest = wrapped(message, look.width, f"{start} ", "    ")
    painted = f"{look.paint('place', place)}: {look.paint(role, role)}:" if place else look.paint(role, start)
    return [painted + first[len(start) :], *rest]


def excerpt(problem: Wrong, sources: Mapping[str, Sequence[str]], look: Look = PLAIN) -> Iterator[str]:
    """The lines that a problem is about with what is said of them, or else its hint; then where it came from."""
    hint = _sentence(problem.hint or "")
    marks = [_Mark(problem.place, "^", hint), *(_Mark(place, "-", text) for place, text in problem.related)]
    known = [mark for mark in marks if _has_line(mark.place, sources)]
    gutter = max([MIN_GUTTER, *(len(str(mark.place.line)) for mark in known)])
    margin = " " * gutter
    if hint and marks[0] not in known:
        first, *rest = wrapped(hint, look.width, f"{margin} = ", f"{margin}   ")
        yield from (look.paint("gutter", first[: gutter + 2]) + first[gutter + 2 :], *rest)
    known.sort(key=lambda mark: (mark.place.path != problem.place.path, mark.place))
    for path, group in groupby(known, key=lambda mark: mark.place.path):
        here = list(group)
        elsewhere = path != problem.place.path
        yield margin + look.paint(
            "gutter", f" --> {escape.terminal(str(here[0].place))}" if elsewhere else " |"
        )
        yield from _marked(here, sources[path], gutter, look)
    for call in problem.trail:
        yield from wrapped(_sentence(call), look.width, f"{margin} ", f"{margin}   ")


def _lines(problem: Wrong, sources: Mapping[str, Sequence[str]], look: Look) -> Iterator[str]:
    head = headed(escape.terminal(str(problem.place)), "error", _sentence(problem.message), look)
    return map(escape.log, [*head, *excerpt(problem, sources, look)])


def _sentence(text: str) -> str:
    return escape.terminal(escape.flat(text))


def _has_line(place: Place, sources: Mapping[str, Sequence[str]]) -> bool:
    return 1 <= place.line <= len(sources.get(place.path, ()))


def _marked(marks: Iterable[_Mark], source: Sequence[str], gutter: int, look: Look) -> Iterator[str]:
    """The marked source lines, each once with its marks below; a gap between lines shows as `...`."""
    beside = len("...") * 2 + gutter + len(" | ")
    most = MAX_LINE if look.width is None else max(MIN_LINE, min(MAX_LINE, look.width - beside))
    previous: tuple[int, int] | None = None  # line and first character on show
    for place, symbol, text in marks:
        line = source[place.line - 1]
        start = _window_start(len(line), place.column - 1, most)
        if previous != (place.line, start):
            if previous and place.line > previous[0] + 1:
                yield "..."
            cut = "..." if len(line) > start + most else ""
            window = escape.terminal(line[start : start + most]) + cut
            bar = look.paint("gutter", f"{place.line:>{gutter}} |")
            yield f"{bar} {'...' if start else ''}{window}".rstrip()
            previous = (place.line, start)
        before = escape.terminal(line[start : place.column - 1]).ljust(place.column - 1 - start)
        under = escape.terminal(line[place.column - 1 : min(place.column - 1 + place.width, start + most)])
        indent = _cells(before) + (len("...") if start else 0)
        underline = symbol * max(1, _cells(under))
        yield from _beneath(indent, underline, _sentence(text), gutter, look)


def _beneath(indent: int, underline: str, text: str, gutter: int, look: Look) -> Iterator[str]:
    """A mark and what is said of it: beside it, or below where there is too little room."""
    bar = " " * gutter + look.paint("gutter", " |")
    mark: Role = "mark" if underline.startswith("^") else "related"
    column = indent + len(underline) + 1
    room = None if look.width is None else look.width - gutter - len(" | ")
    if text and room is not None and room - column < min(len(text), LEAST_ROOM):
        yield f"{bar} {' ' * indent}{look.paint(mark, underline)}"
        column = max(0, min(indent, room - LEAST_ROOM))
        first, *rest = wrapped(text, room - column)
        said = [f"{' ' * column}{look.paint(mark, first)}"]
    else:
        first, *rest = wrapped(text, None if room is None else room - column)
        said = [f"{' ' * indent}{look.paint(mark, f'{underline} {first}'.rstrip())}"]
    said += [f"{' ' * column}{look.paint(mark, line)}" for line in rest]
    yield from (f"{bar} {line}" for line in said)


def _window_start(length: int, column: int, most: int) -> int:
    """The first character shown of a line, so that the marked one is in sight."""
    if length <= most:
        return 0
    return min(max(0, column - min(LEAD, most // 3)), length - most)


def _cells(text: str) -> int:
    """How many columns a terminal takes for the text."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in {"Mn", "Me"} else 2 if east_asian_width(char) in {"W", "F"} else 1
        for char in text
    )
