"""What the operators and functions of an expression compute, and what they refuse.

Each function here compiles one kind of operation: from the parts it works on to a closure over the variables.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from netcost.integers import BOUND, ceil_to, make_divisible, maximum, minimum
from netcost.language.scope import Absent
from netcost.record import Record
from netcost.source.problem import neighbours, one_of
from netcost.source.scalar import TOO_LARGE
from netcost.wording import shortened

Result: TypeAlias = int | float | bool | str | Sequence["Result"]
"""What an expression, or a part of it, comes to."""

Variables: TypeAlias = Mapping[str, Result]
"""What the names in an expression stand for."""

Run: TypeAlias = Callable[[Variables], Result]

INDEX = "i"
"""The name of an item's repetitions."""

MANY = 256  # more arguments than an expression can hold


class ExpressionError(Exception):
    """What is wrong with an expression, and at which of its characters, counted from 0."""

    def __init__(self, message: str, offset: int, width: int = 1, hint: str | None = None) -> None:
        super().__init__(message, offset, width, hint)
        self.message = message
        self.offset = offset
        self.width = width
        self.hint = hint

    def __str__(self) -> str:
        return self.message


NAMES = "names are those of `params`, of `let`, and of lengths, as `in_channels`"


class UnknownNameError(ExpressionError):
    """A name that nothing has."""


class Part(Record):
    """A compiled piece of an expression, and where it stands in the text."""

    run: Run
    offset: int
    end: int

    def error(self, message: str, hint: str | None = None) -> ExpressionError:
        """An error at this piece."""
        return ExpressionError(message, self.offset, self.end - self.offset, hint)


class Function(Record):
    """A function of the language: what it computes, and of how many arguments."""

    compute: Callable[..., Result]
    least: int
    most: int
    of_list: bool = False

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.least == self.most:
            return "1 argument" if self.most == 1 else f"{self.most} arguments"
        return f"{self.least} or {'more' if self.most == MANY else self.most} arguments"


def constant(value: Result) -> Run:
    """A number, a truth value or a text."""
    return lambda _variables: value


def variable(name: str, offset: int) -> Run:
    """The value of a name."""

    def run(variables: Variables) -> Result:
        try:
            return variables[name]
        except Absent as error:
            raise ExpressionError(error.args[0], offset, len(name)) from None
        except KeyError:
            near = neighbours(name, variables)
            hint = one_of(near, NAMES) if near else None
            if name in FUNCTIONS:
                hint = f"write `{name}(...)` to call the function"
            elif name == INDEX:
                hint = (
                    "it counts the repetitions of an item with `repeat`; a block is given it as an argument"
                )
            message = f"unknown name `{shortened(name)}`"
            raise UnknownNameError(message, offset, len(name), hint) from None

    return run


def arithmetic(sign: str, offset: int, left: Part, right: Part) -> Run:
    """`left sign right` for `+ - * / // % **`; the sign stands at the offset."""
    compute = _ARITHMETIC[sign]
    run_left, run_right = left.run, right.run

    def run(variables: Variables) -> Result:
        a, b = run_left(variables), run_right(variables)
        if a.__class__ not in _NUMBERS or b.__class__ not in _NUMBERS:
            part, value = (right, b) if a.__class__ in _NUMBERS else (left, a)
            raise part.error(f"`{sign}` needs numbers, this is {in_words(value)}")
        try:
            result: Result = compute(a, b)
        except ZeroDivisionError:
            raise right.error("division by zero") from None
        except ValueError as error:
            raise left.error(str(error)) from None
        if _is_too_large(result):
            raise ExpressionError("the result is too large", offset, len(sign), TOO_LARGE)
        return result

    return run


def signed(sign: str, part: Part) -> Run:
    """`-part` or `+part`."""
    compute: Callable[[Any], Result] = operator.neg if sign == "-" else operator.pos

    def run(variables: Variables) -> Result:
        value = part.run(variables)
        if value.__class__ not in _NUMBERS:
            raise part.error(f"`{sign}` needs a number, this is {in_words(value)}")
        return compute(value)

    return run


def comparison(first: Part, rest: Sequence[tuple[str, Part]]) -> Run:
    """`a < b <= c`: whether each neighbouring pair compares so; the first that does not ends it."""

    def run(variables: Variables) -> bool:
        left, a = first, first.run(variables)
        for sign, right in rest:
            b = right.run(variables)
            if a.__class__ not in _NUMBERS or b.__class__ not in _NUMBERS:
                _check_comparable(sign, left, a, right, b)
            if not _COMPARISONS[sign](a, b):
                return False
            left, a = right, b
        return True

    return run


