"""Operators on each element: sums and products, activations, comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from netcost.frontends.layouts import PAIR, Held, Layout
from netcost.frontends.tflite.call import Call
from netcost.frontends.tflite.file import OTHER
from netcost.layers.activation import ReLU
from netcost.layers.elementwise import Add, Div, Elementwise, Maximum, Minimum, Mul, Subtract
from netcost.layers.layer import Layer
from netcost.layers.operations import UNIT_OPS
from netcost.layers.piecewise_linear import Abs, Hardswish, Hardtanh
from netcost.layers.rectifier import ELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.smooth_activation import GELU, Sigmoid, Tanh
from netcost.layers.softmax import LogSoftmax, Softmax
from netcost.layers.tensor import Pointwise

KINDS: Mapping[str, type[Elementwise]] = {
    "ADD": Add,
    "SUB": Subtract,
    "MUL": Mul,
    "DIV": Div,
    "MAXIMUM": Maximum,
    "MINIMUM": Minimum,
}
FUSED_AT_0 = ("ADD", "SUB", "MUL", "DIV", "L2_NORMALIZATION")


def combining(call: Call) -> Held:
    """Two tensors, or one and a constant: a number is a constant, a vector or more of them is learned."""
    tensors = call.computed
    field = 0 if call.operator.kind in FUSED_AT_0 else None
    if (
        len(tensors) == PAIR
        and len({each.rank for each in tensors}) == 1
        and tensors[0].order == tensors[1].order
    ):
        kind = KINDS.get(call.operator.kind)
        edges = [call.as_it_is(each) for each in tensors]
        found = call.typed(kind(), edges, tensors[0].order, (), field) if kind else None
        if found is not None:
            return found
    learned = [place for place in (0, 1) if _is_learned(call, place)]
    operands = tuple(call.constant(place).dims for place in learned)  # type: ignore[union-attr]
    held = call.raw(
        *(Pointwise, [call.as_it_is(each) for each in tensors], call.out),
        operands=operands,
        weights=tuple(learned),
        layout=_like(call, tensors),
    )
    return held if field is None else call.activated(held, field)


def _is_learned(call: Call, place: int) -> bool:
    constant = call.constant(place)
    is_number = constant is not None and constant.type not in {"int32", "int64", "bool", OTHER}
    return is_number and prod(constant.dims) > 1  # type: ignore[union-attr]


def _like(call: Call, tensors: list[Held]) -> Layout | None:
    """The layout of a tensor that goes in and has as many axes as what comes out."""
    first = next((each for each in tensors if each.rank == len(call.out)), None)
    edge = call.as_it_is(first) if first else None
    return Layout(edge[1] or type(first.node.output), first.order) if first and edge else None


def pointwise(call: Call) -> Held:
    """One operation for each element."""
    return call.raw(
        Pointwise,
        [call.as_it_is(each) for each in call.computed],
        call.out,
        layout=_like(call, call.computed),
    )


def unit(call: Call) -> Held:
    """`L2_NORMALIZATION`: vectors of length 1."""
    held = call.raw(
        *(Pointwise, [call.as_it_is(call.x())], call.out),
        layout=_like(call, call.computed),
        per_element=UNIT_OPS,
    )
    return call.activated(held, 0)


ACTIVATIONS: Mapping[str, type[Layer]] = {
    "RELU": ReLU,
    "RELU6": ReLU6,
    "RELU_N1_TO_1": Hardtanh,
    "LEAKY_RELU": LeakyReLU,
    "LOGISTIC": Sigmoid,
    "TANH": Tanh,
    "SOFTMAX": Softmax,
    "LOG_SOFTMAX": LogSoftmax,
    "HARD_SWISH": Hardswish,
    "GELU": GELU,
    "ELU": ELU,
    "ABS": Abs,
}


def activating(call: Call) -> Held | None:
    """A function of each element."""
    x = call.x()
    return call.same(ACTIVATIONS[call.operator.kind](), x) if x.dims == call.out else None


def prelu(call: Call) -> Held:
    """`PRELU`: learned slopes, of one channel each or of more."""
    x, slopes = call.x(), call.constant(1)
    dims = slopes.dims if slopes else (1,)
    if slopes and dims and prod(dims) == dims[-1] == x.dims[-1] and x.features == x.rank - 1 and x.rank > 1:
        node = call.row(PReLU(per_channel=True), [call.as_it_is(x)], "", (1,))
        return x._replace(node=node)
    held: Held = call.raw(
        *(Pointwise, [call.as_it_is(x)], call.out),
        operands=(dims,) if slopes else (),
        weights=(1,) if slopes else (),
        layout=_like(call, [x]),
    )
    return held
