"""Work out arithmetic as it is written for people."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import CodeType


def evaluate(text: str, names: Mapping[str, float] | None = None) -> Fraction:
    """Work out written arithmetic exactly, by Python's own grammar; names may end in primes, `H'`."""
    known = {name.replace("'", "_prime"): Fraction(value) for name, value in (names or {}).items()}
    functions = {"floor": math.floor, "ceil": math.ceil, "gcd": _gcd, "sqrt": _sqrt}
    return Fraction(eval(_code(text), {"Fraction": Fraction, "__builtins__": {}, **functions}, known))  # noqa: S307


@cache
def _code(text: str) -> CodeType:
    """Its code, in which each number is an exact one; many layers have the same formula."""
    exact = re.sub(
        r"\b\d+(?:,\d{3})*(?:\.\d+)?",
        lambda each: f"Fraction('{each[0].replace(',', '')}')",
        text.replace("'", "_prime"),
    )
    return compile(exact.strip(), "<formula>", "eval")


def _gcd(left: Fraction, right: Fraction) -> int:
    return math.gcd(int(left), int(right))


def _sqrt(number: Fraction) -> int:
    return math.isqrt(int(number))
