"""One side of what a number may be: its kind, its amount, and where it is written."""

from __future__ import annotations

from typing import Literal, TypeAlias

from netcost.amounts import Amount
from netcost.number import Exact, Value, is_exact, known_part
from netcost.place import Place
from netcost.record import Record

LimitKind: TypeAlias = Literal["max", "min", "warn", "max_share", "min_share", "warn_share"]
ChangeKind: TypeAlias = Literal["max_increase", "max_decrease"]

TOTAL_KINDS: tuple[LimitKind, ...] = ("max", "min", "warn")
SHARE_KINDS: tuple[LimitKind, ...] = ("max_share", "min_share", "warn_share")
CHANGE_KINDS: tuple[ChangeKind, ...] = ("max_increase", "max_decrease")
LOWER_KINDS = frozenset({"min", "min_share", "max_decrease"})
"""Those that smaller numbers break, rather than larger ones."""


class Bound(Record):
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

    def looser_than(self, other: Bound) -> bool:
        """Tell whether it may allow what another of its kind does not."""
        if self.amount.percent != other.amount.percent:
            return True
        if self.kind in {"min", "min_share"}:
            return other.amount.exceeds(self.amount)
        return self.amount.exceeds(other.amount)
