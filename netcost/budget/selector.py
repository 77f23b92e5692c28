"""Which layers a rule is about."""

from __future__ import annotations

from netcost.place import Place
from netcost.record import Record

WILD = frozenset("*?[")
"""What makes a pattern of a name or a path."""

ANY_FOLDERS = "**"
"""What stands in a pattern of a path for any number of folders."""


class Layers(Record):
    """The layers that a rule is about: by a pattern of their names, by their type, or by both."""

    place: Place
    pattern: str = "*"
    type: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.type, "" if self.pattern == "*" else self.pattern])) or "*"
