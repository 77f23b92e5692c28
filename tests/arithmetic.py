"""Work out arithmetic as it is written for people."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction


def evaluate(text: str, names: Mapping[str, float] | None = None) -> Fraction:
    """Work out written arithmetic exactly, by Python's own grammar; names may end in primes, `H'`."""
    text = text.replace("'", "_prime")
    exact = re.sub(
        r"\b\d+(?:,\d{3})*(?:\.\d+)?", lambda each: f"Fraction('{each[0].replace(',', '')}')", text
    )
    known = {name.replace("'", "_prime"): Fraction(value) for name, value in (names or {}).items()}
    functions = {"floor": math.floor, "ceil": math.ceil, "gcd": _gcd, "sqrt": _sqrt}
    return Fraction(eval(exact, {"Fraction": Fraction, "__builtins__": {}, **functions}, known))  # noqa: S307


def _gcd(left: Fraction, right: Fraction) -> int:
    return math.gcd(int(left), int(right))


def _sqrt(number: Fraction) -> int:
    return math.isqrt(int(number))
