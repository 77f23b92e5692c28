"""Modules of YOLO from version 3 to 10: convolutions, bottlenecks, and what is made of them in stages.

A function for each: where it stands, its input, its width, then the arguments that a file may give, in their order.
"""

from __future__ import annotations

from math import gcd

from netcost.frontends.ultralytics.net import At, channels, half, part_of
from netcost.layers.activation import ReLU
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.norm import BatchNorm
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.resize import Pad, PixelUnshuffle
from netcost.layers.smooth_activation import SiLU
from netcost.network import Node

Kernels = tuple[int | tuple[int, ...], int | tuple[int, ...]]
THREES: Kernels = (3, 3)


# Convolutions


def depthwise(
    at: At, x: Node, width: int, kernel: int = 1, stride: int = 1, dilation: int = 1, *, act: bool = True
) -> Node:
    """As many groups as both widths allow."""
    return at.conv("", x, width, kernel, stride, groups=gcd(channels(x), width), dilation=dilation, act=act)


def transposed(at: At, x: Node, width: int, kernel: int = 2, stride: int = 2, pad: int = 0) -> Node:
    """A transposed convolution, a batch norm, an activation."""
    layer = ConvTranspose(filters=width, kernel=kernel, stride=stride, pad=pad, bias=False)
    x = at.add("bn", BatchNorm(), at.add("conv_transpose", layer, x))
    return at.add("act", at.net.act, x)


def focus(at: At, x: Node, width: int, kernel: int = 1, stride: int = 1) -> Node:
    """Squares of four places become channels."""
    return at.conv("conv", at.add("slices", PixelUnshuffle(factor=2), x), width, kernel, stride)


def ghost_conv(
    at: At, x: Node, width: int, kernel: int = 1, stride: int = 1, groups: int = 1, *, act: bool = True
) -> Node:
    """Half of the channels by a convolution, the others from those, each by a filter of its own."""
    hidden = width // 2
    first = at.conv("cv1", x, hidden, kernel, stride, groups=groups, act=act)
    return at.join("cat", first, at.conv("cv2", first, hidden, 5, groups=hidden, act=act))


def rep_conv(at: At, x: Node, width: int, *, groups: int = 1) -> Node:
    """Two convolutions side by side, as they are trained."""
    three = at.conv("conv1", x, width, 3, groups=groups, act=False)
    return at.add(
        "act", at.net.act, at.sum("add", three, at.conv("conv2", x, width, 1, groups=groups, act=False))
    )


def light_conv(at: At, x: Node, width: int, kernel: int) -> Node:
    """A convolution of 1x1, and a filter for each channel."""
    x = at.conv("conv1", x, width, 1, act=False)
    return at.conv("conv2", x, width, kernel, groups=width, act=ReLU())


# Bottlenecks


def bottleneck(
    at: At,
    x: Node,
    width: int,
    shortcut: bool = True,
    groups: int = 1,
    kernels: Kernels = THREES,
    share: float = 0.5,
) -> Node:
    """Two convolutions, and what comes in added, if it is as wide."""
    y = at.conv("cv1", x, part_of(width, share), kernels[0])
    y = at.conv("cv2", y, width, kernels[1], groups=groups)
    return at.sum("add", x, y) if shortcut and channels(x) == width else y


def rep_bottleneck(at: At, x: Node, width: int, shortcut: bool, groups: int) -> Node:
    """The same with two convolutions side by side in the first place."""
    y = at.conv("cv2", rep_conv(at / "cv1", x, width), width, 3, groups=groups)
    return at.sum("add", x, y) if shortcut and channels(x) == width else y


def ghost_bottleneck(at: At, x: Node, width: int, kernel: int = 3, stride: int = 1) -> Node:
    """Two ghost convolutions, and what comes in added."""
    hidden = width // 2
    y, source = ghost_conv(at / "conv.0", x, hidden), x
    if stride == 2:  # noqa: PLR2004
        y = depthwise(at / "conv.1", y, hidden, kernel, stride, act=False)
        source = depthwise(at / "shortcut.0", x, channels(x), kernel, stride, act=False)
        source = at.conv("shortcut.1", source, width, act=False)
    return at.sum("add", ghost_conv(at / "conv.2", y, width, act=False), source)


