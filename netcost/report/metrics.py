"""Every metric, declared once, and how numbers of layers become one: reports, formats and budgets follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from netcost.dtypes import BITS, Precision, number_bytes, tensor_bytes
from netcost.layers.layer import Layer, Weights, count
from netcost.number import UNKNOWN, AtLeast, Number, Value, known_part
from netcost.record import Record
from netcost.report.answers import Answers

if TYPE_CHECKING:
    from netcost.network import Network
    from netcost.units import Quantity

Counts: TypeAlias = Mapping[str, Value]
"""What was counted of a layer, by the names of metrics."""

Groups: TypeAlias = Sequence[tuple[Counts, int]]
"""Counts, and how many layers have them; in the order in which the last of each comes."""

Total: TypeAlias = Callable[[str, Groups], Value]
"""What becomes of a metric of several layers."""


def grouped(counts: Iterable[Counts]) -> Groups:
    """Put layers together that share their counts, so that each is looked at once."""
    found: dict[int, Counts] = {}
    times: dict[int, int] = {}
    latest = None
    for each in counts:
        key = id(each)
        if each is not latest:
            latest = found[key] = found.pop(key, each)
            times.setdefault(key, 0)
        times[key] += 1
    return [(each, times[key]) for key, each in found.items()]


def added(metric: str, groups: Groups) -> Number:
    """The sum; what is not told of a layer is not known."""
    total: Number = 0
    for counts, times in groups:
        value = counts.get(metric)
        total = total + (UNKNOWN if value is None else value) * times
    return total


def largest(metric: str, groups: Groups) -> Value:
    """The maximum, of the layers that have such a number."""
    values = list(_values(metric, groups))
    if not values:
        return None
    most = max(map(known_part, values))
    return AtLeast(most) if any(isinstance(value, AtLeast) for value in values) else most


def last(metric: str, groups: Groups) -> Value:
    """The number of the last layer that has one."""
    return next(_values(metric, groups[::-1]), None)


def no_total(metric: str, groups: Groups) -> None:
    """Nothing: the numbers of several layers do not make one."""
    del metric, groups


def _values(metric: str, groups: Groups) -> Iterator[Number]:
    for counts, _ in groups:
        value = counts.get(metric, UNKNOWN)
        if value is not None:
            yield value


class Metric(Record):
    """One number that every row has under the metric's name, and the totals if it adds up to one.

    Without `of` and `along`, a number of one layer is its total over that layer alone, as of a ratio.

    Args:
        name: what CSV, JSON and budgets call it.
        title: what tables call it.
        unit: what it is counted in; a ratio need not be whole.
        help: what counts, in a phrase.
        of: counts it for a layer, from what the layer answers; None where the layer has no such number.
        along: counts it for each layer of a network, in order, where it depends on the place of a layer.
        total: what becomes of the numbers of several layers.
        short: what the heads of tables call it, and so people, wherever a metric is named.
    """

    name: str
    title: str
    unit: Quantity
    help: str
    of: Callable[[Answers], Value] | None = None
    along: Callable[[Network], Iterable[Value]] | None = None
    total: Total = added
    short: str = ""

    @property
    def adds(self) -> bool:
        """Tell whether the total is the sum, so that layers have shares of it."""
        return self.total is added

    @property
    def has_total(self) -> bool:
        """Tell whether a network as a whole has such a number."""
        return self.total is not no_total

    def counted(self, value: Value) -> Value:
        """A number as rows have it: what is missing in a sum is not known."""
        return UNKNOWN if value is None and self.adds else value

    def within(self, counts: Counts) -> Value:
        """The number of one row, from what was counted of it."""
        if self.name in counts:
            return counts[self.name]
        return UNKNOWN if self.of or self.along else self.total(self.name, [(counts, 1)])


def quotient(part: str, whole: str) -> Total:
    """The ratio of two other totals, exact; none of a whole of zero."""

    def divided(metric: str, groups: Groups) -> Value:
        del metric
        numerator, denominator = (METRICS[name].total(name, groups) for name in (part, whole))
        if isinstance(denominator, AtLeast):
            return UNKNOWN
        if not denominator or numerator is None:
            return None
        from fractions import Fraction

        ratio = Fraction(known_part(numerator)) / denominator
        return AtLeast(ratio) if isinstance(numerator, AtLeast) else ratio

    return divided


def lecture_flops(layer: Answers) -> Number:
    """Count a multiplication and its addition as one; of pooling, each position of a window; of all else nothing.

    Convolutions, linear layers and whatever multiplies matrices have their multiply-accumulates. The layers whose
    other operations count, too, declare `lecture_ops`.
    """
    return layer.macs + layer.ops if layer.layer.lecture_ops else layer.macs


def weight_bytes(layer: Layer, weights: Weights, precision: Precision) -> int:
    """Bytes of all weights of a layer together, each a tensor of its own."""
    if precision.weights in BITS:
        return tensor_bytes(weights.values(), precision.weights)
    from netcost.report import block_bytes

    return block_bytes.of_weights(layer, weights, precision)


def activation_bytes(shape: Sequence[int], dtype: str) -> int:
    """Bytes of a tensor that a layer puts out or holds."""
    if dtype in BITS:
        return number_bytes(prod(shape), BITS[dtype])
    from netcost.report import block_bytes

    return block_bytes.of_activation(shape, dtype)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "params",
            "parameters",
            "count",
            "all learnable numbers, biases included; a shared weight counts once",
            attrgetter("params"),
        ),
        Metric(
            "weight_bytes",
            "weights",
            "bytes",
            "parameters in the weights' number format",
            lambda layer: weight_bytes(layer.layer, layer.own_weights, layer.precision),
            short="weights",
        ),
        Metric(
            "activation_elements",
            "activations",
            "count",
            "elements of the layers' outputs",
            attrgetter("elements"),
        ),
        Metric(
            "activation_bytes",
            "activation memory",
            "bytes",
            "the layers' outputs in the activations' number format",
            lambda layer: activation_bytes(layer.output, layer.precision.activations) if layer.runs else 0,
            short="memory",
        ),
        Metric(
            "macs",
            "MACs",
            "count",
            "multiply-accumulates of convolutions and matrix products",
            attrgetter("macs"),
        ),
        Metric(
            "ops",
            "other operations",
            "count",
            "all other arithmetic, one per scalar operation",
            attrgetter("ops"),
        ),
        Metric("flops", "FLOPs", "count", "2 * macs + ops", lambda layer: 2 * layer.macs + layer.ops),
        Metric(
            "lecture_flops",
            "flop of the lecture",
            "count",
            "macs, and one operation per position of a pooling window",
            lecture_flops,
            short="flop",
        ),
        Metric(
            "trainable_params",
            "trainable parameters",
            "count",
            "parameters that are not frozen",
            attrgetter("trained_params"),
        ),
        Metric(
            "active_params",
            "active parameters",
            "count",
            "parameters that take part in computing one sample",
            attrgetter("active_params"),
        ),
        Metric(
            "buffers",
            "buffers",
            "count",
            "numbers stored with the weights but not learned, as running means",
            lambda layer: count(layer.own_buffers),
        ),
        Metric(
            "active_params_without_tables",
            "active without tables",
            "count",
            "active parameters without tables that are only looked up; one that is also a head's matrix counts there",
            attrgetter("computing_params"),
        ),
    )
}
"""By name, in the order of reports; a later one goes to the end."""

SHORT_WORDS = {metric.short: name for name, metric in METRICS.items() if metric.short}
"""What people call some metrics, and the names by which CSV, JSON and budgets know them."""

MAIN_METRICS = ("params", "activation_bytes", "macs")
"""What matters to most, where there is no room for every metric."""
