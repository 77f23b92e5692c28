"""The engine of sweeps with numpy: the same programs, of thousands of variants at once.

Whole numbers are of 64 bits. Where one of a program might pass them, or a float might be rounded otherwise than
Python's, by what is known of the numbers before they have values, that program runs on Python's numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from netcost.overrides import Overrides
from netcost.sweeps.axes import Axis
from netcost.sweeps.columns import WHOLE, Array, Columns, array
from netcost.sweeps.engine import Chunk, Engine, Family, put
from netcost.sweeps.groups import Group, Made
from netcost.sweeps.model import Model
from netcost.sweeps.program import SAME, Writer, compiled, count_of_arguments, needed, operands_of
from netcost.sweeps.sides import apart
from netcost.sweeps.tables import ArrayGrid, Table
from netcost.sweeps.tape import Node, Tape

EXACT = 2**53
"""Up to here a float holds every whole number."""

ARRAYS: Mapping[str, str] = {
    **SAME,
    "not": "(~{0})",
    "and": "({0} & {1})",
    "or": "({0} | {1})",
    "select": "where({0}, {1}, {2})",
    "max": "maximum({0}, {1})",
    "min": "minimum({0}, {1})",
}
"""How operations are written for arrays."""


def _whole(rounding: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda numbers: rounding(numbers).astype(np.int64)


def _isqrt(numbers: Array) -> Array:
    """Whole square roots; the float's may be one beside."""
    root = np.sqrt(numbers).astype(np.int64)
    root -= root * root > numbers
    root += (root + 1) * (root + 1) <= numbers
    return root


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "where": np.where,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "gcd": np.gcd,
    "isqrt": _isqrt,
    "trunc": _whole(np.trunc),
    "floor": _whole(np.floor),
    "ceil": _whole(np.ceil),
    "round": _whole(np.rint),
    "abs": np.abs,
}

OF_PYTHON = frozenset({"pow", "floordiv", "mod"})
"""Operations whose floats numpy may round otherwise."""


def fits(tape: Tape, places: Sequence[int]) -> bool:
    """Tell whether arrays say the same as Python's numbers do, whatever the variant."""
    return all(_fits(tape, tape.nodes[place]) for place in needed(tape, places))


def _fits(tape: Tape, node: Node) -> bool:
    operands = [tape.nodes[each] for each in operands_of(node)]
    kinds = {each.kind for each in operands}
    largest = max((max(abs(each.span.low), abs(each.span.high)) for each in operands), default=0)
    if node.kind is int and not (node.span.low >= -WHOLE and node.span.high < WHOLE):
        return False
    if float in kinds and node.operation in OF_PYTHON:
        return False
    if node.operation == "pow" and operands[1].span.low < 0:
        return False
    if node.operation == "isqrt":
        return largest < EXACT
    divides = node.operation == "truediv" and float not in kinds
    compares = node.operation in {"lt", "eq"} and len(kinds) > 1
    return not (divides or compares) or largest <= EXACT


class PartedError(Exception):
    """Few of the variants of a table answer as the group does."""


class Answers:
    """Who answers the questions of a group's program as the group does, and who otherwise."""

    def __init__(self) -> None:
        self.alike: Array = np.ones((1, 1), dtype=bool)
        """Those who do."""
        self.others: list[tuple[int, Any, Array]] = []
        """Those who do not: the position of the question, what they answer, and who they are."""

    def ask(self, position: int, found: Array, answer: Any) -> None:
        """Note who answers a question otherwise.

        Raises:
            PartedError: nobody is left.
        """
        alike = found == answer
        if alike.all():
            return
        for value, who in _otherwise(found, alike, answer):
            other = self.alike & who
            if other.any():
                self.others.append((position, value, other))
        self.alike = self.alike & alike
        if not self.alike.any():
            raise PartedError

    def end(self) -> None:
        """Go on unless most have answered otherwise: then those who have not are asked once more, by themselves.

        Raises:
            PartedError: most have.
        """
        if 2 * np.count_nonzero(self.alike) < self.alike.size:
            raise PartedError


def _otherwise(found: Array, alike: Array, answer: Any) -> Iterator[tuple[Any, Array]]:
    """Each other answer to a question, and who gives it."""
    other = ~alike
    if isinstance(answer, bool):
        yield not answer, other
        return
    values, which = np.unique(found[other], return_inverse=True)
    for number, value in enumerate(values.tolist()):
        who = other.copy()
        who[other] = which == number
        yield value, who


