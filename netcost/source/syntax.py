"""Faults in the YAML itself, in plain words and with what to write instead.

A YAML reader tells what it was scanning when it gave up; a writer wants to know what to change. Each rule here
knows one way in which files go wrong, by the reader's words and by the characters at the spot; the first rule
that applies speaks. The words are those of libyaml and of PyYAML's own scanner.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from netcost.place import Place
from netcost.source.problem import Problem

_WORD = re.compile(r"[^\s,\[\]{}:#]+|\S")
_BRACKET = re.compile(r"[\[\]{}]")
_COLON = re.compile(r":(?=\s|$)")
_INDENT = re.compile(r"\s*(-\s+)*")
_INDEXED = re.compile(r"\w+(\[[^\[\]]*\])+")
_COMMENTS = ("//", "/*")
_CLOSING = {"[": "]", "{": "}"}
_ENDS = (",", ";")
_END_OF_DOCUMENT = "..."
_SHELL = re.compile(r"\$\{\s*([^{}]*?)\s*\}")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a YAML reader gave up, and why in its own words.

    `start` is where the thing being read began, `opener` the innermost bracket that is still open. Lines and
    columns count from 1.
    """

    path: str
    lines: Sequence[str]
    problem: str
    context: str
    line: int
    column: int
    start: tuple[int, int]
    opener: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The line of the stop."""
        return self.lines[self.line - 1]

    @property
    def before(self) -> str:
        """What stands before the fault on its line."""
        return self.text[: self.column - 1]

    @property
    def sign(self) -> str:
        """The character at the fault, empty at the end of a line."""
        return self.text[self.column - 1 : self.column]

    @property
    def bracket(self) -> str:
        """The innermost bracket that is still open, empty if there is none."""
        return self.lines[self.opener[0] - 1][self.opener[1] - 1] if self.opener else ""

    def word(self, line: int, column: int) -> str:
        """The word or the sign at a spot, empty at the end of a line."""
        found = _WORD.match(self.lines[line - 1], column - 1)
        return found[0] if found else ""

    def at(self, line: int, column: int, message: str, hint: str) -> Problem:
        """A problem at a spot of the file, as wide as the word there."""
        return Problem(Place(self.path, line, column, max(1, len(self.word(line, column)))), message, hint)

    def here(self, message: str, hint: str) -> Problem:
        """A problem where the reader gave up."""
        return self.at(self.line, self.column, message, hint)


def explain(stop: Stop) -> Problem:
    """The fault as the writer of the file should read it."""
    for rule in _RULES:
        problem = rule(stop)
        if problem:
            return problem
    for context, reason, message, hint in _PHRASES:
        if context in stop.context and reason in stop.problem:
            return stop.here(message, hint)
    return stop.here(
        "this is not valid YAML", "check quotes, brackets, colons and indentation here and above"
    )


def _tab(stop: Stop) -> Problem | None:
    indent = stop.text[: len(stop.text) - len(stop.text.lstrip())]
    if "\t" in indent:
        return stop.at(stop.line, indent.index("\t") + 1, "a tab cannot indent a line", "use spaces")
    return stop.here("a tab cannot stand here", "use spaces") if stop.sign == "\t" else None


def _foreign_line(stop: Stop) -> Problem | None:
    """A line that is written as elsewhere, at the stop or before it."""
    if stop.opener and not _is_closed(stop.lines, *stop.opener):
        return None
    from netcost.source.foreign_lines import foreign_line

    above = _above(stop) or stop.line
    first = 1 if "document start" in stop.problem else min(above, max(1, stop.start[0]))
    for line in range(first, stop.line + 1):
        text = stop.lines[line - 1]
        column = len(text) - len(text.lstrip()) + 1
        for start in {column, _indent(text) + 1}:
            found = foreign_line(text[start - 1 :])
            if found and text != _END_OF_DOCUMENT:
                return Problem(Place(stop.path, line, start, max(1, len(text.rstrip()) + 1 - start)), *found)
    return None


def _unclosed_quote(stop: Stop) -> Problem | None:
    if "quoted scalar" in stop.context and "unexpected" in stop.problem:
        return stop.at(*stop.start, "this quote is never closed", "close it where the text ends")
    return None


def _reserved_sign(stop: Stop) -> Problem | None:
    if "cannot start any token" in stop.problem:
        sign = "a backtick" if stop.sign == "`" else f"`{stop.sign}`"
        return stop.here(f"a value cannot start with {sign}", "leave the sign out, or put it in quotes")
    return None


def _unclosed_bracket(stop: Stop) -> Problem | None:
    if stop.opener is None or _is_closed(stop.lines, *stop.opener):
        return None
    closing = _CLOSING[stop.bracket]
    return stop.at(*stop.opener, f"this `{stop.bracket}` is never closed", f"close it with `{closing}`")


def _is_closed(lines: Sequence[str], line: int, column: int) -> bool:
    """Whether the brackets from a spot on balance somewhere; those in quotes and comments count too."""
    depth = 0
    text = "\n".join(islice(lines, line - 1, None))
    for found in _BRACKET.finditer(text, column - 1):
        depth += 1 if found[0] in _CLOSING else -1
        if depth == 0:
            return True
    return False


def _wrong_bracket(stop: Stop) -> Problem | None:
    if not stop.sign or stop.sign not in "]}":
        return None
    if not stop.opener:
        return stop.here(
            f"this `{stop.sign}` closes nothing", "remove it, or quote the text that it belongs to"
        )
    closing = _CLOSING[stop.bracket]
    if stop.sign == closing:
        return None
    problem = stop.here(f"`{stop.bracket}` cannot be closed by `{stop.sign}`", f"write `{closing}`")
    opened = (Place(stop.path, *stop.opener), "opened here")
    return Problem(problem.place, problem.message, problem.hint, (opened,))


def _bare_brackets(stop: Stop) -> Problem | None:
    """`{repeat: depths[0]}` and `{conv: ${width}}`, where the bracket begins a list or mapping to YAML."""
    if not stop.opener or not stop.sign or stop.sign not in _CLOSING:
        return None
    name = _SHELL.match(stop.text, max(0, stop.column - 2)) if stop.before.endswith("$") else None
    if name:
        place = Place(stop.path, stop.line, name.start() + 1, len(name[0]))
        return Problem(place, "an expression needs no `${}`", f"write `{name[1]}`")
    for found in _INDEXED.finditer(stop.text):
        if found.start() < stop.column - 1 < found.end():
            message = "an expression with `[` needs quotes between brackets"
            return stop.at(stop.line, found.start() + 1, message, f'write "{found[0]}"')
    return None


def _between_brackets(stop: Stop) -> Problem | None:
    """Faults in the items of `[...]` and `{...}`."""
    if not stop.opener:
        return None
    if "node content" in stop.problem and stop.sign == ",":
        return stop.here("there is nothing before this comma", "remove it, or write the missing value")
    if "sequence entries" in stop.problem or stop.sign == "-":
        return stop.here("no list item with `-` can stand between brackets", "separate the items by commas")
    wanted = f"expected `,` or `{_CLOSING[stop.bracket]}`"
    if stop.sign == ":":
        hint = "separate entries by commas, or quote text that contains a colon"
        return stop.here(f"{wanted} before this colon", hint)
    return stop.here(f"{wanted} here", "separate the entries by commas") if "',' or" in stop.problem else None


def _foreign_comment(stop: Stop) -> Problem | None:
    """`// ...` at the spot, or a line above that begins so and spoils the one after it."""
    here = stop.text[stop.column - 1 :].lstrip()
    if here.startswith(_COMMENTS):
        column = stop.text.index(here, stop.column - 1) + 1
        return stop.at(stop.line, column, "a comment starts with `#`", f"write `#` for `{here[:2]}`")
    for line in range(stop.line, max(0, stop.start[0] - 2), -1):
        text = stop.lines[line - 1].lstrip()
        if text.startswith(_COMMENTS):
            column = len(stop.lines[line - 1]) - len(text) + 1
            return stop.at(line, column, "a comment starts with `#`", f"write `#` for `{text[:2]}`")
    return None


def _stray_end(stop: Stop) -> Problem | None:
    """A comma or a semicolon after a value, as in other languages."""
    if stop.opener or stop.sign not in _ENDS or stop.text[stop.column :].strip():
        return None
    return stop.here(f"no `{stop.sign}` stands at the end of a line", "remove it")


def _no_colon(stop: Stop) -> Problem | None:
    return _not_an_entry(stop, *stop.start) if "expected ':'" in stop.problem else None


def _not_an_entry(stop: Stop, line: int, column: int) -> Problem:
    """A line among `key: value` lines that lacks the colon, or the blank after it."""
    text = stop.lines[line - 1]
    colon = text.find(":", column - 1)
    if colon >= 0:
        return stop.at(line, colon + 1, "there is no space after this colon", _spaced(text, colon))
    word = stop.word(line, column)
    rest = text[column - 1 + len(word) :].strip()
    hint = f"write `{word}: {rest or '...'}`" + ("" if rest else f", or `- {word}` in a list")
    return stop.at(line, column, "this line has no colon", hint)


def _spaced(text: str, colon: int) -> str:
    """The hint to write the key and the value around a colon with a space between them."""
    start = max(text.rfind(" ", 0, colon), text.rfind("{", 0, colon)) + 1
    key, value = text[start:colon], text[colon + 1 :].split(" ", maxsplit=1)[0]
    return f"write `{key}: {value}`" if key and value else "write `key: value`"


def _misplaced_colon(stop: Stop) -> Problem | None:
    if "mapping values" not in stop.problem:
        return None
    if _COLON.search(stop.before):
        hint = "one `key: value` a line, or `{a: 1, b: 2}`; quote text that contains a colon"
        return stop.here("a second colon on this line", hint)
    column = _indent(stop.text) + 1
    above = _above(stop)
    if not above:
        return stop.here("this colon follows no key", "quote text that contains a colon")
    if _indent(stop.lines[above - 1]) < column - 1:
        hint = "align it with the key above, or remove the value above"
        return stop.at(
            stop.line, column, "this line is indented deeper, though the line above has a value", hint
        )
    return _not_an_entry(stop, above, _indent(stop.lines[above - 1]) + 1)


def _above(stop: Stop) -> int:
    """The last line before the stop that is not empty, 0 if there is none."""
    return next((n for n in range(stop.line - 1, 0, -1) if stop.lines[n - 1].strip()), 0)


def _indent(text: str) -> int:
    """How many characters stand before the content of a line, list dashes among them."""
    found = _INDENT.match(text)
    return found.end() if found else 0


def _list_item(stop: Stop) -> Problem | None:
    if "sequence entries" not in stop.problem:
        return None
    return stop.here(
        "a list cannot begin on the line of its key", "begin it on the next line, or write `[a, b]`"
    )


def _block_structure(stop: Stop) -> Problem | None:
    """What breaks a mapping or a list that goes over several lines."""
    if "parsing a block" not in stop.context:
        return None
    if stop.before.strip():
        return stop.here("this cannot follow a finished value", "quote the whole value, or begin a new line")
    if stop.sign == ":":
        return stop.here("there is no key before this colon", "write `key: value`")
    if stop.sign == "-" and not stop.before and "mapping" in stop.context:
        return stop.here("this list stands under no key", "write its key on a line above, as `layers:`")
    if "collection" in stop.context and _indent(stop.text) + 1 == stop.start[1]:
        return stop.here("a list item must start with `- `", "write it, or indent this line as its key is")
    return stop.here(
        "the indentation of this line fits no line above", "align it with the lines it belongs to"
    )


_RULES = (
    _tab,
    _foreign_comment,
    _foreign_line,
    _unclosed_quote,
    _reserved_sign,
    _unclosed_bracket,
    _wrong_bracket,
    _bare_brackets,
    _between_brackets,
    _stray_end,
    _no_colon,
    _misplaced_colon,
    _list_item,
    _block_structure,
)

_PHRASES = (  # words of the reader's context, of its problem; message, hint
    (
        "quoted scalar",
        "",
        "double quotes know no such escape",
        "write a backslash as \\\\, or use single quotes",
    ),
    (
        "directive",
        "",
        "lines that start with `%` are not used",
        "remove it, or quote text that starts with `%`",
    ),
    ("", "YAML document", "this version of YAML is not known", "remove the `%YAML` line"),
    ("", "directive", "lines that start with `%` are not used", "remove it"),
    ("tag", "", "tags are not used in a spec", "remove the word that starts with `!`, or quote it"),
    ("", "tag handle", "tags are not used in a spec", "remove the word that starts with `!`, or quote it"),
    ("anchor", "", "`&` must be followed by a name", "quote text that starts with `&`"),
    ("alias", "", "`*` must be followed by a name", "quote text that starts with `*`"),
    (
        "block scalar",
        "",
        "no text can follow `|` or `>` on its line",
        "quote text that starts with `|` or `>`",
    ),
    ("", "mapping keys", "`?` cannot stand here", "quote text that starts with `?`"),
    (
        "",
        "document start",
        "the document has ended above this line",
        "check the indentation; a file holds one document",
    ),
)
