"""One step of decoding: a network reads one word more, after those that it has seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from netcost.layers.attention import Attention
from netcost.layers.concat import Concat
from netcost.layers.conv import Convolution
from netcost.layers.embedding import PosEmbed
from netcost.layers.layer import Layer
from netcost.layers.reads import STRAIGHT
from netcost.layers.refusals import LayerError
from netcost.layers.scores import Scoring
from netcost.network import Network, Node
from netcost.shapes import Sequence as Positions
from netcost.shapes import Shape, Signal, Tokens


def decode(network: Network, context: int) -> Network:
    """Return the network as it runs for one word more, the last one of a context of so many.

    Tokens and sequences that come in are one position long. Causal attention meets the keys and values of the positions
    before, which are kept; recurrent layers, state spaces and linear attention go on from their state, and so do convolutions
    that look back only, without what padding behind the last word adds and a slice cuts off. What no word changes, as an encoder,
    ran once before: it costs nothing, but keeps its weights, and so are keys and values of what it put out kept. Tables of
    positions are as long as they were.

    Raises:
        ValueError: there is nothing to decode, a layer looks ahead or around, or a table of positions is too short.
    """
    steps = _steps(network)
    if not any(_state(node) for node in steps):
        raise ValueError(
            "there is nothing to decode: no causal attention and no recurrent layer that tokens or a sequence go through"
        )
    words = {node.output[1] for node in network.inputs if node in steps}
    decoded = network.bare()
    new: dict[Node, Node] = {}
    for node in network.inputs:
        shape = node.output.with_length(1, 1) if node in steps else node.output
        new[node] = decoded.input(shape, node.name, node.place)
    for node in network.nodes:
        sources = list(_sources(node, steps))
        if (isinstance(node.layer, Concat) and len(sources) == 1) or (node in steps and _is_cut(node, words)):
            new[node] = new[sources[0]]
            continue
        ran_before = bool(node.inputs) and node not in steps and not node.training_only
        layer = _after(node, context, steps) if node in steps else node.layer
        try:
            new[node] = decoded.add_like(node, [new[each] for each in sources], layer, ran_before=ran_before)
        except LayerError as error:
            raise ValueError(f"`{node.name}` does not run for one word alone: {error.message}") from None
        if node in steps:
            _check(node, new[node], steps)
            _check_end(network, node, words)
    decoded.outputs = tuple(new[node] for node in network.outputs)
    decoded.warnings += _windows(steps, context)
    return decoded


def _steps(network: Network) -> Collection[Node]:
    """What each word goes through: from the inputs that lead to what comes out, and not to a source of attention alone."""
    leading = set(network.outputs)
    for node in reversed(network.nodes):
        if node in leading:
            leading.update(node.inputs[:1] if _knows_state(node.layer) else node.inputs)
    steps = dict.fromkeys(
        node for node in network.inputs if node in leading and isinstance(node.output, (Tokens, Positions))
    )
    for node in network.nodes:
        if any(source in steps for source in node.inputs):
            steps[node] = None
    return steps


def _knows_state(layer: Layer) -> bool:
    """True if layers of its type may hand something on from one position to the next."""
    return type(layer).state is not Layer.state


def _state(node: Node) -> Mapping[str, Sequence[int]]:
    return node.layer.state(*node.input_shapes) if node.inputs else {}


def _sources(node: Node, steps: Collection[Node]) -> Iterator[Node]:
    """What a layer takes in: behind one another stand words, and a prefix that was seen before."""
    behind = isinstance(node.layer, Concat) and node.layer.reads(node.output, *node.input_shapes) != "same"
    for source in node.inputs:
        if source in steps or node not in steps or not behind:
            yield source


def _after(node: Node, context: int, steps: Collection[Node]) -> Layer:
    """The layer at the last position of a context.

    Raises:
        ValueError: its table of positions is too short.
    """
    layer = node.layer
    if isinstance(layer, PosEmbed):
        length = layer.positions(node.input_shapes[0])
        if context > length:
            raise ValueError(
                f"`{node.name}` is a table of {length:,} positions, a context of {context:,} does not fit it"
            )
        return layer.with_fields(length=length)
    if not isinstance(layer, Scoring):
        return layer.stepwise(*node.input_shapes)
    if node.inputs[-1] not in steps:
        made_here = isinstance(layer, Attention) and not layer.latent
        return layer.with_fields(cached=True, past=0) if made_here else layer
    return layer.with_fields(past=context - 1) if layer.causal else layer


def _check(old: Node, node: Node, steps: Collection[Node]) -> None:
    """Refuse a layer that needs more than one position and what is kept.

    Raises:
        ValueError: it does.
    """
    name = f"`{node.name}`"
    sight, state = node.layer.reads(node.output, *node.input_shapes), _state(node)
    if isinstance(sight, tuple) and any(look.taps > 1 for look in sight) and not state:
        raise ValueError(f"{name} looks at positions around it, and keeps none of them")
    if _knows_state(node.layer) and all(source in steps for source in old.inputs):
        if not state and not isinstance(sight, tuple):
            raise ValueError(f"{name} looks ahead, so that words cannot come one after the other")
        x = node.input_shapes[0]
        if isinstance(x, Positions) and x[1] != 1:
            raise ValueError(f"{name} gets {x[1]:,} positions where one word comes in")
    if node.layer.weights(*node.input_shapes) != old.layer.weights(*old.input_shapes):
        raise ValueError(f"{name} has other weights for another number of positions")


def _is_cut(node: Node, words: Collection[int]) -> bool:
    """True if it keeps the positions of the words, of which padding behind the last has made more."""
    layer, shapes = node.layer, node.input_shapes
    if layer.reads(node.output, *shapes) != (STRAIGHT,) or layer.weights(*shapes):
        return False
    return _positions(node.output) <= _positions(shapes[0]) and _positions(node.output) in words


def _positions(shape: Shape) -> int:
    """How many there are in a row."""
    return shape[2] if isinstance(shape, Signal) else shape[1]


def _check_end(network: Network, node: Node, words: Collection[int]) -> None:
    """Refuse a convolution of words that goes on behind the last of them.

    Raises:
        ValueError: it does, and what is too much is not cut off.
    """
    goes_on = isinstance(node.layer, Convolution) and isinstance(node.output, Signal)
    if not goes_on or node.output[2] in words:
        return
    if not all(_is_cut(each, words) for each in network.consumers(node)):
        raise ValueError(f"`{node.name}` goes on behind the last word, and that is not cut off")


def _windows(steps: Collection[Node], context: int) -> Iterator[str]:
    """What a window that is as long as what came in may have meant."""
    for node in steps:
        layer = node.layer
        if isinstance(layer, Scoring) and layer.window and layer.causal and layer.window < context:
            x = layer.rows(*node.input_shapes)[1]
            if layer.window == x[1] + layer.past:
                yield (
                    f"The window of `{node.name}` and others is as long as the {layer.window:,} positions that came in, and is "
                    f"kept; leave it out, or give the network {context:,} positions, where all are meant."
                )
                return
