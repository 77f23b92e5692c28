"""Lengths that stand in a program as expressions, `Mul(Integer(2), Symbol('s0'))` or `2*s0`, once their symbols are known."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import reduce

from netcost.integers import BOUND

MAX_TEXT = 2_000
"""Characters of an expression."""

MAX_POWER = 16

Number = Fraction


class UnknownLengthError(ValueError):
    """An expression that cannot be worked out."""


def _power(base: Number, exponent: Number) -> Number:
    if exponent.denominator != 1 or abs(exponent) > MAX_POWER or (exponent < 0 and not base):
        raise UnknownLengthError("a power that is no small whole number")
    return base ** int(exponent)


def _floor_div(first: Number, second: Number) -> Number:
    return Fraction(first // second)


def _floor(number: Number) -> Number:
    return Fraction(math.floor(number))


def _ceil(number: Number) -> Number:
    return Fraction(math.ceil(number))


def _same(number: Number) -> Number:
    return number


FUNCTIONS: Mapping[str, Callable[..., Number]] = {
    "Add": lambda *terms: sum(terms, Fraction(0)),
    "Mul": lambda *factors: reduce(operator.mul, factors, Fraction(1)),
    "Pow": _power,
    "PowByNatural": _power,
    "FloatPow": _power,
    "Rational": lambda first, second: first / second,
    "Integer": _same,
    "FloorDiv": _floor_div,
    "CleanDiv": _floor_div,
    "CeilDiv": lambda first, second: _ceil(first / second),
    "IntTrueDiv": lambda first, second: first / second,
    "FloatTrueDiv": lambda first, second: first / second,
    "Mod": lambda first, second: first % second,
    "PythonMod": lambda first, second: first % second,
    "ModularIndexing": lambda first, second, third: _floor_div(first, second) % third,
    "Max": max,
    "Min": min,
    "Abs": abs,
    "floor": _floor,
    "FloorToInt": _floor,
    "TruncToInt": lambda number: Fraction(math.trunc(number)),
    "ceiling": _ceil,
    "CeilToInt": _ceil,
    "RoundToInt": lambda number: Fraction(round(number)),
    "ToFloat": _same,
    "Identity": _same,
}
OPERATORS: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: _floor_div,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}


def _parsed(text: str) -> ast.expr:
    """An expression, of which nothing is run.

    Raises:
        UnknownLengthError: it is none.
    """
    if len(text) > MAX_TEXT:
        raise UnknownLengthError(f"an expression of {len(text):,} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnknownLengthError("no expression") from None


def symbol_of(text: str) -> str:
    """The symbol that an expression is; nothing if it is more than one."""
    try:
        found = _parsed(text)
    except UnknownLengthError:
        return ""
    return _name(found)


def _name(tree: ast.expr) -> str:
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id="Symbol"), args=[ast.Constant(value=str(name)), *_]):
            return name
    return ""


def symbols_in(text: str) -> Iterator[str]:
    """The symbols of an expression."""
    try:
        tree = _parsed(text)
    except UnknownLengthError:
        return
    called = {id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    for each in ast.walk(tree):
        if isinstance(each, ast.expr) and id(each) not in called:
            name = _name(each)
            if name:
                yield name


def evaluated(text: str, symbols: Mapping[str, int]) -> int:
    """The length that an expression stands for.

    Raises:
        UnknownLengthError: a symbol or a function in it is not known, or it is no length.
    """
    try:
        found = _value(_parsed(text), symbols)
    except (ArithmeticError, RecursionError, TypeError):
        raise UnknownLengthError("an expression without a value") from None
    if found.denominator != 1 or not 0 <= found < BOUND:
        raise UnknownLengthError(f"a length of {found}")
    return int(found)


def _value(tree: ast.expr, symbols: Mapping[str, int]) -> Number:
    name = _name(tree)
    if name:
        if name not in symbols:
            raise UnknownLengthError(f"`{name}` is not known")
        return Fraction(symbols[name])
    match tree:
        case ast.Constant(value=bool()):
            raise UnknownLengthError("a truth value")
        case ast.Constant(value=int(number)):
            return _checked(Fraction(number))
        case ast.Constant(value=float(number)) if math.isfinite(number):
            return Fraction(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, symbols)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return _checked(OPERATORS[type(sign)](_value(left, symbols), _value(right, symbols)))
        case ast.Call(func=ast.Name(id=function), args=arguments) if function in FUNCTIONS:
            return _checked(FUNCTIONS[function](*(_value(each, symbols) for each in arguments)))
    raise UnknownLengthError("something else than lengths")


def _checked(number: Number) -> Number:
    if max(abs(number.numerator), number.denominator) >= BOUND:
        raise UnknownLengthError("a number beyond 2^63")
    return number
