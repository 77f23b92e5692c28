"""Adding a layer to the network: whose weights it has, what follows it, and where its faults stand."""

from __future__ import annotations

from netcost.language.evaluate import holds, with_shape
from netcost.language.frame import Frame, Traits
from netcost.language.full_names import check_length
from netcost.language.items import LayerItem, ResidualItem
from netcost.language.work import FOR_A_NEW_LAYER, Work
from netcost.layers.layer import Layer
from netcost.network import MisfitError, Network, Node
from netcost.source.fault import Exhausted, Fault


class LayerAdder:
    """Adds the layers of items to a network.

    Args:
        network: where the layers go.
        work: what the reading has done so far.
    """

    def __init__(self, network: Network, work: Work) -> None:
        self.network = network
        self.work = work

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
                frozen=traits.frozen,
                share=owner,
                training_only=traits.training_only,
            )
        except MisfitError as error:
            raise self._placed(error, item) from None
        if owner or self.network.kinds > known:
            self.work.spend(FOR_A_NEW_LAYER, item)
        return node

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
        recipe = item.recipe if isinstance(item, LayerItem) else item.add
        if error.field == "share" and item.share is not None:
            return Fault(item.share.place, error.message, error.hint)
        return Fault(recipe.place_of(error.field), error.message, error.hint, error.related)

    def follow(self, item: LayerItem | None, path: str, frame: Frame, node: Node, traits: Traits) -> Node:
        """Add the norm or the activation that a shorthand asks for."""
        if item is None or (item.condition is not None and not holds(item.condition, frame, node, self.work)):
            return node
        self.work.spend(1, item)
        layer = item.recipe.make(with_shape(frame.values, item.recipe.names, node))
        return self.add(path, item, layer, [node], traits)
