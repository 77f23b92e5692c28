"""What variants are held to: a number at most, at least, or near."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from netcost.amounts import AmountError, read_amount
from netcost.budget.bound import Bound
from netcost.number import Exact
from netcost.report import METRICS, SHORT_WORDS
from netcost.report.figures import FIGURES
from netcost.source.problem import nearest
from netcost.sweeps.axes import read_number
from netcost.sweeps.fault import SweepError
from netcost.units import Quantity
from netcost.wording import shortened

HUNDRED = 100
_EXPONENT = re.compile(r"[0-9.]+[eE][-+]?[0-9]{1,3}")


class Limit(NamedTuple):
    """What a number may be.

    Args:
        name: the metric or axis that is held to it.
        least: the least that is allowed; None where there is no such side.
        most: the most that is allowed.
        text: the amount as it was written.
    """

    name: str
    least: Exact | None = None
    most: Exact | None = None
    text: str = ""

    @property
    def sides(self) -> Iterable[tuple[str, bool, Exact]]:
        """Each side in words, whether larger numbers break it, and the last number that is allowed."""
        if self.most is not None:
            yield f"over {self.name}", True, self.most
        if self.least is not None:
            yield f"under {self.name}", False, self.least


class Aim(NamedTuple):
    """A number to come near to."""

    name: str
    target: Exact
    limit: Limit | None = None


def metric_of(word: str, axes: Collection[str] = ()) -> str:
    """What a column is called by that is asked for in short: `layer1.memory` as `layer1.activation_bytes`."""
    layer, dot, key = word.rpartition(".")
    return word if word in axes else f"{layer}{dot}{SHORT_WORDS.get(key, key)}"


def quantity(metric: str) -> Quantity:
    """What a metric, a figure, or either of a layer is counted in.

    Raises:
        SweepError: there is no such metric; the message names the one that was likely meant.
    """
    key = metric.rpartition(".")[2]
    found = METRICS.get(metric) or FIGURES.get(metric) or METRICS.get(key)
    if found is None:
        names = (*METRICS, *FIGURES, *SHORT_WORDS)
        near = nearest(key, names)
        hint = (
            f"did you mean `{metric.removesuffix(key)}{near}`?" if near else f"there are {', '.join(names)}"
        )
        raise SweepError(f"there is no metric `{shortened(metric)}`; {hint}")
    if not found.has_total:
        raise SweepError(f"{metric} has no total, and cannot be swept")
    return found.unit


def read_limit(text: str, axes: Collection[str] = ()) -> Limit:
    """Read the most that a number may be: `macs=300M`, `layer1.weight_bytes=1MiB`.

    Raises:
        SweepError: no such metric, or no amount.
    """
    word, amount = _parted(text, "--limit params=5M")
    name = metric_of(word, axes)
    return Limit(name, most=_amount(name, amount, axes), text=amount)


def read_aim(text: str, axes: Collection[str] = ()) -> Aim:
    """Read a number to come near to, and how near it must be: `params=1e9`, `params=1e9:2%`.

    Raises:
        SweepError: no such metric, no amount, or no tolerance.
    """
    word, written = _parted(text, "--near params=1e9:2%")
    name = metric_of(word, axes)
    amount, colon, tolerance = written.partition(":")
    target = _amount(name, amount, axes)
    if not colon:
        return Aim(name, target)
    percent = tolerance.strip().endswith("%")
    slack = Fraction(read_number(tolerance.strip().removesuffix("%")))
    if slack < 0:
        raise SweepError(f"`{text}`: a tolerance is not negative")
    slack = target * slack / HUNDRED if percent else slack
    return Aim(name, target, Limit(name, target - slack, target + slack, written))


def of_bounds(name: str, bounds: Iterable[Bound]) -> Limit:
    """The limit that a budget's bounds are; what is only warned of counts for nothing."""
    by_kind = {bound.kind: bound for bound in bounds}
    most, least = by_kind.get("max"), by_kind.get("min")
    return Limit(
        name,
        least.limit() if least else None,
        most.limit() if most else None,
        str((most or least or next(iter(by_kind.values()))).amount),
    )


def _parted(text: str, example: str) -> tuple[str, str]:
    name, equals, amount = text.partition("=")
    if not (equals and name.strip() and amount.strip()):
        raise SweepError(f"`{shortened(text)}` is no metric with an amount; write {example}")
    return name.strip(), amount.strip()


def _amount(name: str, text: str, axes: Collection[str]) -> Exact:
    """An exact amount: of an axis a plain number, of a metric one in its units.

    Raises:
        SweepError: it is none.
    """
    if name in axes:
        number = Fraction(read_number(text))
        return number.numerator if number.denominator == 1 else number
    try:
        return read_amount(_spelt_out(text), quantity(name)).at_most(0)
    except AmountError as error:
        raise SweepError(f"{name}: {error.message}; {error.hint}") from None


def _spelt_out(text: str) -> str:
    """An amount without an exponent: `1e9` is 1000000000."""
    return f"{read_number(text):f}" if _EXPONENT.fullmatch(text) else text
