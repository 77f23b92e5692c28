"""Amounts as people write them, read and kept exact: `63M`, `0.7G`, `250MiB`, `65%`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from netcost.integers import ceil_div
from netcost.number import Exact
from netcost.record import Record, replace
from netcost.units import BINARY_UNITS, BYTE_UNITS, COUNT_UNITS, UNITS, Quantity

if TYPE_CHECKING:
    from decimal import Decimal

HUNDRED = 100

_AMOUNT = re.compile(r"([0-9]{1,19})(?:\.([0-9]{1,12}))?[ \t]*([A-Za-z]*%?)", re.ASCII)
_FLOAT = re.compile(r"((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?)[ \t]*([A-Za-z]*%?)", re.ASCII)
"""The same as programs write it: `1e6`, `.5`."""


class AmountError(ValueError):
    """A text is no amount, or could mean two.

    Args:
        message: what is wrong.
        hint: what to write instead.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Amount(Record, unequal=("text", "of_ratio")):
    """An exact decimal number, `value / scale`: a count, bytes, or percents of something."""

    value: int
    scale: int = 1
    percent: bool = False
    text: str = ""
    """The amount as it was written."""
    of_ratio: bool = False
    """It is held to ratios, which need not be whole."""

    def at_most(self, whole: Exact) -> Exact:
        """The largest number that does not exceed the amount, an integer for counts; percents are of `whole`."""
        return self._exactly(whole) if self.of_ratio else self._numerator(whole) // self._denominator

    def at_least(self, whole: Exact) -> Exact:
        """The smallest number that is not below the amount, an integer for counts; percents are of `whole`."""
        if self.of_ratio:
            return self._exactly(whole)
        return -(-self._numerator(whole) // self._denominator)

    def _exactly(self, whole: Exact) -> Exact:
        from fractions import Fraction

        return Fraction(self._numerator(whole)) / self._denominator

    def exceeds(self, other: Amount) -> bool:
        """Tell whether the amount is larger than another of its kind."""
        return self.value * other.scale > other.value * self.scale

    def _numerator(self, whole: Exact) -> Exact:
        return self.value * whole if self.percent else self.value

    @property
    def _denominator(self) -> int:
        return self.scale * HUNDRED if self.percent else self.scale

    def __str__(self) -> str:
        return self.text


def read_amount(text: str, quantity: Quantity) -> Amount:
    """Read a count with `k M G T`, or bytes with `kB MB GB TB` or `KiB MiB GiB TiB`.

    Raises:
        AmountError: no number, an unknown or ambiguous unit, or a fraction of one.
    """
    digits, fraction, suffix = _parts(text, quantity)
    if suffix == "%":
        raise AmountError(f"`{text}` is a share", f"write a number of {_noun(quantity)}")
    if suffix not in UNITS[quantity]:
        raise _unit_error(text, text[: len(text) - len(suffix)].strip(), suffix, quantity)
    value, scale = int(digits + fraction) * UNITS[quantity][suffix], 10 ** len(fraction)
    # Few decimals of a power of 1024 are whole, and nobody means them to be.
    if value % scale and suffix not in BINARY_UNITS and quantity != "ratio":
        near = dict.fromkeys((max(1, value // scale), ceil_div(value, scale)))
        raise AmountError(
            f"`{text}` is not a whole number", f"write {', or '.join(f'`{each}`' for each in near)}"
        )
    return Amount(value, scale, text=text, of_ratio=quantity == "ratio")


def read_percent(text: str) -> Amount:
    """Read a percentage; it must carry `%`.

    Raises:
        AmountError: no number, or one without `%`.
    """
    digits, fraction, suffix = _parts(text)
    if suffix != "%":
        raise AmountError(f"`{text}` is not a percentage", _percent(text, digits, fraction, suffix))
    return Amount(int(digits + fraction), 10 ** len(fraction), percent=True, text=text)


def read_change(text: str, quantity: Quantity) -> Amount:
    """Read how much something may change: a percentage or an amount, perhaps with a plus.

    Raises:
        AmountError: neither of them.
    """
    text = text.removeprefix("+")
    if text.endswith("%"):
        return replace(read_percent(text), of_ratio=quantity == "ratio")
    digits, fraction, suffix = _parts(text, quantity)
    if int(fraction or 0) and not suffix and not int(digits) and quantity != "ratio":
        raise AmountError(
            f"`{text}` is neither whole nor a percentage", _percent(text, digits, fraction, suffix)
        )
    return read_amount(text, quantity)


def _percent(text: str, digits: str, fraction: str, suffix: str) -> str:
    """The hint to write a percentage: a number below 1 may be one, or a part of the whole."""
    if suffix:
        return "write `65%`"
    if int(digits) or not fraction:
        return f"write `{text}%`"
    hundreds = fraction.ljust(2, "0")
    whole = f"{int(hundreds[:2])}.{hundreds[2:]}".rstrip("0").rstrip(".")
    return f"write `{whole}%`, or `{text}%` if so little is meant"


def _parts(text: str, quantity: Quantity | None = None) -> tuple[str, str, str]:
    """Digits before and after the point, and the unit; without a quantity, of a percentage."""
    found = _AMOUNT.fullmatch(text.strip())
    if found:
        return found[1], found[2] or "", found[3]
    plain = text.replace(",", "").replace("_", "")
    if plain != text and _AMOUNT.fullmatch(plain):
        raise AmountError(f"`{text}` has separators", f"write `{plain}`")
    if text.startswith("-"):
        raise AmountError(f"`{text}` is negative", "costs are never below zero")
    wanted = _plainly(text.strip(), quantity) or "a number such as `63M` or `250MiB`"
    raise AmountError(f"`{text}` is not an amount", f"write {wanted}")


def _plainly(text: str, quantity: Quantity | None) -> str:
    """What a number of a program is as an amount: `1e6` is `1M`; empty if there is none.

    Raises:
        AmountError: so written, it would have another fault.
    """
    from decimal import Decimal

    found = _FLOAT.fullmatch(text)
    if not found:
        return ""
    number, suffix = Decimal(found[1]), found[2]
    plain = f"{number:f}{suffix}" if suffix else _in_units(number, quantity)
    if not _AMOUNT.fullmatch(plain):
        return ""
    _ = read_amount(plain, quantity) if quantity else read_percent(plain)
    return f"`{plain}`"


def _in_units(number: Decimal, quantity: Quantity | None) -> str:
    """A number in the largest decimal unit that it fills; of a percentage with its sign."""
    sizes = {unit: size for unit, size in UNITS[quantity or "ratio"].items() if unit not in BINARY_UNITS}
    unit = next((unit for unit, size in reversed([*sizes.items()]) if number >= size), "")
    return f"{(number / sizes[unit]).normalize():f}{unit}" if quantity else f"{number:f}%"


def _noun(quantity: Quantity) -> str:
    nouns = {"bytes": "bytes, such as `250MiB`", "ratio": "its own, such as `0.5`"}
    return nouns.get(quantity, "things, such as `63M`")


def _unit_error(text: str, number: str, suffix: str, quantity: Quantity) -> AmountError:
    """Say why a unit is refused, and offer what may have been meant."""
    offers = _MEANT["bytes" if quantity == "bytes" else "count"].get(suffix.lower(), ())
    if not offers:
        return AmountError(
            f"`{suffix}` is not a unit", f"units are {' '.join(filter(None, UNITS[quantity]))}"
        )
    amounts = [read_amount(f"{number}{each}", quantity) for each in offers]
    hint = "write " + " or ".join(f"`{amount}` ({amount.value // amount.scale:,})" for amount in amounts)
    if len(offers) > 1:
        return AmountError(f"`{text}` could mean powers of 1000 or of 1024", hint)
    if quantity != "bytes" and suffix in BYTE_UNITS and suffix != "B":
        return AmountError(f"`{text}` is in bytes, this is a count", hint)
    return AmountError(f"`{suffix}` is not a unit", hint)


def _meant(letter: str) -> tuple[str, str]:
    """The decimal and the binary unit of bytes that start with a letter."""
    return f"{letter}B", f"{letter.upper()}iB"


_PREFIXES = [unit for unit in COUNT_UNITS if unit]
_MEANT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "count": {f"{each.lower()}{rest}": (each,) for each in _PREFIXES for rest in ("", "b", "ib")}
    | {"b": ("G",)},  # seven billion parameters are often called 7B
    "bytes": {f"{each.lower()}{rest}": _meant(each) for each in _PREFIXES for rest in ("", "b")}
    | {f"{each.lower()}ib": _meant(each)[1:] for each in _PREFIXES}
    | {"b": ("B",)},
}
