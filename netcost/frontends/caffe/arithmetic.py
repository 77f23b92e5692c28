"""Caffe's layers that compute: fully connected ones, norms, activations, sums, recurrent ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod

from netcost.frontends.caffe.net import KINDS, Net
from netcost.frontends.caffe.text import Message
from netcost.layers.activation import ReLU
from netcost.layers.elementwise import Add, Maximum, Mul, Subtract
from netcost.layers.embedding import Embedding
from netcost.layers.flatten import Flatten
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm, LocalResponseNorm
from netcost.layers.operations import LAYER_NORM_OPS, RMS_NORM_OPS, SOFTMAX_OPS
from netcost.layers.piecewise_linear import Abs, Hardsigmoid, Hardswish
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.smooth_activation import GELU, Mish, Sigmoid, SiLU, Softplus, Tanh
from netcost.layers.softmax import Softmax
from netcost.layers.tensor import RawRecurrent
from netcost.network import Node
from netcost.shapes import Tensor, Tokens, Vector

CHANNELS, MATRIX = 1, 2
WEIGHTS = ("weight", "bias")

ACTIVATIONS: Mapping[str, Callable[[], Layer]] = {
    "Sigmoid": Sigmoid,
    "TanH": Tanh,
    "ReLU6": ReLU6,
    "Swish": SiLU,
    "Mish": Mish,
    "AbsVal": Abs,
    "BNLL": Softplus,
    "SELU": SELU,
    "SeLU": SELU,
    "GELU": GELU,
    "HardSwish": Hardswish,
    "HardSigmoid": Hardsigmoid,
}


def activation(net: Net) -> Node:
    """One of those without options."""
    return net.add(ACTIVATIONS[net.item.kind](), net.bottoms())


def relu(net: Net) -> Node:
    """A ReLU, with a slope where one is written."""
    slope = net.item.param("relu_param").number("negative_slope", 0.0)
    return net.add(LeakyReLU(slope=slope) if slope else ReLU(), net.bottoms())


def prelu(net: Net) -> Node:
    """A learned slope, for each channel or for all."""
    shared = net.item.param("prelu_param").flag("channel_shared")
    return net.add(PReLU(per_channel=not shared), net.bottoms(), weights=("weight",))


def elu(net: Net) -> Node:
    """An ELU."""
    return net.add(ELU(alpha=net.item.param("elu_param").number("alpha", 1.0)), net.bottoms())


def softmax(net: Net) -> Node:
    """Shares along an axis; a loss of them is read as what it is in the file of a deployed network."""
    param = net.item.param("softmax_param")
    node = net.first() if net.item.kind.endswith("Loss") else net.bottoms()[0]
    axis = net.axis(node, param.whole("axis", CHANNELS), param)
    if axis == CHANNELS and len(net.dims(node)) in KINDS:
        return net.add(Softmax(), [node])
    return net.pointwise([node], SOFTMAX_OPS)


def power(net: Net) -> Node:
    """`(shift + scale * x) ^ power`: what of it there is to compute."""
    param = net.item.param("power_param")
    neutral = {"power": 1.0, "scale": 1.0, "shift": 0.0}
    return net.pointwise(
        net.bottoms(), sum(param.number(name, value) != value for name, value in neutral.items())
    )


def elementwise(per_element: int) -> Callable[[Net], Node]:
    """So many operations for each element."""
    return lambda net: net.pointwise(net.bottoms(), per_element)


def inner_product(net: Net) -> Node:
    """A fully connected layer over the axes from one on."""
    param = net.item.param("inner_product_param")
    (node,) = net.bottoms()
    axis = net.axis(node, param.whole("axis", CHANNELS), param)
    layer = Linear(units=param.whole("num_output"), bias=param.flag("bias_term", default=True))
    dims = net.dims(node)
    if axis == CHANNELS:
        flat = node if len(dims) == MATRIX else net.add(Flatten(), [node], "flatten")
        return net.add(layer, [flat], kinds=[Vector], weights=WEIGHTS)
    flat = node if axis == len(dims) - 1 else net.move((*dims[:axis], prod(dims[axis:])), [node], "flatten")
    return net.add(layer, [flat], kinds=[Tensor if axis else Vector], weights=WEIGHTS)


def embed(net: Net) -> Node:
    """A vector for each number."""
    param = net.item.param("embed_param")
    (node,) = net.bottoms()
    dims, width = net.dims(node), param.whole("num_output")
    layer = Embedding(dim=width, vocab=param.whole("input_dim"))
    is_flat = len(dims) == MATRIX
    flat = node if is_flat else net.move((dims[0], prod(dims[1:])), [node], "flatten", view=True)
    found = net.add(layer, [flat], kinds=[Tokens], weights=("weight",))
    if param.flag("bias_term", default=True):
        found = net.pointwise([found], 1, operands={"bias": (width,)}, part="bias", first=1)
    return found if is_flat else net.move((*dims, width), [found], "reshape", view=True)


# Norms


def batch_norm(net: Net) -> Node:
    """A batch norm of stored statistics; a scale that follows it alone is a part of it."""
    scale, (node,) = net.item.message.messages("merged_scale"), net.bottoms()
    if not scale:
        return net.add(BatchNorm(affine=False), [node])
    bias = scale[0].message("scale_param").flag("bias_term")
    return net.add(BatchNorm(bias=bias), [node], weights=WEIGHTS)


def learned_batch_norm(net: Net) -> Node:
    """SegNet's and PSPNet's, with a slope and a shift of its own."""
    return net.add(BatchNorm(), net.bottoms(), weights=WEIGHTS)


def _operand(net: Net, param: Message, node: Node) -> tuple[int, ...]:
    """The axes over which a learned blob goes."""
    dims = net.dims(node)
    axis = net.axis(node, param.whole("axis", CHANNELS), param)
    count = param.whole("num_axes", 1)
    if not -1 <= count <= len(dims) - axis:
        raise net.fault(f"num_axes is {count}, {len(dims) - axis} are left", at=param, key="num_axes")
    return dims[axis:] if count == -1 else dims[axis : axis + count]


def scale(net: Net) -> Node:
    """Times a learned blob, or the second one; plus a learned one."""
    param = net.item.param("scale_param")
    nodes = net.bottoms(1, 2)
    has_bias = param.flag("bias_term")
    shape = _operand(net, param, nodes[0])
    if len(nodes) > 1:
        second = net.dims(nodes[1])
        found = net.pointwise(nodes, 1, dims=net.dims(nodes[0]), part="mul" if has_bias else "")
        return net.pointwise([found], 1, operands={"bias": second}, part="bias") if has_bias else found
    operands = {"weight": shape, **({"bias": shape} if has_bias else {})}
    return net.pointwise(nodes, len(operands), operands=operands)


def bias(net: Net) -> Node:
    """Plus a learned blob, or the second one."""
    nodes = net.bottoms(1, 2)
    if len(nodes) > 1:
        return net.pointwise(nodes, 1)
    return net.pointwise(nodes, 1, operands={"bias": _operand(net, net.item.param("bias_param"), nodes[0])})


def lrn(net: Net) -> Node:
    """Each element by its neighbours in other channels, or in a square of its own."""
    param = net.item.param("lrn_param")
    (node,) = net.bottoms()
    size = param.whole("local_size", 5)
    if param.word("norm_region", "ACROSS_CHANNELS") in {"ACROSS_CHANNELS", "0"}:
        return net.add(LocalResponseNorm(size=size), [node])
    return net.pointwise([node], 2 * size * size + 3)


def mvn(net: Net) -> Node:
    """Mean 0, and variance 1 where it is asked for."""
    normed = net.item.param("mvn_param").flag("normalize_variance", default=True)
    return net.pointwise(net.bottoms(), LAYER_NORM_OPS if normed else 2)


def normalize(net: Net) -> Node:
    """Each place by the length of its vector, times a learned scale, of SSD."""
    (node,) = net.bottoms()
    shared = net.item.param("norm_param").flag("channel_shared", default=True)
    return net.pointwise([node], RMS_NORM_OPS, operands={"weight": (1 if shared else net.dims(node)[1],)})


# Several blobs


def eltwise(net: Net) -> Node:
    """A product, a weighted sum or a maximum."""
    param = net.item.param("eltwise_param")
    nodes = net.bottoms(2, None)
    operation = param.word("operation", "SUM").upper()
    factors = param.numbers("coeff")
    if operation in {"PROD", "0"}:
        return net.add(Mul(), nodes)
    if operation in {"MAX", "2"}:
        return net.add(Maximum(), nodes)
    if operation not in {"SUM", "1"}:
        raise net.fault(f"there is no operation `{operation}`", "PROD, SUM or MAX", at=param, key="operation")
    if factors == [1.0, -1.0] and len(nodes) == len(factors):
        return net.add(Subtract(), nodes)
    weighted = sum(abs(factor) != 1 for factor in factors)
    if not weighted and -1.0 not in factors:
        return net.add(Add(), nodes)
    return net.pointwise(nodes, len(nodes) - 1 + weighted)


def axpy(net: Net) -> Node:
    """A number for each channel, times a blob, plus another one, of SENet's own Caffe."""
    gate, x, y = net.bottoms(3, 3)
    return net.add(Add(), [net.add(Mul(), [x, gate], "mul"), y], "add")


