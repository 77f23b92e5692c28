"""The modules of Ultralytics by their names, and how each takes its arguments from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netcost.frontends.ultralytics import attending, blocks, heads, heads26
from netcost.frontends.ultralytics.file import Args
from netcost.frontends.ultralytics.net import At
from netcost.frontends.ultralytics.rtdetr import Sizes, decoder
from netcost.layers.adaptive_pool import AdaptiveAvgPool
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.dropout import Identity
from netcost.layers.norm import BatchNorm
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.resize import Pad, Upsample
from netcost.layers.slicing import Split
from netcost.network import Node
from netcost.source.fault import Fault

Found = Node | list[Node]
Scaled = Callable[[At, Node, int, Args], Found]
"""Of one input, with a width that grows with the scale; the arguments begin behind the width."""
Repeated = Callable[[At, Node, int, int, Args], Found]
"""The same, and it repeats itself inside."""
Plain = Callable[[At, list[Node], Args], Found]
"""Of any inputs, with the arguments as they stand."""


def _conv(at: At, x: Node, width: int, a: Args) -> Node:
    kernel = a.wholes(0, 1)
    pad = None if a.any(2, None) is None else a.whole(2, least=0)
    act = a.any(5, default=True)
    return at.conv(
        "",
        x,
        width,
        kernel[0] if len(kernel) == 1 else kernel,
        a.whole(1, 1),
        pad=pad,
        groups=a.whole(3, 1),
        dilation=a.whole(4, 1),
        act=act is True,
    )


def _spp(at: At, x: Node, width: int, a: Args) -> Node:
    return blocks.spp(at, x, width, a.wholes(0, (5, 9, 13)))


def _sppf(at: At, x: Node, width: int, a: Args) -> Node:
    # Files of before version 26 state the window alone, and have an activation behind the first convolution.
    return blocks.sppf(at, x, width, a.whole(0, 5), a.whole(1, 3), a.flag(2, default=False), act=len(a) <= 1)


SCALED: Mapping[str, Scaled] = {
    "Conv": _conv,
    "DWConv": lambda at, x, w, a: blocks.depthwise(
        at, x, w, a.whole(0, 1), a.whole(1, 1), a.whole(2, 1), act=a.flag(3, default=True)
    ),
    "ConvTranspose": lambda at, x, w, a: blocks.transposed(
        at, x, w, a.whole(0, 2), a.whole(1, 2), a.whole(2, 0, 0)
    ),
    "nn.ConvTranspose2d": lambda at, x, w, a: at.add(
        "",
        ConvTranspose(
            filters=w,
            kernel=a.whole(0),
            stride=a.whole(1, 1),
            pad=a.whole(2, 0, 0),
            output_pad=a.whole(3, 0, 0),
        ),
        x,
    ),
    "Focus": lambda at, x, w, a: blocks.focus(at, x, w, a.whole(0, 1), a.whole(1, 1)),
    "GhostConv": lambda at, x, w, a: blocks.ghost_conv(at, x, w, a.whole(0, 1), a.whole(1, 1), a.whole(2, 1)),
    "Bottleneck": lambda at, x, w, a: blocks.bottleneck(
        at, x, w, a.flag(0, default=True), a.whole(1, 1), share=a.number(3, 0.5)
    ),
    "GhostBottleneck": lambda at, x, w, a: blocks.ghost_bottleneck(at, x, w, a.whole(0, 3), a.whole(1, 1)),
    "SPP": _spp,
    "SPPF": _sppf,
    "RepNCSPELAN4": lambda at, x, w, a: blocks.elan(at, x, w, a.whole(0), a.whole(1), a.whole(2, 1)),
    "ELAN1": lambda at, x, w, a: blocks.elan(at, x, w, a.whole(0), a.whole(1), None),
    "ADown": lambda at, x, w, _: blocks.a_down(at, x, w),
    "AConv": lambda at, x, w, _: blocks.a_conv(at, x, w),
    "SPPELAN": lambda at, x, w, a: blocks.spp_elan(at, x, w, a.whole(0), a.whole(1, 5)),
    "PSA": lambda at, x, w, a: attending.psa(at, x, w, a.number(0, 0.5)),
    "SCDown": lambda at, x, w, a: blocks.sc_down(at, x, w, a.whole(0), a.whole(1)),
}


def _stage(build: Callable[..., Node]) -> Repeated:
    """A stage with the usual arguments: a shortcut, groups, a share of the width."""
    return lambda at, x, w, n, a: build(at, x, w, n, a.flag(0, default=True), a.whole(1, 1), a.number(2, 0.5))


def _c2f(at: At, x: Node, width: int, count: int, a: Args) -> Node:
    return blocks.c2f(at, x, width, count, a.flag(0, default=False), a.whole(1, 1), a.number(2, 0.5))


def _c3k2(at: At, x: Node, width: int, count: int, a: Args) -> Node:
    is_large = at.net.model.scale in {"m", "l", "x"}
    flags = (is_large or a.flag(0, default=False), a.number(1, 0.5), a.flag(2, default=False))
    return attending.c3k2(at, x, width, count, *flags, a.whole(3, 1), a.flag(4, default=True))


def _a2c2f(at: At, x: Node, width: int, count: int, a: Args) -> Node:
    is_large = at.net.model.scale in {"l", "x"}
    # At these two scales, two arguments come behind those of the file.
    ends = [True, 1.2] if is_large and len(a) == 2 else []  # noqa: PLR2004
    residual = bool(ends) or a.flag(2, default=False)
    return attending.a2c2f(
        at,
        x,
        width,
        count,
        a.flag(0, default=True),
        max(a.whole(1, 1, -1), 1),
        residual,
        1.2 if ends else a.number(3, 2.0),
        a.number(4, 0.5),
        a.whole(5, 1),
        a.flag(6, default=True),
    )


REPEATED: Mapping[str, Repeated] = {
    "C1": lambda at, x, w, n, _: blocks.c1(at, x, w, n),
    "C2": _stage(blocks.c2),
    "C2f": _c2f,
    "C3": _stage(blocks.c3),
    "C3x": _stage(blocks.c3x),
    "C3Ghost": lambda at, x, w, n, _: blocks.c3_ghost(at, x, w, n),
    "C3TR": lambda at, x, w, n, _: attending.c3_transformer(at, x, w, n),
    "BottleneckCSP": _stage(blocks.csp),
    "RepC3": lambda at, x, w, n, a: blocks.rep_c3(at, x, w, n, a.number(0, 1.0)),
    "C2fCIB": lambda at, x, w, n, a: blocks.c2f_cib(
        at, x, w, n, a.flag(0, default=False), a.flag(1, default=False)
    ),
    "C2PSA": lambda at, x, w, n, a: attending.c2psa(at, x, w, n, a.number(0, 0.5)),
    "C2fPSA": lambda at, x, w, n, a: attending.c2f_psa(at, x, w, n, a.number(0, 0.5)),
    "C3k2": _c3k2,
    "A2C2f": _a2c2f,
}

NEW = {"C3k2", "A2C2f", "C2fCIB"}
"""Modules that came with version 10 or later: heads behind them have light branches for classes."""


# Modules of PyTorch


def _upsample(at: At, nodes: list[Node], a: Args) -> Node:
    size, mode = a.any(0, None), str(a.any(2, "nearest"))
    fields: dict[str, Any] = {"scale": a.number(1, 1.0)} if size is None else {"size": a.wholes(0)}
    return at.add("", Upsample(**fields, mode=mode), nodes[0])


def _max_pool(at: At, nodes: list[Node], a: Args) -> Node:
    kernel = a.whole(0)
    stride = kernel if a.any(1, None) is None else a.whole(1)
    return at.add("", MaxPool(kernel=kernel, stride=stride, pad=a.whole(2, 0, 0)), nodes[0])


def _avg_pool(at: At, nodes: list[Node], a: Args) -> Node:
    kernel = a.whole(0)
    stride = kernel if a.any(1, None) is None else a.whole(1)
    return at.add("", AvgPool(kernel=kernel, stride=stride, pad=a.whole(2, 0, 0)), nodes[0])


def _zero_pad(at: At, nodes: list[Node], a: Args) -> Node:
    margins = a.wholes(0, least=0) * (4 if len(a.wholes(0, least=0)) == 1 else 1)
    if len(margins) != 4:  # noqa: PLR2004
        raise at.fault("nn.ZeroPad2d has four margins", "[left, right, top, bottom]")
    left, right, top, bottom = margins
    return at.add("", Pad(size=((top, bottom), (left, right))), nodes[0])


# Several inputs, and the rest


def _concat(at: At, nodes: list[Node], a: Args) -> Node:
    if a.whole(0, 1) != 1:
        raise at.fault("Concat joins channels, axis 1")
    return at.join("", *nodes) if len(nodes) > 1 else nodes[0]


def _hg_block(at: At, nodes: list[Node], a: Args) -> Node:
    row = at.net.row
    flags = a.flag(3, default=False), a.flag(4, default=False)
    return blocks.hg_block(
        at, nodes[0], a.whole(0), a.whole(1), a.whole(2, 3), at.net.model.deep(row.repeats), *flags
    )


def _res_layer(at: At, nodes: list[Node], a: Args) -> Node:
    # The first argument is the width of the input, which is known.
    return blocks.res_layer(
        at, nodes[0], a.whole(1), a.whole(2, 1), a.flag(3, default=False), a.whole(4, 1), a.whole(5, 4)
    )


def _cb_linear(at: At, nodes: list[Node], a: Args) -> Node:
    widths = a.wholes(0)
    node = blocks.cb_linear(at, nodes[0], widths, a.whole(1, 1), a.whole(2, 1))
    at.net.parts[node] = widths
    return node


def fused(at: At, nodes: list[Node], a: Args) -> Node:
    """The sum of maps that are brought to the size of the last; of each other source, the part that is asked for."""
    *others, last = nodes
    wanted = a.wholes(0, least=0)
    if len(wanted) != len(others):
        raise Fault(a.place, f"{len(wanted)} parts are chosen of {len(others)} sources")
    size, found = tuple(last.output[2:]), []
    for place, (node, index) in enumerate(zip(others, wanted, strict=True)):
        widths = at.net.parts.get(node, ())
        if index >= len(widths):
            raise Fault(a.place_of(0), f"source {place + 1} has no part {index}, it has {len(widths)}")
        part = at.add(f"part_{place}", Split(sizes=widths, index=index), node)
        found.append(at.add(f"resize_{place}", Upsample(size=size), part))
    return at.sum("sum", *found, last) if found else last


def _aifi(at: At, nodes: list[Node], a: Args) -> Node:
    return attending.aifi(at, nodes[0], a.whole(0, 2048), a.whole(1, 8))


def _classes(at: At, a: Args) -> int:
    return a.whole(0, at.net.model.classes)


def _segment(at: At, nodes: list[Node], a: Args) -> list[Node]:
    build = heads26.segment if at.net.row.module == "Segment26" else heads.segment
    return build(at, nodes, _classes(at, a), a.whole(1, 32), at.net.model.wide(a.whole(2, 256)))


def _turned(at: At, nodes: list[Node], a: Args) -> list[Node]:
    build = heads26.turned if at.net.row.module == "OBB26" else heads.turned
    return build(at, nodes, _classes(at, a), a.whole(1, 1))


def _decoder(at: At, nodes: list[Node], a: Args) -> Node:
    # Arguments of theirs that change no cost stand between: dropout, and an activation.
    return decoder(
        at,
        nodes,
        _classes(at, a),
        Sizes(
            a.whole(1, 256), a.whole(2, 300), a.whole(3, 4), a.whole(4, 8), a.whole(5, 6), a.whole(6, 1024)
        ),
        learned=a.flag(13, default=False),
    )


def _pose(at: At, nodes: list[Node], a: Args) -> list[Node]:
    points = a.wholes(1, at.net.model.keypoints)
    if len(points) != 2:  # noqa: PLR2004
        raise at.fault("Pose needs the number of points and of numbers for each", "kpt_shape: [17, 3]")
    build = heads26.pose if at.net.row.module == "Pose26" else heads.pose
    return build(at, nodes, _classes(at, a), (points[0], points[1]))


PLAIN: Mapping[str, Plain] = {
    "nn.Identity": lambda at, nodes, _: at.add("", Identity(), nodes[0]),
    "nn.Upsample": _upsample,
    "nn.MaxPool2d": _max_pool,
    "nn.AvgPool2d": _avg_pool,
    "nn.AdaptiveAvgPool2d": lambda at, nodes, a: at.add("", AdaptiveAvgPool(size=a.wholes(0)), nodes[0]),
    "nn.BatchNorm2d": lambda at, nodes, _: at.add("", BatchNorm(), nodes[0]),
    "nn.ZeroPad2d": _zero_pad,
    "Concat": _concat,
    "HGStem": lambda at, nodes, a: blocks.hg_stem(at, nodes[0], a.whole(0), a.whole(1)),
    "HGBlock": _hg_block,
    "ResNetLayer": _res_layer,
    "CBLinear": _cb_linear,
    "CBFuse": fused,
    "AIFI": _aifi,
    "Detect": lambda at, nodes, a: heads.detect(at, nodes, _classes(at, a)),
    "v10Detect": lambda at, nodes, a: heads.detect(at, nodes, _classes(at, a)),
    **dict.fromkeys(("Segment", "Segment26"), _segment),
    **dict.fromkeys(("OBB", "OBB26"), _turned),
    **dict.fromkeys(("Pose", "Pose26"), _pose),
    "RTDETRDecoder": _decoder,
    "SemanticSegment": lambda at, nodes, a: heads26.classes_of_places(at, nodes, _classes(at, a)),
}

SEVERAL = {
    *("Concat", "CBFuse", "Classify", "Detect", "v10Detect", "RTDETRDecoder", "SemanticSegment"),
    *("Segment", "Segment26", "OBB", "OBB26", "Pose", "Pose26"),
}
"""Modules that take in more than one tensor."""

MODULES = (*SCALED, *REPEATED, *PLAIN, "Classify")
"""All that are known."""
