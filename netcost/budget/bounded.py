"""What rules of bounds share: how bounds are read, held against a number, and worded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from netcost.budget.bound import Bound, LimitKind
from netcost.budget.evidence import Blamed
from netcost.budget.result import Check, Culprit, Status
from netcost.budget.rule import Demand, Rule
from netcost.number import UNKNOWN, Value, is_exact, known_part
from netcost.place import Place
from netcost.report import Row
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault
from netcost.units import number_text

if TYPE_CHECKING:
    from netcost.budget.reader import Reader

Blame: TypeAlias = Callable[[Bound], Blamed]
"""The layers to name when a bound is broken."""


class Bounded(Rule):
    """A rule that holds a metric to bounds."""

    __slots__ = ()

    metric: str
    bounds: tuple[Bound, ...]

    @property
    def place(self) -> Place:
        """That of the first bound."""
        return self.bounds[0].place

    def named(self, kind: str) -> str:
        """What a bound of that kind is about."""
        return f"{self.metric} {kind}"

    def demands(self) -> Iterator[Demand]:
        """Each of the bounds."""
        for bound in self.bounds:
            yield Demand(self.named(bound.kind), str(bound.amount), bound.place, bound)

    @classmethod
    def allowance(cls, check: Check) -> str:
        """What a share is of."""
        return f"{check.amount} of {number_text(check.whole)}" if check.whole is not None else ""


def bounds_of(reader: Reader, pair: KeyValue, kinds: Sequence[LimitKind]) -> tuple[Bound, ...]:
    """Read the bounds of a metric; a bare amount is a maximum.

    Raises:
        Fault: no amount, or bounds that contradict one another.
    """
    from netcost.budget.values import amount_of, check_order, limit_bound

    key, node = pair
    metric = key.text
    if isinstance(node, Scalar):
        return (Bound("max", amount_of(pair, metric), node.place),)
    given = bounds_by_name(reader, node, f"a limit of {metric}", metric, kinds)
    bounds = reader.each(lambda pair: limit_bound(pair, metric), given)
    check_order(bounds, ("min", "warn", "max"))
    check_order(bounds, ("min_share", "warn_share", "max_share"))
    return tuple(bounds)


def bounds_by_name(
    reader: Reader, node: YamlNode, what: str, metric: str, kinds: Collection[str]
) -> Collection[KeyValue]:
    """What stands under the kinds of bounds.

    Raises:
        Fault: nothing does.
    """
    given = reader.mapping(node, what, kinds)
    if isinstance(node, MappingNode) and not len(node):
        from netcost.budget.reader import quoted

        raise Fault(node.place, f"{metric} has no limit", f"write {quoted(kinds)}")
    return given.values()


def held(
    bounds: Sequence[Bound], value: Value, whole: Value, blame: Blame, doubtful: Sequence[Row], **facts: Any
) -> list[Check]:
    """Hold one number to its bounds; warnings are left out beside failures.

    A bound of which it cannot be told whether it is kept is as good as broken, and blamed on what is unknown.
    """
    outcomes = {bound: bound.breaks(value, whole) for bound in bounds}
    broken = [bound for bound in bounds if outcomes[bound] is not False]
    failed = [bound for bound in broken if not bound.is_warning]
    checks = []
    for bound in failed or broken or bounds[:1]:
        status: Status = "pass" if not broken else "fail" if failed else "warn"
        undecided = outcomes[bound] is None
        blamed = Blamed.of(_unknown(doubtful)) if undecided else blame(bound) if broken else Blamed()
        is_known = is_exact(whole) or not bound.is_relative
        checks.append(
            Check(
                status=status,
                kind=bound.kind,
                value=value,
                limit=bound.limit(known_part(whole)) if is_known else None,
                amount=str(bound.amount),
                whole=whole if bound.is_share else None,
                culprits=blamed.culprits,
                more_culprits=blamed.more,
                undecided=undecided,
                unknown=tuple(each.name for each in _unknown(doubtful)) if undecided else (),
                place=bound.place,
                **facts,
            )
        )
    return checks


def _unknown(rows: Iterable[Row]) -> list[Culprit]:
    """The layers of some rows whose cost is not known, each once."""
    places = {name: row.place for row in rows for name in row.unknown}
    return [Culprit(name, UNKNOWN, place) for name, place in places.items()]