def inverted_block(at: At, x: Node, width: int, shortcut: bool, large: bool) -> Node:
    """Filters for each channel and convolutions of 1x1 in turn, of version 10."""
    hidden = 2 * width
    y = at.conv("cv1.0", x, channels(x), 3, groups=channels(x))
    y = at.conv("cv1.1", y, hidden)
    if large:
        wide = at.conv("cv1.2.conv", y, hidden, 7, groups=hidden, act=False)
        small = at.conv("cv1.2.conv1", y, hidden, 3, groups=hidden, act=False)
        y = at.add("cv1.2.act", SiLU(), at.sum("cv1.2.add", wide, small))
    else:
        y = at.conv("cv1.2", y, hidden, 3, groups=hidden)
    y = at.conv("cv1.4", at.conv("cv1.3", y, width), width, 3, groups=width)
    return at.sum("add", x, y) if shortcut and channels(x) == width else y


def res_block(at: At, x: Node, width: int, stride: int, growth: int) -> Node:
    """ResNet's bottleneck."""
    wide = growth * width
    y = at.conv("cv2", at.conv("cv1", x, width), width, 3, stride, pad=1)
    y = at.conv("cv3", y, wide, act=False)
    if stride != 1 or channels(x) != wide:
        x = at.conv("shortcut.0", x, wide, 1, stride, act=False)
    return at.add("relu", ReLU(), at.sum("add", y, x))


def res_layer(at: At, x: Node, width: int, stride: int, is_first: bool, count: int, growth: int) -> Node:
    """A stage of ResNet, or its stem."""
    if is_first:
        x = at.conv("layer.0", x, width, 7, 2, pad=3)
        return at.add("layer.1", MaxPool(kernel=3, stride=2, pad=1), x)
    for number in range(count):
        x = res_block(at / f"layer.{number}", x, width, stride if number == 0 else 1, growth)
    return x


# Stages


def c1(at: At, x: Node, width: int, count: int) -> Node:
    """A convolution, and a chain of others beside it."""
    y = x = at.conv("cv1", x, width)
    for number in range(count):
        y = at.conv(f"m.{number}", y, width, 3)
    return at.sum("add", y, x)


def c2(
    at: At, x: Node, width: int, count: int, shortcut: bool = True, groups: int = 1, share: float = 0.5
) -> Node:
    """Bottlenecks over one half of the channels."""
    hidden = part_of(width, share)
    first, second = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        first = bottleneck(at / f"m.{number}", first, hidden, shortcut, groups, share=1.0)
    return at.conv("cv2", at.join("cat", first, second), width)


def c2f(
    at: At, x: Node, width: int, count: int, shortcut: bool = False, groups: int = 1, share: float = 0.5
) -> Node:
    """Bottlenecks in a chain, all of which are joined."""
    hidden = part_of(width, share)
    parts = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        parts.append(bottleneck(at / f"m.{number}", parts[-1], hidden, shortcut, groups, share=1.0))
    return at.conv("cv2", at.join("cat", *parts), width)


def c2f_cib(at: At, x: Node, width: int, count: int, shortcut: bool = False, large: bool = False) -> Node:
    """The same of the blocks of version 10."""
    hidden = part_of(width, 0.5)
    parts = at.halves("chunk", at.conv("cv1", x, 2 * hidden))
    for number in range(count):
        parts.append(inverted_block(at / f"m.{number}", parts[-1], hidden, shortcut, large))
    return at.conv("cv2", at.join("cat", *parts), width)


