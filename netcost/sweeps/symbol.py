"""Numbers that pose as Python's, and remember what made them.

The rules run once, on numbers that have the value of the variant at hand and remember the operations that made
them. A question that is asked of such a number, whether one is less than another or which index it is, is answered by
the variant at hand and recorded. What was recorded then tells the costs of every variant that answers all
questions alike.

Such a number is no `int`: what is written in C would read the value of one without asking. It has nothing to be read,
answers `int` when asked for its class, and is asked for its index, which is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from netcost.sweeps.span import Span, is_equal, is_less
from netcost.sweeps.tape import COMPUTED, Tape

if TYPE_CHECKING:
    from netcost.language.work import Work
    from netcost.network import Network

MARK = "\0"
"""Around what stands in a text for a number: no file that can be read has it."""

MARKED = re.compile(f"{MARK}([0-9]+):([^{MARK}]*){MARK}")


class Recorder(Protocol):
    """What numbers tell of the operations on them, and of what is asked of them: `netcost.sweeps.trace.Trace`."""

    tape: Tape
    answers: dict[int, Any]

    def apply(self, operation: str, *numbers: Any) -> Any:
        """What an operation makes of some numbers."""

    def ask(self, place: int, answer: Any) -> Any:
        """Record a question, and what the variant answers."""

    def place(self, number: Any) -> int:
        """Where a number comes from."""

    def span(self, place: int) -> Span:
        """What a node can be, as far as the questions before tell."""


def value_of(number: Any) -> Any:
    """A number of the variant at hand, plain."""
    return number.value if type(number) in RECORDED else number


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def _binary(operation: str, *, swapped: bool = False) -> Callable[[Any, Any], Any]:
    def apply(self: Symbol, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        pair = (other, self) if swapped else (self, other)
        if operation in DIVIDING and pair[1] == 0:
            raise ZeroDivisionError
        return self.trace.apply(operation, *pair)

    return apply


DIVIDING = frozenset({"floordiv", "truediv", "mod"})


def _unary(operation: str) -> Callable[[Any], Any]:
    return lambda self: self.trace.apply(operation, self)


def _rounding(operation: str) -> Callable[..., Any]:
    def apply(self: Symbol) -> Any:
        return self if type(self.value) is int else self.trace.apply(operation, self)

    return apply


def _less(trace: Recorder, a: Any, b: Any) -> Any:
    places = trace.place(a), trace.place(b)
    known = is_less(*map(trace.span, places))
    if known is not None:
        return known
    return trace_truth(trace, "lt", places, value_of(a) < value_of(b))


def _negated(truth: Any) -> Any:
    if type(truth) is not Truth:
        return not truth
    return trace_truth(truth.trace, "not", (truth.place,), not truth.value)


def trace_truth(trace: Recorder, operation: str, places: tuple[int, ...], value: bool) -> Any:
    """A truth value that depends on the variant; a plain one where the question has been answered."""
    place = trace.tape.node(operation, places, bool)
    return trace.answers[place] if place in trace.answers else Truth(trace, place, value)


class Symbol:
    """A number of the variant at hand, and the node that makes it for others."""

    __slots__ = ("place", "trace", "value")

    def __init__(self, trace: Recorder, place: int, value: Any) -> None:
        self.trace = trace
        self.place = place
        self.value = value

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self.value)

    __add__, __radd__ = _binary("add"), _binary("add", swapped=True)
    __sub__, __rsub__ = _binary("sub"), _binary("sub", swapped=True)
    __mul__, __rmul__ = _binary("mul"), _binary("mul", swapped=True)
    __floordiv__, __rfloordiv__ = _binary("floordiv"), _binary("floordiv", swapped=True)
    __truediv__, __rtruediv__ = _binary("truediv"), _binary("truediv", swapped=True)
    __mod__, __rmod__ = _binary("mod"), _binary("mod", swapped=True)
    __neg__, __abs__ = _unary("neg"), _unary("abs")
    __trunc__, __floor__, __ceil__ = _rounding("trunc"), _rounding("floor"), _rounding("ceil")

    def __pos__(self) -> Any:
        return self

    def __round__(self, digits: int | None = None) -> Any:
        if digits is not None:
            return round(self._told(), digits)
        return self if type(self.value) is int else self.trace.apply("round", self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __pow__(self, other: Any) -> Any:
        return self._power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._power(other, self)

    def _power(self, base: Any, exponent: Any) -> Any:
        """A power; whether it is whole is a question, and so is whether it is a number at all."""
        if not (_is_number(base) and _is_number(exponent)):
            return NotImplemented
        if type(exponent) is int and exponent == 2 and type(value_of(base)) is int:  # noqa: PLR2004
            return base * base
        if isinstance(value_of(exponent), int) and not exponent < 0:
            return self.trace.apply("pow", base, exponent)
        if base > 0:
            return self.trace.apply("pow", base, exponent)
        return value_of(base) ** self._told() if exponent is self else self._told() ** value_of(exponent)

    def __lt__(self, other: Any) -> Any:
        return _less(self.trace, self, other) if _is_number(other) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return _less(self.trace, other, self) if _is_number(other) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return _negated(_less(self.trace, other, self)) if _is_number(other) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return _negated(_less(self.trace, self, other)) if _is_number(other) else NotImplemented

    def __eq__(self, other: object) -> Any:
        if not _is_number(other):
            return NotImplemented
        places = self.place, self.trace.place(other)
        if places[0] == places[1]:
            return True
        known = is_equal(*map(self.trace.span, places))
        if known is not None:
            return known
        return trace_truth(self.trace, "eq", (min(places), max(places)), self.value == value_of(other))

    def __ne__(self, other: object) -> Any:
        found = self.__eq__(other)
        return found if found is NotImplemented else _negated(found)

    # -- what only one number can answer

    def _told(self) -> Any:
        """The value, which is a question."""
        return self.trace.ask(self.place, self.value)

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __index__(self) -> int:
        if type(self.value) is not int:
            raise TypeError("a float is no index")
        found: int = self._told()
        return found

    def __int__(self) -> int:
        return int(self._told())

    def __float__(self) -> float:
        return float(self._told())

    def __hash__(self) -> int:
        return hash(self._told())

    def is_integer(self) -> bool:
        """Tell whether it has no fraction."""
        return type(self.value) is int or bool(self == self.__trunc__())

    # -- what other modules ask for

    @property
    def identity(self) -> tuple[str, int]:
        """The same for numbers that are made by the same operations; by this they can be told apart without a question."""
        return MARK, self.place

    def repetitions(self, network: Network, work: Work) -> Iterator[int]:
        """Number the repetitions of an item of which there are so many."""
        from netcost.sweeps.repeats import repetitions

        return repetitions(self, network, work)

    @staticmethod
    def gcd(a: Any, b: Any) -> Any:
        """Greatest common divisor."""
        symbol = a if type(a) is Symbol else b
        return symbol.trace.apply("gcd", a, b)

    @staticmethod
    def isqrt(number: Symbol) -> Any:
        """Whole square root, rounded down."""
        return number.trace.apply("isqrt", number)

    @staticmethod
    def beside(make: Callable[[], str]) -> str:
        """A text from which nothing follows is not made."""
        del make
        return ""

    # -- in a text, a mark that the number of a variant is put for

    def __format__(self, form: str) -> str:
        return f"{MARK}{self.place}:{form}{MARK}"

    def __str__(self) -> str:
        return format(self)

    __repr__ = __str__


class Truth:
    """A truth value of the variant at hand, and the node that makes it for others."""

    __slots__ = ("place", "trace", "value")

    def __init__(self, trace: Recorder, place: int, value: bool) -> None:
        self.trace = trace
        self.place = place
        self.value = value

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return bool

    def __bool__(self) -> bool:
        node = self.trace.tape.nodes[self.place]
        if node.operation == "not":  # one question, whichever way it is put
            return not self.trace.ask(node.operands[0], not self.value)
        return bool(self.trace.ask(self.place, self.value))

    def any(self) -> bool:
        """Whether it holds."""
        return bool(self)

    def select(self, then: Any, otherwise: Any) -> Any:
        """One number where it holds, else another; of two kinds, it must be known which."""
        if not (_is_number(then) and _is_number(otherwise)):
            return then if self else otherwise
        if type(value_of(then)) is not type(value_of(otherwise)):
            return then if self else otherwise
        trace = self.trace
        node, pair = trace.tape.nodes[self.place], (trace.place(then), trace.place(otherwise))
        if pair[0] == pair[1]:
            return then
        if node.operation == "lt" and set(node.operands) == set(pair):
            return trace.apply(
                "min" if node.operands == pair else "max", *sorted((then, otherwise), key=trace.place)
            )
        return trace.apply("select", self, then, otherwise)

    def __and__(self, other: Any) -> Any:
        return (
            (self if other else False)
            if isinstance(other, bool) and type(other) is bool
            else self._with("and", other)
        )

    def __or__(self, other: Any) -> Any:
        return (True if other else self) if type(other) is bool else self._with("or", other)

    __rand__, __ror__ = __and__, __or__

    def _with(self, operation: str, other: Any) -> Any:
        if type(other) is not Truth:
            return NotImplemented
        value = COMPUTED[operation](self.value, other.value)
        return trace_truth(self.trace, operation, (self.place, self.trace.place(other)), value)

    def _number(self) -> Any:
        return self.select(1, 0)

    def __add__(self, other: Any) -> Any:
        return self._number() + other

    def __mul__(self, other: Any) -> Any:
        return self._number() * other

    __radd__, __rmul__ = __add__, __mul__

    def __index__(self) -> int:
        return int(bool(self))

    __int__ = __index__

    def __eq__(self, other: object) -> bool:
        return bool(self) == other

    def __hash__(self) -> int:
        return hash(bool(self))

    def __str__(self) -> str:
        return str(bool(self))

    __repr__ = __str__


RECORDED = frozenset({Symbol, Truth})
"""What remembers how it was made."""
