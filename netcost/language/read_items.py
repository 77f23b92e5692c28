"""Reading items: what each entry of `layers:` says, checked as far as it can be before any value is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, cast

from netcost.language import heads, pairs
from netcost.language.alike import Alike
from netcost.language.constant import MAX_LIST, Value
from netcost.language.fields import (
    CANCEL,
    STRUCTURES,
    accepts,
    canonical,
    primary_field,
    read_fields,
    takes_list,
)
from netcost.language.item_keys import ITEM_KEYS, NOT_SHARED, in_defaults, read_keys, refuse_excess
from netcost.language.items import (
    Body,
    CallItem,
    FaultyItem,
    Item,
    LayerItem,
    LetItem,
    ResidualItem,
    SeqItem,
    Stated,
)
from netcost.language.names import check_name, check_variable, reference_of
from netcost.language.value import read_value
from netcost.language.work import FOR_AN_ITEM, Work
from netcost.layers import HEADS, find
from netcost.layers.layer import Layer
from netcost.source.document import (
    KeyValue,
    MappingNode,
    Scalar,
    SequenceNode,
    YamlNode,
    is_blank,
    strange_keys,
    word_at,
)
from netcost.source.fault import Fault, Noting, Problems
from netcost.source.problem import nearest, write

if TYPE_CHECKING:
    from netcost.language.spellings import Call, Sorted

NO_FOLLOWER = ("linear", "none", "no", "nothing")
"""What says elsewhere that nothing follows."""

USUAL_FOLLOWERS = {"norm": "batchnorm", "act": "relu"}
"""What is meant most often where one is asked for, and not which."""

Defaults: TypeAlias = Mapping[str, Mapping[str, KeyValue]]


class ItemReader(Noting):
    """Reads items under the defaults that hold for them; faults are noted and their items left out.

    Args:
        defaults: the fields that each layer type starts from.
        work: what the reading has done so far.
        problems: where faults are noted.
        blocks: the names of the blocks that items may call; None if they are not known.
        alike: what has been read under the same defaults.
    """

    def __init__(
        self,
        defaults: Defaults,
        work: Work,
        problems: Problems,
        blocks: Collection[str] | None,
        alike: Alike | None = None,
    ) -> None:
        super().__init__(problems)
        self.defaults = defaults
        self.work = work
        self.blocks = blocks
        self.alike = alike or Alike()
        self._names: set[str] = set()
        """Those given so far in the list that is being read."""

    def body(self, node: YamlNode) -> Body:
        """Read a list of items with names of its own; a single item may stand for a list of one."""
        around, self._names = self._names, set()
        body = self._list(node)
        self._names = around
        return body

    def _list(self, node: YamlNode) -> Body:
        """Read a list of items, the names of which belong to the list around it."""
        names = self._names
        items: list[Item] = []
        if isinstance(node, Scalar) and node.value is None:
            return Body(node.place, items, names)
        entries = node.items if isinstance(node, SequenceNode) else [node]
        if isinstance(node, MappingNode) and self._are_named(node):
            names.update(key.text for key, _ in node)
            return Body(
                node.place, [FaultyItem(head=key, name=key.text, faulty=True) for key, _ in node], names
            )
        for entry in entries:
            around, self._sound = self._sound, True
            try:
                item = self.item(entry)
            except Fault as fault:
                self._note(fault)
                item = FaultyItem(head=word_at(entry, ""), name=pairs.name_within(entry))
            if not self._sound:
                item.faulty = True
            self._sound = around
            items.append(item)
            if item.name:
                names.add(item.name)
        return Body(node.place, items, names)

    def _are_named(self, node: MappingNode) -> bool:
        """Tell whether items stand under their names instead of in a list, which is noted."""
        from netcost.language import strange_heads

        if not strange_heads.are_named(node):
            return False
        self._note(strange_heads.not_listed(node))
        return True

    def item(self, node: YamlNode) -> Item:
        """Read one item.

        Raises:
            Fault: the item cannot be understood.
        """
        self.work.spend(FOR_AN_ITEM, node)
        if isinstance(node, SequenceNode):
            from netcost.language.as_item import no_list

            raise no_list(node)
        like = self.alike.read(node, self)
        if like is not None:
            if (
                like.node is None
                and isinstance(node, MappingNode)
                and not ITEM_KEYS.keys().isdisjoint(node.names)
            ):
                value, rest = pairs.taken_apart(node, like.head)
                common, own = pairs.parted(rest)
                self._read_common(like, common, like.head, value, own)
            return like
        before = self.work.again
        item = self._look_at(node)
        if isinstance(item, LayerItem) and self._sound:
            defaults = self.defaults.get(item.recipe.kind.type, ())
            if not any(map(in_defaults, defaults)):
                self.alike.note(node, item, self.work.again - before, self)
        return item

    def by_itself(self, node: YamlNode) -> LayerItem:
        """Read a layer that is known to have no fault as if there were no other."""
        reader = ItemReader(self.defaults, Work(), Problems(), self.blocks)
        return cast("LayerItem", reader.item(node))

    def _look_at(self, node: Scalar | MappingNode) -> Item:
        """Read an item that is like none before.

        Raises:
            Fault: it cannot be understood.
        """
        if isinstance(node, Scalar):
            return self._headed(node, None, [])
        if len(node) > MAX_LIST:
            raise Fault(node.place, f"this item has {len(node):,} keys, more than {MAX_LIST:,}")
        head = heads.find_head(node, self.blocks) or _likely_head(node)
        value, rest = pairs.taken_apart(node, head)
        if heads.is_built_in(head.text):
            rest = self._without_rivals(head, rest)
        return self._headed(head, value, rest)

    def _headed(self, head: Scalar, value: YamlNode | None, rest: list[KeyValue]) -> Item:
        common, own = pairs.parted(rest)
        item = self._noting(self._by_head, head, value, own) or FaultyItem(head=head)
        if isinstance(item, LetItem):
            self._noting(pairs.refuse_beside_let, common)
        if common:
            self._read_common(item, common, head, value, own)
        return item

    def _read_common(
        self,
        item: Item,
        common: list[KeyValue],
        head: Scalar,
        value: YamlNode | None,
        own: list[KeyValue],
    ) -> None:
        """Read the keys that every item may have."""
        again = partial(self._again, head, item, value, own)
        self._note_all(read_keys(item, common, again, self.work))

    def _without_rivals(self, head: Scalar, rest: list[KeyValue]) -> list[KeyValue]:
        """The keys beside a head; those of a second head, which is noted, are left out."""
        others = heads.rivals(head, [key for key, _ in rest])
        if not others:
            return rest
        from netcost.language import strange_heads

        self._note(heads.two_heads(sorted((head, others[0]), key=lambda key: key.place)))
        return [(key, node) for key, node in rest if not strange_heads.is_of_rival(key.text, head, others)]

    def _by_head(self, head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Item:
        if head.text in HEADS:
            return self._layer(head, value, own)
        if head.text == "residual":
            return self._residual(head, value, own)
        if head.text == "seq":
            self._refuse_keys(head, own)
            return SeqItem(head=head, body=self._layers_of(head, value))
        if head.text == "let":
            self._refuse_keys(head, own)
            return self._let(head, value)
        if heads.is_call(head.text, self.blocks):
            return self._call(head, value, own)
        return self._unknown(head, value, own)

    def _unknown(self, head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Item:
        """Read the item as what PyTorch or Keras call so, else note that there is no such head."""
        if isinstance(head.value, str) and heads.own_word(head.text):
            return self._layer(word_at(head, heads.own_word(head.text)), value, own)
        if isinstance(head.value, str) and heads.is_foreign(head.text):
            return self._foreign(head, value, own)
        if self.blocks and head.text in self.blocks:
            self._sound = False  # that it is no name of a block is told where it is defined
            return FaultyItem(head=head)
        return self._no_head(head, value, own)

    def _no_head(self, head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Item:
        """Note that there is no such head, and read the item as what was probably meant, to find its other faults."""
        from netcost.language import as_item, strange_heads

        if as_item.is_call(head.text):
            self._sound = False
            self.problems.instead(as_item.no_call(head).problem)
            return FaultyItem(head=head)
        capitalised = isinstance(head.value, str) and head.text[:1].isupper()
        called = strange_heads.called_otherwise(head, self.blocks or ())
        if called:
            self._note(called)
            return FaultyItem(head=head)
        self._note(
            strange_heads.no_block(head, head.text, self.blocks or ())
            if capitalised
            else strange_heads.unknown_head(head)
        )
        likely = strange_heads.meant_head(head.text) if isinstance(head.value, str) else ""
        if capitalised and strange_heads.meant_foreign(head.text):
            return self._foreign(
                word_at(head, strange_heads.meant_foreign(head.text)), value, own, likely=True
            )
        if likely in HEADS:
            return self._layer(word_at(head, likely), value, own, likely=True)
        if likely:
            return self._by_head(word_at(head, likely), value, own)
        lists = [
            self.body(node)
            for node in (value, *(node for _, node in own))
            if node and strange_heads.holds_items(node)
        ]
        return FaultyItem(head=head, bodies=tuple(lists))

    def _foreign(
        self, head: Scalar, value: YamlNode | None, own: list[KeyValue], *, likely: bool = False
    ) -> Item:
        """Read a layer of PyTorch or Keras."""
        from netcost.language.composites import resolved

        call = resolved(head, value, own)
        self._note_all(call.faults)
        if call.head.text in HEADS:
            return self._layer(call.head, call.value, call.own, call=call, likely=likely)
        found = self._sorted(Layer, call.words, call.own)
        item = self._by_head(call.head, call.value, found.given)
        self._note_all(read_keys(item, found.keys, lambda _: item, self.work))
        return item

    def _sorted(self, kind: type[Layer], words: Collection[str] | None, pairs: list[KeyValue]) -> Sorted:
        """What the keys mean that are no fields of a layer type; faults are noted."""
        from netcost.language.spellings import sort_words, words_of

        found = sort_words(kind, words_of(kind.type) if words is None else words, pairs, self.work)
        self._note_all(found.faults)
        return found

    def _refuse_keys(self, head: Scalar, own: list[KeyValue]) -> None:
        self._note_all(strange_keys(own, head.text, STRUCTURES[head.text], ITEM_KEYS))

    def _layers_of(self, head: Scalar, value: YamlNode | None) -> Body:
        """The list of items that a structure holds; an empty one if it has none, which is noted."""
        if value is not None:
            return self._list(value)
        hint = f"write `{head.text}: [...]`"
        self._note(Fault(head.place, f"{head.text} needs a list of layers", hint, lacking=True))
        return Body(head.place, [], self._names)

    # -- built-in layers

    def _layer(
        self,
        head: Scalar,
        value: YamlNode | None,
        own: list[KeyValue],
        *,
        likely: bool = False,
        call: Call | None = None,
    ) -> LayerItem:
        """Read a built-in layer, also as the call of a framework; where not all of it is known, it may lack fields."""
        kind, implied = find(head.text)
        if call is not None:
            implied = {**implied, **call.implied}
        combines = kind.arity[0] > 1
        given = list(own)
        operands: tuple[Scalar | Body, ...] = ()
        branch_names: tuple[str, ...] = ()
        numbered = isinstance(value, SequenceNode)
        if combines and value is not None:
            operands, branch_names = self._noting(self._operands, head, value, given) or ((), ())
        elif isinstance(value, MappingNode):
            given, is_braced = self._inside(kind, head, value, own)
            likely = likely or is_braced
        elif value is not None and (kind.primary or not likely):
            primary = self._noting(self._primary, kind, head, value)
            likely = likely or not primary
            given = [*([primary] if primary else []), *own]
        keys: list[KeyValue] = []
        stated: list[Stated] = []
        if not all(accepts(kind, key.text) for key, _ in given):
            found = self._sorted(kind, call and call.words, given)
            given, keys, stated = found.given, found.keys, found.stated
            likely = likely or bool(found.faults)
        defaults = self.defaults.get(kind.type, {})
        written = {**defaults, **{canonical(kind, key.text): (key, node) for key, node in given}}
        special = {"norm", "act", *kind.named_inputs} if kind.followable else set(kind.named_inputs)
        followers = self._followers(kind, written)
        if followers[0] is not None and "bias" in kind.fields and pairs.is_cancelled(written.get("bias")):
            implied = {**implied, "bias": False}
        recipe = read_fields(
            kind,
            head,
            pairs.without(given, special),
            pairs.without(defaults.values(), {*special, *filter(in_defaults, defaults)}),
            implied,
            self.work,
            likely=likely,
        )
        self._note_all(recipe.faults)
        self._noting(pairs.refuse_gaps, kind, head, written)
        named = [
            self._noting(reference_of, written[name][1]) for name in kind.named_inputs if name in written
        ]
        item = LayerItem(head=head, recipe=recipe, norm=followers[0], act=followers[1])
        item.operands, item.branch_names, item.numbered = operands, branch_names, numbered
        item.named = tuple([name for name in named if name is not None])
        item.stated = tuple(stated)
        by_default = [pair for name, pair in defaults.items() if in_defaults(name)]
        if by_default or keys:
            self._note_all(read_keys(item, [*by_default, *keys], lambda _: item, self.work))
        return item

    def _inside(
        self, kind: type[Layer], head: Scalar, value: MappingNode, own: list[KeyValue]
    ) -> tuple[list[KeyValue], bool]:
        """The fields inside and beside a layer, and whether its own value stands there in braces."""
        if len(value) == 1 and (word := pairs.braced(kind, value)):
            self._note(Fault(value.place, "an expression needs no braces", write(word)))
            return own, True
        if own and any(key.text in value for key, _ in own):
            self._note(Fault(own[0][0].place, f"`{own[0][0].text}` is given twice", "keep one of them"))
        elif own:
            self._note(pairs.on_both_sides("fields", head, own[0][0]))
        return [*value, *(pair for pair in own if pair[0].text not in value)], False

    @staticmethod
    def _primary(kind: type[Layer], head: Scalar, value: YamlNode) -> KeyValue:
        """The field that the head's own value gives; a list of several fields is refused."""
        if (
            isinstance(value, SequenceNode)
            and len(value) > 1
            and kind.primary
            and not takes_list(kind, value)
        ):
            from netcost.language.as_item import in_order

            raise in_order(head, value, kind.fields[kind.primary].type.described)
        return primary_field(kind, head, value)

    def _followers(self, kind: type[Layer], written: Mapping[str, KeyValue]) -> list[LayerItem | None]:
        """The layers that the norm and act shorthand add, in that order."""
        found: list[LayerItem | None] = []
        for name in ("norm", "act"):
            key, node = written.get(name, (None, None))
            if key is None or node is None or not kind.followable:
                found.append(None)
            else:
                found.append(self._noting(self.follower, node, name))
        return found

    def follower(self, node: YamlNode, name: str) -> LayerItem | None:
        """Read the norm or the activation that follows a layer.

        Raises:
            Fault: it is no layer.
        """
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            likely = write(USUAL_FOLLOWERS[name] if node.value else CANCEL, f"write `{name}: relu`")
            raise Fault(node.place, f"`{name}` is a layer type, this is `{node.text}`", likely)
        if isinstance(node, Scalar) and node.value in {CANCEL, None}:
            return None
        if isinstance(node, Scalar) and node.text.lower() in NO_FOLLOWER:
            message = f"`{node.text}` is no layer that follows"
            raise Fault(node.place, message, write(CANCEL))
        if isinstance(node, MappingNode):
            pairs.refuse_in_follower(node)
        item = self.item(node)
        if isinstance(item, FaultyItem):
            return None
        if not isinstance(item, LayerItem):
            hint: str = "write `act: relu` or `norm: {groupnorm: 32}`"
            last = item.head.text.rpartition(".")[2]
            raise Fault(
                node.place, "expected a layer type", write(last, hint) if isinstance(node, Scalar) else hint
            )
        if item.ties or (item.share is not None and item.share.text != NOT_SHARED):
            raise Fault(node.place, "`share` means nothing here but as `none`", "give it to the item itself")
        return item

    def _operands(
        self, head: Scalar, value: YamlNode, given: list[KeyValue]
    ) -> tuple[tuple[Scalar | Body, ...], tuple[str, ...]]:
        """What a layer of several inputs combines, and the names of its branches.

        Raises:
            Fault: it is no list; keys without a value that are part of it are taken out of those that are given.
        """
        kind, _ = find(head.text)
        refuse_excess(head, value)
        if isinstance(value, SequenceNode):
            entries = [(str(index), self._noting(self._entry, item)) for index, item in enumerate(value)]
            known = {name: entry for name, entry in entries if entry is not None}
            return tuple(known.values()), tuple(known)
        if isinstance(value, MappingNode):
            branches = {
                key: self._noting(reference_of, node) if isinstance(node, Scalar) else self.body(node)
                for key, node in value
                if self._noting(check_name, key)
            }
            known = {key.text: each for key, each in branches.items() if each is not None}
            return tuple(known.values()), tuple(known)
        more = [
            key
            for key, node in given
            if is_blank(node) and key.line == value.line and not accepts(kind, key.text)
        ]
        given[:] = [pair for pair in given if pair[0] not in more]
        from netcost.language.strange_heads import one_operand

        raise one_operand(head, value, more)

    def _entry(self, node: YamlNode) -> Scalar | Body:
        """Read a name, a list of items, or an item, the `if` and `repeat` of which are those of the whole branch."""
        if isinstance(node, Scalar):
            return reference_of(node)
        body = self.body(node)
        if isinstance(node, MappingNode):
            (item,) = body.items
            if item.first is not None:
                hint = "write the first as an entry of its own"
                raise Fault(item.first.place, "branches stand side by side, none is the first", hint)
            body.condition, body.repeat = item.condition, item.repeat
            item.condition = item.repeat = None
        return body

    # -- structures

    def _residual(self, head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> ResidualItem:
        self._refuse_keys(head, own)
        given = {nearest(key.text, STRUCTURES["residual"]) or "": node for key, node in own}
        kind, implied = find("add")
        item = ResidualItem(
            head=head,
            body=self._layers_of(head, value),
            add=read_fields(kind, head, [], [], implied, self.work),
        )
        if "shortcut" in given:
            item.shortcut = self.body(given["shortcut"])
        if "shortcut_if" in given:
            item.shortcut_if = self._noting(read_value, given["shortcut_if"], self.work)
        if "act" in given:
            item.act = self._noting(self.follower, given["act"], "act")
        return item

    def _let(self, head: Scalar, value: YamlNode | None) -> LetItem:
        if not isinstance(value, MappingNode):
            raise Fault(head.place, "let gives names to values", "write `let: {name: value}`")
        return LetItem(head=head, bindings=tuple((key, self._binding(key, node)) for key, node in value))

    def _binding(self, key: Scalar, node: YamlNode) -> Value | None:
        """The value of a name; nothing after a fault, which is noted and is no fault of the other names."""
        sound = self._sound
        name = self._noting(check_variable, key)
        value = self._noting(read_value, node, self.work)
        self._sound = sound
        return value if name else None

    def _call(self, head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> CallItem:
        """Read the arguments of a block."""
        positional: tuple[Value, ...] = ()
        arguments = list(own)
        if isinstance(value, MappingNode):
            if own:
                self._note(pairs.on_both_sides("arguments", head, own[0][0]))
            arguments = list(value)
        elif value is not None:
            nodes = value.items if isinstance(value, SequenceNode) else [value]
            positional = tuple(each for node in nodes if (each := self._noting(read_value, node, self.work)))
        by_name = {
            key.text: (key, each)
            for key, node in arguments
            if (each := self._noting(read_value, node, self.work))
        }
        return CallItem(head=head, positional=positional, by_name=by_name)

    def _again(
        self, head: Scalar, item: Item, value: YamlNode | None, own: list[KeyValue], changes: MappingNode
    ) -> Item:
        """The item with the same keys and other fields."""
        own_names = partial(canonical, item.recipe.kind) if isinstance(item, LayerItem) else str
        common, fields = pairs.parted(changes)
        changed = {own_names(each.text) for each, _ in fields}
        holds_fields = isinstance(item, CallItem) or (isinstance(item, LayerItem) and not item.operands)
        if isinstance(value, MappingNode) and holds_fields:
            own, value = list(value), None
        if isinstance(item, LayerItem) and item.recipe.kind.primary in changed:
            value = None
        kept = [pair for pair in own if own_names(pair[0].text) not in changed]
        other = self._by_head(head, value, [*kept, *fields])
        if isinstance(other, CallItem):
            other.overriding = frozenset(changed)
        other.keys = item.keys
        self._note_all(read_keys(other, common, partial(self._again, head, item, value, own), self.work))
        return other


def _likely_head(node: MappingNode) -> Scalar:
    from netcost.language.strange_heads import likely_head

    return likely_head(node)
