"""Modules of Ultralytics that attend: of version 10 to 12, and the encoder of RT-DETR."""

from __future__ import annotations

from netcost.frontends.ultralytics.blocks import bottleneck, c3k
from netcost.frontends.ultralytics.net import At, channels, part_of
from netcost.layers.attention import Attention
from netcost.layers.dot_product_attention import DotProductAttention
from netcost.layers.linear import Linear
from netcost.layers.norm import LayerNorm, LayerScale
from netcost.layers.reshape import ToMap, ToTokens
from netcost.layers.slicing import Slice
from netcost.layers.smooth_activation import GELU
from netcost.network import Node

HEAD = 64
"""Channels of a head of PSA."""

AREA_HEAD = 32
"""Channels of a head of version 12."""


def _parts(at: At, x: Node, widths: tuple[int, ...]) -> list[Node]:
    """Queries, keys and values out of one tensor."""
    found, start = [], 0
    for name, width in zip("qkv", widths, strict=True):
        found.append(at.add(name, Slice(start=start, stop=start + width), x))
        start += width
    return found


def attention(at: At, x: Node, heads: int, ratio: float = 0.5) -> Node:
    """Every place meets every other one; keys are narrower than values, which are also seen by a filter each."""
    width = channels(x)
    if not heads or width % heads:
        raise at.fault(f"{heads} heads do not divide {width} channels")
    keys = part_of(width // heads, ratio) * heads
    mixed = at.conv("qkv", x, width + 2 * keys, act=False)
    queries, met, values = _parts(at, mixed, (keys, keys, width))
    y = at.add("attention", DotProductAttention(heads=heads), queries, met, values)
    y = at.sum("add", y, at.conv("pe", values, width, 3, groups=width, act=False))
    return at.conv("proj", y, width, act=False)


def psa_block(at: At, x: Node, heads: int, ratio: float = 0.5, shortcut: bool = True) -> Node:
    """Attention and two convolutions, each with what comes in added."""
    y = attention(at / "attn", x, heads, ratio)
    x = at.sum("add1", x, y) if shortcut else y
    y = at.conv("ffn.1", at.conv("ffn.0", x, 2 * channels(x)), channels(x), act=False)
    return at.sum("add2", x, y) if shortcut else y


def _heads(width: int) -> int:
    return max(width // HEAD, 1)


def psa(at: At, x: Node, width: int, share: float = 0.5) -> Node:
    """Attention over one half of the channels."""
    hidden = part_of(_same(at, x, width), share)
    first, second = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    second = psa_block(at, second, _heads(hidden))
    return at.conv("cv2", at.join("cat", first, second), width)


def _same(at: At, x: Node, width: int) -> int:
    if channels(x) != width:
        raise at.fault(f"{at.net.row.module} keeps its width, it gets {channels(x)} channels and has {width}")
    return width


def c2psa(at: At, x: Node, width: int, count: int, share: float = 0.5) -> Node:
    """The same several times."""
    hidden = part_of(_same(at, x, width), share)
    first, second = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        second = psa_block(at / f"m.{number}", second, _heads(hidden))
    return at.conv("cv2", at.join("cat", first, second), width)


def c2f_psa(at: At, x: Node, width: int, count: int, share: float = 0.5) -> Node:
    """The same in a chain, all parts of which are joined."""
    hidden = part_of(_same(at, x, width), share)
    parts = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        parts.append(psa_block(at / f"m.{number}", parts[-1], _heads(hidden)))
    return at.conv("cv2", at.join("cat", *parts), width)


def c3k2(
    at: At,
    x: Node,
    width: int,
    count: int,
    deep: bool = False,
    share: float = 0.5,
    attends: bool = False,
    groups: int = 1,
    shortcut: bool = True,
) -> Node:
    """A chain of bottlenecks, of two bottlenecks on one of two ways, or of those with attention."""
    if not (deep or attends):
        return _chain(at, x, width, count, share, shortcut, groups)
    hidden = part_of(width, share)
    parts = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        each = at / f"m.{number}"
        if attends:
            y = bottleneck(each / 0, parts[-1], hidden, shortcut, groups)
            parts.append(psa_block(each / 1, y, _heads(hidden)))
        else:
            parts.append(c3k(each, parts[-1], hidden, 2, shortcut, groups))
    return at.conv("cv2", at.join("cat", *parts), width)


def _chain(at: At, x: Node, width: int, count: int, share: float, shortcut: bool, groups: int) -> Node:
    hidden = part_of(width, share)
    parts = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        parts.append(bottleneck(at / f"m.{number}", parts[-1], hidden, shortcut, groups))
    return at.conv("cv2", at.join("cat", *parts), width)


def area_attention(at: At, x: Node, heads: int, areas: int) -> Node:
    """Places meet those of their own area; values are also seen by a filter each."""
    batch, width, *size = x.output
    mixed = at.conv("qkv", x, 3 * width, act=False)
    parts = _parts(at, mixed, (width, width, width))
    places = size[0] * size[1]
    if places % areas:
        raise at.fault(f"{places} places do not fall into {areas} areas", "ask for an input of another size")
    rows = parts
    if areas > 1:
        shape = (batch * areas, places // areas, width)
        rows = [
            at.move(f"{name}_areas", "Areas", shape, "sequence", part)
            for name, part in zip("qkv", parts, strict=True)
        ]
    y = at.add("attention", DotProductAttention(heads=heads), *rows)
    if areas > 1:
        y = at.move("image", "Image", (batch, width, *size), "image", y)
    y = at.sum("add", y, at.conv("pe", parts[2], width, 7, groups=width, act=False))
    return at.conv("proj", y, width, act=False)


def area_block(at: At, x: Node, ratio: float, areas: int) -> Node:
    """Attention in areas and two convolutions, each with what comes in added."""
    width = channels(x)
    x = at.sum("add1", x, area_attention(at / "attn", x, width // AREA_HEAD, areas))
    y = at.conv("mlp.1", at.conv("mlp.0", x, part_of(width, ratio)), width, act=False)
    return at.sum("add2", x, y)


def a2c2f(
    at: At,
    x: Node,
    width: int,
    count: int,
    attends: bool = True,
    areas: int = 1,
    residual: bool = False,
    ratio: float = 2.0,
    share: float = 0.5,
    groups: int = 1,
    shortcut: bool = True,
) -> Node:
    """A chain of attention in areas, two blocks each, or of bottlenecks on one of two ways."""
    hidden = part_of(width, share)
    if hidden % AREA_HEAD or not hidden:
        raise at.fault(f"{hidden} channels are no multiple of {AREA_HEAD}")
    parts = [at.conv("cv1", x, hidden)]
    for number in range(count):
        each, y = at / f"m.{number}", parts[-1]
        if attends:
            y = area_block(each / 1, area_block(each / 0, y, ratio, areas), ratio, areas)
        else:
            y = c3k(each, y, hidden, 2, shortcut, groups)
        parts.append(y)
    y = at.conv("cv2", at.join("cat", *parts), width)
    return at.sum("add", x, at.add("gamma", LayerScale(), y)) if attends and residual else y


# Transformers


def aifi(at: At, x: Node, hidden: int = 2048, heads: int = 8) -> Node:
    """A layer of a transformer over the places of a map; their positions are fixed sines."""
    width, size = channels(x), x.output[2:]
    tokens = at.add("tokens", ToTokens(), x)
    placed = at.pointwise("position", "Position", 1, tokens)
    y = at.add("norm1", LayerNorm(), at.sum("add1", tokens, at.add("ma", Attention(heads=heads), placed)))
    z = at.add("act", GELU(), at.add("fc1", Linear(units=hidden), y))
    y = at.add("norm2", LayerNorm(), at.sum("add2", y, at.add("fc2", Linear(units=width), z)))
    return at.add("map", ToMap(size=tuple(size)), y)


def c3_transformer(at: At, x: Node, width: int, count: int, share: float = 0.5) -> Node:
    """Layers of a transformer on one of two ways."""
    hidden = part_of(width, share)
    y = at.conv("cv1", x, hidden)
    size = y.output[2:]
    tokens = at.add("m.tokens", ToTokens(), y)
    tokens = at.sum("m.add", tokens, at.add("m.linear", Linear(units=hidden), tokens))
    for number in range(count):
        tokens = _plain_layer(at / f"m.tr.{number}", tokens, hidden)
    y = at.add("m.map", ToMap(size=tuple(size)), tokens)
    return at.conv("cv3", at.join("cat", y, at.conv("cv2", x, hidden)), width)


def _plain_layer(at: At, x: Node, width: int) -> Node:
    """Attention of inputs that are projected twice, and two matrices without anything between them."""
    first, second, third = (at.add(name, Linear(units=width, bias=False), x) for name in "qkv")
    queries, met, values = (
        at.add(f"ma.{name}", Linear(units=width), each)
        for name, each in zip(("in_q", "in_k", "in_v"), (first, second, third), strict=True)
    )
    y = at.add("ma.attention", DotProductAttention(heads=4), queries, met, values)
    x = at.sum("add1", at.add("ma.out_proj", Linear(units=width), y), x)
    y = at.add("fc2", Linear(units=width, bias=False), at.add("fc1", Linear(units=width, bias=False), x))
    return at.sum("add2", y, x)
