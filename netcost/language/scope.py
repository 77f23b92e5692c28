"""Which names have which values at a spot of the spec."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

NO_NAMES: frozenset[str] = frozenset()


class Lost(Exception):  # noqa: N818  a signal, never shown
    """A value that an earlier fault has left unknown: what needs it is no fault of its own."""


class Absent(KeyError):  # noqa: N818  it is shown as an ExpressionError
    """A name has no value here, though it has one elsewhere; the text of the error says why."""


class Scope(dict[str, object]):
    """Values by name; a name that is not here is looked up in the scope around it.

    Args:
        own: the values of this scope.
        outer: those around it.
        hints: names that may be meant, though they have no value yet.
    """

    __slots__ = ("depth", "hints", "lost", "outer")

    def __init__(
        self,
        own: Mapping[str, object] | None = None,
        outer: Mapping[str, object] | None = None,
        hints: Collection[str] = (),
    ) -> None:
        if own:
            super().__init__(own)
        self.outer: Mapping[str, object] = {} if outer is None else outer
        self.depth: int = outer.depth + 1 if isinstance(outer, Scope) else 0
        """How many scopes there are around this one."""
        self.hints = hints
        self.lost: set[str] | frozenset[str] = NO_NAMES

    def lose(self, name: str) -> None:
        """Note that a name has no value that is known."""
        self.pop(name, None)
        lost = self.lost if isinstance(self.lost, set) else set()
        lost.add(name)
        self.lost = lost

    def __missing__(self, name: str) -> object:
        """Look outside, without recursion: scopes are nested as deeply as lists and blocks.

        Raises:
            Lost: a fault has left the value unknown.
            KeyError: there is no such name.
        """
        scope: Scope = self
        while name not in scope.lost:
            outer = scope.outer
            if not isinstance(outer, Scope) or name in outer:
                return outer[name]
            scope = outer
        raise Lost

    def knows(self, name: str) -> bool:
        """Tell whether a name has a value, or has lost it; those of the incoming tensor have, wherever they stand."""
        scope: Mapping[str, object] = self
        while isinstance(scope, Scope):
            if name in scope or name in scope.lost or name in scope.hints:
                return True
            scope = scope.outer
        return name in scope

    def __iter__(self) -> Iterator[str]:
        """The names here, those that may be meant, then those outside."""
        return chain(super().__iter__(), self.hints, self.outer)


NOTHING_KNOWN = Scope()
"""Where no name has a value."""
