"""Operations of `keras.ops` that give tensors other axes, or take parts of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from netcost.frontends.keras.call import Call
from netcost.frontends.keras.merging import join, reshaped, transposed
from netcost.frontends.layouts import Held, shown
from netcost.layers.tensor import Move


def setting(call: Call, name: str, place: int | None = None) -> Any:
    """An argument, from wherever it is given: when the operation was made, by name, or by place."""
    if name in call.config and name != "name":
        return call.config[name]
    if name in call.kwargs:
        return call.kwargs[name]
    return call.args[place] if place is not None and len(call.args) > place else None


def reshape(call: Call) -> Held:
    """`Reshape`, where -1 stands for whatever is left."""
    wanted = setting(call, "newshape", 1) or setting(call, "shape", 1)
    x = call.x
    if not isinstance(wanted, (list, tuple)) or not all(type(each) is int for each in wanted):
        dims = call.told(0)
        if dims is None:
            call.fail("nothing tells the shape that Reshape puts out")
        return reshaped(call, x, list(dims))
    told = call.told(0)
    open_batch = bool(wanted) and wanted.count(-1) == 1 and x.dims[0] > 0
    return reshaped(call, x, list(told) if told and not open_batch else list(wanted))


def expand_dims(call: Call) -> Held:
    """`ExpandDims`: further axes of length 1."""
    x = call.x
    axis = setting(call, "axis", 1)
    count = len(axis) if isinstance(axis, (list, tuple)) else 1
    places = call.axes(axis, x.rank + count)
    rest = iter(x.dims)
    return reshaped(call, x, [1 if at in places else next(rest) for at in range(x.rank + count)])


def squeeze(call: Call) -> Held:
    """`Squeeze`: axes of length 1 go."""
    x = call.x
    axis = setting(call, "axis", 1)
    places = (
        [at for at in range(x.rank) if x.dims[at] == 1 and at]
        if axis in (None, [])
        else call.axes(axis, x.rank)
    )
    return reshaped(call, x, [length for at, length in enumerate(x.dims) if at not in places])


def ravel(call: Call) -> Held:
    """`Ravel`: all elements in a row."""
    return reshaped(call, call.x, [-1])


def transpose(call: Call) -> Held:
    """`Transpose`: the axes in another order, backwards where none is given."""
    x = call.x
    order = setting(call, "axes", 1) or setting(call, "perm", 1)
    axes = list(reversed(range(x.rank))) if order is None else list(call.axes(order, x.rank, "axes"))
    if sorted(axes) != list(range(x.rank)):
        call.fail(f"`axes` of Transpose is {str(order)[:60]}, the input has {x.rank} axes")
    return transposed(call, x, axes)


def concatenate(call: Call) -> Held:
    """`Concatenate`."""
    axis = setting(call, "axis", 1)
    return join(call, call.tensors, 0 if axis is None else axis)


def split(call: Call) -> Sequence[Held]:
    """`Split`: parts of an axis; those that something takes in are rows."""
    x = call.x
    axis = call.axes(setting(call, "axis") or 0, x.rank)[0]
    parts = setting(call, "indices_or_sections", 1)
    parts = setting(call, "num_or_size_splits", 1) if parts is None else parts
    length = x.dims[axis]
    if isinstance(parts, (list, tuple)):
        cuts = [0, *(min(call.checked_whole(each, "indices", 0), length) for each in parts), length]
        lengths = [after - before for before, after in pairwise(cuts)]
    else:
        count = call.checked_whole(parts, "indices_or_sections")
        if length % count or count > length:
            call.fail(f"{shown(x.dims)} cannot be split into {count} parts along axis {axis}")
        lengths = [length // count] * min(count, max(call.used, default=0) + 1)
    found = []
    for place in range(max(call.used, default=0) + 1):
        if place >= len(lengths):
            call.fail(f"there is no part {place} of a split into {len(lengths)}")
        dims = (*x.dims[:axis], lengths[place], *x.dims[axis + 1 :])
        held = x
        if place in call.used:
            held = call.raw(Move, [call.as_it_is(x)], dims, f"part{place}", operation="Split", view=True)
        found.append(held)
    return found


def get_item(call: Call) -> Held:
    """`x[1:, None, 0]`."""
    x = call.x
    key = setting(call, "key", 1)
    key = setting(call, "slice_spec", 1) if key is None else key
    parts = list(key) if isinstance(key, (list, tuple)) and not isinstance(key, Held) else [key]
    given = sum(1 for each in parts if each is not None and each != "Ellipsis" and not _is_dots(each))
    dims: list[int] = []
    axis = 0
    for part in parts:
        if part is None:
            dims.append(1)
        elif _is_dots(part):
            dims += x.dims[axis : axis + x.rank - given]
            axis += x.rank - given
        elif axis >= x.rank:
            call.fail(f"an index has more parts than the {x.rank} axes of {shown(x.dims)}")
        else:
            dims += _indexed(call, part, x.dims[axis])
            axis += 1
    dims += x.dims[axis:]
    return call.raw(Move, [call.as_it_is(x)], dims, operation="Slice", view=True)


def _is_dots(part: object) -> bool:
    return part in ("...", "Ellipsis") or (
        isinstance(part, Mapping) and part.get("class_name") == "__ellipsis__"
    )


def _indexed(call: Call, part: object, length: int) -> list[int]:
    """What is left of an axis: nothing of one that a number picks from."""
    if isinstance(part, Mapping):
        config = part.get("config", part)
        ends = (
            [config.get(name) for name in ("start", "stop", "step")] if isinstance(config, Mapping) else [""]
        )
        if all(each is None or type(each) is int for each in ends) and ends[2] != 0:
            return [len(range(*slice(*ends).indices(length)))]
    elif type(part) is int and -length <= part < length:
        return []
    return call.fail(f"{str(part)[:60]} is no index of {length} elements")


def stack(call: Call) -> Held:
    """`Stack`: tensors along a new axis."""
    first = call.x
    axis = call.axes(setting(call, "axis", 1) or 0, first.rank + 1)[0]
    if any(each.dims != first.dims for each in call.tensors):
        call.fail("Stack takes tensors of one shape")
    dims = (*first.dims[:axis], len(call.tensors), *first.dims[axis:])
    return call.raw(Move, [call.as_it_is(each) for each in call.tensors], dims)
