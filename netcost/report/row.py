"""What an analysis finds: a row for each layer, and the totals."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, overload

from netcost.dtypes import Precision
from netcost.number import UNKNOWN, AtLeast, Value
from netcost.place import Place
from netcost.record import Record
from netcost.report.forms import Forms
from netcost.report.in_network import NO_FIGURES, NOT_ASKED
from netcost.report.metrics import METRICS, Counts, grouped
from netcost.shapes import Shape
from netcost.wording import counted

if TYPE_CHECKING:
    from netcost.network import Node

SETTINGS = ("filters", "kernel", "stride", "pad", "dilation", "groups")
"""The settings of a layer that reports have a column for."""


class Numbers:
    """Numbers under the names of metrics: `numbers.macs`, `numbers["macs"]`."""

    __slots__ = ()

    def __getitem__(self, metric: str) -> Any:
        """Return the number: exact, `AtLeast` where it is not known in full, None where there is none.

        Raises:
            KeyError: there is no metric of that name.
        """
        raise NotImplementedError

    def __getattr__(self, metric: str) -> Any:
        if metric not in METRICS:
            raise AttributeError(f"no metric is called {metric}; there are {', '.join(METRICS)}")
        return self[metric]


KEPT = 1_000
"""Kinds of layers of which is kept what was made for tables."""


class Facts(dict[str, Any]):
    """What the rows of layers that are alike have in common; what only tables show is made when one asks for it.

    Args:
        node: one of the layers.
        counts: what was counted of it, by the names of metrics.
        recent: those of a report of which something was made; of many that differ, the latest keep it.
    """

    __slots__ = ("_node", "_recent", "counts", "unknown")

    def __init__(self, node: Node, counts: Counts, recent: deque[Facts]) -> None:
        self._node = node
        self._recent = recent
        self.counts = counts
        self.unknown = is_unknown(counts)

    def __missing__(self, name: str) -> Any:
        if not self:
            self._recent.append(self)
        if len(self._recent) > KEPT:
            self._recent.popleft().clear()
        found = self[name] = _FACTS[name](self._node)
        return found


_FACTS: Mapping[str, Callable[[Node], Any]] = {
    "type": lambda node: node.layer.type,
    "title": lambda node: node.layer.title,
    "label": lambda node: node.layer.label(*node.input_shapes),
    "inputs": lambda node: node.input_shapes if node.inputs else (),
    "output": lambda node: node.output,
    "settings": lambda node: node.layer.settings(*node.input_shapes),
    "precision": lambda node: node.precision,
    "weights": lambda node: node.layer.weights(*node.input_shapes),
    "elementwise": lambda node: node.layer.elementwise,
    "declared_cost": lambda node: node.layer.declared_cost,
    "shares": lambda node: ", ".join(node.owners),
}
"""How the fields of a row follow from its layer."""


class Row(
    Numbers, Record, kw_only=True, unequal=("in_network",), kept=("elementwise", "declared_cost", "shares")
):
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
    counts: Counts
    """What was counted, by the names of metrics; `row.macs` and `row["macs"]` are read from here."""
    elementwise: bool = False
    """The layer only maps its input's elements; a table may leave out its row."""
    declared_cost: bool = False
    """The costs are the author's word, not netcost's arithmetic."""
    shares: str = ""
    """The layer whose weights this one uses."""
    layers: int = 1
    """How many layers the row stands for."""
    unknown: tuple[str, ...] = ()
    """The layers among them whose cost is not known."""
    sources: tuple[str, ...] | None = None
    """The layers and inputs that it takes from; None if that is not known."""
    place: Place | None = None
    in_network: Mapping[str, Mapping[str, Any]] = NOT_ASKED
    """Numbers that ask for the whole network, by the names of `LAYER_FIGURES` and of layers; worked out when asked for."""
    facts: ClassVar[Facts | None] = None
    """Where fields are that it has in common with others."""

    @classmethod
    def of(
        cls,
        facts: Facts,
        name: str,
        sources: tuple[str, ...] | None = None,
        place: Place | None = None,
        in_network: Mapping[str, Mapping[str, Any]] = NOT_ASKED,
    ) -> Row:
        """The row of a layer that has all but its own fields in common with others."""
        row = object.__new__(cls)
        _set(row, "facts", facts)
        _set(row, "counts", facts.counts)
        _set(row, "name", name)
        _set(row, "sources", sources)
        _set(row, "place", place)
        _set(row, "in_network", in_network)
        if facts.unknown:
            _set(row, "unknown", (name,))
        return row

    def __getattr__(self, name: str) -> Any:
        return self.facts[name] if self.facts is not None and name in _FACTS else super().__getattr__(name)

    def __dir__(self) -> Iterable[str]:
        """All fields, wherever they are, for those who complete a name."""
        return {*super().__dir__(), *self._fields}

    def __repr__(self) -> str:
        return f"<Row {self.name}: {self.label}, output {self.output}, {_main_numbers(self)}>"

    def __getitem__(self, metric: str) -> Any:
        """Return a number of the layer.

        Raises:
            KeyError: there is no metric of that name, and no number of layers in their network.
        """
        counts = self.counts
        if metric in counts:
            return counts[metric]
        if metric in METRICS:
            return METRICS[metric].within(counts)
        from netcost.report.layer_figures import LAYER_FIGURES

        if metric in LAYER_FIGURES:
            return self.in_network[metric].get(self.name) if metric in self.in_network else UNKNOWN
        raise KeyError(metric)


