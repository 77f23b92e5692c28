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
"""A sum of products: nodes of one side, each with the node of the other side that it is multiplied by."""

MOST_TERMS = 32
"""Sums of more are worked out before they are added to."""

LINES, COLUMNS = 1, 2
BOTH = LINES | COLUMNS


def apart(tape: Tape, places: Sequence[int], lines: int) -> Sequence[int]:
    """Nodes that make the same numbers as others do, in which lines and columns meet late.

    Args:
        tape: the nodes, to which others are added.
        places: those that are meant.
        lines: how many of the numbers that vary, from the first on, belong to lines; the others belong to columns.
    """
    if BOTH not in sides(tape, places, lines).values():
        return places
    ways = [Apart(tape, lines, side).all(places) for side in (LINES, COLUMNS)]
    return min(ways, key=lambda way: list(sides(tape, way, lines).values()).count(BOTH))


def sides(tape: Tape, places: Sequence[int], lines: int) -> Mapping[int, int]:
    """What some nodes, and all that they are made of, depend on; operands stand before what is made of them."""
    found: dict[int, int] = {}
    for place in sorted(needed(tape, places)):
        node = tape.nodes[place]
        found[place] = 0
        if node.operation == "argument":
            found[place] = LINES if node.operands[0] < lines else COLUMNS
        for operand in operands_of(node):
            found[place] |= found[operand]
    return found


class Apart:
    """Sums of products, of which those are added together that have one factor in common.

    Args:
        tape: the nodes, to which others are added.
        lines: how many of the numbers that vary belong to lines.
        side: where the factors are from that are looked for.
    """

    def __init__(self, tape: Tape, lines: int, side: int) -> None:
        self._tape, self._lines, self._side = tape, lines, side
        self._one = tape.constant(1)
        self._terms: dict[int, Terms] = {}
        self._whole: dict[int, int] = {}
        """The node that makes the same as another, for operations other than sums and products."""
        self._rules: Mapping[str, Callable[..., Terms]] = {
            "neg": self._negative,
            "add": self._added,
            "sub": self._subtracted,
            "mul": self._multiplied,
        }

    def all(self, places: Sequence[int]) -> Sequence[int]:
        """Nodes that make the same as some others do."""
        for place, side in sides(self._tape, places, self._lines).items():
            terms = self._parts(place, side)
            self._whole[place] = self._sum(terms) if len(terms) == 1 else self._again(place)
            self._terms[place] = {self._whole[place]: self._one} if len(terms) > MOST_TERMS else terms
        return [self._sum(self._terms[place]) for place in places]

    def _parts(self, place: int, side: int) -> Terms:
        node = self._tape.nodes[place]
        if side not in {self._side, BOTH}:
            return {self._one: place}
        if side == BOTH or node.operation == "mul":
            rule = self._rules.get(node.operation)
            if rule and all(self._tape.nodes[each].kind is int for each in node.operands):
                return rule(*(self._terms[each] for each in node.operands))
        return {self._again(place) if side == BOTH else place: self._one}

    def _again(self, place: int) -> int:
        """A node by the same operation, whose operands may be made otherwise."""
        node = self._tape.nodes[place]
        return self._tape.applied(node.operation, node.kind, *(self._whole[each] for each in node.operands))

    def _negative(self, terms: Terms) -> Terms:
        return {factor: self._tape.applied("neg", int, other) for factor, other in terms.items()}

    def _added(self, first: Terms, second: Terms) -> Terms:
        both = {
            factor: self._tape.applied("add", int, first[factor], other)
            for factor, other in second.items()
            if factor in first
        }
        return {**first, **second, **both}

    def _subtracted(self, first: Terms, second: Terms) -> Terms:
        return self._added(first, self._negative(second))

    def _multiplied(self, first: Terms, second: Terms) -> Terms:
        single, several = sorted((first, second), key=len)
        if len(single) > 1:
            return {self._product(self._sum(first), self._sum(second)): self._one}
        ((by, by_other),) = single.items()
        found: Terms = {}
        for factor, other in several.items():
            found = self._added(found, {self._product(factor, by): self._product(other, by_other)})
        return found

    def _product(self, a: int, b: int) -> int:
        if self._one in {a, b}:
            return b if a == self._one else a
        return self._tape.applied("mul", int, a, b)

    def _sum(self, terms: Terms) -> int:
        first, *others = (self._product(*term) for term in terms.items())
        for other in others:
            first = self._tape.applied("add", int, first, other)
        return first
