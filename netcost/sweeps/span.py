"""What is known of a number before it has a value: between which bounds it lies, and what it leaves when divided.

All of it is worked out in Python's integers, or in floats as the number itself is: rounding keeps the order of
numbers, so that bounds that are worked out in the same operations are bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

INFINITE = math.inf


class Span(NamedTuple):
    """What a number can be.

    Args:
        low: at least that.
        high: at most that.
        step: a whole number is so many times something, and `rest` more; 0 for one that is always the same.
        rest: what is left of it.
    """

    low: Any
    high: Any
    step: int = 1
    rest: int = 0

    @property
    def is_point(self) -> bool:
        """Tell whether it is one number and no other."""
        return bool(self.low == self.high)


ANY = Span(-INFINITE, INFINITE)
TRUTH = Span(False, True)


def span_of(values: Iterable[Any]) -> Span:
    """The span of some numbers of one kind."""
    numbers = list(values)
    low, high = min(numbers), max(numbers)
    if isinstance(low, float) or isinstance(high, float):
        return Span(low, high)
    return _stepped(low, high, math.gcd(*(number - low for number in numbers)), low)


def _stepped(low: Any, high: Any, step: int, rest: int) -> Span:
    if isinstance(low, float) or isinstance(high, float):
        return Span(low, high)
    if low == high:
        return Span(low, high, 0, low)
    return Span(low, high, step, rest % step) if step else Span(low, high)


def _corners(compute: Callable[[Any, Any], Any], a: Span, b: Span) -> tuple[Any, Any]:
    """The bounds of what is monotone in both numbers as long as the other stays."""
    try:
        found = [compute(left, right) for left, right in product(a[:2], b[:2])]
    except ArithmeticError:
        return ANY[:2]
    if any(each != each for each in found):  # noqa: PLR0124  not a number: infinity by zero
        return ANY[:2]
    return min(found), max(found)


def _added(a: Span, b: Span) -> Span:
    return _stepped(*_corners(lambda x, y: x + y, a, b), math.gcd(a.step, b.step), a.rest + b.rest)


def _subtracted(a: Span, b: Span) -> Span:
    return _stepped(*_corners(lambda x, y: x - y, a, b), math.gcd(a.step, b.step), a.rest - b.rest)


def _multiplied(a: Span, b: Span) -> Span:
    step = math.gcd(a.step * b.step, a.step * b.rest, a.rest * b.step)
    return _stepped(*_corners(lambda x, y: x * y, a, b), step, a.rest * b.rest)


def _negated(a: Span) -> Span:
    return _stepped(-a.high, -a.low, a.step, -a.rest)


def _floored(a: Span, b: Span) -> Span:
    if b.low <= 0 <= b.high:
        return ANY
    bounds = _corners(lambda x, y: x // y, a, b)
    if b.is_point and isinstance(b.low, int) and b.low > 0 and a.step % b.low == 0 and a.step:
        return _stepped(*bounds, a.step // b.low, a.rest // b.low)
    return _stepped(*bounds, 1, 0)


def _quotient(a: Span, b: Span) -> Span:
    if b.low <= 0 <= b.high:
        return ANY
    return Span(*_corners(lambda x, y: x / y, a, b))


def _modulo(a: Span, b: Span) -> Span:
    if b.low <= 0:
        return ANY
    if a.low >= 0 and a.high < b.low:
        return a
    whole = isinstance(b.high, int)
    high = b.high - 1 if whole else b.high
    if a.low >= 0:
        high = min(high, a.high)
    if not (b.is_point and whole):
        return Span(0, high)
    step = math.gcd(a.step, b.low)
    if step == b.low:
        return _stepped(a.rest % step, a.rest % step, 0, 0)
    return _stepped(0, high, step, a.rest)


def _raised(a: Span, b: Span) -> Span:
    if a.low < 1 or b.low < 0 or not (math.isfinite(a.high) and b.high < 2**10):
        return ANY
    return _stepped(*_corners(lambda x, y: x**y, a, b), 1, 0)


def _union(_condition: Span, a: Span, b: Span) -> Span:
    return _together(min(a.low, b.low), max(a.high, b.high), a, b)


def _larger(a: Span, b: Span) -> Span:
    return _together(max(a.low, b.low), max(a.high, b.high), a, b)


def _smaller(a: Span, b: Span) -> Span:
    return _together(min(a.low, b.low), min(a.high, b.high), a, b)


def _together(low: Any, high: Any, a: Span, b: Span) -> Span:
    return _stepped(low, high, math.gcd(a.step, b.step, a.rest - b.rest) or 1, a.rest)


def _rounded(rounding: Callable[[Any], int]) -> Callable[[Span], Span]:
    def found(a: Span) -> Span:
        if not (math.isfinite(a.low) and math.isfinite(a.high)):
            return ANY
        return _stepped(rounding(a.low), rounding(a.high), 1, 0)

    return found


def _magnitude(a: Span) -> Span:
    low = 0 if a.low <= 0 <= a.high else min(abs(a.low), abs(a.high))
    return _stepped(low, max(abs(a.low), abs(a.high)), 1, 0)


def _common(a: Span, b: Span) -> Span:
    return Span(0, max(abs(a.low), abs(a.high), abs(b.low), abs(b.high)))


def _root(a: Span) -> Span:
    if a.low < 0 or not isinstance(a.high, int):
        return ANY
    return Span(math.isqrt(a.low), math.isqrt(a.high))


def _either(*_: Span) -> Span:
    return TRUTH


SPANS: Mapping[str, Callable[..., Span]] = {
    "add": _added,
    "sub": _subtracted,
    "mul": _multiplied,
    "neg": _negated,
    "floordiv": _floored,
    "truediv": _quotient,
    "mod": _modulo,
    "pow": _raised,
    "select": _union,
    "max": _larger,
    "min": _smaller,
    "trunc": _rounded(math.trunc),
    "floor": _rounded(math.floor),
    "ceil": _rounded(math.ceil),
    "round": _rounded(round),
    "abs": _magnitude,
    "gcd": _common,
    "isqrt": _root,
    **dict.fromkeys(("lt", "eq", "not", "and", "or"), _either),
}
"""The span of what an operation makes, from those of what it is applied to."""


def is_less(a: Span, b: Span) -> bool | None:
    """Whether one number is less than another; None where that depends on the variant."""
    if a.high < b.low:
        return True
    return False if a.low >= b.high else None


def is_equal(a: Span, b: Span) -> bool | None:
    """Whether two numbers are equal; None where that depends on the variant."""
    if a.high < b.low or b.high < a.low:
        return False
    if a.is_point and b.is_point:
        return True
    step = math.gcd(a.step, b.step)
    return False if step > 1 and (a.rest - b.rest) % step else None
