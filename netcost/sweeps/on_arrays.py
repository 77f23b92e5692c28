"""The engine of sweeps with numpy: the same programs, of thousands of variants at once.

Whole numbers are of 64 bits. Where one of a program might pass them, or a float might be rounded otherwise than
Python's, by what is known of the numbers before they have values, that program runs on Python's numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from netcost.overrides import Overrides
from netcost.sweeps.axes import Axis
from netcost.sweeps.columns import WHOLE, Array, ArrayGrid, Columns, array
from netcost.sweeps.engine import Chunk, Engine, Family, put
from netcost.sweeps.groups import Group, Made
from netcost.sweeps.model import Model
from netcost.sweeps.program import SAME, Writer, compiled, count_of_arguments, needed, operands_of
from netcost.sweeps.tape import Node, Tape

ROWS = 8_192
"""Variants that a program works out at once: as many as stay in a processor's cache."""

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


class NobodyError(Exception):
    """No variant is left that answers as the group does."""


class Answers:
    """Who still answers as a group does, while its program runs.

    Args:
        rows: how many there are.
    """

    def __init__(self, rows: int) -> None:
        self.alike: Array | None = None
        """Those who do; None for all."""
        self.others: list[tuple[int, Any, Array]] = []
        """Those who do not: the position of the question, what they answer, and who they are."""
        self._rows = rows

    def truth(self, position: int, found: Array, answer: bool) -> None:
        """A question that is answered by true or false."""
        alike = found if answer else ~found
        if not alike.all():
            self._part(position, alike, lambda _: [(not answer, slice(None))])

    def number(self, position: int, found: Array, answer: Any) -> None:
        """A question that is answered by a number."""
        alike = found == answer
        if not alike.all():
            self._part(position, alike, lambda other: _by_value(found[other]))

    def _part(
        self, position: int, alike: Array, answers: Callable[[Array], Sequence[tuple[Any, Any]]]
    ) -> None:
        here = np.ones(self._rows, dtype=bool) if self.alike is None else self.alike
        other = np.flatnonzero(here & ~alike)
        if len(other):
            self.others += [(position, answer, other[which]) for answer, which in answers(other)]
            self.alike = here & alike
            if not self.alike.any():
                raise NobodyError


def _by_value(found: Array) -> list[tuple[Any, Array]]:
    values, inverse = np.unique(found, return_inverse=True)
    return [(value.item(), inverse == number) for number, value in enumerate(values)]


def on_arrays(group: Group) -> Callable[..., tuple[Any, ...]] | None:
    """What works out variants of a group at once; None where only Python's numbers do."""
    if not fits(group.tape, [place for place, _ in group.path] + group.made):
        return None
    writer = Writer(group, ARRAYS)
    for position, (place, answer) in enumerate(group.path):
        ask = "truth" if isinstance(answer, bool) else "number"
        text = writer.text(place)
        writer.lines.append(f"answers.{ask}({position}, {text}, {answer!r})")
    made = "".join([f"{writer.text(place)}, " for place in group.made])
    arguments = "".join([f", a{place}" for place in range(count_of_arguments(group.tape))])
    lines = [
        f"def run(answers{arguments}):",
        *(f"    {line}" for line in writer.lines),
        f"    return ({made})",
    ]
    return compiled(lines, FUNCTIONS)


class ArrayEngine(Engine):
    """The same engine, of many variants at once; its columns are arrays, masked where a number is not known."""

    def __init__(self, model: Model, base: Overrides, axes: Sequence[Axis], metrics: Sequence[str]) -> None:
        super().__init__(model, base, axes, metrics)
        self._grid = ArrayGrid(self._varying)

    def evaluate_at(self, indices: Sequence[int]) -> Chunk:
        """The variants of those numbers."""
        columns = Columns(self._work.metrics, len(indices))
        refusals: list[str | None] = [None] * len(indices)
        with np.errstate(all="ignore"):
            for start in range(0, len(indices), ROWS):
                for key, rows, arguments in self._grid.families(indices[start : start + ROWS]):
                    self._of_family(self.family(key), rows + start, arguments, columns, refusals)
        return Chunk(columns.finished(), refusals)

    def _of_family(
        self,
        family: Family,
        rows: Array,
        arguments: Sequence[Array],
        columns: Columns,
        refusals: list[str | None],
    ) -> None:
        waiting = [(family.root.first(), rows, arguments)]
        while waiting:
            group, rows, arguments = waiting.pop()
            if group is None:
                family.seen += 1
                group = family.found([each[:1].tolist()[0] for each in arguments])
            run = _program(group)
            if run is None:
                self._one_by_one(family, group, rows, arguments, columns, refusals)
                continue
            answers = Answers(len(rows))
            try:
                made = run(answers, *arguments)
            except NobodyError:
                made = None
            if made is not None:
                alike = answers.alike
                family.seen += len(rows)
                _put(group, rows if alike is None else rows[alike], _taken(made, alike), columns, refusals)
            for position, answer, other in answers.others:
                beside = family.root.beside(group.path, position, answer)
                waiting.append((beside, rows[other], [each[other] for each in arguments]))

    @staticmethod
    def _one_by_one(
        family: Family,
        group: Group,
        rows: Array,
        arguments: Sequence[Array],
        columns: Columns,
        refusals: list[str | None],
    ) -> None:
        variants: Any = (
            zip(*(each.tolist() for each in arguments), strict=True) if arguments else [()] * len(rows)
        )
        by_group: dict[Group, tuple[list[int], list[Any]]] = {}
        for row, (own, made) in zip(rows.tolist(), family.worked_out(variants, group), strict=True):
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


def _program(group: Group) -> Callable[..., tuple[Any, ...]] | None:
    if "numpy" not in group.programs:
        group.programs["numpy"] = None if group.plain else on_arrays(group)
    found: Callable[..., tuple[Any, ...]] | None = group.programs["numpy"]
    return found


def _taken(made: Sequence[Array], alike: Array | None) -> Sequence[Array]:
    return made if alike is None else [each[alike] for each in made]


def _put(
    group: Group, rows: Array, made: Sequence[Array], columns: Columns, refusals: list[str | None]
) -> None:
    if group.refusal:
        own: Any = zip(*(each.tolist() for each in made), strict=True) if made else [()] * len(rows)
        for row, each in zip(rows.tolist(), own, strict=True):
            refusals[row] = group.refusal.filled(each)
        return
    numbers = iter(made)
    for metric, result in group.results.items():
        columns.put(metric, rows, next(numbers) if isinstance(result, Made) else result)
