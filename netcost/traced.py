"""An integer that remembers how it was computed, in words and in figures."""

from __future__ import annotations

import math
import operator as calculate
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, cast

from netcost.wording import figure

Operator = Literal["+", "-", "*", "/", "%", "floor", "ceil", "gcd", "sqrt", "neg"]

PRECEDENCE: Mapping[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}
"""How tightly an operator binds; whatever is not listed needs no brackets."""

CALCULATED: Mapping[str, Callable[[int, int], int]] = {
    "+": calculate.add,
    "-": calculate.sub,
    "*": calculate.mul,
    "/": calculate.floordiv,
    "%": calculate.mod,
}

LEAST_PRODUCTS = 2
"""Products in a sum from which on they are worked out on a line of their own."""


class Step(NamedTuple):
    """One operation of a derivation: a leaf has a word, the rest an operator."""

    value: int
    """The outcome; of a leaf that is a factor with a fraction, the factor."""
    word: str = ""
    operator: Operator | Literal[""] = ""
    left: Step | None = None
    right: Step | None = None

    def written(self, *, words: bool) -> str:
        """Write the arithmetic out, by names or by numbers."""
        if self.left is None:
            return self.word if words else figure(self.value)
        if self.operator == "neg":
            return f"-{self.left.behind(PRECEDENCE['*'], words=words)}"
        if self.operator in PRECEDENCE:
            (_, first), *rest = self.run()
            start = first.bracketed(PRECEDENCE[self.operator] + 1, words=words)
            return "".join([start, *(_operation(operator, each, words=words) for operator, each in rest)])
        return f"{self.operator}({self._arguments(words=words)})"

    def _arguments(self, *, words: bool) -> str:
        """Write what a function is applied to: the quotient or the product that is rounded, or numbers."""
        if self.operator in {"floor", "ceil"} and self.right:
            return Step(0, operator="/", left=self.left, right=self.right).written(words=words)
        return ", ".join(each.written(words=words) for each in (self.left, self.right) if each)

    def halfway(self) -> str:
        """The figures with the products of a sum, or the brackets of a product, worked out.

        Returns:
            `200,704 * 363` for `(64 * 56 * 56) * (3 * 11 * 11)`; nothing where a reader needs no such step.
        """
        if self.operator not in PRECEDENCE:
            return ""
        run = self.run()
        composite = sum(each.left is not None for _, each in run)
        if composite < (LEAST_PRODUCTS if self.operator in {"+", "-"} else 1):
            return ""
        (_, first), *rest = ((operator, Step(each.value)) for operator, each in run)
        start = first.written(words=False)
        return "".join([start, *(_operation(operator, each, words=False) for operator, each in rest)])

    def run(self) -> list[tuple[str, Step]]:
        """The operands of operators of one rank in a row, `a - b + c`, each with the operator before it.

        A product by a product stays apart, `(a * b) * (c * d)`; a sum of sums does not.
        """
        rank = PRECEDENCE[self.operator]
        found: list[tuple[str, Step]] = []
        step: Step | None = self
        apart = False
        while (
            step is not None
            and step.right is not None
            and PRECEDENCE.get(step.operator) == rank
            and not apart
        ):
            again = PRECEDENCE.get(step.right.operator) == rank
            if again and step.operator == "+":
                (_, first), *rest = step.right.run()
                found += [*reversed(rest), ("+", first)]
            else:
                found.append((step.operator, step.right))
            apart = again and step.operator == "*"
            step = step.left
        return [*([("", step)] if step else []), *reversed(found)]

    def behind(self, rank: int, *, words: bool) -> str:
        """Write the step as it stands behind an operator that binds everything up to a rank."""
        text = self.bracketed(rank + 1, words=words)
        return f"({text})" if text.startswith("-") else text

    def bracketed(self, rank: int, *, words: bool) -> str:
        """Write the step, in brackets if it binds less tightly than a rank."""
        text = self.written(words=words)
        return text if PRECEDENCE.get(self.operator, rank) >= rank else f"({text})"


def _operation(operator: str, operand: Step, *, words: bool) -> str:
    """Write an operator and what stands behind it."""
    return f" {operator} {operand.behind(PRECEDENCE[operator], words=words)}"


