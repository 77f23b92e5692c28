"""Programs in which lines and columns meet late make the same numbers, in fewer operations for each variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from netcost.sweeps.program import needed
from netcost.sweeps.sides import BOTH, apart, sides
from netcost.sweeps.tape import COMPUTED, Tape

VALUES = ((2, 3, 5, 9), (1, 4, 6), (0.5, 1.25, 3.0), (7, 8, 30))
"""Of the numbers that vary; the first two belong to lines."""

LINES = 2
WHOLE = {"add": 2, "sub": 2, "mul": 2, "neg": 1, "max": 2, "min": 2, "abs": 1}
"""Operations on whole numbers that are never refused, and how many operands they have."""


def made(tape: Tape, places: Sequence[int], values: Sequence[Any]) -> list[Any]:
    """What nodes make, worked out one by one."""
    found: dict[int, Any] = {}
    for place in sorted(needed(tape, places)):
        node = tape.nodes[place]
        if node.operation == "argument":
            found[place] = values[node.operands[0]]
        elif node.operation == "constant":
            found[place] = node.operands[0]
        else:
            found[place] = COMPUTED[node.operation](*(found[each] for each in node.operands))
    return [found[place] for place in places]


def meetings(tape: Tape, places: Sequence[int]) -> int:
    """Operations that take both a line and a column."""
    return list(sides(tape, places, LINES).values()).count(BOTH)


def any_program(seed: int) -> tuple[Tape, list[int]]:
    """A tape of sums, products, comparisons and floats at random, and some nodes of it."""
    random, tape = Random(seed), Tape(VALUES)  # noqa: S311  nothing secret is drawn
    whole = [0, 1, 3, tape.constant(3), tape.constant(-1)]
    others = [tape.applied("mul", float, whole[0], 2)]
    for _ in range(40):
        operation, count = random.choice([*WHOLE.items()])
        whole.append(tape.applied(operation, int, *random.choices(whole[-12:], k=count)))
        if random.random() < 0.2:
            less = tape.applied("lt", bool, *random.choices([*whole, *others], k=2))
            whole.append(
                tape.applied("select", int, tape.applied("not", bool, less), *random.choices(whole, k=2))
            )
            others += [less, tape.applied("add", float, random.choice(whole), others[0])]
    return tape, random.choices([*whole, *others], k=8)


@pytest.mark.parametrize("seed", range(60))
def test_the_same_numbers(seed: int) -> None:
    """Of the same kind, whatever the operations are."""
    tape, places = any_program(seed)
    found = apart(tape, places, LINES)
    kinds = [tape.nodes[place].kind for place in places]
    assert [tape.nodes[place].kind for place in found] == kinds
    for line in zip(VALUES[0], VALUES[1], strict=False):
        for column in zip(VALUES[2], VALUES[3], strict=False):
            values = (*line, *column)
            assert made(tape, found, values) == made(tape, places, values)


def _squares(tape: Tape, factors: Sequence[int]) -> int:
    """A sum of products with the square of the last argument: `(a * n) * n + (b * n) * n + ...`."""
    total = tape.constant(0)
    for factor in factors:
        once = tape.applied("mul", int, factor, 3)
        total = tape.applied("add", int, total, tape.applied("mul", int, once, 3))
    return total


COUNTS: Mapping[str, tuple[Sequence[str], int]] = {
    "one common factor of columns": (("0", "1", "0*1", "0*0"), 1),
    "a constant, too": (("0*5", "1*7", "0*1*2"), 1),
}


@pytest.mark.parametrize("name", COUNTS)
def test_sums_of_products_meet_once(name: str) -> None:
    """`a * n * n + b * n * n` takes one operation a variant: `(a + b) * (n * n)`."""
    texts, wanted = COUNTS[name]
    tape = Tape(VALUES)
    factors = []
    for text in texts:
        first, *others = text.split("*")
        factor = int(first)
        for other in others:
            second = int(other) if int(other) < LINES else tape.constant(int(other))
            factor = tape.applied("mul", int, factor, second)
        factors.append(factor)
    total = _squares(tape, factors)
    assert meetings(tape, [total]) > 2 * len(texts)
    assert meetings(tape, apart(tape, [total], LINES)) == wanted


def test_a_factor_of_lines_is_found_as_well() -> None:
    """`a * n + a * (n + 1) // 2 + ...`: different numbers of columns, and one of lines."""
    tape = Tape(VALUES)
    total = tape.constant(0)
    for divisor in (2, 3, 4, 5):
        column = tape.applied("floordiv", int, 3, tape.constant(divisor))
        total = tape.applied("add", int, total, tape.applied("mul", int, 0, column))
    assert meetings(tape, apart(tape, [total], LINES)) == 1


def test_running_totals_that_are_compared_stay_as_they_are() -> None:
    """A largest of many sums would otherwise add up each of them anew."""
    tape = Tape(VALUES)
    total, largest = tape.constant(0), tape.constant(0)
    for divisor in range(2, 22):
        column = tape.applied("floordiv", int, 3, tape.constant(divisor))
        line = tape.applied("floordiv", int, 0, tape.constant(divisor))
        total = tape.applied("add", int, total, tape.applied("mul", int, line, column))
        largest = tape.applied("max", int, largest, total)
    assert meetings(tape, apart(tape, [largest], LINES)) <= meetings(tape, [largest])


def test_sums_of_many_terms_are_bounded() -> None:
    """Thousands of different products take no more than thousands of operations."""
    tape = Tape([(2, 3), (1, 4), (0.5, 1.25), (70, 80)])
    total = tape.constant(0)
    for divisor in range(2, 2002):
        column = tape.applied("floordiv", int, 3, tape.constant(divisor))
        line = tape.applied("add", int, 0, tape.constant(divisor))
        total = tape.applied("add", int, total, tape.applied("mul", int, line, column))
    before = len(tape.nodes)
    found = apart(tape, [total], LINES)
    assert made(tape, found, (2, 1, 0.5, 80)) == made(tape, [total], (2, 1, 0.5, 80))
    assert len(tape.nodes) < 2 * before
