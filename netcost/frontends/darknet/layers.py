"""The sections of Darknet as layers of netcost, a function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netcost.frontends.darknet.file import Section
from netcost.frontends.darknet.heads import detection, gaussian_yolo, iseg, logistic, region, softmax, yolo
from netcost.frontends.darknet.net import Net
from netcost.frontends.darknet.recurrent import conv_lstm, crnn, gru, lstm, rnn
from netcost.layers.adaptive_pool import AdaptiveAvgPool
from netcost.layers.concat import Concat
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.depthwise_conv import DepthwiseConv
from netcost.layers.dropout import Dropout
from netcost.layers.elementwise import Add, Mul
from netcost.layers.fold import Unfold
from netcost.layers.norm import BatchNorm, LocalResponseNorm
from netcost.layers.parameter import Parameter
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.reshape import Reshape
from netcost.layers.resize import Crop, PixelShuffle, PixelUnshuffle, Upsample
from netcost.layers.slicing import Split
from netcost.layers.tensor import Move, Product, Reduce
from netcost.network import Node
from netcost.shapes import Image

WEIGHTINGS = {"none": "plain", "relu": "fast", "avg_relu": "fast", "softmax": "softmax"}
"""How the learned weights of a shortcut are normalised."""


# Convolutions


def convolutional(net: Net, s: Section) -> Node:
    """A convolution, a batch norm, an activation."""
    size, stride = s.whole("size", 1), s.whole("stride", 1)
    strides = tuple(each if each > 0 else stride for each in (s.whole("stride_y"), s.whole("stride_x")))
    blur = s.whole("antialiasing")
    x = net.convolve(
        net.x,
        s.whole("filters", 1),
        size=size,
        stride=1 if blur else strides[0] if strides[0] == strides[1] else strides,
        pad=size // 2 if s.flag("pad") else s.whole("padding"),
        dilation=1 if size == 1 else s.whole("dilation", 1),
        groups=1 if s.flag("xnor") else s.whole("groups", 1),
        norm=s.flag("batch_normalize") or s.flag("cbn"),
        activation=s.text("activation", "logistic"),
        share=_shared(net, s),
    )
    return _blur(net, x, blur, strides) if blur else x


def _shared(net: Net, s: Section) -> int | None:
    """The convolution whose weights it uses; the first of several that use the same."""
    if "share_index" not in s:
        return None
    index = s.whole("share_index")
    index += s.index if index < 0 else 0
    if not 0 <= index < s.index or f"{net.prefixes[index]}.conv" not in net.network:
        message = f"share_index is {s.whole('share_index')}, which is no convolution before number {s.index}"
        raise net.fault("share_index", message)
    net.shared[s.index] = net.shared[index]
    return net.shared[index]


def _blur(net: Net, x: Node, kind: int, strides: tuple[int, ...]) -> Node:
    """A fixed filter in place of a stride."""
    size, pad = (2, 0) if kind == 2 else (3, 1)  # noqa: PLR2004
    blur = DepthwiseConv(kernel=size, pad=pad, stride=strides, bias=False, learned=False)
    return net.add("blur", blur, x)


def deconvolutional(net: Net, s: Section) -> Node:
    """A transposed convolution, a batch norm, an activation."""
    size, norm = s.whole("size", 1), s.flag("batch_normalize")
    layer = ConvTranspose(
        filters=s.whole("filters", 1),
        kernel=size,
        stride=s.whole("stride", 1),
        pad=size // 2 if s.flag("pad") else s.whole("padding"),
        bias=not norm,
        rank=2,
    )
    x = net.add("conv", layer, net.image(net.x))
    if norm:
        x = net.add("bn", BatchNorm(rank=2), x)
    return net.activate(x, s.text("activation", "logistic"))


def local(net: Net, s: Section) -> Node:
    """A convolution with filters of its own at each place."""
    x = net.image(net.x)
    size, filters = s.whole("size", 1), s.whole("filters", 1)
    pad = size // 2 if s.flag("pad") else 0
    windows = net.add("unfold", Unfold(kernel=size, stride=s.whole("stride", 1), pad=pad), x)
    batch, taps, places = windows.output
    height = (x.output[2] - (1 if pad else size)) // s.whole("stride", 1) + 1
    layer = Product(
        operation="Local",
        equation="bkl,lfk->bfl",
        shape=(batch, filters, places),
        kind="signal",
        weight=(places, filters, taps),
    )
    found = net.add("local", layer, windows)
    if places % height:
        raise net.fault("pad", f"{places} places are no image of height {height}")
    found = net.add("image", Reshape(size=(filters, height, places // height)), found)
    found = net.pointwise("bias", found.output, [found], 1, "bias", [found.output.sample])
    return net.activate(found, s.text("activation", "logistic"))


def connected(net: Net, s: Section) -> Node:
    """A fully connected layer."""
    act, norm = s.text("activation", "logistic"), s.flag("batch_normalize")
    return net.connect(net.x, s.whole("output", 1), norm=norm, activation=act)


def implicit(net: Net, s: Section) -> Node:
    """A learned tensor."""
    layer = Parameter(shape=(s.whole("filters", 128), s.whole("atoms", 1), 1))
    return net.add("", layer, operands=False)


# Pooling


def maxpool(net: Net, s: Section) -> Node:
    """Maxima; the padding is that of both ends together."""
    x, stride = net.image(net.x), s.whole("stride", 1)
    strides = (s.whole("stride_y", stride), s.whole("stride_x", stride))
    size = s.whole("size", stride)
    if s.flag("maxpool_depth"):
        shape = x.output.with_channels(s.whole("out_channels", 1))
        return net.add("", Reduce(operation="MaxPool over channels", shape=tuple(shape)), x)
    before = s.whole("padding", size - 1) // 2
    pads = ((before, s.whole("padding", size - 1) - before),) * 2
    blur = s.whole("antialiasing")
    steps = (1, 1) if blur else strides
    x = net.add("pool" if blur else "", MaxPool(kernel=size, stride=steps, pad=pads), x)
    return _blur(net, x, blur, strides) if blur else x


def local_avgpool(net: Net, s: Section) -> Node:
    """Means of windows."""
    stride = s.whole("stride", 1)
    strides = (s.whole("stride_y", stride), s.whole("stride_x", stride))
    size = s.whole("size", stride)
    before = s.whole("padding", size - 1) // 2
    pads = ((before, s.whole("padding", size - 1) - before),) * 2
    return net.add("", AvgPool(kernel=size, stride=strides, pad=pads), net.image(net.x))


def avgpool(net: Net, s: Section) -> Node:
    """The mean of each channel."""
    del s
    return net.add("", AdaptiveAvgPool(size=1), net.image(net.x))


# Several tensors


def route(net: Net, s: Section) -> Node:
    """Earlier layers side by side, or a group of the channels of each."""
    found = net.before("layers")
    groups, kept = s.whole("groups", 1), s.whole("group_id")
    if any(isinstance(each.output, Image) for each in found):
        found = [net.image(each, f"image{place}") for place, each in enumerate(found)]
    if groups != 1:
        numbers = range(len(found)) if len(found) > 1 else ("",)
        found = [
            net.add(f"group{number}", Split(parts=groups, index=kept), each)
            for number, each in zip(numbers, found, strict=True)
        ]
    return net.add("", Concat(), *found) if len(found) > 1 else found[0]


def shortcut(net: Net, s: Section) -> Node:
    """A sum with earlier layers, in the shape of the one before; of other channels only those that both have are added."""
    x, found = net.x, net.before("from")
    weighting = s.text("weights_type", "none")
    normalised = WEIGHTINGS.get(s.text("weights_normalization", "none"), "plain")
    each = (len(found) + 1) * (2 if weighting != "none" else 1) - 1
    alike = all(other.output == x.output for other in found)
    if weighting == "per_channel":
        weights = [(len(found) + 1, x.output.channels)]
        x = net.pointwise("Shortcut", x.output, [x, *found], each, "sum", weights)
    elif weighting != "none":
        x = net.add("sum", Add(weighted=normalised), x, *found)
    elif alike:
        x = net.add("sum", Add(), x, *found)
    else:
        x = net.pointwise("Shortcut", x.output, [x, *found], each, "sum")
    return net.activate(x, s.text("activation", "linear"))


def scale_channels(net: Net, s: Section) -> Node:
    """An earlier layer, each of its channels times a number of this one."""
    (source, *_) = net.before("from")
    x = net.add("mul", Mul(), net.image(source, "source"), net.image(net.x))
    return net.activate(x, s.text("activation", "linear"))


# Shapes


def upsample(net: Net, s: Section) -> Node:
    """Each element several times; with a stride below 0 their sum."""
    x, stride = net.image(net.x), s.whole("stride", 2)
    if stride >= 0:
        return net.add("", Upsample(scale=stride), x)
    size = [max(1, length // -stride) for length in x.output.size]
    return net.add("", Reduce(operation="Upsample reversed", shape=(*x.output[:2], *size)), x)


def reorg(net: Net, s: Section) -> Node:
    """Squares of places become channels, or the other way round; with extra numbers, all is one vector."""
    if s.flag("extra"):
        x = net.vector(net.x)
        shape = (x.output[0], x.output.channels + s.whole("extra"))
        return net.add("", Move(operation="Reorg", shape=shape, kind="vector"), x)
    kind = PixelShuffle if s.flag("reverse") else PixelUnshuffle
    return net.add("", kind(factor=s.whole("stride", 1)), net.image(net.x))


def crop(net: Net, s: Section) -> Node:
    """The middle of an image."""
    size = (s.whole("crop_height", 1), s.whole("crop_width", 1))
    return net.add("", Crop(size=size), net.image(net.x))


def history(net: Net, s: Section) -> Node:
    """The tensors of so many steps side by side."""
    x = net.image(net.x)
    shape = x.output.with_channels(x.output.channels * s.whole("history_size", 4))
    return net.add("", Move(operation="History", shape=tuple(shape)), x)


# One tensor


def activation(net: Net, s: Section) -> Node:
    """An activation alone."""
    return net.activate(net.x, s.text("activation", "linear"))


def batchnorm(net: Net, s: Section) -> Node:
    """A batch norm alone."""
    del s
    return net.add("", BatchNorm(), net.x)


def normalization(net: Net, s: Section) -> Node:
    """A local response norm."""
    return net.add("", LocalResponseNorm(size=s.whole("size", 5)), net.image(net.x))


def dropout(net: Net, s: Section) -> Node:
    """Nothing, once the network is trained."""
    del s
    return net.add("", Dropout(), net.x)


def l2norm(net: Net, s: Section) -> Node:
    """Each place by the length of its vector: a square, a sum, a quotient."""
    del s
    return net.pointwise("L2Norm", net.x.output, [net.x], 3)


def passed(net: Net, s: Section) -> Node:
    """What comes in."""
    del s
    return net.x


def training(net: Net, s: Section) -> Node:
    """What comes in: the section is a loss."""
    net.note(f"[{s.word}] belongs to training and is left out")
    return net.x


LAYERS: Mapping[str, Callable[[Net, Section], Node]] = {
    **dict.fromkeys(("conv", "convolutional"), convolutional),
    **dict.fromkeys(("conn", "connected"), connected),
    **dict.fromkeys(("max", "maxpool"), maxpool),
    **dict.fromkeys(("avg", "avgpool"), avgpool),
    **dict.fromkeys(("local_avg", "local_avgpool"), local_avgpool),
    **dict.fromkeys(("soft", "softmax"), softmax),
    **dict.fromkeys(("lrn", "normalization"), normalization),
    **dict.fromkeys(("empty", "silence"), passed),
    **dict.fromkeys(("cost", "contrastive"), training),
    **dict.fromkeys(("reorg", "reorg3d"), reorg),
    **dict.fromkeys(("deconv", "deconvolutional"), deconvolutional),
    "iseg": iseg,
    "l2norm": l2norm,
    "logistic": logistic,
    "yolo": yolo,
    "Gaussian_yolo": gaussian_yolo,
    "activation": activation,
    "batchnorm": batchnorm,
    "conv_lstm": conv_lstm,
    "crnn": crnn,
    "crop": crop,
    "detection": detection,
    "dropout": dropout,
    "gru": gru,
    "history": history,
    "implicit": implicit,
    "local": local,
    "lstm": lstm,
    "region": region,
    "rnn": rnn,
    "route": route,
    "sam": scale_channels,
    "scale_channels": scale_channels,
    "shortcut": shortcut,
    "upsample": upsample,
}
"""By the words of sections; what is missing is not known."""
