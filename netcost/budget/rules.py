"""What a budget demands of a network, as plain data; each rule remembers where it is written.

Named tuples, since a dozen dataclasses would take longer to define than a check takes to run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from netcost.amounts import Amount
from netcost.number import Exact, Value, is_exact, known_part
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.place import Place

LimitKind: TypeAlias = Literal["max", "min", "warn", "max_share", "min_share", "warn_share"]
ChangeKind: TypeAlias = Literal["max_increase", "max_decrease"]

TOTAL_KINDS: tuple[LimitKind, ...] = ("max", "min", "warn")
SHARE_KINDS: tuple[LimitKind, ...] = ("max_share", "min_share", "warn_share")
CHANGE_KINDS: tuple[ChangeKind, ...] = ("max_increase", "max_decrease")
LOWER_KINDS = frozenset({"min", "min_share", "max_decrease"})
"""Those that smaller numbers break, rather than larger ones."""

OUTPUT_SHAPE = "output_shape"

WILD = frozenset("*?[")
"""What makes a pattern of a name or a path."""


class Layers(NamedTuple):
    """The layers that a rule is about: by a pattern of their names, by their type, or by both."""

    place: Place
    pattern: str = "*"
    type: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.type, "" if self.pattern == "*" else self.pattern])) or "*"


class Bound(NamedTuple):
    """One side of what is allowed."""

    kind: LimitKind | ChangeKind
    amount: Amount
    place: Place

    @property
    def is_warning(self) -> bool:
        """Tell whether breaking it is worth a warning only."""
        return self.kind in {"warn", "warn_share"}

    @property
    def is_share(self) -> bool:
        """Tell whether it is about a part of a total."""
        return self.kind in SHARE_KINDS

    @property
    def is_relative(self) -> bool:
        """Tell whether it is about a part of a total, or about what was before."""
        return self.kind not in TOTAL_KINDS

    @property
    def upper(self) -> bool:
        """Tell whether larger numbers break the bound, rather than smaller ones."""
        return self.kind not in LOWER_KINDS

    def limit(self, whole: Exact = 0) -> Exact:
        """The last number that is allowed.

        Args:
            whole: what a share is of; what a change starts from.
        """
        if self.kind == "max_increase":
            return whole + self.amount.at_most(whole)
        if self.kind == "max_decrease":
            return whole - self.amount.at_most(whole)
        return self.amount.at_most(whole) if self.upper else self.amount.at_least(whole)

    def breaks(self, value: Value, whole: Value = 0) -> bool | None:
        """Tell whether a number is beyond the bound; the limit itself is allowed.

        Returns:
            None if that cannot be told, as too little is known of the number or of the whole.
        """
        whole = whole if self.is_relative else 0
        if value is None or whole is None:
            return None
        limit = self.limit(known_part(whole))
        broken = known_part(value) > limit if self.upper else known_part(value) < limit
        # The number, or the limit as a part of the whole, may be larger: that settles only one of the two cases.
        larger_value, larger_limit = not is_exact(value), not is_exact(whole)
        doubtful = (larger_value and broken != self.upper) or (larger_limit and broken == self.upper)
        return None if doubtful else broken


class Limit(NamedTuple):
    """What the total of a metric may be."""

    metric: str
    bounds: tuple[Bound, ...]


class LayerLimit(NamedTuple):
    """What a metric of each of some layers may be."""

    metric: str
    bounds: tuple[Bound, ...]
    layers: Layers


class Change(NamedTuple):
    """How far the total of a metric may be from what it was."""

    metric: str
    bounds: tuple[Bound, ...]


class OutputShape(NamedTuple):
    """The output shape that one sample must give."""

    shape: tuple[int, ...]
    place: Place


class LayerShape(NamedTuple):
    """The output shape that one sample must give at each of some layers."""

    shape: tuple[int, ...]
    place: Place
    layers: Layers


class SameOutput(NamedTuple):
    """The output shape must be what it was."""

    place: Place


Rule: TypeAlias = Limit | LayerLimit | Change | OutputShape | LayerShape | SameOutput


class Rules(NamedTuple):
    """All that one entry of a budget demands, and what it says to whoever breaks it."""

    rules: tuple[Rule, ...]
    message: str = ""

    @property
    def needs_base(self) -> bool:
        """Tell whether some rule is about a change."""
        return any(isinstance(rule, Change | SameOutput) for rule in self.rules)


NO_RULES = Rules(())


class Entry(NamedTuple):
    """One model of a budget: a path, a glob or a bundled name, and its rules."""

    spec: str
    place: Place
    rules: Rules
    assume: Overrides = NO_OVERRIDES
    assume_place: Place | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget file that was read."""

    path: str
    entries: tuple[Entry, ...]
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False, compare=False)
    """The lines of the file, for messages."""
