"""A number for each of several variants, as an array holds them: it computes, and answers no question."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

from netcost.record import Record, replace


class Lanes:
    """Numbers side by side; every operation is done on each, and no one of them speaks for all."""

    def __init__(self, *numbers: Any) -> None:
        self.numbers = numbers

    def __bool__(self) -> bool:
        raise TypeError("a branch on many variants at once")

    __index__ = __int__ = __bool__

    __hash__ = None  # type: ignore[assignment]

    def any(self) -> bool:
        """Tell whether one of them is true."""
        return any(self.numbers)

    def __neg__(self) -> Lanes:
        return Lanes(*(-number for number in self.numbers))

    def __repr__(self) -> str:
        return f"Lanes{self.numbers}"


def _elementwise(
    compute: Callable[[Any, Any], Any], *, swapped: bool = False
) -> Callable[[Lanes, Any], Lanes]:
    def computed(self: Lanes, other: Any) -> Lanes:
        others = other.numbers if isinstance(other, Lanes) else [other] * len(self.numbers)
        pairs = zip(others, self.numbers, strict=True) if swapped else zip(self.numbers, others, strict=True)
        return Lanes(*(compute(a, b) for a, b in pairs))

    return computed


for name in ("add", "sub", "mul", "floordiv", "mod", "and_", "or_"):
    word = name.rstrip("_")
    setattr(Lanes, f"__{word}__", _elementwise(getattr(operator, name)))
    setattr(Lanes, f"__r{word}__", _elementwise(getattr(operator, name), swapped=True))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Lanes, f"__{name}__", _elementwise(getattr(operator, name)))


def lanes(*numbers: int) -> int:
    """Numbers side by side, posing as one to a rule."""
    return cast("int", Lanes(*numbers))


def lane(answer: Any, index: int) -> Any:
    """The answer for one variant, out of shapes, weights and numbers for all of them."""
    if isinstance(answer, Lanes):
        return answer.numbers[index]
    if isinstance(answer, tuple):
        return tuple(lane(each, index) for each in answer)
    if isinstance(answer, Record):
        return replace(answer, **{name: lane(getattr(answer, name), index) for name in answer._fields})
    if isinstance(answer, dict):
        return {key: lane(each, index) for key, each in answer.items()}
    return answer