def c3(
    at: At,
    x: Node,
    width: int,
    count: int,
    shortcut: bool = True,
    groups: int = 1,
    share: float = 0.5,
    kernels: Kernels = (1, 3),
) -> Node:
    """Bottlenecks on one of two ways."""
    hidden = part_of(width, share)
    y = at.conv("cv1", x, hidden)
    for number in range(count):
        y = bottleneck(at / f"m.{number}", y, hidden, shortcut, groups, kernels, 1.0)
    return _rejoined(at, x, y, hidden, width)


def _rejoined(at: At, x: Node, y: Node, hidden: int, width: int) -> Node:
    return at.conv("cv3", at.join("cat", y, at.conv("cv2", x, hidden)), width)


def c3x(
    at: At, x: Node, width: int, count: int, shortcut: bool = True, groups: int = 1, share: float = 0.5
) -> Node:
    """The same with windows of 1x3 and 3x1."""
    return c3(at, x, width, count, shortcut, groups, share, ((1, 3), (3, 1)))


def c3k(
    at: At, x: Node, width: int, count: int, shortcut: bool = True, groups: int = 1, share: float = 0.5
) -> Node:
    """The same with windows of 3x3 in both places."""
    return c3(at, x, width, count, shortcut, groups, share, THREES)


def c3_ghost(at: At, x: Node, width: int, count: int) -> Node:
    """The same of ghost bottlenecks."""
    hidden = part_of(width, 0.5)
    y = at.conv("cv1", x, hidden)
    for number in range(count):
        y = ghost_bottleneck(at / f"m.{number}", y, hidden)
    return _rejoined(at, x, y, hidden, width)


def rep_c3(at: At, x: Node, width: int, count: int, share: float = 1.0) -> Node:
    """Convolutions side by side on one of two ways, of RT-DETR."""
    hidden = part_of(width, share)
    y = at.conv("cv1", x, hidden)
    for number in range(count):
        y = rep_conv(at / f"m.{number}", y, hidden)
    y = at.sum("add", y, at.conv("cv2", x, hidden))
    return y if hidden == width else at.conv("cv3", y, width)


def csp(
    at: At, x: Node, width: int, count: int, shortcut: bool = True, groups: int = 1, share: float = 0.5
) -> Node:
    """Bottlenecks on one of two ways, of version 5 in its first year."""
    hidden = part_of(width, share)
    y = at.conv("cv1", x, hidden)
    for number in range(count):
        y = bottleneck(at / f"m.{number}", y, hidden, shortcut, groups, share=1.0)
    both = at.join("cat", at.plain("cv3", y, hidden, bias=False), at.plain("cv2", x, hidden, bias=False))
    return at.conv("cv4", at.add("act", SiLU(), at.add("bn", BatchNorm(), both)), width)


def rep_csp(at: At, x: Node, width: int, count: int) -> Node:
    """Bottlenecks with two convolutions side by side, of version 9."""
    hidden = part_of(width, 0.5)
    y = at.conv("cv1", x, hidden)
    for number in range(count):
        y = rep_bottleneck(at / f"m.{number}", y, hidden, shortcut=True, groups=1)
    return _rejoined(at, x, y, hidden, width)


def elan(at: At, x: Node, width: int, first: int, second: int, count: int | None) -> Node:
    """A chain, all parts of which are joined, of version 9; of plain convolutions where no count is given."""
    parts = at.halves("chunk", at.conv("cv1", x, first))
    for name in ("cv2", "cv3"):
        if count is None:
            parts.append(at.conv(name, parts[-1], second, 3))
        else:
            y = rep_csp(at / name / 0, parts[-1], second, count)
            parts.append(at.conv(f"{name}.1", y, second, 3))
    return at.conv("cv4", at.join("cat", *parts), width)


# Pooling and size


