"""What an analysis finds: a row for each layer, and every metric, declared once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal

from netcost.dtypes import Precision
from netcost.place import Place
from netcost.shapes import Shape

FORMAT_VERSION = "1.0"
"""Version of the report that JSON carries; the first number changes when a reader would break."""


@dataclass(frozen=True)
class Metric:
    """One number that every row and the totals have under the metric's name."""

    name: str
    title: str
    unit: Literal["count", "bytes"]
    help: str


METRICS: tuple[Metric, ...] = (
    Metric(
        "params", "parameters", "count", "all learnable numbers, biases included; a shared weight counts once"
    ),
    Metric("weight_bytes", "weights", "bytes", "parameters in the weights' number format"),
    Metric("activation_elements", "activations", "count", "elements of the layers' outputs"),
    Metric(
        "activation_bytes",
        "activation memory",
        "bytes",
        "the layers' outputs in the activations' number format",
    ),
    Metric("macs", "MACs", "count", "multiply-accumulates of convolutions and matrix products"),
    Metric("ops", "other operations", "count", "all other arithmetic, one per scalar operation"),
    Metric("flops", "FLOPs", "count", "2 * macs + ops"),
    Metric(
        "lecture_flops",
        "flop of the lecture",
        "count",
        "macs, and one operation per position of a pooling window",
    ),
    Metric("trainable_params", "trainable parameters", "count", "parameters that are not frozen"),
    Metric(
        "active_params", "active parameters", "count", "parameters that take part in computing one sample"
    ),
    Metric(
        "buffers", "buffers", "count", "numbers stored with the weights but not learned, as running means"
    ),
)
METRIC_NAMES: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
MAIN_METRICS = ("params", "activation_bytes", "macs")
"""What matters to most, where there is no room for every metric."""


def flops(macs: int, ops: int) -> int:
    """Count floating-point operations: a multiply-accumulate is two."""
    return 2 * macs + ops


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One layer: where it stands, what goes in and out, what it costs."""

    name: str
    type: str
    title: str
    label: str
    inputs: tuple[Shape, ...]
    output: Shape
    settings: Mapping[str, Any]
    precision: Precision
    weights: Mapping[str, tuple[int, ...]]
    params: int
    trainable_params: int
    active_params: int
    buffers: int
    weight_bytes: int
    activation_elements: int
    activation_bytes: int
    macs: int
    ops: int
    lecture_flops: int
    elementwise: bool = False
    """The layer only maps its input's elements; a table may leave out its row."""
    declared_cost: bool = False
    """The costs are the author's word, not netcost's arithmetic."""
    shares: str = ""
    """The layer whose weights this one uses."""
    layers: int = 1
    """How many layers the row stands for."""
    place: Place | None = None

    @property
    def flops(self) -> int:
        """Floating-point operations."""
        return flops(self.macs, self.ops)


class Totals:
    """The sum of every metric over all rows: `totals.params`, `totals["params"]`."""

    def __init__(self, sums: Mapping[str, int]) -> None:
        self._sums = sums

    def __getitem__(self, metric: str) -> int:
        return self._sums[metric]

    def __getattr__(self, metric: str) -> int:
        if metric.startswith("_") or metric not in METRIC_NAMES:
            raise AttributeError(f"no metric is called {metric}; there are {', '.join(METRIC_NAMES)}")
        return self._sums[metric]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self._sums == other._sums

    def __hash__(self) -> int:
        return hash(tuple(self._sums.values()))

    def __repr__(self) -> str:
        return f"Totals({', '.join(f'{name}={value}' for name, value in self._sums.items())})"


ROW_METRICS = tuple(field.name for field in fields(Row) if field.name in METRIC_NAMES)
"""The metrics that a row holds; the others follow from them."""


@dataclass(frozen=True)
class Report:
    """Everything that is known of a network's costs.

    Args:
        name: the network.
        source: the file it was read from, as the user wrote it; empty if it was built by hand.
        precision: number formats of layers that do not name their own.
        inputs: the shapes that go in, by name.
        outputs: the shapes that come out, by layer.
        rows: one for each layer, in order.
        batch: samples that pass through at once.
        warnings: what is strange about the network, but no fault.
    """

    name: str
    source: str
    precision: Precision
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    rows: Sequence[Row]
    batch: int = 1
    warnings: Sequence[str] = ()

    def __getitem__(self, name: str) -> Row:
        """Return a layer's row.

        Raises:
            KeyError: there is no layer of that name.
        """
        return self._by_name[name]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _by_name(self) -> Mapping[str, Row]:
        return {row.name: row for row in self.rows}

    @cached_property
    def totals(self) -> Totals:
        """The sum of every metric over all rows."""
        return Totals({name: sum(map(attrgetter(name), self.rows)) for name in METRIC_NAMES})
