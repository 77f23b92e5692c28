"""What layers refuse: the error, what rules require of shapes and fields, and the message where it is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING, Any, TypeVar

from netcost.integers import beside
from netcost.shapes import Map, Sequence, Shape, Tensor, Vector, map_kinds
from netcost.wording import counted, listed, plural

if TYPE_CHECKING:
    from typing import Protocol

    class Conditions(Protocol):
        """One condition for each variant of a network, as an array holds them."""

        def any(self) -> bool:
            """Tell whether one of them holds."""


class LayerError(ValueError):
    """A layer does not fit its input or its own fields.

    Args:
        message: what is wrong, with both numbers.
        field: the declared field at fault; empty when the input is.
        hint: what to write instead.
    """

    def __init__(self, message: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint


def refuse(wrong: bool | Conditions, error: Callable[[], LayerError]) -> None:
    """Refuse a layer if a condition holds; of several variants, if it holds for one. The error is made only then.

    Raises:
        LayerError: the condition holds.
    """
    if wrong is False:
        return
    if wrong is True or wrong.any():
        raise error()


Each = TypeVar("Each")


def per_axis(value: int | tuple[Each, ...], rank: int, field_name: str) -> tuple[int | Each, ...]:
    """Give one value for each of `rank` axes.

    Raises:
        LayerError: a list of another length.
    """
    if not isinstance(value, tuple):
        return (value,) * rank
    refuse(
        len(value) != rank,
        lambda: LayerError(
            f"{field_name} has {counted(len(value), 'value')}, the input has {rank} spatial {plural('axis', rank)}",
            field=field_name,
            hint=f"one number, or a list of {rank}",
        ),
    )
    return value


def both_ends(
    value: int | tuple[int | tuple[int, int], ...], rank: int, field_name: str
) -> tuple[tuple[int, int], ...]:
    """Give a number before and a number after for each of `rank` axes.

    Raises:
        LayerError: a list of another length.
    """
    if isinstance(value, int):
        return ((value, value),) * rank
    return tuple(
        (each, each) if isinstance(each, int) else each for each in per_axis(value, rank, field_name)
    )


def axis_of(shape: Shape, name: str) -> int:
    """Find an axis by its name: `channels` of any shape, `tokens` of a sequence, `height` of an image.

    Raises:
        LayerError: the shape has no such axis.
    """
    refuse(
        name not in shape.positions,
        lambda: LayerError(
            f"{shape.described} has no {name}", field="axis", hint=f"it has {' and '.join(shape.positions)}"
        ),
    )
    return range(len(shape))[shape.positions[name]]


def require_map(layer: str, shape: Shape, hint: str = "", *, rank: int | None = None) -> Map:
    """Accept a signal, an image or a volume; only the one with `rank` spatial axes where that is given.

    Raises:
        LayerError: any other shape.
    """
    if not isinstance(shape, Map):
        nouns = [kind.noun for kind in map_kinds().values()]
        raise LayerError(
            f"{layer} needs {listed(nouns, word='or')}, got {shape.described}",
            hint=hint or f"add `{_way_to_a_map(shape, rank)}` before it",
        )
    refuse(
        rank is not None and rank != shape.rank,
        lambda: LayerError(
            f"{layer}{rank}d needs {_map_of_rank(rank)}, got {shape.described}",
            field="rank",
            hint=f"`{layer}` follows the rank of its input",
        ),
    )
    return shape


def _way_to_a_map(shape: Shape, rank: int | None) -> str:
    """The layer that makes a map of another shape."""
    if not shape.embedded:
        return "embedding"
    if not isinstance(shape, Sequence):
        return "reshape"
    return f"to_map: [{shape[1]}]" if rank == 1 else "to_map"


def _map_of_rank(rank: int | None) -> str:
    maps = {each: kind.noun for each, kind in map_kinds().items()}
    return maps.get(rank or 0, "another input")


def require_embedded(layer: str, shape: Shape) -> Shape:
    """Accept any shape that has features.

    Raises:
        LayerError: token numbers, which have none.
    """
    refuse(
        not shape.embedded,
        lambda: LayerError(
            f"{layer} needs features, got {shape.described}", hint="add `embedding` before it"
        ),
    )
    return shape


def require_features(
    layer: str, shape: Shape, hint: str = "add `flatten` or `gap` before it"
) -> Vector | Sequence | Tensor:
    """Accept a shape whose last axis holds the features.

    Raises:
        LayerError: any other shape.
    """
    if isinstance(shape, (Vector, Sequence, Tensor)):
        return shape
    require_embedded(layer, shape)
    raise LayerError(f"{layer} needs a vector or tokens, got {shape.described}", hint=hint)


def require_sequence(layer: str, shape: Shape) -> Sequence:
    """Accept a sequence of feature vectors.

    Raises:
        LayerError: any other shape.
    """
    if isinstance(shape, Sequence):
        return shape
    raise LayerError(f"{layer} needs a sequence, got {shape.described}", hint=_way_to_a_sequence(shape))


def in_a_row(layer: str, x: Shape) -> Sequence:
    """The positions that meet one another, one after the other: those of a map, or of the last axis but one.

    Raises:
        LayerError: there are none.
    """
    if isinstance(x, Map):
        return Sequence((x[0], prod(x.size), x.channels))
    if isinstance(x, Tensor) and len(x) > 2:  # noqa: PLR2004
        *leading, positions, channels = x
        return Sequence((prod(leading), positions, channels))
    return require_sequence(layer, x)


def _way_to_a_sequence(shape: Shape) -> str:
    if not shape.embedded:
        return "add `embedding` before it"
    return "add `to_tokens` before it" if isinstance(shape, Map) else ""


def require_divisible(what: str, dividend: int, by: str, divisor: int, *, field: str) -> int:
    """Return the quotient.

    Raises:
        LayerError: it is not whole; the message states both numbers.
    """
    refuse(
        dividend % divisor != 0,
        lambda: LayerError(
            f"{what} ({dividend}) is not divisible by {by} ({divisor})",
            field=field,
            hint=beside(lambda: _divisors_for(by, dividend, divisor), dividend, divisor),
        ),
    )
    return dividend // divisor


def require_as_declared(what: str, number: int, name: str, declared: int | None) -> None:
    """Check a number that a field declares, though it follows from the input; None declares nothing.

    Raises:
        LayerError: the input has another number; the message states both.
    """
    refuse(
        declared is not None and declared != number,
        lambda: LayerError(
            f"{name} is {declared}, the input has {number} {what}",
            field=name,
            hint="leave it out: it is inferred",
        ),
    )


def require_one(layer: Any, *names: str) -> None:
    """Refuse a layer that has not exactly one of several fields.

    Raises:
        LayerError: more of them are given, or none.
    """
    given = [name for name in names if getattr(layer, name) is not None]
    several = "both" if len(names) == len(given) == 2 else listed(given)  # noqa: PLR2004
    refuse(
        len(given) != 1,
        lambda: LayerError(
            f"{layer.type} takes either {listed(names, word='or')}, got {several or 'neither'}",
            field=given[1] if given else names[0],
        ),
    )


def require_per_head(name: str, given: Shape, x: Sequence, heads: int) -> None:
    """Require a number for each head at each position.

    Raises:
        LayerError: there are others; the message states both shapes.
    """
    wanted = x.with_channels(heads)

    def error() -> LayerError:
        return LayerError(
            f"`{name}` is {given.described}, {heads} heads need {wanted.described}",
            hint="a number for each head and position",
        )

    refuse(not isinstance(given, Sequence), error)
    refuse((given[0] != x[0]) | (given[1] != x[1]) | (given.channels != heads), error)


def _divisors_for(by: str, dividend: int, divisor: int) -> str:
    return f"{by} could be {' or '.join(map(str, _nearest_divisors(dividend, divisor)))}"


def _nearest_divisors(dividend: int, divisor: int) -> Iterator[int]:
    """The next smaller and the next larger number that divide, among those up to 4096."""
    divisors = [number for number in range(1, min(dividend, 4096) + 1) if dividend % number == 0]
    yield from [number for number in divisors if number < divisor][-1:]
    yield from [number for number in divisors if number > divisor][:1]
