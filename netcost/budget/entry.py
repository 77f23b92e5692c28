"""A budget as plain data: its entries, what each demands, and how its model is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.budget.rule import Rule
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.place import Place
from netcost.record import Record


class Rules(Record):
    """All that one entry of a budget demands, and what it says to whoever breaks it."""

    rules: tuple[Rule, ...]
    message: str = ""

    @property
    def needs_base(self) -> bool:
        """Tell whether some rule is about a change."""
        return any(rule.needs_base for rule in self.rules)


NO_RULES = Rules(())


class Entry(Record):
    """One model of a budget: a path, a glob or a bundled name, and its rules."""

    spec: str
    place: Place
    rules: Rules
    assume: Overrides = NO_OVERRIDES
    assume_place: Place | None = None


class Budget(Record, unequal=("sources",)):
    """A budget file that was read."""

    path: str
    entries: tuple[Entry, ...]
    sources: Mapping[str, Sequence[str]] = {}
    """The lines of the file, for messages."""
