"""Layers of PyTorch and Keras that are several of netcost's, and words that hold another layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from netcost.language.frameworks import written_as
from netcost.language.signature import ALWAYS
from netcost.language.spellings import Call, activation, call_of, is_foreign
from netcost.layers import HEADS, find
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, word_at
from netcost.source.fault import Fault, meant

Arguments: TypeAlias = Mapping[str, YamlNode]


def resolved(head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Call:
    """A layer of PyTorch or Keras in netcost's words; `seq` where it is several.

    Raises:
        Fault: an argument is missing, or a word that holds a layer holds none that it may.
    """
    if head.text == "Sequential":
        return Call(word_at(head, "seq"), value, own, {}, ALWAYS["Keras"])
    if head.text == "Activation":
        return _named_activation(head, value, own)
    if head.text == "Bidirectional":
        return _both_ways(head, value, own)
    if head.text == "TimeDistributed":
        inner = _at_each_step(head, value, own)
        return resolved(*inner) if is_foreign(inner.head.text) else Call(*inner, {}, ALWAYS["Keras"])
    call = call_of(head, value, own)
    return _several(head, call)._replace(faults=call.faults) if is_composite(call) else call


def _named_activation(head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Call:
    pairs = [*own, *(value if isinstance(value, MappingNode) else [])]
    if isinstance(value, SequenceNode) and len(value) == 1:
        value = value.items[0]
    given = next((node for key, node in pairs if key.text == "activation"), None)
    rest = [pair for pair in pairs if pair[0].text != "activation"]
    node = value if isinstance(value, Scalar) else given
    if node is None:
        raise Fault(head.place, "Activation needs the name of one", "write `Activation: relu`")
    named = activation(node)
    if not isinstance(named, Scalar):
        raise Fault(named.place, "expected the name of an activation", "write `Activation: relu`")
    return Call(
        named if named.text != "none" else word_at(named, "identity"), None, rest, {}, ALWAYS["Keras"]
    )


def is_composite(call: Call) -> bool:
    """Tell whether a call stands for several layers."""
    return _without_rank(call.head.text) in COMPOSITES


def _several(name: Scalar, call: Call) -> Call:
    """The layers that a call stands for, as a list of items.

    Raises:
        Fault: an argument that there is not, or one that is missing.
    """
    given = {key.text: node for key, node in call.own}
    for key, _ in call.own:
        if key.text not in call.words:
            hint = meant(key.text, sorted(call.words))
            raise Fault(key.place, f"unknown argument `{key.text}` for {name.text}", hint)
    signature = next(each for each in written_as(name.text) if each.head == call.head.text)
    for argument in list(signature.arguments)[: signature.least]:
        if argument not in given:
            hint = f"write `{name.text}: {{{argument}: ...}}`"
            raise Fault(name.place, f"{name.text} needs `{argument}`", hint, lacking=True)
    nodes: list[YamlNode] = [*COMPOSITES[_without_rank(call.head.text)](call.head, given)]
    items = SequenceNode(name.path, name.line, name.column, name.width, nodes)
    keys = [pair for pair in call.own if pair[0].text in ALWAYS["Keras"]]
    return Call(word_at(name, "seq"), items, keys, {}, ALWAYS["Keras"])


def _without_rank(head: str) -> str:
    return head.removesuffix("d").rstrip("123")


def _item(at: Scalar, head: str, **fields: YamlNode | str | None) -> MappingNode:
    """An item of a spec, with those of the fields that are given; words stand where the call does."""
    known = {
        name.rstrip("_"): word_at(at, value) if isinstance(value, str) else value
        for name, value in {
            head: fields.pop("of", None)
            or Scalar(at.path, at.line, at.column, at.width, "", None, plain=True),
            **fields,
        }.items()
        if value is not None
    }
    keys = {name: word_at(at, name) for name in known}
    return MappingNode.of(at.path, at.line, at.column, at.width, keys, known)


def _separable(at: Scalar, given: Arguments) -> list[MappingNode]:
    """A convolution of each channel, and one over all channels at each position."""
    rank = at.text[-2:]
    no = Scalar(at.path, at.line, at.column, at.width, "false", False, plain=True)
    one = Scalar(at.path, at.line, at.column, at.width, "1", 1, plain=True)
    names = ("strides", "padding", "dilation_rate", "depth_multiplier")
    window = {name: given.get(name) for name in names}
    across = {name: given.get(name) for name in ("activation", "use_bias")}
    return [
        _item(at, f"dwconv{rank}", of=given["kernel_size"], bias=no, **window),
        _item(at, f"conv{rank}", of=given["filters"], kernel=one, **across),
    ]


def _encoder(at: Scalar, given: Arguments) -> list[MappingNode]:
    """Attention and two matrices, each added to its input, with a normalisation after the sum or before the branch."""
    bias = given.get("bias")
    width = given.get("dim_feedforward") or Scalar(
        at.path, at.line, at.column, at.width, "2048", 2048, plain=True
    )
    norm = _item(at, "layernorm", bias=bias)
    attention = [_item(at, "attention", of=given["nhead"], embed_dim=given["d_model"], bias=bias)]
    feed = [
        _item(at, "linear", of=width, bias=bias, activation=given.get("activation") or "relu"),
        _item(at, "linear", of=given["d_model"], bias=bias),
    ]
    first = given.get("norm_first")
    before = isinstance(first, Scalar) and first.value is True

    def added(items: list[MappingNode]) -> list[MappingNode]:
        nodes: list[YamlNode] = [*([norm] if before else []), *items]
        residual = _item(at, "residual", of=SequenceNode(at.path, at.line, at.column, at.width, nodes))
        return [residual] if before else [residual, norm]

    return [*added(attention), *added(feed)]


COMPOSITES: Mapping[str, Callable[[Scalar, Arguments], list[MappingNode]]] = {
    "separable": _separable,
    "encoder": _encoder,
}


# -- words that hold a layer


class Held(NamedTuple):
    """The layer inside a wrapper: its head, its value, and its other keys with those of the wrapper."""

    head: Scalar
    value: YamlNode | None
    own: list[KeyValue]


def _held(wrapper: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Held:
    """Find the layer that a wrapper holds, as `{LSTM: 64}`, `[{LSTM: 64}]` or `{layer: {LSTM: 64}}`.

    Raises:
        Fault: it holds none.
    """
    if isinstance(value, SequenceNode) and len(value) == 1:
        value = value.items[0]
    if isinstance(value, MappingNode) and "layer" in value:
        own = [*own, *(pair for pair in value if pair[0].text != "layer")]
        value = value.get("layer")
    inner = next((pair for pair in own if pair[0].text == "layer"), None)
    if inner is not None:
        own, value = [pair for pair in own if pair is not inner], inner[1]
    pairs = list(value) if isinstance(value, MappingNode) else []
    for key, node in pairs:
        if is_foreign(key.text) or key.text in HEADS:
            return Held(key, node, [*(pair for pair in pairs if pair[0] is not key), *own])
    hint = f"write `{wrapper.text}: {{LSTM: 64}}`"
    raise Fault(wrapper.place, f"{wrapper.text} needs a layer", hint)


def _both_ways(wrapper: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Call:
    """A recurrent layer that is read in both directions.

    Raises:
        Fault: it holds another layer, or none.
    """
    inner = _held(wrapper, value, own)
    call = (
        call_of(*inner)
        if is_foreign(inner.head.text)
        else Call(inner.head, inner.value, inner.own, {}, frozenset())
    )
    if call.head.text not in HEADS or "bidirectional" not in find(call.head.text)[0].fields:
        raise Fault(inner.head.place, f"{inner.head.text} is no recurrent layer")
    words = {*call.words, "merge_mode", "weights", "backward_layer", "trainable", "input_shape"}
    return call._replace(implied={**call.implied, "bidirectional": True}, words=words)


STEPWISE = ("linear", "embedding")


def _at_each_step(wrapper: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Held:
    """A layer that acts on each token by itself anyway.

    Raises:
        Fault: it holds one that does not, or none.
    """
    inner = _held(wrapper, value, own)
    head = call_of(*inner).head.text if is_foreign(inner.head.text) else inner.head.text
    kind = find(head)[0] if head in HEADS else None
    if kind is None or not (kind.elementwise or kind.type in STEPWISE):
        hint = "it takes whole sequences or maps: write what happens at a step as a network of its own"
        raise Fault(wrapper.place, f"{wrapper.text} cannot hold {inner.head.text}", hint)
    return inner
