"""A layer in traced numbers: its fields and shapes by the names that formulas give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netcost.derivation import Symbol
from netcost.layers.layer import Layer
from netcost.layers.values import Either, Factors, Pads, ValueType, Wholes
from netcost.network import Node
from netcost.record import Record, replace
from netcost.shapes import Shape, map_kinds
from netcost.traced import Traced, step_of
from netcost.wording import plural


class Length(Record):
    """One length of an output that its layer decides: the name, the number, whether it is a spatial axis."""

    name: str
    number: int
    spatial: bool


class Named(Record):
    """A node in traced numbers.

    Args:
        node: the layer with its inputs and its output, whose lengths go by names of their own.
        lengths: the lengths of the output that are not simply the input's, as the layer's rule computes them.
        symbols: what the names of fields and of input lengths stand for.
    """

    node: Node
    lengths: tuple[Length, ...]
    symbols: tuple[Symbol, ...]


def named(node: Node) -> Named:
    """Give names to a layer's fields and to the lengths of its inputs and output.

    A field that is left at its default keeps its plain number unless the layer's label shows it; so does a
    batch of one. Equal lengths of several inputs share a name, unless the layer adds them up.
    """
    as_it_is = node.layer.declared_cost or not node.layer.fields
    layer = node.layer if as_it_is else _named_layer(node)
    inputs = _named_inputs(layer, node.input_shapes)
    computed = layer.output(*inputs)
    output = _named_output(inputs, computed)
    sources = tuple(map(_with_output, node.inputs, inputs))
    return Named(
        replace(node, layer=layer, inputs=sources, output=output),
        tuple(_decided(computed, output)),
        (*_axis_symbols(node, inputs), *_field_symbols(layer)),
    )


def _with_output(node: Node, output: Shape) -> Node:
    return replace(node, output=output)


def _named_layer(node: Node) -> Layer:
    layer = node.layer
    letters = _letters(node.output if node.output.size else node.input_shapes[0])
    values = {}
    for name, declared in layer.fields.items():
        value = getattr(layer, name)
        if declared.required or declared.shown or value != declared.default:
            filled = layer.settings(*node.input_shapes)[name] if value is None else value
            values[name] = _named_value(declared.symbol or name, filled, declared.type, letters)
    return layer.with_fields(**values)


def _named_value(word: str, value: Any, kind: ValueType, letters: Sequence[str]) -> Any:
    """Name a number, `K`; the numbers of a list, `K_1`; those for each spatial axis, `K` if they agree, else `K_h`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Traced.named(value, word)
    if hasattr(value, "_asdict"):
        return type(value)(
            *(
                _named_value(f"{word}_{part}", each, kind.parts[part], letters)
                for part, each in value._asdict().items()
            )
        )
    if isinstance(kind, Either):
        kind = kind.among(Wholes)
    if not (isinstance(kind, (Factors, Pads, Wholes)) and isinstance(value, tuple)):
        return value
    if isinstance(kind, Wholes) and not kind.single:
        return tuple(Traced.named(each, f"{word}_{place}") for place, each in enumerate(value, 1))
    agree = len(set(value)) == 1
    suffixes = ["" if agree else f"_{letter.lower()}" for letter in letters[-len(value) :]]
    return tuple(_named_ends(word + suffix, each) for suffix, each in zip(suffixes, value, strict=True))


def _named_ends(word: str, value: float | tuple[int, int]) -> float | tuple[int, int]:
    """Name a whole number, or the two of an axis: `P` if they agree, else `P_before` and `P_after`."""
    if not isinstance(value, tuple):
        return Traced.named(value, word) if isinstance(value, int) else value
    before, after = value
    if before == after:
        return Traced.named(before, word), Traced.named(after, word)
    return Traced.named(before, f"{word}_before"), Traced.named(after, f"{word}_after")


def _letters(shape: Shape) -> tuple[str, ...]:
    """One letter for each axis; axes without a meaning are numbered."""
    return shape.axes or ("N", *(f"D_{axis}" for axis in range(1, len(shape))))


def _renamed(shape: Shape, names: Sequence[str]) -> Shape:
    """Name the lengths; a batch of one stays a plain number, which leaves no trace in products."""
    return type(shape)(
        length if name == "N" and length == 1 else Traced.named(length, name)
        for name, length in zip(names, shape, strict=True)
    )


