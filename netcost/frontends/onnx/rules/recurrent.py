"""Recurrent networks, and sequences of tensors."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.rules.elementwise import dtype_of
from netcost.frontends.onnx.rules.moves import joined_along, parts_of
from netcost.frontends.onnx.values import ShapeError, Step, UnknownError, Value, axis_of, out, shape

RECURRENT = {"LSTM": "lstm", "GRU": "gru", "RNN": "rnn", f"{MICROSOFT}DynamicQuantizeLSTM": "lstm"}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@rule(*RECURRENT)
def recurrent(step: Step) -> Sequence[Value]:
    """The state at each step, the last one, and of an LSTM the last cell."""
    x = step.ranked(0, 3, 3)
    by_samples = step.count("layout", 0)
    samples, steps = (x[0], x[1]) if by_samples else (x[1], x[0])
    units, directions = units_of(step), directions_of(step)
    every = (samples, steps, directions, units) if by_samples else (steps, directions, samples, units)
    last = (samples, directions, units) if by_samples else (directions, samples, units)
    dtype = step.value().dtype
    return [out(every, dtype), out(last, dtype), out(last, dtype)]


def directions_of(step: Step) -> int:
    """In how many directions states are carried along."""
    return 2 if step.word("direction", "forward") == "bidirectional" else 1


def units_of(step: Step) -> int:
    """Width of the state.

    Raises:
        ShapeError: it does not fit the weights.
    """
    weight = step.ranked(1, 3, 3)
    # The weights of a quantised one are transposed.
    rows = weight[2] if step.op.startswith(MICROSOFT) else weight[1]
    gates = GATES[RECURRENT[step.op]]
    units = step.count("hidden_size", rows // gates)
    if units < 1 or units * gates != rows:
        raise ShapeError(f"weights of {shape(weight)} do not fit a state of {units}")
    return units


# Sequences


def _items(step: Step, place: int = 0) -> tuple[Value, ...]:
    found = step.given(place)
    if found is None or found.items is None:
        raise UnknownError(f"input {place + 1} of {step.op} is no sequence that is known")
    return found.items


def _sequence(items: Sequence[Value], dtype: str = "") -> Value:
    return Value(items[0].dtype if items else dtype, items=tuple(items))


@rule("SequenceEmpty")
def sequence_empty(step: Step) -> Sequence[Value]:
    """No tensors."""
    return [_sequence((), dtype_of(step, "dtype", 1))]


@rule("SequenceConstruct")
def sequence_construct(step: Step) -> Sequence[Value]:
    """Tensors in a row."""
    return [_sequence(step.present)]


def _place(step: Step, place: int, count: int, default: int) -> int:
    index = step.needed(place, "places")[0] if step.has(place) else default
    if not -count <= index < max(count, 1):
        raise ShapeError(f"there is no place {index} among {count}")
    return index % max(count, 1)


@rule("SequenceInsert")
def sequence_insert(step: Step) -> Sequence[Value]:
    """One tensor more."""
    items = list(_items(step))
    at = step.needed(2, "places")[0] if step.has(2) else len(items)
    items.insert(at, step.value(1))
    return [_sequence(items)]


@rule("SequenceErase")
def sequence_erase(step: Step) -> Sequence[Value]:
    """One tensor fewer."""
    items = list(_items(step))
    at = _place(step, 1, len(items), -1)
    return [_sequence(items[:at] + items[at + 1 :], items[0].dtype if items else "")]


@rule("SequenceAt")
def sequence_at(step: Step) -> Sequence[Value]:
    """One of the tensors itself."""
    items = _items(step)
    if not items:
        raise ShapeError("SequenceAt of an empty sequence")
    return [items[_place(step, 1, len(items), 0)]]


@rule("SequenceLength")
def sequence_length(step: Step) -> Sequence[Value]:
    """The number of tensors."""
    found = out((), "int64", [len(_items(step))])
    found.static = True
    return [found]


@rule("SplitToSequence")
def split_to_sequence(step: Step) -> Sequence[Value]:
    """Parts along an axis, in a row."""
    x = step.value()
    axis = axis_of(step.count("axis", 0), x.rank)
    length = x.dims[axis]
    if not step.has(1):
        parts = parts_of(x, axis, [1] * length, length) if length else []
        if step.count("keepdims", 1):
            return [_sequence([part for part, _ in parts], x.dtype)]
        return [
            _sequence(
                [out((*x.dims[:axis], *x.dims[axis + 1 :]), x.dtype, part.numbers) for part, _ in parts],
                x.dtype,
            )
        ]
    sizes = step.needed(1, "lengths")
    if step.value(1).rank == 0:
        size = sizes[0]
        if size < 1:
            raise ShapeError(f"parts of {size}")
        sizes = [min(size, length - start) for start in range(0, length, size)]
    return [_sequence([part for part, _ in parts_of(x, axis, sizes, len(sizes))], x.dtype)]


@rule("ConcatFromSequence")
def concat_from_sequence(step: Step) -> Sequence[Value]:
    """The tensors one after the other, along an axis or a new one."""
    items = _items(step)
    axis = step.count("axis", 0)
    if step.count("new_axis", 0) and items:
        at = axis_of(axis, items[0].rank + 1)
        items = tuple(
            Value(each.dtype, (*each.dims[:at], 1, *each.dims[at:]), each.numbers, guessed=each.guessed)
            for each in items
        )
    return [joined_along(items, axis)]


@rule("Optional", "OptionalGetElement")
def optional(step: Step) -> Sequence[Value]:
    """What is there."""
    found = step.given(0)
    if found is None:
        raise UnknownError(f"{step.op} of nothing")
    return [found]


@rule("OptionalHasElement")
def optional_has(step: Step) -> Sequence[Value]:
    """Whether something is there."""
    found = out((), "bool", [step.has(0)])
    found.static = True
    return [found]
