"""Numbers as reports have them: exact ones, and those of which only a part is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from fractions import Fraction
else:
    Fraction = int  # it takes as long to import as a small network to analyze, and few metrics are ratios


class AtLeast:
    """A number of which a part is known: it is that much or more.

    Arithmetic goes on with the known part. That holds for whatever grows with the number: sums, products and
    quotients of numbers that are never below zero, rounded down or up.
    """

    __slots__ = ("known",)

    def __init__(self, known: Exact) -> None:
        self.known = known

    def __add__(self, other: Number) -> AtLeast:
        return AtLeast(self.known + known_part(other))

    __radd__ = __add__

    def __mul__(self, other: Number) -> AtLeast:
        return AtLeast(self.known * known_part(other))

    __rmul__ = __mul__

    def __floordiv__(self, divisor: int) -> AtLeast:
        return AtLeast(self.known // divisor)

    def __neg__(self) -> AtLeast:
        """Half of `-(-a // b)`, by which integers are divided and rounded up."""
        return AtLeast(-self.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AtLeast) and self.known == other.known

    def __hash__(self) -> int:
        return hash((AtLeast, self.known))

    def __repr__(self) -> str:
        return f"AtLeast({self.known!r})"

    def __str__(self) -> str:
        if not self.known:
            return "unknown"
        return f">= {self.known:,}" if isinstance(self.known, int) else f">= {self.known}"


Exact: TypeAlias = int | Fraction
"""A count, or a ratio of two."""

Number: TypeAlias = Exact | AtLeast
Value: TypeAlias = Number | None
"""A number, or none where there is no such thing, as a ratio to zero."""

UNKNOWN = AtLeast(0)
"""A number of which nothing is known."""


def is_exact(value: object) -> TypeGuard[Exact]:
    """Tell whether something is a number that is known in full; a shape is none."""
    return value is not None and not isinstance(value, (AtLeast, tuple))


def known_part(value: Value) -> Exact:
    """What is known of a number."""
    if value is None:
        return 0
    return value.known if isinstance(value, AtLeast) else value


def difference(before: Value, after: Value) -> Exact | None:
    """How much a number grew; None where that cannot be told."""
    return after - before if is_exact(before) and is_exact(after) else None


def rank(value: Value) -> tuple[bool, Exact]:
    """The order of numbers; one that is not known in full may be the largest of all."""
    return isinstance(value, AtLeast), known_part(value)


def magnitude(number: Exact) -> Exact:
    """How large a difference is, whatever its sign."""
    return -number if number < 0 else number


def exactly(value: Value) -> int | float | None:
    """A number for programs that know no lower bounds: None if it is not known in full."""
    return plain(value) if is_exact(value) else None


def plain(value: Value) -> int | float | None:
    """A number for programs: what is known of it, None where that is nothing."""
    if isinstance(value, int):
        return value
    if value is None or value == UNKNOWN:
        return None
    known = known_part(value)
    return known if isinstance(known, int) else float(known)
