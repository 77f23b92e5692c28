"""Programs for tables of variants, in which lines and columns meet as seldom as can be.

A whole number of both is a sum of products, each of a number of columns by one of lines. `(n * n) * a + b * (n * n)`
is `(n * n) * (a + b)`: all of it but one multiplication is done once a column, or once a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from netcost.sweeps.program import needed, operands_of
from netcost.sweeps.tape import Tape

Terms: TypeAlias = Mapping[int, int]
"""A sum of products: nodes of columns, each with the node of lines that it is multiplied by."""

MOST_TERMS = 8
"""Sums of more are worked out before anything is done with them."""

LINES, COLUMNS = 1, 2


class Sides:
    """The nodes of a tape, where some of the numbers that vary belong to lines, and the others to columns.

    Args:
        tape: the nodes, to which others are added.
        lines: how many of the numbers, from the first on, belong to lines.
    """

    def __init__(self, tape: Tape, lines: int) -> None:
        self._tape, self._lines = tape, lines
        self._one = tape.constant(1)
        self._sides: dict[int, int] = {}
        self._terms: dict[int, Terms] = {}
        self._rules: Mapping[str, Callable[..., Terms]] = {
            "neg": self._negative,
            "add": self._added,
            "sub": self._subtracted,
            "mul": self._multiplied,
        }

    def apart(self, places: Sequence[int]) -> list[int]:
        """Nodes that make the same numbers as others do, in which lines and columns meet late."""
        for place in sorted(needed(self._tape, places)):
            self._sides[place] = self._side(place)
            terms = self._parts(place)
            self._terms[place] = {self._sum(terms): self._one} if len(terms) > MOST_TERMS else terms
        return [self._sum(self._terms[place]) for place in places]

    def _side(self, place: int) -> int:
        """The sides that a node is made of, none for a constant."""
        node = self._tape.nodes[place]
        if node.operation == "argument":
            return LINES if node.operands[0] < self._lines else COLUMNS
        found = 0
        for operand in operands_of(node):
            found |= self._sides[operand]
        return found

    def _parts(self, place: int) -> Terms:
        node, side = self._tape.nodes[place], self._sides[place]
        if side in {0, LINES}:
            return {self._one: place}
        if side == COLUMNS and node.operation != "mul":
            return {place: self._one}
        operands = [self._terms[each] for each in node.operands]
        if node.operation in self._rules and all(
            self._tape.nodes[each].kind is int for each in node.operands
        ):
            return self._rules[node.operation](*operands)
        return {self._tape.applied(node.operation, node.kind, *map(self._sum, operands)): self._one}

    def _negative(self, terms: Terms) -> Terms:
        return {column: self._tape.applied("neg", int, line) for column, line in terms.items()}

    def _added(self, first: Terms, second: Terms) -> Terms:
        both = {
            column: self._tape.applied("add", int, first[column], line)
            for column, line in second.items()
            if column in first
        }
        return {**first, **second, **both}

    def _subtracted(self, first: Terms, second: Terms) -> Terms:
        return self._added(first, self._negative(second))

    def _multiplied(self, first: Terms, second: Terms) -> Terms:
        single, several = sorted((first, second), key=len)
        if len(single) > 1:
            return {self._product(self._sum(first), self._sum(second)): self._one}
        ((by_column, by_line),) = single.items()
        found: Terms = {}
        for column, line in several.items():
            found = self._added(found, {self._product(column, by_column): self._product(line, by_line)})
        return found

    def _product(self, a: int, b: int) -> int:
        return b if a == self._one else self._tape.applied("mul", int, a, b)

    def _sum(self, terms: Terms) -> int:
        first, *others = (self._product(*term) for term in terms.items())
        for other in others:
            first = self._tape.applied("add", int, first, other)
        return first
