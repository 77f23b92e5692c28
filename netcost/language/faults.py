"""What is wrong with an item that does not run, because of a fault of its own or of one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from netcost.language.evaluate import evaluate, holds, said_of
from netcost.language.frame import Flow, Frame
from netcost.language.items import CallItem, Item, LayerItem, ResidualItem
from netcost.language.references import find, shared, sources_of, tied
from netcost.language.scope import Lost
from netcost.language.value import whole_number
from netcost.language.work import Work
from netcost.source.document import Scalar
from netcost.source.fault import Fault


def faults_of(item: Item, frame: Frame, entry: Flow, work: Work) -> Iterator[Fault]:
    """The faults of an item, each part of it by itself; what depends on unknown values is left out.

    Raises:
        Lost: the item is left out, or nobody knows whether it is: what it says inside need not make sense.
    """
    yield from _faults_beside(item, frame, entry, work)
    for is_absent in (_is_never_repeated, _is_left_out):
        try:
            if is_absent(item, frame, entry, work):
                raise Lost
        except Fault as fault:
            yield fault
    if isinstance(item, LayerItem):
        yield from _faults_of_layer(item, frame, entry, work)
    if isinstance(item, ResidualItem):
        if item.shortcut_if is not None:
            yield from _tried(partial(holds, item.shortcut_if, frame, entry, work))
        if item.act is not None:
            yield from item.act.own_recipe.field_faults(lambda value: evaluate(value, frame, None, work))
    if isinstance(item, CallItem):
        for value in (*item.positional, *(value for _, value in item.by_name.values())):
            yield from _tried(partial(evaluate, value, frame, entry, work))


def _faults_beside(item: Item, frame: Frame, entry: Flow, work: Work) -> Iterator[Fault]:
    """Those of the keys that every item may have: what it starts from, whose weights it uses, what it says of them."""
    path = item.name or (item.head.text if isinstance(item, (LayerItem, CallItem)) else "")
    base = path if item.repeat else ""
    yield from _tried(partial(sources_of, item, frame, entry))
    yield from _tried(partial(shared, item, frame, path, base))
    yield from _tried(partial(tied, item, frame, path, base))
    yield from _tried(partial(said_of, item, frame, entry, work))


def _is_never_repeated(item: Item, frame: Frame, entry: Flow, work: Work) -> bool:
    if item.repeat is None:
        return False
    times = evaluate(item.repeat, frame, entry, work)
    return whole_number(times, 0, item.repeat.node.place, "repeat: ") == 0


def _is_left_out(item: Item, frame: Frame, entry: Flow, work: Work) -> bool:
    return item.condition is not None and not holds(item.condition, frame, entry, work)


def _faults_of_layer(item: LayerItem, frame: Frame, entry: Flow, work: Work) -> Iterator[Fault]:
    """Those of its operands and fields, and of the layers that follow it."""
    for name in (*item.operands, *item.named):
        if isinstance(name, Scalar):
            yield from _tried(partial(find, name, frame, entry))
        elif name.condition is not None:
            yield from _tried(partial(holds, name.condition, frame, entry, work))
    yield from item.own_recipe.field_faults(lambda value: evaluate(value, frame, entry, work))
    for follower in (item.norm, item.act):
        if follower is not None and follower.condition is None:
            yield from follower.own_recipe.field_faults(lambda value: evaluate(value, frame, None, work))


def _tried(part: Callable[[], object]) -> list[Fault]:
    """The fault of one part of an item, if it has one of its own."""
    try:
        part()
    except Lost:
        return []
    except Fault as fault:
        return [fault]
    return []
