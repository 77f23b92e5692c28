"""What the values of items come to where they stand: conditions, arguments, lengths of the incoming tensor."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.language.constant import Value
from netcost.language.frame import Flow, Frame, TensorScope
from netcost.language.item_keys import FROZEN
from netcost.language.items import Block, CallItem, Item, LayerItem
from netcost.language.names import TENSOR_NAMES
from netcost.language.scope import Lost, Scope
from netcost.language.spec_file import SpecFile
from netcost.language.value import evaluated
from netcost.language.work import FOR_A_CALL, Work
from netcost.layers.layer import Layer
from netcost.network import Node
from netcost.source.document import Scalar
from netcost.source.fault import Fault
from netcost.wording import shown


def evaluate(value: Value, frame: Frame, current: Flow, work: Work) -> object:
    """What a value comes to for an item that starts from `current`.

    Raises:
        Lost: a fault has left unknown what it needs.
        Fault: the expression has no value.
    """
    if current is None and value.names & TENSOR_NAMES:
        raise Lost
    return evaluated(value, with_shape(frame.values, value.names, current), work)


def holds(value: Value, frame: Frame, current: Flow, work: Work) -> bool:
    """Tell whether a condition is true.

    Raises:
        Lost, Fault: as `evaluate`; also for a value that is neither true nor false.
    """
    found = evaluate(value, frame, current, work)
    if not isinstance(found, bool):
        raise Fault(
            value.node.place,
            f"expected true or false, got {shown(found)}",
            "write a comparison, as `stride == 1`",
        )
    return found


def said_of(item: Item, frame: Frame, current: Flow, work: Work) -> Mapping[str, object]:
    """What those keys of an item say that hold for all inside it.

    Raises:
        Lost, Fault: as `holds`, for an expression.
    """
    if not item.passed_on:
        return item.passed_on
    said = dict(item.passed_on)
    frozen = said.get(FROZEN.name)
    if isinstance(frozen, Value) and (weight := _word_without_value(frozen, frame)):
        said[FROZEN.name] = (weight,)
    for name, value in said.items():
        if isinstance(value, Value):
            said[name] = holds(value, frame, current, work)
    return said


def _word_without_value(value: Value, frame: Frame) -> Scalar | None:
    """The name of a weight, where a word stands that has no value."""
    node = value.node
    is_word = isinstance(node, Scalar) and node.text in value.names and not frame.values.knows(node.text)
    return node if isinstance(node, Scalar) and is_word else None


def bind(item: CallItem, block: Block, file: SpecFile, frame: Frame, entry: Node, work: Work) -> Scope:
    """The values that a block's body starts with: its file's parameters and its own."""
    work.spend(FOR_A_CALL + len(block.params), item)
    values = Scope(outer=file.params, hints=TENSOR_NAMES)
    for index, param in enumerate(block.params):
        name = param.key.text
        if name in item.by_name:
            values[name] = evaluate(item.by_name[name][1], frame, entry, work)
        elif index < len(item.positional):
            values[name] = evaluate(item.positional[index], frame, entry, work)
        elif param.default is not None:
            default = param.default
            values[name] = evaluated(default, with_shape(values, default.names, entry), work)
    return values


def layer_of(item: LayerItem, values: Scope, entry: Node, work: Work) -> Layer:
    """The layer of an item for a tensor that comes in.

    Raises:
        Lost, Fault: as `evaluate`, or its fields contradict one another.
    """
    recipe = item.recipe
    return recipe.constant or item.make(with_shape(values, recipe.names, entry), work)


def with_shape(values: Scope, needed: frozenset[str], current: Flow) -> Scope:
    """The values, with the lengths of the incoming tensor where they are needed."""
    if current is None or not needed & TENSOR_NAMES:
        return values
    return TensorScope(current.output, values)
