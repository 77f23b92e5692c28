"""Adding a layer to the network: its full name, whose weights it has, what follows it, and where its faults stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from netcost.language.evaluate import holds, layer_of
from netcost.language.frame import NO_TIES, Frame, Traits
from netcost.language.items import NO_KEYS, Item, LayerItem, ResidualItem
from netcost.language.work import FOR_A_NEW_LAYER, WORDS_A_UNIT, Work
from netcost.layers.layer import Layer
from netcost.layers.values import MAX_TEXT
from netcost.network import MisfitError, Network, Node
from netcost.source.document import Scalar
from netcost.source.fault import Exhausted, Fault, meant

if TYPE_CHECKING:
    from netcost.stored import Tie


class FullNames:
    """Which full names are taken, and the next number of each word.

    Args:
        inputs: the names that the file gives to inputs.
        work: what the reading has done so far.
    """

    def __init__(self, inputs: Mapping[str, Scalar], work: Work) -> None:
        self._claimed = dict(inputs)
        self._counters: dict[str, int] = {}
        self._work = work

    def claim(self, name: Scalar, path: str) -> None:
        """Refuse a second item of the same full name."""
        first = self._claimed.setdefault(path, name)
        if first is not name:
            related = ((first.place, "first used here"),)
            raise Fault(name.place, f"the name `{name.text}` is used twice", "choose another name", related)

    def generate(self, frame: Frame, word: str, item: Item) -> str:
        """Name a layer by its type and a counter that runs under its prefix."""
        start = f"{frame.prefix}{word}"
        number = self._counters.get(start, 0) + 1
        while frame.reserves(f"{word}{number}"):
            self._work.spend(1, item)
            number += 1
        self._counters[start] = number
        return f"{start}{number}"


def check_length(path: str, item: Item) -> None:
    """Refuse a full name that is too long.

    Raises:
        Fault: it has more characters than a name may have.
    """
    if len(path) > MAX_TEXT:
        message = f"the full name of this has {len(path):,} characters, more than {MAX_TEXT}"
        raise Fault(item.place, message, "shorten the names of the items around it")


def word_of(item: Item) -> str:
    """What a generated name starts with."""
    if isinstance(item, LayerItem):
        return item.recipe.kind.type
    return item.head.text.rpartition(".")[2]


class LayerAdder:
    """Adds the layers of items to a network.

    Args:
        network: where the layers go.
        work: what the reading has done so far.
    """

    def __init__(self, network: Network, work: Work) -> None:
        self.network = network
        self.work = work
        self._words: dict[str, Scalar] = {}
        self._weights: set[str] = set()

    def add(
        self, path: str, item: LayerItem | ResidualItem, layer: Layer, inputs: list[Node], traits: Traits
    ) -> Node:
        """Add a layer under its full name.

        Raises:
            Fault: the layer does not fit its inputs, or the one that it shares with.
            Exhausted: the network has too many layers.
        """
        if len(self.network.nodes) >= self.work.max_layers:
            raise Exhausted(item.place, f"this network has more than {self.work.max_layers:,} layers")
        check_length(path, item)
        known = self.network.kinds
        try:
            owner = self._owner(path, item, layer, inputs, traits.share) if traits.share else ""
            node = self.network.add(
                path,
                layer,
                inputs,
                item.place,
                precision=traits.precision,
                frozen=self._frozen(layer, inputs, item, traits.frozen) if traits.frozen else False,
                share=owner,
                ties=self._ties(item, traits.ties) if item.ties else NO_TIES,
                training_only=traits.training_only,
            )
        except MisfitError as error:
            raise self._placed(error, item) from None
        if owner or node.ties or self.network.kinds > known:
            self.work.spend(FOR_A_NEW_LAYER, item)
        return node

    def _frozen(
        self,
        layer: Layer,
        inputs: list[Node],
        item: LayerItem | ResidualItem,
        said: bool | tuple[Scalar, ...],
    ) -> bool | frozenset[str]:
        """Whether the weights of a layer are frozen, or which of them: `weight` is `q_weight`, too."""
        if isinstance(said, bool):
            return said
        self.work.spend(len(said) // WORDS_A_UNIT, item)
        self.network.infer(layer, inputs, item.place)  # only then is it known to have weights
        kinds = {name: name.rpartition("_")[2] for name in layer.weights(*(node.output for node in inputs))}
        words = {each.text: each for each in said}
        self._words.update(words)
        self._weights.update(kinds, kinds.values())
        return frozenset(name for name, kind in kinds.items() if name in words or kind in words)

    def strange_words(self) -> Iterator[Fault]:
        """Those that should freeze weights, and are the name of none in the network."""
        for word, scalar in self._words.items():
            if word not in self._weights:
                hint = meant(word, sorted(self._weights))
                yield Fault(scalar.place, f"no layer that it stands for has a weight `{word}`", hint)

    def _ties(self, item: LayerItem | ResidualItem, ties: tuple[Tie, ...]) -> tuple[Tie, ...]:
        """The ties of an item's own layer; what follows it has none."""
        for tie in ties:
            if tie.owner not in self.network:
                place = item.ties[tie.weight].place
                raise Fault(place, f"there is no layer `{tie.owner}` to share with")
        return ties

    def _owner(
        self,
        path: str,
        item: LayerItem | ResidualItem,
        layer: Layer,
        inputs: list[Node],
        share: tuple[str, str],
    ) -> str:
        """The layer whose weights another one uses; empty if that has none, nor buffers."""
        self.network.infer(layer, inputs, item.place)  # only then is it known to have weights
        shapes = [node.output for node in inputs]
        if not (layer.weights(*shapes) or layer.buffers(*shapes)):
            return ""
        mine, theirs = share
        owner = theirs + path[len(mine) :]
        if owner not in self.network:
            raise Fault((item.share or item.head).place, f"there is no layer `{owner}` to share with")
        return owner

    @staticmethod
    def _placed(error: MisfitError, item: LayerItem | ResidualItem) -> Fault:
        """Show a layer's fault at the field or the head that caused it."""
        recipe = item.own_recipe if isinstance(item, LayerItem) else item.add
        field, _, weight = error.field.partition(".")
        if field == "share" and (item.share or item.ties):
            return Fault((item.share or item.ties[weight]).place, error.message, error.hint)
        place = recipe.place_of(error.field)
        return Fault(place, error.message, error.hint, error.related, lacking=place == recipe.head.place)

    def follow(self, item: LayerItem, path: str, frame: Frame, node: Node, traits: Traits) -> Node:
        """Add the norm or the activation that a shorthand asks for."""
        if item.condition is not None and not holds(item.condition, frame, node, self.work):
            return node
        self.work.spend(1, item)
        layer = layer_of(item, frame.values, node, self.work)
        if item.share is not None:
            traits = traits.within(NO_KEYS, None)
        return self.add(path, item, layer, [node], traits)
