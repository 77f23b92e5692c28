"""From the words of a person to axes, and to what does not vary; values that no variant can have are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netcost.overrides import OVERRIDES, SETTINGS, Overrides, as_yaml
from netcost.source.problem import SpecError
from netcost.sweeps.axes import INPUT, SWEPT, Axis, length_axis, read_axis, varies
from netcost.sweeps.fault import SweepError
from netcost.sweeps.model import Model
from netcost.wording import shortened

MAX_CHECKED = 100
"""Words of an axis that are tried before anything else is done."""


def read_asked(
    swept: Mapping[str, Sequence[str]], base: Overrides
) -> tuple[Overrides, list[Axis], list[str]]:
    """What does not vary, what does, and the texts of lengths, for which the network must be known.

    Raises:
        SweepError: values that cannot be.
    """
    axes: list[Axis] = []
    lengths = []
    for name in SWEPT:
        for text in swept.get(name, ()):
            if name == INPUT and _varies_in_lengths(text):
                lengths.append(text)
            elif OVERRIDES[name].kind is SETTINGS and varies(text.partition("=")[2]):
                part, _, values = text.partition("=")
                axes.append(read_axis(f"{name}.{part.strip()}", values))
            elif name != INPUT and OVERRIDES[name].kind is not SETTINGS and varies(text):
                axes.append(read_axis(name, text))
            else:
                base |= {name: _read(name, text)}
    return base, axes, lengths


def _varies_in_lengths(text: str) -> bool:
    lengths = text.rpartition("=")[2].strip()
    return ".." in lengths or (lengths.startswith("[") and varies(lengths))


def _read(name: str, text: str) -> Any:
    """One value, as an option takes it.

    Raises:
        SweepError: it is none.
    """
    try:
        return OVERRIDES[name].kind.read(text)
    except ValueError as error:
        raise SweepError(f"{OVERRIDES[name].option}: {error}") from None


def rising(axis: Axis) -> Axis:
    """The same with its values in order.

    Raises:
        SweepError: they have none.
    """
    refuse_words(axis)
    order = sorted(range(len(axis.values)), key=axis.shown.__getitem__)
    return Axis(
        axis.name, tuple(axis.values[place] for place in order), tuple(axis.shown[place] for place in order)
    )


def refuse_words(axis: Axis) -> None:
    """Refuse an axis whose values have no order.

    Raises:
        SweepError: they have none.
    """
    for value in axis.shown:
        if isinstance(value, (str, bool)):
            raise SweepError(f"{axis.name} has no order, as `{shortened(as_yaml(value))}` is no number")


def first_of(base: Overrides, axes: Sequence[Axis]) -> Overrides:
    """What makes the first variant of all."""
    for axis in axes:
        base = base | axis.override(axis.values[0])
    return base


def input_axes(texts: Sequence[str], model: Model, overrides: Overrides) -> Iterator[Axis]:
    """The axes of inputs, whose other lengths stay as they are."""
    network = model.load(overrides)
    sizes = {node.name: tuple(node.output.sample) for node in network.inputs}
    free = {node.name: _free(node.output) for node in network.inputs}
    for text in texts:
        part, _, lengths = text.rpartition("=")
        yield length_axis(part.strip(), lengths.strip(), sizes, free)


def _free(shape: Any) -> list[int]:
    """The places, in the lengths of one sample, of spatial lengths and of the number of tokens."""
    if shape.size:
        return list(range(len(shape.sample) - len(shape.size), len(shape.sample)))
    tokens = shape.positions.get("tokens")
    return [] if tokens is None else [tokens - 1]


def without(assumed: Overrides, axes: Sequence[Axis]) -> Overrides:
    """What is assumed but for what varies."""
    names = {axis.name for axis in axes}
    kept = {
        name: {part: each for part, each in value.items() if f"{name}.{part}" not in names}
        if isinstance(value, Mapping)
        else value
        for name, value in assumed.items()
        if name not in names
    }
    return Overrides.named(kept)


def refuse_doubles(axes: Sequence[Axis], base: Overrides) -> None:
    """Refuse what is given twice.

    Raises:
        SweepError: something is.
    """
    names = [axis.name for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise SweepError(f"{name} is given twice; put its values together, as in 1,2,4..8")
        override, _, part = name.partition(".")
        given_too = base.get(override, {})
        if not isinstance(given_too, Mapping) or part in given_too:
            raise SweepError(f"{name} is given twice, once with one value")


def check_values(model: Model, base: Overrides, axes: Sequence[Axis]) -> None:
    """Refuse values that no variant can have: unknown parameters, words that are none; of many numbers both ends.

    A length that a model does not take is a variant that is refused, unless it takes neither end of the range.

    Raises:
        SpecError: the override itself is faulty, not the network that it makes.
    """
    first = first_of(base, axes)
    for axis in axes:
        words = [value for value in axis.values if isinstance(value, (str, bool))][:MAX_CHECKED]
        tried = dict.fromkeys([axis.values[0], axis.values[-1], *words])
        faults = [fault for value in tried if (fault := _fault(model, first, axis, value))]
        is_length = not words and not axis.name.startswith("set.")
        if len(faults) == len(tried) or (faults and not is_length):
            raise faults[0]


def _fault(model: Model, first: Overrides, axis: Axis, value: Any) -> SpecError | None:
    """What is wrong with a value itself, whatever the network is."""
    overrides = first | axis.override(value)
    try:
        model.load(overrides)
    except SpecError as error:
        faulty = [
            problem
            for problem in error.problems
            if problem.place.path in overrides.places
            or (axis.name == "variant" and f"`{value}`" in problem.message)
        ]
        return SpecError(faulty, error.sources) if faulty else None
    return None
