"""The keys that every item may have: one entry each, from which reading, hints, schema and help follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from netcost.dtypes import Precision
from netcost.language import fragments
from netcost.language.constant import Value
from netcost.language.items import NO_KEYS, Item, LayerItem, ResidualItem, SeqItem
from netcost.language.names import check_name, reference_of
from netcost.language.value import read_value
from netcost.language.work import Work
from netcost.layers.values import Json
from netcost.place import Place
from netcost.record import Record
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, boolean_of, text_of
from netcost.source.fault import Fault

MAX_OPERANDS = 1_000

NOT_SHARED = "none"
"""What an item says as `share` that has weights of its own inside one that shares."""

T = TypeVar("T")


class Given:
    """A key of an item with its node, and what it takes to read them.

    Args:
        key: the key.
        node: its node.
        item: the item, with the keys that have been read so far.
        again: reads the item once more, with other fields.
        work: counts what it takes.
    """

    __slots__ = ("again", "item", "key", "node", "work")

    def __init__(
        self, key: Scalar, node: YamlNode, item: Item, again: Callable[[MappingNode], Item], work: Work
    ) -> None:
        self.key = key
        self.node = node
        self.item = item
        self.again = again
        self.work = work


def _own(outer: T, own: T) -> T:
    del outer
    return own


class ItemKey(Record, Generic[T], kw_only=True):
    """A key that every item may have.

    Args:
        name: how it is written.
        help: what it says of the item, for people.
        schema: what may stand under it, as JSON Schema.
        read: reads its node; raises Fault.
        default: what holds where it is left out.
        inherited: it holds for all the layers inside the item, too.
        within: what holds inside an item that has it, where something holds around it: the item's own.
        in_first: the first repetition may have one of its own.
        in_defaults: `defaults` of a layer type may give it.
        of_follower: a norm or an activation that follows a layer may have one of its own.
        beside_let: it has a meaning beside `let`.
    """

    name: str
    help: str
    schema: Json
    read: Callable[[Given], T]
    default: T
    inherited: bool = False
    within: Callable[[T, T], T] = _own
    in_first: bool = False
    in_defaults: bool = False
    of_follower: bool = False
    beside_let: bool = False

    def of(self, said: Mapping[str, Any]) -> T:
        """What it says among the keys of an item, or among those that an item inherits."""
        found: T = said.get(self.name, self.default)
        return found


def _read_name(given: Given) -> Scalar:
    name = text_of(given.node, "a name")
    check_name(name)
    return name


def _read_value(given: Given) -> Value:
    return read_value(given.node, given.work)


def _read_condition(given: Given) -> bool | Value:
    """True or false, or an expression of that."""
    if isinstance(given.node, Scalar) and isinstance(given.node.value, str):
        return read_value(given.node, given.work)
    return boolean_of(given.node)


def _read_frozen(given: Given) -> bool | Value | tuple[Scalar, ...]:
    """True or false, or an expression of that, or names of weights."""
    if not isinstance(given.node, SequenceNode):
        return _read_condition(given)
    refuse_excess(given.item.head, given.node)
    return tuple(map(_weight_name, given.node))


def _weight_name(node: YamlNode) -> Scalar:
    scalar = text_of(node, "the name of a weight")
    if isinstance(scalar.value, str):
        return scalar
    raise Fault(node.place, f"expected the name of a weight, got `{scalar.text}`")


def _read_share(given: Given) -> Scalar | Mapping[str, Scalar]:
    """The layer or block whose weights an item uses, or one for each weight of a layer.

    Raises:
        Fault: it is no reference; weights are told by name of what is no layer.
    """
    if not isinstance(given.node, MappingNode):
        return reference_of(given.node)
    if not isinstance(given.item, LayerItem):
        message = f"{given.item.head.text} has no weights of its own to name"
        raise Fault(given.node.place, message, "name those of a layer, or share all of it: `share: name`")
    return {key.text: reference_of(node) for key, node in given.node}


def _read_sources(given: Given) -> tuple[Scalar, ...]:
    """The names of the tensors that an item starts from.

    Raises:
        Fault: none, or several where the item has use for one.
    """
    node, item = given.node, given.item
    if not isinstance(node, SequenceNode):
        return (reference_of(node),)
    refuse_excess(item.head, node)
    if not len(node):
        raise Fault(node.place, "`from` names nothing to start from", "write `input`, `prev` or a name")
    branches = isinstance(item, LayerItem) and item.operands
    if len(node) > 1 and (branches or isinstance(item, (ResidualItem, SeqItem))):
        raise Fault(
            node.items[1].place,
            f"{item.head.text} starts from one tensor, this is a second",
            "refer to it by its name inside",
        )
    return tuple(map(reference_of, node))


def _read_dtype(given: Given) -> Precision:
    from netcost.language.formats import read_dtype

    return read_dtype(given.node)


def _read_first(given: Given) -> Item:
    """The item as its first repetition reads it.

    Raises:
        Fault: there are no repetitions, or what is given cannot differ between them.
    """
    if REPEAT.of(given.item.keys) is None:
        raise Fault(given.key.place, "`first` has no meaning without `repeat`")
    if not isinstance(given.node, MappingNode):
        raise Fault(
            given.node.place, "first gives other fields to the first repetition", "write `first: {stride: 2}`"
        )
    for each, _ in given.node:
        if each.text in ITEM_KEYS and not ITEM_KEYS[each.text].in_first:
            raise Fault(
                each.place,
                f"`{each.text}` cannot differ in the first repetition",
                "keep it beside `repeat`",
            )
    return given.again(given.node)


NAME: ItemKey[Scalar | None] = ItemKey(
    name="name",
    help="what reports and other items call it",
    schema=fragments.NAME_OF_ITEM,
    read=_read_name,
    default=None,
)
REPEAT: ItemKey[Value | None] = ItemKey(
    name="repeat",
    help="how often it is chained; the index is `i`",
    schema=fragments.whole(0),
    read=_read_value,
    default=None,
)
FROM: ItemKey[tuple[Scalar, ...] | None] = ItemKey(
    name="from",
    help="the tensor it starts from, or a list for blocks of several inputs",
    schema=fragments.REFERENCES,
    read=_read_sources,
    default=None,
)
FIRST: ItemKey[Item | None] = ItemKey(
    name="first",
    help="other fields for the first repetition, as `{stride: 2}`",
    schema={"type": "object"},
    read=_read_first,
    default=None,
)
SHARE: ItemKey[Scalar | Mapping[str, Scalar] | None] = ItemKey(
    name="share",
    help="an earlier layer or block whose weights and buffers it uses, so that they count once; a matrix may be transposed",
    schema=fragments.SHARED,
    read=_read_share,
    default=None,
    of_follower=True,
)
FROZEN: ItemKey[bool | Value | tuple[Scalar, ...]] = ItemKey(
    name="frozen",
    help="its weights are not trained, or those of such names",
    schema=fragments.FROZEN,
    read=_read_frozen,
    default=False,
    inherited=True,
    in_defaults=True,
)
TRAINING_ONLY: ItemKey[bool | Value] = ItemKey(
    name="training_only",
    help="it has weights but does not run once trained, as an auxiliary classifier",
    schema=fragments.CONDITION,
    read=_read_condition,
    default=False,
    inherited=True,
)
DTYPE: ItemKey[Precision] = ItemKey(
    name="dtype",
    help="number format, or `weights/activations`",
    schema=fragments.DTYPE,
    read=_read_dtype,
    default=Precision(),
    inherited=True,
    within=lambda outer, own: own.within(outer),
    in_defaults=True,
)
NOTE: ItemKey[None] = ItemKey(
    name="note",
    help="anything; it is not read",
    schema=fragments.ANYTHING,
    read=lambda _: None,
    default=None,
    of_follower=True,
    beside_let=True,
)
IF: ItemKey[Value | None] = ItemKey(
    name="if",
    help="false leaves it out",
    schema=fragments.CONDITION,
    read=_read_value,
    default=None,
    of_follower=True,
)

ITEM_KEYS: dict[str, ItemKey[Any]] = {
    key.name: key
    for key in (NAME, REPEAT, FROM, FIRST, SHARE, FROZEN, TRAINING_ONLY, DTYPE, NOTE, IF)
}  # fmt: skip


def read_keys(
    item: Item, given: Iterable[KeyValue], again: Callable[[MappingNode], Item], work: Work
) -> list[Fault]:
    """Read the keys of an item, after those that it has already.

    Returns:
        The faults of those that cannot be read.
    """
    faults: list[Fault] = []
    item.keys = keys = {**item.keys}
    for key, node in sorted(given, key=lambda each: each[0].text == FIRST.name):
        try:
            keys[key.text] = ITEM_KEYS[key.text].read(Given(key, node, item, again, work))
        except Fault as fault:
            faults.append(fault)
    item.named_at, item.repeat, item.condition = NAME.of(keys), REPEAT.of(keys), IF.of(keys)
    item.sources, item.first, share = FROM.of(keys), FIRST.of(keys), SHARE.of(keys)
    item.share, item.ties = (None, share) if isinstance(share, Mapping) else (share, NO_KEYS)
    item.name = item.named_at.text if item.named_at else ""
    item.passed_on = {each: value for each, value in keys.items() if ITEM_KEYS[each].inherited}
    return faults


def inherited(outer: Mapping[str, object], own: Mapping[str, object]) -> Mapping[str, object]:
    """What holds inside an item, by key: its own wins over what holds around it."""
    inside = dict(outer)
    for name, value in own.items():
        inside[name] = ITEM_KEYS[name].within(outer[name], value) if name in outer else value
    return inside


def in_defaults(name: str) -> bool:
    """Tell whether `defaults` of every layer type may give the key."""
    return name in ITEM_KEYS and ITEM_KEYS[name].in_defaults


def refuse_excess(head: Scalar, tensors: YamlNode) -> None:
    """Refuse a layer of too many inputs.

    Raises:
        Fault: there are more than a layer may have.
    """
    if not isinstance(tensors, Scalar) and len(tensors) > MAX_OPERANDS:
        raise excess(head, len(tensors), tensors.place)


def excess(head: Scalar, number: int, place: Place) -> Fault:
    """Say that a layer has too many inputs."""
    message = f"{head.text} combines {number:,} tensors, more than {MAX_OPERANDS:,}"
    return Fault(place, message, "combine them in several steps")
