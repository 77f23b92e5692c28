"""Repetitions of which nobody counts all: once two are alike, so are all that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from netcost.language.work import ITEMS_PER_LAYER, Work
from netcost.network import Network, Node
from netcost.report.metrics import METRICS
from netcost.sweeps.model import Model

if TYPE_CHECKING:
    from netcost.overrides import Overrides

LITERAL = 3
"""Repetitions that are built: the first may change shapes, of the others the last stands for all that follow it."""

FIGURES = frozenset({"input_bytes", "peak_activation_bytes"})
"""Figures that further repetitions like those before leave as they are."""

CHANGING = frozenset({"fold_batchnorm", "decode", "checkpoint"})
"""Overrides that look at layers beside one another."""

_COMMENT = re.compile(rb"(?:^|\s)#.*")
_TOLD_APART = re.compile(rb"\bi\b|[A-Za-z_]\w*\.[0-9]")
"""What tells repetitions apart: the name of their number, and names with one in them, `stage.2`."""


def can_fold(model: Model, base: Overrides, metrics: Sequence[str]) -> bool:
    """Tell whether the number of repetitions may stay open: nothing that is written or asked for tells one from another."""
    if not CHANGING.isdisjoint(base):
        return False
    if not all(_is_indifferent(metric) for metric in metrics):
        return False
    texts = (model.data, *model.beside.values())
    return not any(
        _TOLD_APART.search(_COMMENT.sub(b"", line)) for text in texts for line in bytes(text).splitlines()
    )


def _is_indifferent(metric: str) -> bool:
    name, _, key = metric.rpartition(".")
    return metric in FIGURES or (key in METRICS and not any(part.isdigit() for part in name.split(".")))


class Mark(NamedTuple):
    """How far a network has come.

    Args:
        layers: the layers in it.
        work: units of work that were spent, with those of repetitions that are not built.
        items: items that have run.
        unbuilt: layers of repetitions that are not built, at most.
    """

    layers: int
    work: int
    items: int
    unbuilt: int


class Unbuilt:
    """What is not built of a network, at most: units of work and layers."""

    def __init__(self) -> None:
        self.work = 0
        self.layers = 0

    def mark(self, network: Network, work: Work) -> Mark:
        """How far the network has come."""
        return Mark(len(network.nodes), work.spent + self.work, work.items, self.layers)


def repetitions(times: Any, network: Network, work: Work) -> Iterator[int]:
    """Number the repetitions of an item while they are built: all of them, or as many as tell what the rest is like."""
    trace = times.trace
    if not trace.folds or times < LITERAL:
        yield from range(times)
        return
    marks = []
    for index in range(LITERAL):
        marks.append(trace.unbuilt.mark(network, work))
        yield index
    marks.append(trace.unbuilt.mark(network, work))
    most = trace.span(times.place).high
    if not (isinstance(most, int) and _goes_on(network, work, marks, most)):
        yield from range(LITERAL, times)
        return
    for node in network.nodes[marks[-2].layers : marks[-1].layers]:
        trace.times[node.name] = trace.times.get(node.name, 1) * (times - (LITERAL - 1))
    before, after = marks[-2:]
    trace.unbuilt.work += (most - LITERAL) * (after.work - before.work)
    trace.unbuilt.layers += (most - LITERAL) * (after.layers - before.layers + after.unbuilt - before.unbuilt)


def _goes_on(network: Network, work: Work, marks: Sequence[Mark], most: int) -> bool:
    """Tell whether the last two repetitions are alike, and as many as there may be are no more than a spec may ask for."""
    before, last = (_between(*pair) for pair in pairwise(marks[1:]))
    layers, spent, items, unbuilt = last
    if (before.layers, before.items, before.unbuilt) != (layers, items, unbuilt):
        return False
    if items > ITEMS_PER_LAYER * layers:
        return False
    here = marks[-1]
    if here.work + (most - LITERAL) * spent > work.most // 2:
        return False
    if here.layers + here.unbuilt + (most - LITERAL) * (layers + unbuilt) > work.max_layers // 2:
        return False
    start = marks[1].layers
    pairs = zip(network.nodes[start : start + layers], network.nodes[start + layers :], strict=True)
    return all(_alike(one, other) for one, other in pairs)


def _between(start: Mark, end: Mark) -> Mark:
    return Mark(*(after - before for before, after in zip(start, end, strict=True)))


def _alike(one: Node, other: Node) -> bool:
    return one.layer is other.layer and _facts(one) == _facts(other)


def _facts(node: Node) -> tuple[object, ...]:
    shapes = [id(each.output) for each in (node, *node.inputs)]
    ties = [tie.weight for tie in node.ties]
    whether = (node.frozen, bool(node.shares), node.training_only, node.ran_before, node.multiplies_table)
    return (shapes, node.views, node.precision, ties, *whether)
