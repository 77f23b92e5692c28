"""What is wrong with a spec, and how it is shown: place, message, source lines and carets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter

from netcost import escape
from netcost.place import Place
from netcost.record import Record

MAX_SHOWN = 20  # problems printed in full; the others are counted
MAX_MESSAGE = 600  # characters of a message, which may quote the file
MAX_LINE = 120  # characters of a source line; longer ones are shown in part
LEAD = 40  # characters shown before the marked column of such a line
MAX_WORD = 64  # longer words have no near neighbour worth looking for
MAX_CANDIDATES = 400  # neighbours are looked for among so many words, as it takes a while
LIKE = 0.6  # share of letters in common that makes two words neighbours
HARDLY_LESS = 0.05
NEIGHBOURS = 3  # words that are tried in place of a misspelt one
MIN_GUTTER = 2


class Problem(Record, unequal=("lacking",)):
    """One fault of a spec.

    `hint` says what to write instead; `related` marks other spots that explain the fault, each with its
    text; `trail` names the blocks that were being called, innermost first. What is `lacking` may be
    right where it is marked: something else is missing beside it or before it.
    """

    place: Place
    message: str
    hint: str | None = None
    related: tuple[tuple[Place, str], ...] = ()
    trail: tuple[str, ...] = ()
    lacking: bool = False

    def _settle(self) -> None:
        """Keep the head of a message that quotes very much of the file: a hundred of those take a lot of memory."""
        for name in ("message", "hint"):
            text = getattr(self, name)
            if text and len(text) > MAX_MESSAGE:
                object.__setattr__(self, name, f"{text[:MAX_MESSAGE]}...")


class SpecError(Exception):
    """All the faults found in one reading, in the order of their places.

    `str()` shows each with its source line; `sources` gives the lines of each path.
    """

    def __init__(
        self, problems: Iterable[Problem], sources: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=attrgetter("place")))
        self.sources = sources or {}
        super().__init__(self.problems, self.sources)

    def __str__(self) -> str:
        shown = [_render(problem, self.sources) for problem in self.problems[:MAX_SHOWN]]
        more = len(self.problems) - len(shown)
        return "\n\n".join([*shown, f"and {more:,} more"] if more else shown)


def file_error(path: str, message: str, hint: str | None = None) -> SpecError:
    """An error of a file as a whole."""
    return SpecError([Problem(Place(path, 0, 0), message, hint)])


def nearest(word: str, candidates: Iterable[str], likeness: float = LIKE) -> str | None:
    """The candidate that was most likely meant by a misspelt word, or None if none is close."""
    return next(iter(neighbours(word, candidates, likeness, most=1)), None)


def neighbours(
    word: str, candidates: Iterable[str], likeness: float = LIKE, most: int = NEIGHBOURS
) -> list[str]:
    """The candidates that may be meant by a misspelt word: the likeliest, and those that are hardly less likely."""
    if len(word) > MAX_WORD:
        return []
    from difflib import SequenceMatcher, get_close_matches

    spellings = {candidate.lower(): candidate for candidate in islice(candidates, MAX_CANDIDATES)}
    close = get_close_matches(word.lower(), spellings, n=most, cutoff=likeness)
    shares = [SequenceMatcher(a=each, b=word.lower()).ratio() for each in close]
    return [
        spellings[each] for each, share in zip(close, shares, strict=True) if share >= shares[0] - HARDLY_LESS
    ]


class _Mark(Record):
    """A run of `^` or `-` under a source line, and the text after it."""

    place: Place
    symbol: str
    text: str


def _render(problem: Problem, sources: Mapping[str, Sequence[str]]) -> str:
    message = _sentence(problem.message)
    hint = _sentence(problem.hint or "")
    marks = [_Mark(problem.place, "^", hint), *(_Mark(place, "-", text) for place, text in problem.related)]
    known = [mark for mark in marks if _has_line(mark.place, sources)]
    gutter = max([MIN_GUTTER, *(len(str(mark.place.line)) for mark in known)])
    lines = [f"{escape.terminal(str(problem.place))}: error: {message}"]
    if hint and marks[0] not in known:
        lines.append(f"{' ' * gutter} = {hint}")
    known.sort(key=lambda mark: (mark.place.path != problem.place.path, mark.place))
    for path, group in groupby(known, key=lambda mark: mark.place.path):
        here = list(group)
        lines.append(
            " " * gutter
            + (" |" if path == problem.place.path else f" --> {escape.terminal(str(here[0].place))}")
        )
        lines += _excerpt(here, sources[path], gutter)
    lines += [f"{' ' * gutter} {_sentence(call)}" for call in problem.trail]
    return "\n".join(map(escape.log, lines))


def _sentence(text: str) -> str:
    return escape.terminal(escape.flat(text))


def _has_line(place: Place, sources: Mapping[str, Sequence[str]]) -> bool:
    return 1 <= place.line <= len(sources.get(place.path, ()))


def _excerpt(marks: Sequence[_Mark], source: Sequence[str], gutter: int) -> Iterator[str]:
    """The marked source lines, each once with its marks below; a gap between lines shows as `...`."""
    previous: tuple[int, int] | None = None  # line and first character on show
    for mark in marks:
        place = mark.place
        line = source[place.line - 1]
        start = _window_start(len(line), place.column - 1)
        if previous != (place.line, start):
            if previous and place.line > previous[0] + 1:
                yield "..."
            cut = "..." if len(line) > start + MAX_LINE else ""
            window = escape.terminal(line[start : start + MAX_LINE]) + cut
            yield f"{place.line:>{gutter}} | {'...' if start else ''}{window}".rstrip()
            previous = (place.line, start)
        before = escape.terminal(line[start : place.column - 1]).ljust(place.column - 1 - start)
        under = escape.terminal(
            line[place.column - 1 : min(place.column - 1 + place.width, start + MAX_LINE)]
        )
        indent = " " * (_cells(before) + (len("...") if start else 0))
        underline = mark.symbol * max(1, _cells(under))
        yield f"{' ' * gutter} | {indent}{underline} {_sentence(mark.text)}".rstrip()


def _window_start(length: int, column: int) -> int:
    """The first character shown of a line, so that the marked one is in sight."""
    if length <= MAX_LINE:
        return 0
    return min(max(0, column - LEAD), length - MAX_LINE)


def _cells(text: str) -> int:
    """How many columns a terminal takes for the text."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in {"Mn", "Me"} else 2 if east_asian_width(char) in {"W", "F"} else 1
        for char in text
    )