def _main_numbers(told: Row | Totals) -> str:
    """The numbers that tell one from another at a glance."""
    from netcost.units import number_text

    return f"{number_text(told.params)} params, {number_text(told.macs)} macs"


OWN_FIELDS = ("name", "place", "sources", "unknown", "in_network")
"""What differs even between rows that are alike."""

_shared = attrgetter(*(name for name in Row._fields if name not in OWN_FIELDS))
_set = object.__setattr__  # a row is set once, here; attributes take half the room of a dictionary


def likeness(row: Row) -> tuple[int, ...]:
    """A key that is the same for rows that differ only in their own fields.

    Such rows share the objects behind all others, which live as long as their report, so texts about them need
    to be made only once.
    """
    return tuple(map(id, _shared(row))) if row.facts is None else (id(row.facts),)


def is_unknown(counts: Counts) -> bool:
    """Tell whether something of a layer is not known."""
    return AtLeast in map(type, counts.values())


class End(Record):
    """One input or the output of a layer."""

    channels: int | None
    """Length of the axis that holds the features; None where there are none yet, as in token numbers."""

    size: tuple[int, ...]
    """Lengths of all other axes except the batch: height and width, or tokens."""


def end(shape: Shape) -> End:
    """Take an input or an output apart."""
    axis = shape.channel_axis % len(shape)
    if axis == 0 or not shape.embedded:
        return End(None, tuple(shape[1:]))
    return End(shape[axis], (*shape[1:axis], *shape[axis + 1 :]))


class Totals(Numbers):
    """Every metric of a network as a whole, each worked out when it is first asked for.

    Args:
        counts: what was counted of each layer.
        unknown: the layers whose cost is not known, so that some of the numbers are lower bounds.
        figures: the figures of the network; those that are missing are not known.
    """

    __slots__ = ("_figures", "_found", "_groups", "unknown")

    def __init__(
        self,
        counts: Iterable[Counts],
        unknown: Sequence[str] = (),
        figures: Mapping[str, Value] = NO_FIGURES,
    ) -> None:
        self._groups = grouped(counts)
        self._figures = figures
        self._found: dict[str, Value] = {}
        self.unknown = tuple(unknown)

    def __getitem__(self, metric: str) -> Any:
        """Return the number of a network as a whole, a metric's or a figure.

        Raises:
            KeyError: there is no metric or figure of that name.
        """
        if metric in self._found:
            return self._found[metric]
        if metric in METRICS:
            self._found[metric] = METRICS[metric].total(metric, self._groups)
            return self._found[metric]
        from netcost.report.figures import FIGURES
        from netcost.report.layer_figures import LAYER_FIGURES

        if metric in LAYER_FIGURES:
            metric = LAYER_FIGURES[metric].whole
        if metric not in FIGURES:
            raise KeyError(metric)
        figure = self._figures.get(metric)
        return UNKNOWN if figure is None else figure

    def settled(self) -> Totals:
        """The same numbers without what they were worked out from, which takes more room than they do."""
        other = Totals((), self.unknown, self._figures)
        other._found = self.values
        return other

    @property
    def values(self) -> dict[str, Value]:
        """The numbers by the names of metrics."""
        return {name: self[name] for name in METRICS}

    @property
    def complete(self) -> bool:
        """Tell whether the cost of every layer is known."""
        return not self.unknown

    @property
    def at_least(self) -> list[str]:
        """The metrics that are not known in full."""
        return [metric for metric, value in self.values.items() if isinstance(value, AtLeast)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self.values == other.values

    def __hash__(self) -> int:
        return hash(tuple(self.values.values()))

    def __repr__(self) -> str:
        return f"Totals({', '.join(f'{name}={value}' for name, value in self.values.items())})"


class Report(Forms, Record, unequal=("figures",)):
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
        notes: what was assumed about it.
        overrides: what the caller changed about it, by the names of `netcost.overrides`; None if that is not known.
        figures: its figures, worked out when they are asked for; those that it lacks are not known.
    """

    name: str
    source: str
    precision: Precision
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    rows: Sequence[Row]
    batch: int = 1
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    overrides: Mapping[str, Any] | None = None
    figures: Mapping[str, Value] = NO_FIGURES

    def __repr__(self) -> str:
        return f"<Report {self.name}: {counted(len(self.rows), 'layer')}, {_main_numbers(self.totals)}>"

    @overload
    def __getitem__(self, name: str | int) -> Row: ...

    @overload
    def __getitem__(self, name: slice) -> Sequence[Row]: ...

    def __getitem__(self, name: str | int | slice) -> Row | Sequence[Row]:
        """Return a layer's row by its name, or rows by their numbers.

        Raises:
            KeyError: there is no layer of that name; the message names the nearest.
            IndexError: there are not so many rows.
        """
        if not isinstance(name, str):
            return self.rows[name]
        if name not in self._by_name:
            from netcost.source.problem import nearest

            near = nearest(name, self._by_name)
            raise KeyError(
                f"{self.name} has no layer `{name}`" + (f"; did you mean `{near}`?" if near else "")
            )
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
        """Every metric of the network as a whole."""
        return Totals((row.counts for row in self.rows), self.unknown, self.figures)

    @cached_property
    def unknown(self) -> Sequence[str]:
        """The layers whose cost is not known."""
        return [name for row in self.rows for name in row.unknown]

    @property
    def complete(self) -> bool:
        """Tell whether the cost of every layer is known."""
        return not self.unknown
