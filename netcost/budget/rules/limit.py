"""What the total of a metric may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from netcost.amounts import AmountError, read_amount
from netcost.budget.bound import TOTAL_KINDS, Bound
from netcost.budget.bounded import Bounded, bounds_of, held
from netcost.budget.evidence import Evidence
from netcost.budget.result import Check
from netcost.number import is_exact
from netcost.place import Place
from netcost.record import Record
from netcost.report import SHORT_WORDS
from netcost.report.numbers import NUMBERS
from netcost.source.document import KeyValue

if TYPE_CHECKING:
    from netcost.amounts import Amount
    from netcost.budget.fragments import Json
    from netcost.budget.reader import Reader
    from netcost.budget.tighten import Edit


class Limit(Record, Bounded):
    """What the total of a metric may be."""

    metric: str
    bounds: tuple[Bound, ...]

    section: ClassVar = "limits"
    keys: ClassVar = NUMBERS
    inner_keys: ClassVar = {"a limit": TOTAL_KINDS}
    help: ClassVar = "what totals may be"
    checks: ClassVar = TOTAL_KINDS

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[Limit]:
        """A limit by its metric."""
        from netcost.budget.values import check_total

        def limit(pair: KeyValue) -> Limit:
            check_total(pair[0])
            return cls(pair[0].text, bounds_of(reader, pair, TOTAL_KINDS))

        return reader.each_rule(limit, [pair])

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """Those metrics that have a total."""
        from netcost.budget.fragments import also_short, described, limited

        totalled = [metric for metric in NUMBERS.values() if metric.has_total]
        return also_short(
            {each.name: described(limited(each.unit, TOTAL_KINDS), each.help) for each in totalled}
        )

    def check(self, evidence: Evidence) -> list[Check]:
        """Hold the total to its bounds."""
        metric, comparison = self.metric, evidence.comparison
        evidence.study(metric, self.place)
        return held(
            self.bounds,
            evidence.report.totals[metric],
            0,
            lambda bound: evidence.blamed(metric, upper=bound.upper),
            evidence.unknown(metric),
            subject=metric,
            base=comparison.before.totals[metric] if comparison else None,
            declared=evidence.declared(metric),
        )

    def tightened(self, evidence: Sequence[Evidence], slack: Amount) -> Iterator[Edit]:
        """Lower the maximum to the largest total, where all of them are known."""
        from netcost.budget.tighten import lowered

        totals = [each.report.totals[self.metric] for each in evidence]
        if all(map(is_exact, totals)):
            now = max(totals, default=0)
            yield from lowered(self.bounds, ("max", "warn"), self.metric, self.metric, now, slack)


def read_limit(text: str) -> Limit:
    """Read a limit of the command line: `params=63M`.

    Raises:
        AmountError: no metric of that name, or no amount.
    """
    metric, equals, amount = text.partition("=")
    metric = SHORT_WORDS.get(metric, metric)
    if not equals:
        raise AmountError(f"`{text}` is not a limit", "write METRIC=AMOUNT, such as `params=63M`")
    if metric not in NUMBERS:
        from netcost.budget.reader import meant

        raise AmountError(f"there is no metric `{metric}`", meant(metric, [*NUMBERS, *SHORT_WORDS]))
    if not NUMBERS[metric].has_total:
        from netcost.budget.values import LAYERS_ONLY

        raise AmountError(f"{metric} has no total", LAYERS_ONLY)
    place = Place(f"--limit {text}", 0, 0)
    return Limit(metric, (Bound("max", read_amount(amount, NUMBERS[metric].unit), place),))
