"""Derive the sums of a block or a network: which layers and parts they come from, those that are alike told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from netcost.analysis.naming import named
from netcost.derivation import Part, Sum
from netcost.network import Network
from netcost.number import Number, Value, is_exact, rank
from netcost.record import replace
from netcost.report import METRICS, Report, Row
from netcost.report.answers import Answers
from netcost.traced import Traced
from netcost.units import Quantity
from netcost.wording import counted

LONGEST = 48
"""Characters of a formula beside a number, at most."""


MOST_LEVELS = 32
"""Blocks one inside the other that are told apart, at most."""


class Shown(NamedTuple):
    """How a sum is laid out.

    Args:
        block: the part of the network that is summed; empty for all of it.
        depth: how many levels of names are unfolded; None for all.
        largest_first: the order of parts; else that of the network.
    """

    block: str = ""
    depth: int | None = None
    largest_first: bool = False


def members(block: str, names: Sequence[str]) -> list[str]:
    """The layers of a block, by the dots in their names; all of them for an empty one."""
    return [name for name in names if name.startswith(f"{block}.")] if block else list(names)


def blocks(names: Sequence[str]) -> list[str]:
    """All blocks that there are, the outer one before those inside it."""
    found: dict[str, None] = {}
    for name in names:
        words = name.split(".")
        found |= dict.fromkeys(".".join(words[:level]) for level in range(1, min(len(words), MOST_LEVELS)))
    return list(found)


def explain_metric(network: Network, report: Report, metric: str, shown: Shown) -> Sum:
    """Derive a metric of a block, of a layer or of a network from those of its layers, which are in the report."""
    how = Formulas(network, metric)
    rows = _rows(report, shown.block)
    told = METRICS[metric]
    values = {row.name: row[metric] for row in rows}
    if told.adds:
        return summed(metric, told.unit, values, shown, how)
    parts = [Part((name,), value) for name, value in values.items() if value is not None]
    parts.sort(key=lambda part: rank(part.each), reverse=True)
    whole = report.totals[metric] if len(rows) == len(report.rows) else None
    return Sum(metric, told.unit, whole, tuple(parts), ("not a sum: each layer has its own",), adds=False)


def _rows(report: Report, block: str) -> list[Row]:
    """Those of a block, or the one of a layer."""
    names = [row.name for row in report.rows]
    inside = {block} if block in names else {*members(block, names)}
    return [row for row in report.rows if row.name in inside]


class Formulas:
    """How the numbers of layers come about, in figures; each worked out when asked for, layers that are alike once.

    Args:
        network: the network that the layers are of.
        metric: what is counted.
    """

    def __init__(self, network: Network, metric: str) -> None:
        self.network = network
        self.of = METRICS[metric].of
        self.found: dict[object, str] = {}

    def __call__(self, name: str, value: Value) -> str:
        """Return the formula of a layer; empty where a reader gains nothing by it."""
        node = self.network[name]
        key = (id(node.layer), node.input_shapes, node.output, node.precision, value)
        if key not in self.found:
            self.found[key] = self._written(name, value)
        return self.found[key]

    def _written(self, name: str, value: Value) -> str:
        node = self.network[name]
        if self.of is None or not is_exact(value) or not is_exact(node.output.elements):
            return ""
        number = self.of(Answers(named(node).node))
        if not isinstance(number, Traced) or number != value or not number.step.operator:
            return ""
        texts = (number.step.written(words=False), number.step.halfway())
        return next((text for text in texts if text and len(text) <= LONGEST), "")


def no_formula(name: str, value: Value) -> str:
    """Say nothing of how a number comes about."""
    del name, value
    return ""


How = Callable[[str, Value], str]


def summed(
    name: str,
    unit: Quantity,
    values: Mapping[str, Number],
    shown: Shown,
    how: How = no_formula,
) -> Sum:
    """Add up numbers of layers by the blocks that the layers are in.

    Args:
        name: what the sum is called.
        unit: what it is counted in.
        values: the numbers, by the names of layers.
        shown: how it is laid out.
        how: how the number of a layer comes about.
    """
    adding = _Adding(values, how, shown)
    names = list(values)
    parts = adding.parts(names, _outermost(names, shown.block))
    if shown.largest_first:
        parts.sort(key=lambda part: rank(part.total), reverse=True)
    without = sum(value == 0 for value in values.values())
    notes = (f"{counted(without, 'layer')} {'has' if without == 1 else 'have'} none",) if without else ()
    total: Number = sum((part.total for part in parts), 0)
    return Sum(name, unit, total, tuple(parts), notes)


def _outermost(names: Sequence[str], block: str) -> str:
    """The block that tells its layers apart: the one asked for, unless all of them are in one further block."""
    if len(names) <= 1:
        return block
    paths = [name.split(".") for name in names]
    first, last = min(paths)[:-1], max(paths)[:-1]
    shared = takewhile(lambda words: words[0] == words[1], zip(first, last, strict=False))
    return ".".join(word for word, _ in shared)


class _Adding(NamedTuple):
    """Numbers of layers, how they come about, and how their sum is laid out."""

    values: Mapping[str, Number]
    how: How
    shown: Shown

    def parts(self, names: Sequence[str], prefix: str, level: int = 1) -> list[Part]:
        """The parts of a block that are not zero one below another, those that are alike as one of them."""
        found: dict[Part, tuple[str, ...]] = {}
        for part in self.one_by_one(names, prefix, level):
            if part.each != 0:
                alike = replace(part, names=())
                found[alike] = (*found.get(alike, ()), *part.names)
        return [replace(part, names=own) for part, own in found.items()]

    def one_by_one(self, names: Sequence[str], prefix: str, level: int) -> Iterator[Part]:
        """The parts of a block: its layers, and the blocks in it."""
        if prefix in names:
            yield self.leaf(prefix, prefix)
            return
        start = len(prefix) + 1 if prefix else 0
        groups: dict[str, list[str]] = {}
        for name in names:
            groups.setdefault(name[start:].partition(".")[0], []).append(name)
        for word, inside in groups.items():
            block = f"{prefix}.{word}" if prefix else word
            in_full = level == 1 and (word.isdecimal() or prefix != self.shown.block)
            cut = 0 if in_full else start
            if block in inside:
                yield from (self.leaf(name, name[cut:]) for name in inside)
            else:
                yield self.together(inside, block, block[cut:], level)

    def leaf(self, layer: str, name: str) -> Part:
        """A layer."""
        value = self.values[layer]
        return Part((name,), value, self.how(layer, value) if value != 0 else "")

    def together(self, layers: Sequence[str], block: str, name: str, level: int) -> Part:
        """A block in the block, unfolded or not."""
        if level >= min(self.shown.depth or MOST_LEVELS, MOST_LEVELS):
            each: Number = sum((self.values[layer] for layer in layers), 0)
            return Part((name,), each, layers=len(layers))
        parts = tuple(self.parts(layers, block, level + 1))
        return Part((name,), sum((part.total for part in parts), 0), parts=parts)
