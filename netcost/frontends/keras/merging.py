"""Layers that combine tensors."""

from __future__ import annotations

from math import prod

from netcost.frontends.keras.call import Call
from netcost.frontends.layouts import Dims, Held, Layout, broadcast, letters_of, shown
from netcost.layers.concat import Concat
from netcost.layers.elementwise import Add, Average, Elementwise, Maximum, Minimum, Mul, Subtract
from netcost.layers.matmul import Dot
from netcost.layers.tensor import Move, Pointwise, Product

KINDS: dict[str, type[Elementwise]] = {
    "Add": Add,
    "Subtract": Subtract,
    "Multiply": Mul,
    "Average": Average,
    "Maximum": Maximum,
    "Minimum": Minimum,
}
LETTERS = "bcdefghijklmnopqrstuvwxyz"


def merge(call: Call) -> Held:
    """Combine tensors element by element; of those with fewer axes, axes of length 1 are put behind the batch."""
    return combine(call, call.tensors, KINDS[call.layer.kind])


def combine(call: Call, tensors: list[Held], kind: type[Elementwise], suffix: str = "") -> Held:
    """Combine tensors element by element."""
    if len(tensors) < 2:  # noqa: PLR2004
        call.fail(f"{call.layer.kind} combines tensors, it is called with {len(tensors)}")
    if len({each.rank for each in tensors}) == 1 and _fits(tensors):
        edges, layout = call.alike(*tensors)
        return call.put(call.make(kind), edges, layout.order, suffix)
    rank = max(each.rank for each in tensors)
    dims: Dims | None = tensors[0].dims[:1] + (1,) * (rank - 1)
    for each in tensors:
        dims = broadcast(dims or (), _widened(each.dims, rank))
        if dims is None:
            call.fail(f"{call.layer.kind} cannot combine {' and '.join(shown(x.dims) for x in tensors[:4])}")
    return call.raw(
        *(Pointwise, [call.as_it_is(each) for each in tensors], dims or (), suffix),
        operation=kind.title,
        per_element=len(tensors) - (kind is not Average),
    )


def _fits(tensors: list[Held]) -> bool:
    dims: Dims | None = tensors[0].dims
    for each in tensors[1:]:
        dims = broadcast(dims, each.dims) if dims else None
    return dims is not None and len(dims) > 1


def _widened(dims: Dims, rank: int) -> Dims:
    return dims[:1] + (1,) * (rank - len(dims)) + dims[1:]


def concatenate(call: Call) -> Held:
    """Put tensors one behind the other."""
    return join(call, call.tensors, call.config.get("axis", -1))


def join(call: Call, tensors: list[Held], axis: object, suffix: str = "") -> Held:
    """Put tensors one behind the other along an axis; one alone stays as it is."""
    if not tensors:
        call.fail(f"{call.layer.kind} has no input")
    rank = tensors[0].rank
    place = call.axes(axis, rank)[0]
    for each in tensors:
        others = [
            (a, b) for at, (a, b) in enumerate(zip(each.dims, tensors[0].dims, strict=False)) if at != place
        ]
        if each.rank != rank or any(a != b for a, b in others):
            call.fail(
                f"{call.layer.kind} along axis {place} cannot join {shown(tensors[0].dims)} and {shown(each.dims)}",
                "all other axes are equal",
            )
    dims = list(tensors[0].dims)
    dims[place] = sum(each.dims[place] for each in tensors)
    edges, layout = call.alike(*tensors)
    if len(tensors) == 1 or rank == 1:
        return call.raw(Move, edges, dims, suffix, layout=layout, view=len(tensors) == 1)
    words = layout.kind.positions
    name = next((word for word, at in words.items() if layout.order[at] == place), None)
    if name is None:
        return call.raw(Move, edges, dims, suffix, operation="Concat", layout=layout)
    return call.put(call.make(Concat, axis=name), edges, layout.order, suffix)


def dot(call: Call) -> Held:
    """Add products up along an axis of both."""
    left, right = _two(call)
    given = call.config.get("axes", -1)
    pair = list(given) if isinstance(given, (list, tuple)) and len(given) == 2 else [given, given]  # noqa: PLR2004
    axes = [call.axes(axis, each.rank, "axes")[0] for axis, each in zip(pair, (left, right), strict=True)]
    if 0 in axes or left.dims[axes[0]] != right.dims[axes[1]]:
        call.fail(f"Dot along {axes} cannot multiply {shown(left.dims)} and {shown(right.dims)}")
    normalize = call.flag("normalize", default=False)
    if left.rank == right.rank < 4 and axes[0] == axes[1]:  # noqa: PLR2004
        edges = [call.plain(left), call.plain(right)]
        layer = call.make(Dot, axis=axes[0], normalize=normalize)
        return call.put(layer, edges, (0, 1, 2)[: len(left.dims)])
    return _dot(call, (left, right), axes, normalize=normalize)


