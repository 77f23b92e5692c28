"""Derive the numbers of a block or a network from those of its layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.analysis.costs import analyze
from netcost.analysis.explain_sum import Shown, explain_metric, members
from netcost.derivation import Breakdown
from netcost.network import Network, Node
from netcost.report import MAIN_METRICS
from netcost.report.figures import FIGURES
from netcost.shapes import Shape
from netcost.wording import counted

Ends = tuple[tuple[str, Shape], ...]


def explain_block(
    network: Network, block: str, totals: Sequence[str] | None = None, depth: int | None = None
) -> Breakdown:
    """Derive numbers of a block, or of one layer, from those of its layers, in their order.

    Args:
        network: the network.
        block: what the names of its layers begin with.
        totals: the metrics, by name; the main ones where left out.
        depth: how many levels of blocks in the block are unfolded; None for all.

    Raises:
        KeyError: there is no block or layer of that name, or no such metric.
    """
    inside = (
        [network[block]] if block in network else [network[name] for name in members(block, network.names)]
    )
    if not inside:
        raise KeyError(block)
    report = analyze(network)
    shown = Shown(block, depth)
    sums = tuple(explain_metric(network, report, total, shown) for total in totals or MAIN_METRICS)
    label = inside[0].layer.title if block in network else f"block of {counted(len(inside), 'layer')}"
    return Breakdown(block, label, _inputs(inside), _outputs(network, inside), sums)


def explain_total(network: Network, total: str, depth: int | None = 1) -> Breakdown:
    """Derive a metric or a figure of a network from its layers, the largest first.

    Raises:
        KeyError: there is no such number.
    """
    shown = Shown("", depth, largest_first=True)
    if total in FIGURES:
        from netcost.analysis.explain_figure import explain_figure
        from netcost.analysis.study import Study

        told = explain_figure(Study(network), total, shown)
    else:
        told = explain_metric(network, analyze(network), total, shown)
    return Breakdown(
        network.name,
        _run(network),
        tuple((node.name, node.output) for node in network.inputs),
        tuple((node.name, node.output) for node in network.outputs),
        (told,),
    )


def _run(network: Network) -> str:
    """How the network is run."""
    return f"{counted(len(network.nodes), 'layer')}, batch {network.batch}, {network.precision}"


def _inputs(inside: Sequence[Node]) -> Ends:
    own = set(inside)
    found: Mapping[str, Shape] = {
        source.name: source.output for node in inside for source in node.inputs if source not in own
    }
    return tuple(found.items())


def _outputs(network: Network, inside: Sequence[Node]) -> Ends:
    own, last = set(inside), set(network.outputs)
    read = {source for node in network.nodes if node not in own for source in node.inputs if source in own}
    return tuple((node.name, node.output) for node in inside if node in last or node in read)