class Traced(int):
    """A whole number with the `Step` that made it; behaves as the plain number everywhere else.

    `+ - * // %`, `sum`, `math.prod` and the functions of `integers` are remembered, `-(-a // b)` as the quotient
    rounded up. `min` and `max` give the winner with its own derivation; any other operation
    gives a plain number. Equality and hash are the number's: what is cached by a traced number is found by the plain one. A boolean is a
    factor only on the right: Python asks the boolean first, and it answers plainly.

    Additions of zero leave no step, nor do products with a one or a zero that has no name, nor quotients by
    such a one: they come from absent options and would only be noise to a reader.
    """

    step: Step

    @classmethod
    def of(cls, step: Step) -> Traced:
        """Wrap the outcome of a step."""
        number = cls(step.value)
        number.step = step
        return number

    @classmethod
    def named(cls, value: int, word: str) -> Traced:
        """Start a derivation from a number that has a name."""
        return cls.of(Step(int(value), word))

    def __add__(self, other: int) -> Traced:
        return _combined("+", self, other)

    def __radd__(self, other: int) -> Traced:
        return _combined("+", other, self)

    def __sub__(self, other: int) -> Traced:
        return _combined("-", self, other)

    def __rsub__(self, other: int) -> Traced:
        return _combined("-", other, self)

    def __mul__(self, other: int) -> Traced:
        return _combined("*", self, other)

    def __rmul__(self, other: int) -> Traced:
        return _combined("*", other, self)

    def __floordiv__(self, other: int) -> Traced:
        return _combined("/", self, other)

    def __rfloordiv__(self, other: int) -> Traced:
        return _combined("/", other, self)

    def __mod__(self, other: int) -> Traced:
        return _combined("%", self, other)

    def __rmod__(self, other: int) -> Traced:
        return _combined("%", other, self)

    def __pos__(self) -> Traced:
        return self

    def __neg__(self) -> Traced:
        step = self.step
        if step.operator == "neg" and step.left is not None:
            return Traced.of(step.left)
        if step.operator in {"/", "floor"} and step.left is not None and step.left.operator == "neg":
            # -(-a // b) is how integer arithmetic rounds a quotient up.
            operator: Operator = "/" if step.operator == "/" else "ceil"
            return Traced.of(Step(-step.value, operator=operator, left=step.left.left, right=step.right))
        return Traced.of(Step(-step.value, operator="neg", left=step))

    @staticmethod
    def gcd(left: int, right: int) -> Traced:
        """Greatest common divisor."""
        value = math.gcd(left, right)
        return Traced.of(Step(value, operator="gcd", left=step_of(left), right=step_of(right)))

    @staticmethod
    def scaled(number: int, factor: float) -> Traced:
        """The product with a number that has a fraction, rounded down."""
        value = math.floor(int(number) * factor)
        product = Step(
            value, operator="*", left=step_of(number), right=Step(cast("int", factor), str(factor))
        )
        return Traced.of(Step(value, operator="floor", left=product))

    @staticmethod
    def isqrt(number: int) -> Traced:
        """Whole square root of a square."""
        return Traced.of(Step(math.isqrt(number), operator="sqrt", left=step_of(number)))


def step_of(number: int) -> Step:
    """Return the number's derivation; a plain number is its own word."""
    return number.step if isinstance(number, Traced) else Step(int(number), figure(int(number)))


def _combined(operator: Literal["+", "-", "*", "/", "%"], left: float, right: float) -> Traced:
    if not (isinstance(left, int) and isinstance(right, int)):
        return cast("Traced", NotImplemented)  # a float takes over, and the outcome is a plain number
    kept = _unchanged(operator, left, right)
    if kept is not None:
        return Traced.of(step_of(kept))
    value = CALCULATED[operator](int(left), int(right))
    written: Operator = "floor" if operator == "/" and int(left) % int(right) else operator
    return Traced.of(Step(value, operator=written, left=step_of(left), right=step_of(right)))


def _unchanged(operator: str, left: int, right: int) -> int | None:
    """The operand that is the whole outcome, if the other one is a zero or one that changes nothing."""
    if (operator in "+-" and right == 0) or (operator in "*/" and _is_plain(right, 1)):
        return left
    if (operator == "+" and left == 0) or (operator == "*" and _is_plain(left, 1)):
        return right
    return 0 if operator == "*" and (_is_plain(left, 0) or _is_plain(right, 0)) else None


def _is_plain(number: int, value: int) -> bool:
    return number == value and not isinstance(number, Traced)
