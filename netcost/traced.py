"""An integer that remembers how it was computed, in words and in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["+", "-", "*", "/", "floor", "ceil", "neg"]
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "floor": 4, "ceil": 4, "": 4}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a derivation: a leaf has a word, the rest an operator."""

    value: int
    word: str = ""
    operator: Operator | Literal[""] = ""
    left: Step | None = None
    right: Step | None = None

    def written(self, *, words: bool) -> str:
        """Write the arithmetic out, by names or by numbers."""
        if self.left is None:
            return self.word if words else str(self.value)
        left = self.left.written(words=words)
        if self.right is None:
            return f"-{self._enclosed(self.left, left, tight=True)}"
        right = self.right.written(words=words)
        if self.operator in {"floor", "ceil"}:
            quotient = f"{_wrapped(self.left, left, 2)} / {_wrapped(self.right, right, 3)}"
            return f"{self.operator}({quotient})"
        left = self._enclosed(self.left, left, tight=False)
        right = self._enclosed(self.right, right, tight=self.operator != "+")
        return f"{left} {self.operator} {right}"

    def _enclosed(self, operand: Step, text: str, *, tight: bool) -> str:
        return _wrapped(operand, text, PRECEDENCE[self.operator] + tight)

    def halfway(self) -> str:
        """A product of products with each of them multiplied out, `200,704 * 363`; empty elsewhere."""
        if self.operator != "*" or self.left is None or self.right is None or self.right.operator != "*":
            return ""
        return f"{self.left.value:,} * {self.right.value:,}"


def _wrapped(operand: Step, text: str, least: int) -> str:
    return text if PRECEDENCE[operand.operator] >= least else f"({text})"


class Traced(int):
    """A whole number with the `Step` that made it; behaves as the plain number everywhere else.

    Additions of zero and multiplications by one leave no step, when the zero or one is written in a
    rule or comes from an absent option: they would only be noise to a reader.
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
        return cls.of(Step(value, word))

    def __add__(self, other: int) -> Traced:
        if other == 0:
            return self
        return _combined("+", self, other)

    def __radd__(self, other: int) -> Traced:
        if other == 0:
            return self
        return _combined("+", other, self)

    def __sub__(self, other: int) -> Traced:
        if other == 0:
            return self
        return _combined("-", self, other)

    def __rsub__(self, other: int) -> Traced:
        return _combined("-", other, self)

    def __mul__(self, other: int) -> Traced:
        if _is_literal(other, 1):
            return self
        return _combined("*", self, other)

    def __rmul__(self, other: int) -> Traced:
        if _is_literal(other, 1):
            return self
        return _combined("*", other, self)

    def __floordiv__(self, other: int) -> Traced:
        return _divided(self, other)

    def __rfloordiv__(self, other: int) -> Traced:
        return _divided(other, self)

    def __neg__(self) -> Traced:
        step = self.step
        if step.operator == "neg" and step.left is not None:
            return Traced.of(step.left)
        if step.operator in {"/", "floor"} and step.left is not None and step.left.operator == "neg":
            # -(-a // b) is how integer arithmetic rounds a quotient up.
            operator: Operator = "/" if step.operator == "/" else "ceil"
            return Traced.of(Step(-int(self), operator=operator, left=step.left.left, right=step.right))
        return Traced.of(Step(-int(self), operator="neg", left=step))


def step_of(number: int) -> Step:
    """Return the number's derivation; a plain number is its own."""
    return number.step if isinstance(number, Traced) else Step(int(number), str(int(number)))


def _is_literal(number: int, value: int) -> bool:
    return number == value and not isinstance(number, Traced)


def _combined(operator: Literal["+", "-", "*"], left: int, right: int) -> Traced:
    a, b = int(left), int(right)
    value = a + b if operator == "+" else a - b if operator == "-" else a * b
    return Traced.of(Step(value, operator=operator, left=step_of(left), right=step_of(right)))


def _divided(left: int, right: int) -> Traced:
    quotient, remainder = divmod(int(left), int(right))
    operator: Operator = "floor" if remainder else "/"
    return Traced.of(Step(quotient, operator=operator, left=step_of(left), right=step_of(right)))
