"""What a metric of each of some layers may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.budget.bound import SHARE_KINDS, TOTAL_KINDS, Bound
from netcost.budget.bounded import Bounded, bounds_of, held
from netcost.budget.evidence import Blamed, Evidence, culprit, declared, unknown
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.selector import Layers
from netcost.budget.values import text_of
from netcost.number import Value, is_exact, known_part
from netcost.record import Record
from netcost.report import Row
from netcost.report.numbers import LAYER_NUMBERS
from netcost.source.document import KeyValue, YamlNode
from netcost.source.fault import Fault

if TYPE_CHECKING:
    from netcost.amounts import Amount
    from netcost.budget.fragments import Json
    from netcost.budget.tighten import Edit

SELECTOR_KEYS = ("match", "type")


class LayerLimit(Record, Bounded):
    """What a metric of each of some layers may be."""

    metric: str
    bounds: tuple[Bound, ...]
    layers: Layers

    section: ClassVar = "per_layer"
    inner_keys: ClassVar = {"an item of `per_layer`": SELECTOR_KEYS, "a limit of `per_layer`": SHARE_KINDS}
    help: ClassVar = "what each of some layers may cost"
    checks: ClassVar = (*TOTAL_KINDS, *SHARE_KINDS)

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[LayerLimit]:
        """A list of items: which layers, and what their metrics may be."""
        items = reader.items(pair[1], "`per_layer`", "match")
        return [
            limit for found in reader.each(lambda item: cls._item(reader, item), items) for limit in found
        ]

    @classmethod
    def _item(cls, reader: Reader, node: YamlNode) -> list[LayerLimit]:
        known = len(reader.problems)
        pairs = reader.mapping(node, "an item of `per_layer`", (*SELECTOR_KEYS, *LAYER_NUMBERS))
        selector = {name: text_of(pairs[name]) for name in SELECTOR_KEYS if name in pairs}
        if not selector:
            raise Fault(node.place, "which layers?", 'write `match: "fc*"` or `type: conv`')
        metrics = [pair for name, pair in pairs.items() if name in LAYER_NUMBERS]
        if not metrics and len(reader.problems) > known:
            return []  # a key that is not known was to limit one
        if not metrics:
            raise Fault(node.place, "no metric is limited here", "write `params: {max_share: 65%}`")
        place = pairs[next(iter(selector))][1].place
        layers = Layers(place, selector.get("match", "*"), selector.get("type", ""))

        def limit(pair: KeyValue) -> LayerLimit:
            # There are shares of a sum only.
            kinds = (*TOTAL_KINDS, *SHARE_KINDS) if LAYER_NUMBERS[pair[0].text].adds else TOTAL_KINDS
            return cls(pair[0].text, bounds_of(reader, pair, kinds), layers)

        return reader.each_rule(limit, metrics)

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """A list of selectors with metrics."""
        from netcost.budget.fragments import TEXT, also_short, described, limited, mapping

        selectors: dict[str, Json] = {
            "match": described(TEXT, "a pattern of layer names, `fc*`"),
            "type": described(TEXT, "a layer type"),
        }
        metrics = also_short(
            {
                each.name: described(
                    limited(each.unit, TOTAL_KINDS, SHARE_KINDS if each.adds else ()), each.help
                )
                for each in LAYER_NUMBERS.values()
            }
        )
        item: Json = {
            **mapping({**selectors, **metrics}),
            "anyOf": [{"required": [name]} for name in selectors],
            "minProperties": 2,
        }
        return {cls.section: {"type": "array", "items": item}}

    @property
    def about(self) -> Layers:
        """Those layers."""
        return self.layers

    def check(self, evidence: Evidence) -> Iterator[Check]:
        """Each layer that breaks a bound, or the one with the largest number."""
        evidence.study(self.metric, self.place)
        metric, total, comparison = self.metric, evidence.report.totals[self.metric], evidence.comparison
        extremes = evidence.extremes(self.layers, metric)
        if extremes is None:
            return
        broken: Sequence[Row] = []
        if any(bound.breaks(row[metric], total) is not False for row in extremes for bound in self.bounds):
            broken = self._broken(evidence, total)
        for row in broken or extremes[1:]:
            before = comparison.partner(row.name) if comparison else None
            yield from held(
                self.bounds,
                row[metric],
                total,
                lambda _, row=row: Blamed((culprit(row, metric),)),  # type: ignore[misc]
                [row] if row.unknown else unknown([row], metric) or evidence.unknown(metric),
                subject=metric,
                layers=str(self.layers),
                layer=row.name,
                base=before[metric] if before else None,
                declared=declared([row], metric),
            )

    def _broken(self, evidence: Evidence, total: Value) -> list[Row]:
        """The layers beyond one of the bounds, or of which that cannot be told."""
        rows, metric, bounds = evidence.compared(self.layers, self.layers.place), self.metric, self.bounds
        whole, in_doubt = known_part(total), not is_exact(total) and any(each.is_relative for each in bounds)
        most = min((bound.limit(whole) for bound in bounds if bound.upper), default=None)
        least = max((bound.limit(whole) for bound in bounds if not bound.upper), default=0)

        def breaks(value: Value) -> bool:
            if is_exact(value) and not in_doubt:
                return value < least or (most is not None and value > most)
            return any(bound.breaks(value, total) is not False for bound in bounds)

        return [row for row in rows if row[metric] is not None and breaks(row[metric])]

    def named(self, kind: str) -> str:
        """What a bound of that kind is about."""
        return f"{self.metric} {kind} of {self.layers}"

    def tightened(self, evidence: Sequence[Evidence], slack: Amount) -> Iterator[Edit]:
        """Lower the maximum to the largest layer, where all numbers are known; and that of its share."""
        from netcost.budget.tighten import lowered, share_of

        found = list(self._largest(evidence))
        if not all(is_exact(value) and is_exact(total) for value, total in found):
            return
        about = f"{self.layers} {self.metric}"
        now = max((value for value, _ in found), default=0)
        yield from lowered(self.bounds, ("max", "warn"), self.metric, about, now, slack)
        share = max((share_of(value, total) for value, total in found), default=0)
        yield from lowered(self.bounds, ("max_share", "warn_share"), self.metric, about, share, slack)

    def _largest(self, evidence: Iterable[Evidence]) -> Iterator[tuple[Any, Any]]:
        """The largest number of a layer in each network that has such layers, and the total."""
        for each in evidence:
            extremes = each.extremes(self.layers, self.metric)
            if extremes:
                yield extremes[1][self.metric], each.report.totals[self.metric] or 1
