"""The costs of variants by their numbers: rules run once for all that go the same way, and are replayed for the others.

The rules of a network run on numbers that record what is made of them (`netcost.sweeps.tape`). What was recorded is a
program, which holds for every variant that answers alike what rules asked on the way; such variants are a group, and a
variant that is in none founds one. Lists, texts and truth values are not numbers: each combination of theirs has
groups of its own. Each founder is worked out plainly, too, and where the program says otherwise, or the rules do
what cannot be recorded, variants that go that way are worked out one by one, as all are of formats other than
specs, and all that are sound where an arena is asked for, which puts all sizes in order. What comes of it is what
`netcost.load` and `netcost.analyze` say, and takes a thousandth of their time or less.

Numbers that are not known in full are None, without a refusal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias

from netcost import frontends
from netcost.overrides import Overrides
from netcost.report.figures import FIGURES
from netcost.source.problem import SpecError
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.groups import Group, Made, Slot, Template
from netcost.sweeps.model import Model
from netcost.sweeps.plain import Costs, costs, numbers_of
from netcost.sweeps.program import needed, on_numbers
from netcost.sweeps.repeats import can_fold
from netcost.sweeps.symbol import Symbol, Truth
from netcost.sweeps.tape import DivergedError, Tape
from netcost.sweeps.trace import Trace
from netcost.sweeps.varying import Shape, Varying

Backend: TypeAlias = Literal["python", "numpy"]

TRACED = "netcost.frontends.spec"
"""The format whose rules are replayed."""

HELD_GROUPS = 8
"""Groups of a family that are held to plain rules at most repetitions, too."""

MOST_FAMILIES = 256
"""Families that are kept, so that a long sweep over texts and lists takes no more memory than a short one."""

MANY_GROUPS = 256
"""Groups from which on it is asked whether there are variants to go with them."""


class Chunk(NamedTuple):
    """What some variants cost.

    Args:
        columns: for each metric that is asked for, a number a variant; None where it is not known or refused.
        refusals: why a variant is no network; None where it is one.
    """

    columns: Mapping[str, Any]
    refusals: Sequence[str | None]


class Family:
    """The variants that have the same lists, texts and truth values, and the groups that they fall into.

    Args:
        work: reads a variant, and works out what it costs.
        shape: what they have in common, and what varies.
    """

    def __init__(self, work: Work, shape: Shape) -> None:
        self.work = work
        self.shape = shape
        self.tape = Tape(shape.arguments)
        self.root = Slot()
        self.groups: list[Group] = []
        self.seen = 0
        if not work.is_traced:
            self._enter(self.root, Group(self.tape, (), plain=True))

    def found(self, values: Sequence[Any]) -> Group:
        """The group that a variant founds, which is in none."""
        if self.root.group:
            return self.root.group
        if len(self.groups) >= MANY_GROUPS and 2 * len(self.groups) > self.seen:
            return self._all_plain()
        trace = Trace(self.tape, values, self.root, folds=self.work.folds)
        try:
            group = self._traced(trace)
        except DivergedError:
            return self._all_plain()
        except Exception:  # noqa: BLE001  what a rule cannot do with such a number, it does with a plain one
            group = Group(self.tape, tuple(trace.path), plain=True)
        if trace.slot.question is not None:
            return self._all_plain()
        if not (group.plain or (self._holds(group, values) and self._holds_of_many(group, trace))):
            group = Group(self.tape, group.path, plain=True)
        return self._enter(trace.slot, group)

    def _traced(self, trace: Trace) -> Group:
        overrides = self.work.overrides(self.shape, trace.arguments)
        try:
            network = self.work.model.load(overrides)
            if self.work.is_pairwise:  # what is refused, is refused for all that go this way
                return Group(self.tape, tuple(trace.path), plain=True)
            numbers = numbers_of(network, self.work.metrics, trace.times)
        except SpecError as error:
            return Group(self.tape, tuple(trace.path), refusal=Template(error.problems[0].message))
        return Group(
            self.tape, tuple(trace.path), {metric: _made(number) for metric, number in numbers.items()}
        )

    def _holds(self, group: Group, values: Sequence[Any]) -> bool:
        """Tell whether a group says of its founder what plain rules do."""
        plain = self.plainly(values)
        position, made = self.program(group)(*values)
        if position >= 0:
            return False
        said = Costs({}, group.refusal.filled(made)) if group.refusal else Costs(filled(group, made))
        return said == plain

    def _holds_of_many(self, group: Group, trace: Trace) -> bool:
        """Tell the same of the most repetitions, where not all are built; of the first groups."""
        counts = [trace.place(number) for number in trace.times.values()]
        if not counts or len(self.groups) >= HELD_GROUPS:
            return True
        nodes = (self.tape.nodes[place] for place in needed(self.tape, counts))
        places = {node.operands[0] for node in nodes if node.operation == "argument"}
        many = [
            max(numbers) if place in places else value
            for place, (value, numbers) in enumerate(zip(trace.values, self.shape.arguments, strict=True))
        ]
        return self.program(group)(*many)[0] >= 0 or self._holds(group, many)

    def _enter(self, slot: Slot, group: Group) -> Group:
        slot.group = group
        self.groups.append(group)
        return group

    def _all_plain(self) -> Group:
        """Give up: there are hardly more variants than groups, or rules do not do the same every time."""
        self.root, self.tape = Slot(), Tape(self.shape.arguments)
        return self._enter(self.root, Group(self.tape, (), plain=True))

    @staticmethod
    def program(group: Group) -> Callable[..., tuple[int, Any]]:
        """What works out a variant of a group in plain Python."""
        if "python" not in group.programs:
            group.programs["python"] = on_numbers(group)
        found: Callable[..., tuple[int, Any]] = group.programs["python"]
        return found

    def plainly(self, values: Sequence[Any]) -> Costs:
        """One variant by itself."""
        return costs(self.work.model, self.work.overrides(self.shape, values), self.work.metrics)

    def worked_out(
        self, variants: Iterable[tuple[Any, ...]], group: Group | None = None
    ) -> Iterable[tuple[Group, Any]]:
        """The group of each variant, and the numbers that its program makes; what it costs where that is plain.

        Args:
            variants: the numbers of each.
            group: where the first probably belongs.
        """
        group = group or self.root.first()
        for values in variants:
            self.seen += 1
            if group is None:
                group = self.found(values)
            group, made = self._in_group(group, values)
            yield group, made

    def _in_group(self, group: Group, values: tuple[Any, ...]) -> tuple[Group, Any]:
        while True:
            position, made = self.program(group)(*values)
            if position < 0:
                return group, self.plainly(values) if group.plain else made
            group = self.root.beside(group.path, position, made) or self.found(values)


def _made(number: Any) -> Any:
    """A number as a group keeps it."""
    if type(number) is Truth:
        number = number.select(1, 0)
    return Made(number.place) if type(number) is Symbol else number


def filled(group: Group, made: Sequence[Any]) -> dict[str, Any]:
    """The numbers of a variant by metric, from those that its program makes."""
    numbers = iter(made)
    return {
        metric: next(numbers) if isinstance(result, Made) else result
        for metric, result in group.results.items()
    }


class Work:
    """What is asked of all variants.

    Args:
        model: what is read.
        base: what is changed about all of them.
        metrics: what is asked for.
    """

    def __init__(self, model: Model, base: Overrides, metrics: Sequence[str]) -> None:
        self.model, self.base, self.metrics = model, base, tuple(dict.fromkeys(metrics))

    @cached_property
    def folds(self) -> bool:
        """Tell whether repetitions that are alike need not all be built."""
        return can_fold(self.model, self.base, self.metrics)

    @cached_property
    def is_traced(self) -> bool:
        """Tell whether the rules can be replayed."""
        try:
            return frontends.format_of(self.model.source).module == TRACED
        except SpecError:
            return False

    @cached_property
    def is_pairwise(self) -> bool:
        """Tell whether the numbers put all sizes in order, which no two variants may do alike."""
        return any(FIGURES[metric].pairwise for metric in self.metrics if metric in FIGURES)

    def overrides(self, shape: Shape, values: Sequence[Any]) -> Overrides:
        """What makes a variant of the base."""
        overrides = self.base
        for axis, value in shape.settings(values):
            overrides = overrides | axis.override(value)
        return overrides


class Engine:
    """Works out variants of a network.

    Args:
        model: what is read.
        base: what is changed about all of them.
        axes: what varies.
        metrics: what is asked for: `macs`, `peak_activation_bytes`, `layer1.macs`.
    """

    def __init__(self, model: Model, base: Overrides, axes: Sequence[Axis], metrics: Sequence[str]) -> None:
        self._work = Work(model, base, metrics)
        self._varying = Varying(Grid(tuple(axes)))
        self._families: dict[tuple[int, ...], Family] = {}
        """The newest of them."""
        self._forgotten = 0
        """Groups of families that are not kept."""

    @property
    def groups(self) -> int:
        """How many groups there were so far."""
        return self._forgotten + sum(len(family.groups) for family in self._families.values())

    def family(self, key: tuple[int, ...]) -> Family:
        """The variants that have some lists, texts and truth values."""
        if key not in self._families:
            if len(self._families) >= MOST_FAMILIES:
                self._forgotten += len(self._families.pop(next(iter(self._families))).groups)
            self._families[key] = Family(self._work, self._varying.shape(key))
        return self._families[key]

    def evaluate(self, start: int, stop: int) -> Chunk:
        """The variants of a stretch of the grid, the last axis fastest."""
        return self.evaluate_at(range(start, stop))

    def evaluate_at(self, indices: Sequence[int]) -> Chunk:
        """The variants of those numbers."""
        columns: dict[str, list[Any]] = {metric: [None] * len(indices) for metric in self._work.metrics}
        refusals: list[str | None] = [None] * len(indices)
        for key, rows, variants in self._varying.families(indices):
            worked_out = self.family(key).worked_out(variants)
            by_group: dict[Group, tuple[list[int], list[Any]]] = defaultdict(lambda: ([], []))
            for row, (group, made) in zip(rows, worked_out, strict=True):
                found = by_group[group]
                found[0].append(row)
                found[1].append(made)
            for group, (own, made) in by_group.items():
                put(group, own, made, columns, refusals)
        return Chunk(columns, refusals)


def put(
    group: Group,
    rows: Sequence[int],
    made: Sequence[Any],
    columns: Mapping[str, Any],
    refusals: list[str | None],
) -> None:
    """Put what was made of the variants of a group into their rows."""
    if group.plain:
        for row, found in zip(rows, made, strict=True):
            refusals[row] = found.refusal
            for metric, number in found.numbers.items():
                columns[metric][row] = number
        return
    if group.refusal:
        for row, numbers in zip(rows, made, strict=True):
            refusals[row] = group.refusal.filled(numbers)
        return
    by_result = iter(zip(*made, strict=True))
    for metric, result in group.results.items():
        column = columns[metric]
        numbers = next(by_result) if isinstance(result, Made) else (result,) * len(rows)
        for row, number in zip(rows, numbers, strict=True):
            column[row] = number