def reduction(net: Net) -> Node:
    """A sum or a mean of all axes from one on."""
    param = net.item.param("reduction_param")
    (node,) = net.bottoms()
    axis = net.axis(node, param.whole("axis"), param)
    each = 2 if param.word("operation", "SUM") in {"ASUM", "SUMSQ", "2", "3"} else 1
    return net.reduce(net.dims(node)[:axis], [node], each, per_output=1)


def argmax(net: Net) -> Node:
    """The places of the largest elements."""
    param = net.item.param("argmax_param")
    (node,) = net.bottoms()
    dims, kept = net.dims(node), param.whole("top_k", 1)
    if "axis" in param:
        axis = net.axis(node, param.whole("axis"), param)
        return net.reduce((*dims[:axis], kept, *dims[axis + 1 :]), [node], 1)
    return net.reduce((dims[0], 2 if param.flag("out_max_val") else 1, kept), [node], 1)


# Recurrent layers


def recurrent(net: Net) -> Node:
    """An LSTM, or a plain one with an output of its own; steps first, then samples."""
    param = net.item.param("recurrent_param")
    node, _, *static = net.bottoms(2, 3)
    units, dims = param.whole("num_output"), net.dims(node)
    if len(dims) < MATRIX:
        raise net.fault(f"{net.item.kind} needs steps and samples, it gets a blob of {dims}")
    steps, samples = dims[:2]
    shape = (steps, samples, units)
    cell = "lstm" if net.item.kind == "LSTM" else "rnn"
    layer = RawRecurrent(
        operation=net.item.kind,
        cell=cell,
        units=units,
        steps=steps,
        samples=samples,
        features=prod(dims[2:]),
        biases=1,
        shape=shape,
        kind="signal",
    )
    inputs = net.bottoms(2, 3)
    if static:
        gates = 4 if cell == "lstm" else 1
        flat = net.move((samples, prod(net.dims(static[0])[1:])), static, "static.flatten", view=True)
        inputs[2] = net.add(Linear(units=gates * units, bias=False), [flat], "static", kinds=[Vector])
    found = net.add(layer, inputs, "" if cell == "lstm" else "cell")
    if cell == "lstm":
        return found
    return net.add(Tanh(), [net.add(Linear(units=units), [found], "output", kinds=[Tensor])], "tanh")
