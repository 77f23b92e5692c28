"""The text of a .cfg: sections in brackets, and options below them, `key=value`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from netcost.frontends.text import whole
from netcost.place import Place
from netcost.source.fault import Fault, choices
from netcost.source.problem import Problem, SpecError, file_error, nearest

MAX_LINES = 100_000
MAX_SECTIONS = 20_000
MAX_OPTIONS = 200
"""Of one section; the longest that people write have forty."""

MAX_LISTED = 1_000
MAX_FAULTS = 100
MAX_LOOKED_AT = 500
LIKELY = 0.8
"""How like an option must be to one that is asked for, to be told as a misspelt one."""

SECTION = re.compile(r"\s*\[\s*([^\]\[]{1,60}?)\s*\]\s*(?:[#;].*)?$")
COMMENT = re.compile(r"[#;]")


class Option(NamedTuple):
    """One line below a section."""

    text: str
    place: Place
    key_place: Place


class Section:
    """A part of the network, or the network itself.

    Args:
        word: what stands in its brackets.
        index: its number among the layers, from 0; that of the network is -1.
        place: where it starts.
    """

    def __init__(self, word: str, index: int, place: Place) -> None:
        self.word = word
        self.index = index
        self.place = place
        self.options: dict[str, Option] = {}
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.options

    def _option(self, key: str) -> Option | None:
        self._asked.add(key)
        return self.options.get(key)

    def place_of(self, key: str) -> Place:
        """Where an option stands; where the section does if it has none."""
        return self.options[key].place if key in self.options else self.place

    def whole(self, key: str, default: int = 0) -> int:
        """A whole number.

        Raises:
            Fault: it is something else.
        """
        option = self._option(key)
        if option is None:
            return default
        return whole(_number(option.text), option.place, key)

    def wholes(self, key: str) -> list[int]:
        """The numbers of a list; an empty one where it is left out.

        Raises:
            Fault: something in it is no whole number.
        """
        option = self._option(key)
        if option is None:
            return []
        parts = option.text.rstrip(",").split(",", MAX_LISTED)
        if len(parts) > MAX_LISTED:
            raise Fault(option.place, f"{key} lists more than {MAX_LISTED:,} numbers")
        return [whole(_number(part), option.place, key) for part in parts]

    def text(self, key: str, default: str = "") -> str:
        """A word, as it is written."""
        option = self._option(key)
        return default if option is None else option.text

    def flag(self, key: str) -> bool:
        """Whether a number other than 0 is written."""
        return self.whole(key) != 0

    def unused(self) -> list[str]:
        """Options that nothing has asked for."""
        return [key for key in self.options if key not in self._asked]

    def meant(self, key: str) -> str | None:
        """The option that was probably meant: one that was asked for and is not there."""
        return nearest(key, sorted(self._asked - set(self.options)), LIKELY)


def _number(text: str) -> str:
    """Without the fraction of a whole number."""
    head, point, fraction = text.partition(".")
    return head if point and head and not fraction.strip("0") else text


def sections(path: str, lines: Sequence[str]) -> list[Section]:
    """The sections of a file, the network first.

    Raises:
        SpecError: lines that are neither a section nor an option, no section, or too many of them.
    """
    if len(lines) > MAX_LINES:
        raise file_error(path, f"this file has {len(lines):,} lines, more than {MAX_LINES:,}")
    found: list[Section] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        try:
            _read_line(path, number, line, found)
        except Fault as fault:
            problems.append(fault.problem)
        if len(problems) >= MAX_FAULTS or len(found) > MAX_SECTIONS:
            break
    if len(found) > MAX_SECTIONS:
        problems = [Problem(found[-1].place, f"there are more than {MAX_SECTIONS:,} sections")]
    elif not found:
        problems = [Problem(Place(path, 0, 0), "there is no section", "a first one is `[net]`")]
    if problems:
        raise SpecError(problems, {path: lines})
    return found


def _read_line(path: str, number: int, line: str, found: list[Section]) -> None:
    """Add what a line says; the first of two equal keys counts, as Darknet has it."""
    stripped = line.strip()
    if not stripped or stripped[0] in "#;":
        return
    column = len(line) - len(line.lstrip()) + 1
    place = Place(path, number, column, len(stripped))
    section = SECTION.match(line)
    if section:
        found.append(Section(section[1], len(found) - 1, place))
        return
    key, equals, value = COMMENT.split(line, maxsplit=1)[0].partition("=")
    name, text = "".join(key.split()), "".join(value.split())
    if not (equals and name and text) or stripped[0] == "[":
        raise Fault(place, "this is neither a section nor an option", "write `[section]` or `key=value`")
    if not found:
        raise Fault(place, "this option stands in no section", "a file starts with `[net]`")
    key_place = Place(path, number, column, len(name))
    start = len(key) + 1 + len(value) - len(value.lstrip())
    option = Option(text, Place(path, number, start + 1, len(value.strip())), key_place)
    if len(found[-1].options) >= MAX_OPTIONS:
        raise Fault(place, f"this section has more than {MAX_OPTIONS} options")
    found[-1].options.setdefault(name, option)


def misspelt(found: Sequence[Section]) -> Sequence[str]:
    """Warnings of options that look like one that is missing; of very many, the first are looked at."""
    unused = ((section, key) for section in found for key in section.unused())
    meant = [(section, key, section.meant(key)) for section, key in islice(unused, MAX_LOOKED_AT)]
    return [
        f"{section.options[key].key_place}: warning: nothing reads `{key}`, did you mean `{near}`?"
        for section, key, near in meant
        if near
    ]


def unknown(word: str, place: Place, what: str, known: Sequence[str]) -> Fault:
    """The fault of a word that is not known."""
    near = nearest(word, known)
    hint = f"did you mean `{near}`?" if near else f"there are {choices(known)}"
    return Fault(place, f"there is no {what} `{word[:60]}`", hint)
