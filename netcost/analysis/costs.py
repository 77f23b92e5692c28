"""What each layer of a network costs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import compress
from typing import TypeVar

from netcost.network import Network, Node
from netcost.record import replace
from netcost.report.answers import Answers
from netcost.report.in_network import Figures, LayerFigures
from netcost.report.metrics import METRICS, Counts
from netcost.report.row import Facts, Report, Row, Totals, is_unknown

Asked = TypeVar("Asked")


def analyze(network: Network) -> Report:
    """Ask every layer for its weights and operations.

    Returns:
        The report: a row for each layer, totals, all counts as exact integers.
    """
    nodes = _counted(network)
    figures = Figures(network)
    in_network = LayerFigures(figures)
    rows = []
    recent: deque[Facts] = deque()
    count = _counter()
    for node, facts in zip(nodes, _each(nodes, lambda node: Facts(node, count(node), recent)), strict=True):
        sources = tuple([(_seen(source) if source.layer.unseen else source).name for source in node.inputs])
        rows.append(Row.of(facts, node.name, sources, node.place, in_network))
    numbers = _along(network)
    if numbers:
        rows = [_placed(row, own) for row, own in zip(rows, numbers, strict=True)]
    return replace(without_rows(network), rows=rows, figures=figures)


def without_rows(network: Network) -> Report:
    """What is told of a network before any layer is counted."""
    return Report(
        name=network.name,
        source=network.source,
        precision=network.precision,
        inputs={node.name: node.output for node in network.inputs},
        outputs={node.name: node.output for node in network.outputs},
        rows=(),
        batch=network.batch,
        warnings=tuple(network.warnings),
        notes=tuple(network.notes),
        overrides=network.overrides,
    )


def totals(network: Network) -> Totals:
    """Total what all layers cost, without a row for each: as the report does, in less time."""
    if any(metric.along for metric in METRICS.values()):
        return analyze(network).totals
    nodes = _counted(network)
    counts = list(_each(nodes, _counter()))
    return Totals(counts, _unknown(nodes, counts)).settled()


def _unknown(nodes: Sequence[Node], counts: Sequence[Counts]) -> Sequence[str]:
    """The layers of which something is not known; hardly any network has some."""
    if not any(map(is_unknown, {id(each): each for each in counts}.values())):
        return ()
    return [node.name for node, each in zip(nodes, counts, strict=True) if is_unknown(each)]


def counts_by_name(network: Network) -> Mapping[str, Counts]:
    """What is counted of each layer, by its name: as rows have it, in less time."""
    if any(metric.along for metric in METRICS.values()):
        return {row.name: row.counts for row in analyze(network).rows}
    nodes = _counted(network)
    names = (node.name for node in nodes)
    return dict(zip(names, _each(nodes, _counter()), strict=True))


def _counted(network: Network) -> Sequence[Node]:
    """The layers of which something is left once the network is trained."""
    return [node for node in network.nodes if not node.layer.unseen]


def _seen(node: Node) -> Node:
    """The layer that a reader's input comes from once the network is trained."""
    while node.layer.unseen:
        node = node.inputs[0]
    return node


def _each(nodes: Sequence[Node], ask: Callable[[Node], Asked]) -> Iterator[Asked]:
    """Ask every layer; those that are alike only once."""
    known: dict[Hashable, Asked] = {}
    for node in nodes:
        key = _likeness(node)
        found = known.get(key)
        if found is None:
            found = known[key] = ask(node)
        yield found


def _likeness(node: Node) -> Hashable:
    """Equal for layers that answer the same."""
    shapes = [id(source.output) for source in node.inputs]
    if node.is_plain:  # the third of these is an identity, that of the others a truth value or names
        return (id(node.layer), node.precision, *shapes)
    return (
        id(node.layer),
        node.precision,
        node.frozen,
        node.training_only,
        node.ran_before,
        node.shares,
        node.ties,
        node.multiplies_table,
        node.views,
        *shapes,
    )


def _along(network: Network) -> list[Counts]:
    """For each layer the numbers that depend on its place; nothing if no metric does."""
    columns = {
        name: map(metric.counted, metric.along(network)) for name, metric in METRICS.items() if metric.along
    }
    rows = [dict(zip(columns, numbers, strict=True)) for numbers in zip(*columns.values(), strict=True)]
    return list(compress(rows, (not node.layer.unseen for node in network.nodes)))


def _placed(row: Row, numbers: Counts) -> Row:
    unknown = (row.name,) if is_unknown(numbers) else row.unknown
    return replace(row, counts={**row.counts, **numbers}, unknown=unknown)


def layer_facts(node: Node) -> Facts:
    """Everything in a layer's row that does not depend on its name and place."""
    return Facts(node, _counter()(node), deque())


def _counter() -> Callable[[Node], Counts]:
    """What counts every metric that follows from the answers of a layer."""
    asked = [(name, metric.of, metric.counted(None)) for name, metric in METRICS.items() if metric.of]

    def counts(node: Node) -> Counts:
        layer = Answers(node)
        return {name: nothing if (value := of(layer)) is None else value for name, of, nothing in asked}

    return counts
