"""How differences are written: with a sign, in exact percent."""

from __future__ import annotations

from netcost.number import Exact, magnitude
from netcost.units import number_text
from netcost.wording import rounded


def signed(number: Exact | None) -> str:
    """Write a difference: `+9,438,208`, `-12`, `0`; nothing where it cannot be told."""
    if not number:
        return "" if number is None else "0"
    return f"{'-' if number < 0 else '+'}{number_text(magnitude(number))}"


def percent(part: Exact, whole: Exact, decimals: int = 2) -> str:
    """Write a part in percent of the whole, `21.85%`; nothing of a whole of zero.

    What is not nothing is never written as 0: it is less than the last decimal, `<0.01%`.
    """
    if not whole:
        return ""
    scale = 10**decimals
    units = rounded(100 * scale * magnitude(part), magnitude(whole))
    if part and not units:
        return f"<{_decimal(1, decimals)}%"
    return f"{_decimal(units, decimals)}%"


def signed_percent(delta: Exact | None, base: Exact) -> str:
    """Write a difference in percent of what was before, `+21.85%`; nothing where that was zero or is not known."""
    if delta is None:
        return ""
    text = percent(delta, base)
    return f"{'-' if delta < 0 else '+'}{text}" if text and delta else text


def plain_percent(delta: Exact | None, base: Exact) -> str:
    """Write a difference in percent for programs, `-0.0125`: four decimals; nothing where there was zero."""
    if delta is None or not base:
        return ""
    whole, rest = divmod(rounded(100 * 10**4 * magnitude(delta), base), 10**4)
    return f"{'-' if delta < 0 else ''}{whole}.{rest:04}"


def _decimal(units: int, decimals: int) -> str:
    whole, rest = divmod(units, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}}"
