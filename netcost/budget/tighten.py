"""How limits are lowered: never raised, in their own spelling, a warning at its distance from the maximum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netcost.amounts import HUNDRED, Amount, read_amount, read_percent
from netcost.budget.bound import Bound, LimitKind
from netcost.integers import ceil_div
from netcost.number import Exact
from netcost.place import Place
from netcost.record import Record, replace
from netcost.report.numbers import NUMBERS
from netcost.units import UNITS

DIGITS = re.compile(r"[0-9.]+")
SHARE_SCALE = 1000
"""Shares are tightened to whole thousandths of a percent, amounts to those of their unit."""


class Edit(Record):
    """A limit that is lowered: where it stands, and its text before and after."""

    place: Place
    before: str
    after: str
    about: str


def allowed(now: Exact, slack: Amount) -> Exact:
    """Today's number and some slack, whole for counts."""
    return now + replace(slack, of_ratio=not isinstance(now, int)).at_most(now)


def share_of(value: int, total: int) -> int:
    """A share as it is tightened, in thousandths of a percent."""
    return ceil_div(HUNDRED * SHARE_SCALE * value, total)


def lowered(
    bounds: Iterable[Bound],
    kinds: tuple[LimitKind, LimitKind],
    metric: str,
    about: str,
    now: Exact,
    slack: Amount,
) -> Iterator[Edit]:
    """Lower a maximum and the warning beside it, or a warning that stands alone.

    Args:
        bounds: those of a rule.
        kinds: that of the maximum, and that of the warning.
        metric: what they bound.
        about: what edits are about, in words.
        now: today's number, or share as `share_of` has it.
        slack: how much more stays allowed, in percent.
    """
    by_kind: dict[str, Bound] = {bound.kind: bound for bound in bounds}
    most, warning = (by_kind.get(kind) for kind in kinds)
    target = allowed(now, slack)
    maximum = _respelt(most.amount, metric, target) if most else None
    if most and maximum:
        yield _edit(about, most, maximum)
    if warning and most and maximum:
        target = max(now, _units(warning.amount) * _units(maximum) // max(_units(most.amount), 1))
    if warning and (maximum or not most):
        less = _respelt(warning.amount, metric, target)
        # Rounded up in its own unit it may be above the maximum.
        if less and maximum and less.exceeds(maximum):
            less = maximum
        if less:
            yield _edit(about, warning, less)


def _units(amount: Amount) -> Exact:
    """An amount as a whole number; a share in thousandths of a percent."""
    return amount.value * SHARE_SCALE // amount.scale if amount.percent else amount.at_most(0)


def _respelt(amount: Amount, metric: str, target: Exact) -> Amount | None:
    """A smaller amount in the spelling of another, rounded up to thousandths; None if it is not smaller."""
    unit = DIGITS.sub("", amount.text, count=1)
    factor = SHARE_SCALE if amount.percent else UNITS[NUMBERS[metric].unit][unit.strip()]
    text = f"{decimal(target, factor)}{unit}"
    found = read_percent(text) if amount.percent else read_amount(text, NUMBERS[metric].unit)
    return found if amount.exceeds(found) else None


def decimal(number: Exact, factor: int) -> str:
    """How many times a factor goes into a number, `61.101`."""
    if factor == 1 and isinstance(number, int):
        return str(number)
    whole, thousandths = divmod(-(-number * 1000 // factor), 1000)
    return f"{whole}.{thousandths:03}".rstrip("0").rstrip(".")


def _edit(about: str, bound: Bound, amount: Amount) -> Edit:
    return Edit(bound.place, bound.amount.text, amount.text, f"{about} {bound.kind}")