def _check_comparable(sign: str, left: Part, a: Result, right: Part, b: Result) -> None:
    """Refuse what has no order and what is never meant: a list, or a number set against true or false."""
    kinds = {*_NUMBERS, bool, str} if sign in {"==", "!="} else _NUMBERS
    for part, value in ((left, a), (right, b)):
        if value.__class__ not in kinds:
            raise part.error(f"`{sign}` cannot compare {in_words(value)}")
    if {a.__class__, b.__class__} & _NUMBERS and bool in {a.__class__, b.__class__}:
        raise right.error(f"`{sign}` cannot compare {in_words(a)} with {in_words(b)}")


def both(left: Part, right: Part) -> Run:
    """`left and right`."""
    return lambda variables: _truth(left, variables, "and") and _truth(right, variables, "and")


def either(left: Part, right: Part) -> Run:
    """`left or right`."""
    return lambda variables: _truth(left, variables, "or") or _truth(right, variables, "or")


def negation(part: Part) -> Run:
    """`not part`."""
    return lambda variables: not _truth(part, variables, "not")


def choice(condition: Part, first: Part, second: Part) -> Run:
    """`first if condition else second`; only the chosen one is evaluated."""
    return lambda variables: (first if _truth(condition, variables, "if") else second).run(variables)


def _truth(part: Part, variables: Variables, word: str) -> bool:
    value = part.run(variables)
    if not isinstance(value, bool):
        raise part.error(f"`{word}` needs true or false, this is {in_words(value)}")
    return value


def listing(parts: Sequence[Part]) -> Run:
    """`[a, b]`: a list of values."""
    return lambda variables: [part.run(variables) for part in parts]


def item(base: Part, index: Part) -> Run:
    """`base[index]`, counted from 0."""

    def run(variables: Variables) -> Result:
        values, place = base.run(variables), index.run(variables)
        if not isinstance(values, list | tuple):
            raise base.error(f"only a list has items, this is {in_words(values)}")
        if place.__class__ is not int:
            raise index.error(f"an index is a whole number, this is {in_words(place)}")
        if place < 0:
            raise index.error(f"the index {place} is negative; the first item has index 0")
        if place >= len(values):
            raise index.error(f"there is no item {place} in a list of {len(values)}, which count from 0")
        value: Result = values[place]
        return value

    return run


def call(name: str, arguments: Sequence[Part]) -> Run:
    """`name(arguments)` for a function of the language."""
    function = FUNCTIONS[name]
    kinds, wanted = (_LISTS, "a list") if function.of_list else (_NUMBERS, "numbers")

    def run(variables: Variables) -> Result:
        values = [argument.run(variables) for argument in arguments]
        for argument, value in zip(arguments, values, strict=True):
            if value.__class__ not in kinds:
                raise argument.error(f"`{name}` needs {wanted}, this is {in_words(value)}")
        try:
            result = function.compute(*values)
        except ValueError as error:
            raise arguments[-1].error(str(error)) from None
        if _is_too_large(result):
            raise arguments[0].error("the result is too large", TOO_LARGE)
        return result

    return run


def in_words(value: object) -> str:
    """A value as a message names it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text '{shortened(value)}'"
    if isinstance(value, int | float):
        return str(value)
    return "nothing" if value is None else "a list"


def _divide(a: Any, b: Any) -> Any:
    """The quotient; of integers, an exact integer where it is one."""
    if a.__class__ is int and b.__class__ is int and a % b == 0:
        return a // b
    return a / b


def _power(a: Any, b: Any) -> Any:
    """A power; of integers, an exact integer. What is too large is not worked out.

    Raises:
        ValueError: it is no real number.
    """
    if a.__class__ is int and b.__class__ is int and b >= 0:
        return a**b if abs(a) <= 1 or b < BOUND.bit_length() else BOUND
    if a < 0 and b != int(b):
        raise ValueError("a negative number has no power with a fraction")
    try:
        return (a * 1.0) ** b
    except OverflowError:
        return BOUND


def _is_too_large(number: Any) -> bool:
    return not -BOUND < number < BOUND  # true for what is no number at all, too


_NUMBERS = frozenset({int, float})
_LISTS = frozenset({list, tuple})
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
FUNCTIONS = {
    "min": Function(minimum, 2, MANY),
    "max": Function(maximum, 2, MANY),
    "abs": Function(abs, 1, 1),
    "ceil": Function(math.ceil, 1, 1),
    "floor": Function(math.floor, 1, 1),
    "round": Function(round, 1, 1),
    "int": Function(math.trunc, 1, 1),
    "make_divisible": Function(make_divisible, 1, 2),
    "ceil_to": Function(ceil_to, 2, 2),
    "len": Function(len, 1, 1, of_list=True),
}