def on_arrays(group: Group, lines: int) -> Callable[..., tuple[Any, ...]] | None:
    """What works out variants of a group at once; None where only Python's numbers do.

    Args:
        group: the group.
        lines: how many of the numbers that vary belong to lines of tables.
    """
    ways = apart(group.tape, group.places, lines), group.places
    places = next((each for each in ways if fits(group.tape, each)), None)
    if places is None:
        return None
    asked = len(group.path)
    writer = Writer(group.tape, places, ARRAYS)
    for position, (place, (_, answer)) in enumerate(zip(places[:asked], group.path, strict=True)):
        text = writer.text(place)
        writer.lines.append(f"answers.ask({position}, {text}, {answer!r})")
    if asked:
        writer.lines.append("answers.end()")
    made = "".join([f"{writer.text(place)}, " for place in places[asked:]])
    arguments = "".join([f", a{place}" for place in range(count_of_arguments(group.tape))])
    program = [
        f"def run(answers{arguments}):",
        *(f"    {line}" for line in writer.lines),
        f"    return ({made})",
    ]
    return compiled(program, FUNCTIONS)


class ArrayEngine(Engine):
    """The same engine, of many variants at once; its columns are arrays, masked where a number is not known."""

    def __init__(self, model: Model, base: Overrides, axes: Sequence[Axis], metrics: Sequence[str]) -> None:
        super().__init__(model, base, axes, metrics)
        self._grid = ArrayGrid(self._varying)

    def evaluate(self, start: int, stop: int) -> Chunk:
        """The variants of a stretch of the grid, the last axis fastest."""
        return self._of_tables(stop - start, self._grid.stretch(start, stop), self._grid.split)

    def evaluate_at(self, indices: Sequence[int]) -> Chunk:
        """The variants of those numbers."""
        return self._of_tables(len(indices), self._grid.points(indices), 0)

    def _of_tables(self, rows: int, tables: Iterable[tuple[tuple[int, ...], Table]], split: int) -> Chunk:
        """The variants of tables.

        Args:
            rows: how many there are.
            tables: the key of the family of each, and the table.
            split: how many axes belong to lines.
        """
        columns = Columns(self._work.metrics, rows)
        refusals: list[str | None] = [None] * rows
        with np.errstate(all="ignore"):
            for key, table in tables:
                family = self.family(key)
                lines = sum(len(part.columns) for part in family.shape.parts[:split])
                self._of_family(family, table, lines, columns, refusals)
        return Chunk(columns.finished(), refusals)

    def _of_family(
        self, family: Family, table: Table, lines: int, columns: Columns, refusals: list[str | None]
    ) -> None:
        waiting = [(family.root.first(), table)]
        while waiting:
            group, table = waiting.pop()
            if group is None:
                family.seen += 1
                group = family.found([each.item(0) for each in table.numbers])
            run = _program(group, lines)
            if run is None:
                self._one_by_one(family, group, table, columns, refusals)
                continue
            answers, made = Answers(), None
            with suppress(PartedError):
                made = Table(table.rows, run(answers, *table.numbers)).only(answers.alike)
            for position, answer, other in answers.others:
                waiting.append((family.root.beside(group.path, position, answer), table.only(other)))
            if made:
                family.seen += made.rows.size
                _put(group, made, columns, refusals)
            elif answers.alike.any():
                waiting.append((group, table.only(answers.alike)))

    @staticmethod
    def _one_by_one(
        family: Family, group: Group, table: Table, columns: Columns, refusals: list[str | None]
    ) -> None:
        by_group: dict[Group, tuple[list[int], list[Any]]] = {}
        rows, variants = table.listed()
        for row, (own, made) in zip(rows, family.worked_out(variants, group), strict=True):
            found = by_group.setdefault(own, ([], []))
            found[0].append(row)
            found[1].append(made)
        for own, (places, made) in by_group.items():
            listed: dict[str, list[Any]] = {metric: [None] * len(places) for metric in family.work.metrics}
            refused: list[str | None] = [None] * len(places)
            put(own, range(len(places)), made, listed, refused)
            for metric, numbers in listed.items():
                there = [at for at, number in enumerate(numbers) if number is not None]
                if there:
                    values = array([numbers[at] for at in there])
                    columns.put(metric, np.asarray(places)[there], values)
            for place, message in zip(places, refused, strict=True):
                refusals[place] = message


def _program(group: Group, lines: int) -> Callable[..., tuple[Any, ...]] | None:
    key = "numpy", lines
    if key not in group.programs:
        group.programs[key] = None if group.plain else on_arrays(group, lines)
    found: Callable[..., tuple[Any, ...]] | None = group.programs[key]
    return found


def _put(group: Group, made: Table, columns: Columns, refusals: list[str | None]) -> None:
    if group.refusal:
        for row, own in zip(*made.listed(), strict=True):
            refusals[row] = group.refusal.filled(own)
        return
    numbers = iter(made.numbers)
    for metric, result in group.results.items():
        columns.put(metric, made.rows, next(numbers) if isinstance(result, Made) else result)