def _dot(call: Call, pair: tuple[Held, Held], axes: list[int], *, normalize: bool) -> Held:
    """The same of tensors with other axes: the batch, what is left of the first, what is left of the second."""
    spare = iter(LETTERS)
    terms = [
        ["a" if at == 0 else "z" if at == axis else next(spare) for at in range(each.rank)]
        for each, axis in zip(pair, axes, strict=True)
    ]
    if normalize:
        pair = (_unit(call, pair[0], "left"), _unit(call, pair[1], "right"))
    out = ["a", *(letter for term in terms for letter in term if letter not in {"a", "z"})]
    lengths = {
        letter: length
        for term, each in zip(terms, pair, strict=True)
        for letter, length in zip(term, each.dims, strict=True)
    }
    return product(call, pair, terms, out, [lengths[letter] for letter in out])


def _unit(call: Call, held: Held, suffix: str) -> Held:
    layout = Layout(type(held.node.output), held.order)
    return call.raw(
        *(Pointwise, [call.as_it_is(held)], held.dims, suffix),
        operation="UnitNormalization",
        layout=layout,
        per_element=3,
    )


def product(
    call: Call,
    pair: tuple[Held, Held],
    terms: list[list[str]],
    out: list[str],
    dims: list[int] | Dims,
    suffix: str = "",
) -> Held:
    """Multiply two tensors by the letters of their axes."""
    layout = call.usual(dims)
    lying = [letters_of(term, each.order) for term, each in zip(terms, pair, strict=True)]
    goes = letters_of(out, layout.order)
    return call.raw(
        *(Product, [call.as_it_is(each) for each in pair], dims, suffix),
        layout=layout,
        equation=f"{','.join(lying)}->{goes}",
    )


def _two(call: Call) -> tuple[Held, Held]:
    if len(call.tensors) != 2:  # noqa: PLR2004
        call.fail(f"{call.layer.kind} takes two tensors, got {len(call.tensors)}")
    return call.tensors[0], call.tensors[1]


# Axes


def reshape(call: Call) -> Held:
    """Give the elements of a sample other axes; one may be -1."""
    target = call.config.get("target_shape")
    if not isinstance(target, (list, tuple)):
        call.fail("`target_shape` of Reshape is no list")
    return reshaped(
        call, call.x, [call.x.dims[0], *(call.checked_whole(each, "target_shape", -1) for each in target)]
    )


def reshaped(call: Call, x: Held, wanted: list[int], suffix: str = "") -> Held:
    """Give all elements other axes; one length may be -1, for whatever is left."""
    elements, known = prod(x.dims), prod(each for each in wanted if each != -1)
    if wanted.count(-1) > 1 or known < 1 or elements % known or (-1 not in wanted and known != elements):
        call.fail(f"{shown(x.dims)} cannot be reshaped to {shown(wanted)}: {elements:,} elements")
    dims = [elements // known if each == -1 else each for each in wanted]
    return call.raw(Move, [call.as_it_is(x)], dims, suffix, operation="Reshape", view=True)


def flatten(call: Call) -> Held:
    """Line up all elements of a sample."""
    return reshaped(call, call.x, [call.x.dims[0], prod(call.x.dims[1:])])


def permute(call: Call) -> Held:
    """Put the axes of a sample in another order."""
    given = call.config.get("dims")
    x = call.x
    axes = [call.checked_whole(each, "dims") for each in given] if isinstance(given, (list, tuple)) else []
    if sorted(axes) != list(range(1, x.rank)):
        call.fail(f"`dims` of Permute is {str(given)[:60]}, the axes are 1 to {x.rank - 1}")
    return transposed(call, x, [0, *axes])


def transposed(call: Call, x: Held, axes: list[int], suffix: str = "") -> Held:
    """Put all axes in another order."""
    dims = [x.dims[axis] for axis in axes]
    return call.raw(Move, [call.as_it_is(x)], dims, suffix, operation="Permute", view=True)


def repeat_vector(call: Call) -> Held:
    """Repeat a vector as a sequence."""
    x = call.x
    if x.rank != 2:  # noqa: PLR2004
        call.fail(f"RepeatVector repeats vectors, got {shown(x.dims)}")
    return call.raw(Move, [call.as_it_is(x)], (x.dims[0], call.whole("n"), x.dims[1]))


MERGING = {
    **dict.fromkeys(KINDS, merge),
    "Concatenate": concatenate,
    "Dot": dot,
    "Reshape": reshape,
    "Flatten": flatten,
    "Permute": permute,
    "RepeatVector": repeat_vector,
}