def _named_inputs(layer: Layer, inputs: Sequence[Shape]) -> tuple[Shape, ...]:
    if len(inputs) == 1:
        return (_named_input(layer, inputs[0]),)
    numbered = tuple(
        _renamed(shape, [f"{letter}_{number}" for letter in _letters(shape)])
        for number, shape in enumerate(inputs, 1)
    )
    out = layer.output(*numbered)
    added_up = {letter for letter, length in zip(_letters(out), out, strict=True) if step_of(length).left}
    return tuple(
        _renamed(shape, [_shared(letter, number, inputs, added_up) for letter in _letters(shape)])
        for number, shape in enumerate(inputs, 1)
    )


def _shared(letter: str, number: int, inputs: Sequence[Shape], added_up: set[str]) -> str:
    """The letter alone where all inputs that have such an axis agree, else with the input's number."""
    lengths = [shape[_letters(shape).index(letter)] for shape in inputs if letter in _letters(shape)]
    alone = len(lengths) == 1 or (len(set(lengths)) == 1 and letter not in added_up)
    return letter if alone or letter == "N" else f"{letter}_{number}"


def _named_input(layer: Layer, x: Shape) -> Shape:
    """Name the lengths of the only input; its channels `C_in` where the layer makes others of them."""
    names = list(_letters(x))
    plain = _renamed(x, names)
    out = layer.output(plain)
    letter = names[x.channel_axis]
    if letter in _letters(out):
        word = step_of(out[_letters(out).index(letter)]).word
        if word not in names:
            names[x.channel_axis] = f"{word.removesuffix('_out') if word.endswith('_out') else letter}_in"
    return _renamed(x, names)


def _words(shape: Shape) -> list[str]:
    return [step_of(length).word for length in shape]


def _named_output(inputs: Sequence[Shape], computed: Shape) -> Shape:
    """Name the output's lengths: as the input's where they are the same, else `C_out`, `H'`, or `D` if new."""
    if any(_words(x) == _words(computed) for x in inputs):
        return computed
    known = {word for x in inputs for word in _words(x)}
    return type(computed)(
        length if _is_kept(letter, length) else Traced.named(length, _new_name(letter, length, known))
        for letter, length in zip(_letters(computed), computed, strict=True)
    )


def _is_kept(letter: str, length: int) -> bool:
    """True for a length that is passed on, and for a batch of one."""
    return step_of(length).word == letter or (letter == "N" and length == 1)


def _new_name(letter: str, length: int, known: set[str]) -> str:
    word = step_of(length).word
    if word.endswith("_out"):
        return word
    if letter not in known and f"{letter}_in" not in known:
        return letter
    return f"{letter}_out" if letter == "C" else f"{letter}'"


def _decided(computed: Shape, output: Shape) -> Iterator[Length]:
    """The output's lengths that are not simply an input's."""
    spatial = len(computed) - len(computed.size)
    for axis, (length, name) in enumerate(zip(computed, _words(output), strict=True)):
        if output is not computed and not _is_kept(_letters(computed)[axis], length):
            yield Length(name, length, axis >= spatial)


def _axis_symbols(node: Node, inputs: Sequence[Shape]) -> Iterator[Symbol]:
    axes = [
        (letter, length, source)
        for source, x in zip(node.inputs or (node,), inputs, strict=True)
        for letter, length in zip(_letters(x), x, strict=True)
        if isinstance(length, Traced)
    ]
    order = list(dict.fromkeys(letter for letter, _, _ in axes))
    for letter, length, source in sorted(axes, key=lambda axis: order.index(axis[0])):
        word = step_of(length).word
        yield Symbol(word, int(length), _meaning(letter, word, source, len(inputs)))


def _meaning(letter: str, word: str, source: Node, inputs: int) -> str:
    """Say what an axis is; one that inputs do not share is that of its layer."""
    if letter == "N":
        return "samples in a batch"
    what = source.output.letters.get(letter, f"axis {letter[2:]}")
    if word != letter and inputs > 1:
        return f"{what} of {source.name}"
    return f"{what} of the {plural('input', inputs)}"


def _field_symbols(layer: Layer) -> Iterator[Symbol]:
    spatial = {letter: word for kind in map_kinds().values() for letter, word in kind.letters.items()}
    for name, declared in sorted(layer.fields.items(), key=lambda field: field[0] != layer.primary):
        meaning = declared.help.partition(";")[0].partition(",")[0]
        for number in _flat(getattr(layer, name)):
            if isinstance(number, Traced):
                word = number.step.word
                axes = word.removeprefix(declared.symbol or name).upper().split("_")[1:]
                which = ", ".join(spatial.get(axis, axis.lower()) for axis in axes)
                yield Symbol(word, int(number), f"{meaning} ({which})" if which else meaning)


def _flat(value: Any) -> Iterator[Any]:
    if not isinstance(value, tuple):
        yield value
        return
    for each in value:
        yield from _flat(each)