def spp(at: At, x: Node, width: int, kernels: tuple[int, ...] = (5, 9, 13)) -> Node:
    """Maxima of several windows side by side."""
    x = at.conv("cv1", x, channels(x) // 2)
    pools = [at.add(f"m.{n}", MaxPool(kernel=k, stride=1, pad=k // 2), x) for n, k in enumerate(kernels)]
    return at.conv("cv2", at.join("cat", x, *pools), width)


def sppf(
    at: At, x: Node, width: int, kernel: int = 5, count: int = 3, shortcut: bool = False, *, act: bool = True
) -> Node:
    """The same by one window again and again."""
    parts = [at.conv("cv1", x, channels(x) // 2, act=act)]
    for number in range(count):
        layer = MaxPool(kernel=kernel, stride=1, pad=kernel // 2)
        parts.append(at.add("m" if count == 1 else f"m_{number}", layer, parts[-1]))
    y = at.conv("cv2", at.join("cat", *parts), width)
    return at.sum("add", y, x) if shortcut and channels(x) == width else y


def spp_elan(at: At, x: Node, width: int, hidden: int, kernel: int = 5) -> Node:
    """The same, of version 9."""
    parts = [at.conv("cv1", x, hidden)]
    for name in ("cv2", "cv3", "cv4"):
        parts.append(at.add(name, MaxPool(kernel=kernel, stride=1, pad=kernel // 2), parts[-1]))
    return at.conv("cv5", at.join("cat", *parts), width)


def a_conv(at: At, x: Node, width: int) -> Node:
    """Means of squares, and a convolution with a stride."""
    return at.conv("cv1", at.add("pool", AvgPool(kernel=2, stride=1), x), width, 3, 2, pad=1)


def a_down(at: At, x: Node, width: int) -> Node:
    """Half of the channels by a convolution with a stride, half by maxima."""
    hidden = width // 2
    first, second = at.halves("chunk", at.add("avg_pool", AvgPool(kernel=2, stride=1), x))
    first = at.conv("cv1", first, hidden, 3, 2, pad=1)
    second = at.conv("cv2", at.add("max_pool", MaxPool(kernel=3, stride=2, pad=1), second), hidden)
    return at.join("cat", first, second)


def sc_down(at: At, x: Node, width: int, kernel: int, stride: int) -> Node:
    """A convolution of 1x1, and a filter with a stride for each channel, of version 10."""
    return at.conv("cv2", at.conv("cv1", x, width), width, kernel, stride, groups=width, act=False)


# HGNet


def hg_stem(at: At, x: Node, hidden: int, width: int) -> Node:
    """Maxima beside two small convolutions."""
    corner = Pad(size=((0, 1), (0, 1)))
    relu = ReLU()
    x = at.add("pad1", corner, at.conv("stem1", x, hidden, 3, 2, act=relu))
    y = at.add("pad2", corner, at.conv("stem2a", x, hidden // 2, 2, pad=0, act=relu))
    y = at.conv("stem2b", y, hidden, 2, pad=0, act=relu)
    pooled = at.add("pool", MaxPool(kernel=2, stride=1, ceil=True), x)
    y = at.conv("stem3", at.join("cat", pooled, y), hidden, 3, 2, act=relu)
    return at.conv("stem4", y, width, act=relu)


def hg_block(
    at: At, x: Node, hidden: int, width: int, kernel: int, count: int, light: bool, shortcut: bool
) -> Node:
    """A chain of convolutions, all of which are joined."""
    parts = [x]
    for number in range(count):
        if light:
            parts.append(light_conv(at / f"m.{number}", parts[-1], hidden, kernel))
        else:
            parts.append(at.conv(f"m.{number}", parts[-1], hidden, kernel, act=ReLU()))
    y = at.conv("sc", at.join("cat", *parts), width // 2, act=ReLU())
    y = at.conv("ec", y, width, act=ReLU())
    return at.sum("add", y, x) if shortcut and channels(x) == width else y


# Auxiliary branches of version 9


def cb_linear(at: At, x: Node, widths: tuple[int, ...], kernel: int = 1, stride: int = 1) -> Node:
    """One convolution for several maps."""
    layer = Conv(filters=sum(widths), kernel=kernel, stride=stride, pad=half(kernel))
    return at.add("conv", layer, x)
