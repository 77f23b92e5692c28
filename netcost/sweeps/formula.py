"""Expressions over variants, in netcost's own language: `dim % heads == 0`, `width * depth`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, NamedTuple

from netcost.language.expression import Expression, ExpressionError, parse
from netcost.report import METRICS
from netcost.report.figures import FIGURES
from netcost.source.problem import nearest
from netcost.sweeps.axes import Grid
from netcost.sweeps.fault import SweepError
from netcost.sweeps.kit import Column, Indices, Kit, Mask
from netcost.sweeps.tally import reason
from netcost.wording import shown

MAX_TABLE = 2**18
"""Combinations of values for which a condition is worked out once and for all."""


class NoValue(SweepError):  # noqa: N818  it is a kind of it
    """An expression that has no value for some variant.

    Args:
        message: which, and why.
        reason: the same in the words that all such variants have in common.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)  # that alone is given where it comes from another process
        self.reason = reason


class Answers(NamedTuple):
    """What a condition says of some variants.

    Args:
        truths: of each whether it holds.
        reasons: of each why the condition has no value there, or None; empty if it has one for all.
    """

    truths: Sequence[bool]
    reasons: Sequence[str | None]


@dataclass(frozen=True)
class Formula:
    """An expression, and what it is about.

    Args:
        text: what is written.
        axes: the labels of the axes that stand in it, each with its number.
        metrics: the metrics that stand in it.
    """

    text: str
    axes: Mapping[str, int]
    metrics: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.text)

    def value(self, values: Mapping[str, Any]) -> Any:
        """What it comes to.

        Raises:
            NoValue: it has none there.
        """
        try:
            return _parsed(self.text).evaluate(values)
        except ExpressionError as error:
            place = f"`{self.text}`, character {error.offset + 1}"
            raise NoValue(_told(self.text, error), f"{place}: {reason(error.message)}") from None

    def holds(self, values: Mapping[str, Any]) -> bool | str:
        """Tell whether it is true; or why it has no value there.

        Raises:
            SweepError: it has a value that is neither true nor false.
        """
        try:
            found = self.value(values)
        except NoValue as error:
            return error.reason
        if not isinstance(found, bool):
            raise SweepError(f"`{self.text}` is {shown(found)}, neither true nor false; write a comparison")
        return found

    def column(self, columns: Mapping[str, Column], kit: Kit) -> tuple[Column, Sequence[str | None]]:
        """What it comes to in each row, nothing where something of it is not known; and why it has no value in others.

        Raises:
            SweepError: it is a list.
        """
        names = [*self.axes, *self.metrics]
        values: list[Any] = []
        reasons: list[str | None] = []
        for row in zip(*(kit.plain(columns[name]) for name in names), strict=True):
            value, reason = None, None
            try:
                value = None if None in row else self.value(dict(zip(names, map(_listed, row), strict=True)))
            except NoValue as error:
                reason = error.reason
            if isinstance(value, list):
                raise SweepError(f"`{self.text}` is a list, {shown(value)}, and no number to order by")
            values.append(value)
            reasons.append(reason)
        return kit.column(values), reasons

    def table(self, grid: Grid) -> Answers | None:
        """What it says of each combination of the values that it is about; None where there are too many."""
        lengths = [len(grid.axes[number].values) for number in self.axes.values()]
        if not lengths or prod(lengths) > MAX_TABLE:
            return None
        return _answers([self._at(grid, digits) for digits in product(*map(range, lengths))])

    def met(
        self, grid: Grid, indices: Indices, kit: Kit, table: Answers | None
    ) -> tuple[Mask, Sequence[str | None]]:
        """The variants for which it holds, where it is about axes alone; and why it has no value for others."""
        places = [(grid.stride(number), len(grid.axes[number].values)) for number in self.axes.values()]
        digits = [kit.digits(indices, *place) for place in places]
        if table is not None:
            found = kit.combined(digits, [length for _, length in places])
            reasons = kit.plain(kit.looked_up(table.reasons, found)) if table.reasons else ()
            return kit.mask(kit.plain(kit.looked_up(table.truths, found))), reasons
        rows = zip(*map(kit.plain, digits), strict=True) if digits else ((),) * len(indices)
        answers = _answers([self._at(grid, row) for row in rows])
        return kit.mask(answers.truths), answers.reasons

    def met_by(self, columns: Mapping[str, Column], kit: Kit) -> tuple[Mask, Sequence[str | None]]:
        """The rows for which it holds, and why it has no value for others; what is not known meets nothing."""
        names = [*self.axes, *self.metrics]
        rows = zip(*(kit.plain(columns[name]) for name in names), strict=True)
        answers = _answers(
            [None not in row and self.holds(dict(zip(names, map(_listed, row), strict=True))) for row in rows]
        )
        return kit.mask(answers.truths), answers.reasons

    def _at(self, grid: Grid, digits: Sequence[int]) -> bool | str:
        named = zip(self.axes.items(), digits, strict=True)
        return self.holds({name: _listed(grid.axes[number].shown[digit]) for (name, number), digit in named})


def _answers(found: Sequence[bool | str]) -> Answers:
    reasons = [each if isinstance(each, str) else None for each in found]
    return Answers([each is True for each in found], reasons if any(reasons) else ())


def _listed(value: Any) -> Any:
    """A value as expressions know it: a list, of what a column shows as a text."""
    return _parsed(value).evaluate({}) if isinstance(value, str) and value.startswith("[") else value


def read_formula(text: str, axes: Sequence[str]) -> Formula:
    """Read an expression.

    Raises:
        SweepError: it is none, or has names that are neither axes nor metrics.
    """
    names = _parsed(text).names
    found = {name: number for number, name in enumerate(axes) if name in names}
    metrics = tuple(sorted(names - found.keys()))
    for name in metrics:
        if name not in METRICS and name not in FIGURES:
            near = nearest(name, [*axes, *METRICS, *FIGURES])
            hint = (
                f"did you mean `{near}`?" if near else f"there are {', '.join([*axes, *METRICS, *FIGURES])}"
            )
            raise SweepError(f"`{text}`: `{name}` is neither an axis nor a metric; {hint}")
    return Formula(text, found, metrics)


def _parsed(text: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError as error:
        raise SweepError(_told(text, error)) from None


def _told(text: str, error: ExpressionError) -> str:
    hint = f"; {error.hint}" if error.hint else ""
    return f"`{text}`, character {error.offset + 1}: {error.message}{hint}"
