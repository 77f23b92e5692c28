"""What rules compute, recorded: numbers that pose as Python's, and the questions that rules asked of them.

The rules run once, on numbers that have the value of the variant at hand and remember the operations that made
them: each a node of a tape, equal ones once. A question that is asked of such a number, whether one is less than
another or which index it is, is answered by the variant at hand and recorded. The nodes then tell the costs of every
variant that answers all questions alike.

Such a number is no `int`: what is written in C would read the value of one without asking. It has nothing to be read,
answers `int` when asked for its class, and is asked for its index, which is recorded.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netcost.sweeps.span import SPANS, TRUTH, Span, is_equal, is_less, span_of

if TYPE_CHECKING:
    from netcost.sweeps.groups import Slot

MARK = "\0"
"""Around what stands in a text for a number: no file that can be read has it."""

MARKED = re.compile(f"{MARK}([0-9]+):([^{MARK}]*){MARK}")


class DivergedError(Exception):
    """The rules asked another question than before, though all answers were the same."""


class Node(NamedTuple):
    """One operation.

    Args:
        operation: a key of `COMPUTED`, `constant` or `argument`.
        operands: the nodes that it is applied to; the number itself of a constant, the place of an argument.
        kind: what it makes.
        span: what that can be.
    """

    operation: str
    operands: tuple[Any, ...]
    kind: type
    span: Span


class Tape:
    """The operations of all variants that have the same lists, texts and truth values.

    Args:
        arguments: the values of each number that varies.
    """

    def __init__(self, arguments: Sequence[Sequence[Any]]) -> None:
        self.nodes: list[Node] = []
        self._places: dict[tuple[Any, ...], int] = {}
        for place, values in enumerate(arguments):
            self.node("argument", (place,), type(values[0]), span_of(values))

    def node(self, operation: str, operands: tuple[Any, ...], kind: type, span: Span | None = None) -> int:
        """The place of an operation; the same one for the same operation."""
        key = (operation, kind, *operands)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.nodes)
            found = span or SPANS[operation](*(self.nodes[each].span for each in operands))
            self.nodes.append(Node(operation, operands, kind, found))
        return place

    def constant(self, value: Any) -> int:
        """The place of a number that is the same for all variants."""
        kind = type(value) if type(value) in {bool, float} else int
        return self.node("constant", (kind(value),), kind, span_of([kind(value)]))


class Trace:
    """One run of the rules, for the variant at hand.

    Args:
        tape: what it is recorded on.
        values: the numbers that vary, of the variant.
        slot: where its first question stands among those of other variants.
    """

    def __init__(self, tape: Tape, values: Sequence[Any], slot: Slot) -> None:
        self.tape = tape
        self.slot = slot
        self.values = values
        self.answers: dict[int, Any] = {}
        self.path: list[tuple[int, Any]] = []
        """The questions, and what the variant answered."""

    @property
    def arguments(self) -> list[Any]:
        """The numbers that vary, as rules get them; one that does not vary is plain."""
        return [self.number(place, value) for place, value in enumerate(self.values)]

    def number(self, place: int, value: Any) -> Any:
        """What a node makes, as a number; a plain one if it is the same for all variants."""
        span = self.tape.nodes[place].span
        if span.is_point and isinstance(value, int):
            return value
        return Symbol(self, place, value)

    def ask(self, place: int, answer: Any) -> Any:
        """Record a question, and what the variant answers."""
        if place in self.answers:
            return self.answers[place]
        self.answers[place] = answer
        self.path.append((place, answer))
        self.slot = self.slot.after(place, answer)
        return answer

    def span(self, place: int) -> Span:
        """What a node can be, as far as the questions before tell."""
        found = self.answers.get(place)
        return self.tape.nodes[place].span if found is None else span_of([found])

    def place(self, number: Any) -> int:
        """Where a number comes from.

        Raises:
            DivergedError: it comes from another run.
        """
        if type(number) in {Symbol, Truth}:
            if number.trace is not self:
                raise DivergedError
            found: int = number.place
            return found
        return self.tape.constant(number)

    def apply(self, operation: str, *numbers: Any) -> Any:
        """What an operation makes of some numbers."""
        value = COMPUTED[operation](*map(value_of, numbers))
        places = [self.place(number) for number in numbers]
        operation, places = self._simplified(operation, places)
        if operation == "same":
            return self.number(places[0], value)
        return self.number(self.tape.node(operation, tuple(places), type(value)), value)

    # -- the same in fewer operations; of whole numbers alone, as floats round after each

    def _simplified(self, operation: str, places: list[int]) -> tuple[str, list[int]]:
        nodes = self.tape.nodes
        if any(nodes[place].kind is not int for place in places):
            return operation, places
        if operation == "neg":
            return self._of_negative(places)
        if operation == "sub" and nodes[places[1]].operation == "constant":
            operation, places = "add", [places[0], self.tape.constant(-nodes[places[1]].operands[0])]
        if operation in {"add", "mul"}:
            places = sorted(places, key=lambda place: (nodes[place].operation == "constant", place))
        if operation in MERGED and nodes[places[1]].operation == "constant":
            return self._with_constant(operation, *places)
        return operation, places

    def _with_constant(self, operation: str, place: int, second: int) -> tuple[str, list[int]]:
        """`(x + c) + d` as `x + (c + d)`, and likewise for products and for quotients rounded down."""
        nodes = self.tape.nodes
        merge, neutral = MERGED[operation]
        node, constant = nodes[place], nodes[second].operands[0]
        if node.operation == operation and nodes[node.operands[1]].operation == "constant":
            inner = nodes[node.operands[1]].operands[0]
            if operation != "floordiv" or (inner > 0 and constant > 0):
                place, constant = node.operands[0], merge(inner, constant)
        if constant == neutral:
            return "same", [place]
        return operation, [place, self.tape.constant(constant)]

    def _of_negative(self, places: list[int]) -> tuple[str, list[int]]:
        """`-(-x // c)`, by which integers are divided and rounded up, as `(x + c - 1) // c`; `-(-x)` as `x`."""
        nodes = self.tape.nodes
        node = nodes[places[0]]
        if node.operation == "neg":
            return "same", [node.operands[0]]
        if node.operation != "floordiv":
            return "neg", places
        inner, divisor = (nodes[place] for place in node.operands)
        if inner.operation != "neg" or divisor.operation != "constant" or divisor.operands[0] < 1:
            return "neg", places
        more = self.tape.constant(divisor.operands[0] - 1)
        operation, added = self._with_constant("add", inner.operands[0], more)
        place = added[0] if operation == "same" else self.tape.node(operation, tuple(added), int)
        return self._with_constant("floordiv", place, node.operands[1])


MERGED: Mapping[str, tuple[Callable[[int, int], int], int]] = {
    "add": (operator.add, 0),
    "mul": (operator.mul, 1),
    "floordiv": (operator.mul, 1),
}
"""Operations by two constants, one after the other, that are one by what is made of both; and by what nothing changes."""


def _raised(a: Any, b: Any) -> Any:
    return a**b


COMPUTED: Mapping[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "neg": operator.neg,
    "floordiv": operator.floordiv,
    "truediv": operator.truediv,
    "mod": operator.mod,
    "pow": _raised,
    "lt": operator.lt,
    "eq": operator.eq,
    "not": operator.not_,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "select": lambda condition, then, otherwise: then if condition else otherwise,
    "max": max,
    "min": min,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "abs": abs,
    "gcd": math.gcd,
    "isqrt": math.isqrt,
}
"""What each operation makes of plain numbers."""


def value_of(number: Any) -> Any:
    """A number of the variant at hand, plain."""
    return number.value if type(number) in {Symbol, Truth} else number


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


def _less(trace: Trace, a: Any, b: Any) -> Any:
    places = trace.place(a), trace.place(b)
    known = is_less(*map(trace.span, places))
    if known is not None:
        return known
    return trace_truth(trace, "lt", places, value_of(a) < value_of(b))


def _negated(truth: Any) -> Any:
    if type(truth) is not Truth:
        return not truth
    return trace_truth(truth.trace, "not", (truth.place,), not truth.value)


def trace_truth(trace: Trace, operation: str, places: tuple[int, ...], value: bool) -> Any:
    """A truth value that depends on the variant; a plain one where the question has been answered."""
    place = trace.tape.node(operation, places, bool, TRUTH)
    return trace.answers[place] if place in trace.answers else Truth(trace, place, value)


class Symbol:
    """A number of the variant at hand, and the node that makes it for others."""

    __slots__ = ("place", "trace", "value")

    def __init__(self, trace: Trace, place: int, value: Any) -> None:
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

    def __eq__(self, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        places = self.place, self.trace.place(other)
        if places[0] == places[1]:
            return True
        known = is_equal(*map(self.trace.span, places))
        if known is not None:
            return known
        return trace_truth(self.trace, "eq", (min(places), max(places)), self.value == value_of(other))

    def __ne__(self, other: Any) -> Any:
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

    def __init__(self, trace: Trace, place: int, value: bool) -> None:
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
            return trace.apply("min" if node.operands == pair else "max", *sorted((then, otherwise), key=trace.place))
        return trace.apply("select", self, then, otherwise)

    def __and__(self, other: Any) -> Any:
        return (self if other else False) if isinstance(other, bool) and type(other) is bool else self._with("and", other)

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
