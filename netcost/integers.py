"""The arithmetic that rules need beyond Python's operators: each function once, for every kind of number.

A rule is asked with plain integers, with numbers that remember how they were computed, or with arrays, one
element for each variant of a network. So it neither asks a number a question nor hands it to a function that
would: `max(a, b)` looks at which is larger and forgets the rest. These functions leave plain integers to
Python, ask a kind of number for a method of that name where it has one, and calculate else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

N = TypeVar("N", int, float)

_PLAIN = {int}

BOUND = 2**63
"""Numbers of a spec stay below it in magnitude, so that every tool can keep each of them in 64 bits.

So do the elements of one tensor: no machine could address more.
"""


def ceil_div(dividend: int, divisor: int) -> int:
    """Divide and round up: `ceil(dividend / divisor)`."""
    return -(-dividend // divisor)


def maximum(first: N, *others: N) -> N:
    """The largest of several numbers; of equal ones the first."""
    for other in others:
        first = select(other > first, other, first)
    return first


def minimum(first: N, *others: N) -> N:
    """The smallest of several numbers; of equal ones the first."""
    for other in others:
        first = select(other < first, other, first)
    return first


def select(condition: Any, then: N, otherwise: N) -> N:
    """One number where a condition holds, else another."""
    if condition is True:
        return then
    if condition is False:
        return otherwise
    own = _own("select", condition)
    if own:
        return own(condition, then, otherwise)  # type: ignore[no-any-return]
    found: N = otherwise + (then - otherwise) * condition
    return found


def any_of(conditions: Iterable[bool]) -> bool:
    """Whether one of the conditions holds."""
    found = False
    for condition in conditions:
        found |= condition
    return found


def scaled(number: int, factor: float) -> int:
    """The product, rounded down; a factor with a fraction multiplies as floats do: `scaled(10, 0.7)` is 7."""
    if isinstance(factor, int):
        return number * factor
    own = _own("scaled", number)
    return own(number, factor) if own else math.floor(number * factor)


def gcd(a: int, b: int) -> int:
    """Greatest common divisor."""
    own = _own("gcd", a, b)
    return own(a, b) if own else math.gcd(a, b)


def isqrt(number: int) -> int:
    """Whole square root, rounded down."""
    own = _own("isqrt", number)
    return own(number) if own else math.isqrt(number)


def make_divisible(x: float, divisor: float = 8) -> int:
    """The multiple of the divisor nearest to x, at least the divisor and at least 0.9 x.

    Raises ValueError for a divisor that is no positive integer. Source: MobileNet, `_make_divisible` of
    tensorflow/models and torchvision.
    """
    d = _divisor(divisor)
    nearest_multiple = maximum(d, math.trunc(x + d / 2) // d * d)
    return select(nearest_multiple < 0.9 * x, nearest_multiple + d, nearest_multiple)


def ceil_to(x: float, divisor: float) -> int:
    """The smallest multiple of the divisor that is not below x.

    Raises ValueError for a divisor that is no positive integer.
    """
    d = _divisor(divisor)
    return ceil_div(math.ceil(x), d) * d


def identity(number: object) -> object:
    """What a number is found by again, where that only saves work: itself, or where it comes from."""
    return getattr(number, "identity", number)


def are_plain(values: Iterable[object]) -> bool:
    """Tell whether all values are integers of Python's own: of these alone, equal ones are the same."""
    return _PLAIN.issuperset(map(type, values))


def beside(make: Callable[[], str], *numbers: object) -> str:
    """A text about numbers from which nothing follows, as a hint; left out where they stand for many."""
    own = _own("beside", *numbers)
    return own(make) if own else make()


def _divisor(value: float) -> int:
    if value < 1 or value != math.trunc(value):
        raise ValueError(f"the divisor must be a positive integer, this is {value}")
    return math.trunc(value)


def _own(name: str, *numbers: object) -> Callable[..., Any] | None:
    """The function of that name of the first number whose kind has one."""
    found: Any = (getattr(type(number), name, None) for number in numbers)
    return next(filter(None, found), None)
