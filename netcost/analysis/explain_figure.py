"""Derive the figures of a network as a whole: from which layers and parts each comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from netcost.analysis.backward import layer_training_macs
from netcost.analysis.explain_network import window_term
from netcost.analysis.explain_sum import Shown, summed
from netcost.analysis.liveness import arena
from netcost.analysis.loss import loss_ops
from netcost.analysis.memory import alive, of_inference, of_training, peak_at
from netcost.analysis.optimizers import node_optimizer_bytes, weight_gradient_bytes
from netcost.analysis.reach import Field
from netcost.analysis.storage import entering, output_bytes, state_bytes
from netcost.analysis.study import Study
from netcost.derivation import Part, Sum
from netcost.layers.layer import count
from netcost.network import Node
from netcost.number import Number, Value, known_part, rank
from netcost.report.figures import FIGURES
from netcost.report.memory import Part as Piece

OF_TRAINING = {"optimizer_bytes", "training_bytes", "optimizer_ops"}


def explain_figure(study: Study, figure: str, shown: Shown) -> Sum:
    """Derive a figure from what it is the sum of.

    Raises:
        KeyError: there is no such figure.
    """
    told = FIGURES[figure]
    total = told.of(study)
    if total is None:
        return Sum(figure, told.unit, None, (), (_why_none(figure), told.help))
    if figure in BY_LAYER:
        found = summed(figure, told.unit, BY_LAYER[figure](study), shown)
        parts = [*found.parts, *_rest(total, found.total)]
        return Sum(figure, told.unit, total, tuple(parts), (*found.notes, told.help))
    parts = list(BY_PART[figure](study))
    if figure != "receptive_field":
        parts.sort(key=lambda part: rank(part.total), reverse=True)
    return Sum(figure, told.unit, total, tuple(parts), (*_moment(study, figure), told.help))


def _why_none(figure: str) -> str:
    """What to ask for where a network has no such number."""
    if figure in OF_TRAINING:
        return "none without training: add --train NAME"
    if figure == "loss_ops":
        return "none without a loss: add --loss NAME"
    if figure == "time_bound_ns":
        return "none without a device that tells how fast it is: add --device NAME or --device FILE"
    return "none: it sees the whole input"


def _rest(total: Number, told: Value) -> Iterator[Part]:
    """What is lost where each layer is told in whole numbers."""
    rest = known_part(total) - known_part(told)
    if rest:
        yield Part(("fractions",), rest, what="that layers have beside whole numbers")


def _moment(study: Study, figure: str) -> Iterator[str]:
    """When it is as much."""
    if figure == "peak_activation_bytes" and (name := peak_at(study, training=False)):
        yield f"while {name} runs"


# Sums of layers


def _of_nodes(study: Study, of: Callable[[Node], Number]) -> Mapping[str, Number]:
    return {node.name: of(node) for node in study.network.nodes}


def _optimizer_bytes(study: Study) -> Mapping[str, Number]:
    optimizer = study.optimizer
    return _of_nodes(study, lambda node: node_optimizer_bytes(node, optimizer)) if optimizer else {}


def _optimizer_ops(study: Study) -> Mapping[str, Number]:
    times = study.optimizer.ops if study.optimizer else 0
    return _of_nodes(study, lambda node: times * count(node.own_trained))


BY_LAYER: Mapping[str, Callable[[Study], Mapping[str, Number]]] = {
    "kept_bytes": lambda study: study.kept_by_layer,
    "gradient_bytes": lambda study: _of_nodes(
        study, lambda node: weight_gradient_bytes(node.own_trained, node.precision)
    ),
    "optimizer_bytes": _optimizer_bytes,
    "training_macs": lambda study: _of_nodes(study, lambda node: layer_training_macs(node, study.storage)),
    "cache_bytes": lambda study: _of_nodes(study, state_bytes),
    "optimizer_ops": _optimizer_ops,
    "moved_bytes": lambda study: study.moved_by_layer,
    "time_bound_ns": lambda study: study.bound_by_layer,
}
"""The figures that are sums of numbers of layers."""


# Sums of other parts


def _pieces(found: Iterator[Piece]) -> Iterator[Part]:
    return (Part((piece.name,), piece.size, what=piece.what) for piece in found if piece.size != 0)


def _arena(study: Study) -> Iterator[Part]:
    """The piece that ends last, and what is below it."""
    placed = arena(study.timeline)
    if placed:
        top = max(placed, key=lambda piece: piece.offset + piece.size)
        yield Part((top.name,), top.size, what="ends last of all")
        if top.offset:
            yield Part(
                ("below it",), top.offset, what="where it begins: what is alive at once with it lies there"
            )


def _loss(study: Study) -> Iterator[Part]:
    if study.loss is None:
        return
    yield Part((study.loss.name,), loss_ops(study.network, study.loss), what=study.loss.formula)
    if study.regularizer_ops:
        yield Part(("regularize",), study.regularizer_ops, what="the sum of the squares of all weights")


def _field(study: Study) -> Iterator[Part]:
    """What each window on the way adds, from one position of the input on: the way of the larger field."""
    way = list(_way(study))
    if way:
        node, field = way[0]
        yield Part((node.name,), _size(field), what="one position")
    for (_, before), (node, after) in pairwise(way):
        size, grown = _size(after), _size(after) - _size(before)
        if grown:
            yield Part((node.name,), grown, _window(after, grown), what=f"then {size:,}")


def _way(study: Study) -> Iterator[tuple[Node, Sequence[Field]]]:
    """From the input to the last layer with several positions, by the input of each that sees the most."""
    found: list[tuple[Node, Sequence[Field]]] = []
    node = study.last_with_positions
    while node is not None:
        view = study.reach[node].view
        if isinstance(view, tuple):
            found.append((node, view))
        seeing = [source for source in node.inputs if isinstance(study.reach[source].view, tuple)]
        node = max(seeing, key=lambda source: _size(_fields(study, source)), default=None)
    return reversed(found)


def _fields(study: Study, node: Node) -> Sequence[Field]:
    view = study.reach[node].view
    return view if isinstance(view, tuple) else ()


def _size(fields: Sequence[Field]) -> int:
    return max((field.size for field in fields), default=0)


def _window(fields: Sequence[Field], grown: int) -> str:
    """What a window adds, `(3 - 1) * 4`; nothing where it is not its own window alone."""
    field = max(fields, key=lambda each: each.size)
    window = field.windows
    if window is None or not field.explained:
        return ""
    own = (window.taps - 1) * window.dilation * window.stride
    return window_term(1, window.taps, window.dilation, int(window.stride)) if own == grown else ""


BY_PART: Mapping[str, Callable[[Study], Iterator[Part]]] = {
    "input_bytes": lambda study: (
        Part((node.name,), output_bytes(node), what=str(node.output)) for node in entering(study.network)
    ),
    "peak_activation_bytes": lambda study: _pieces(alive(study)),
    "inference_bytes": lambda study: _pieces(of_inference(study)),
    "arena_bytes": _arena,
    "training_bytes": lambda study: _pieces(of_training(study)),
    "loss_ops": _loss,
    "receptive_field": _field,
}
"""The figures that are sums of other parts."""
