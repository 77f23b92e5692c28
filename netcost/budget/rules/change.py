"""How far the total of a metric may be from what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netcost.amounts import Amount
from netcost.budget.bound import CHANGE_KINDS, Bound
from netcost.budget.bounded import Bounded, bounds_by_name, held
from netcost.budget.evidence import Evidence, unknown
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.values import UNCHANGED, change_bound, change_of, check_total
from netcost.number import is_exact
from netcost.record import Record
from netcost.report.numbers import NUMBERS
from netcost.source.document import KeyValue, Scalar
from netcost.units import number_text

if TYPE_CHECKING:
    from netcost.budget.fragments import Json


class Change(Record, Bounded):
    """How far the total of a metric may be from what it was."""

    metric: str
    bounds: tuple[Bound, ...]

    section: ClassVar = "regression"
    keys: ClassVar = NUMBERS
    inner_keys: ClassVar = {"a metric of `regression`": CHANGE_KINDS}
    help: ClassVar = "how far totals may be from the base"
    checks: ClassVar = CHANGE_KINDS
    needs_base: ClassVar = True

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[Change]:
        """A bare increase, `unchanged`, or changes by direction."""

        def change(pair: KeyValue) -> Change:
            check_total(pair[0])
            return cls(pair[0].text, _bounds(reader, pair))

        return reader.each_rule(change, [pair])

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """Those metrics that have a total."""
        from netcost.budget.fragments import also_short, changed, described

        totalled = [metric for metric in NUMBERS.values() if metric.has_total]
        return also_short({each.name: described(changed(each.unit), each.help) for each in totalled})

    def check(self, evidence: Evidence) -> list[Check]:
        """Hold the total to what it was."""
        metric, comparison = self.metric, evidence.since
        evidence.study(metric, self.place)
        base = comparison.before.totals[metric]
        return held(
            self.bounds,
            comparison.after.totals[metric],
            base,
            lambda bound: evidence.blamed(metric, upper=bound.upper),
            [*evidence.unknown(metric), *unknown(comparison.before, metric)],
            subject=metric,
            base=base,
            declared=evidence.declared(metric),
        )

    def skipped(self, reason: str) -> Check:
        """The first bound stands for all."""
        bound = self.bounds[0]
        amount = str(bound.amount)
        return Check("skip", bound.kind, self.metric, self.place, amount=amount, reason=reason)

    @classmethod
    def allowance(cls, check: Check) -> str:
        """What it was, and by how much it may differ."""
        if not is_exact(check.base):
            return ""
        return f"{number_text(check.base)} {'-' if cls.is_lower(check) else '+'}{check.amount}"


def _bounds(reader: Reader, pair: KeyValue) -> tuple[Bound, ...]:
    key, node = pair
    metric = key.text
    if isinstance(node, Scalar):
        if node.text == UNCHANGED:
            return tuple(Bound(kind, Amount(0, text="0"), node.place) for kind in CHANGE_KINDS)
        return (Bound("max_increase", change_of(pair, metric), node.place),)
    given = bounds_by_name(reader, node, f"a change of {metric}", metric, CHANGE_KINDS)
    return tuple(reader.each(lambda pair: change_bound(pair, metric), given))
