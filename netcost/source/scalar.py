"""What a plain word of YAML stands for, by the rules of YAML 1.2.

Spellings that YAML 1.1 readers take for something else (`yes`, `010`, `1_000`, `1:30`) are refused
instead of guessed at, so that every reader sees the same network.
"""

import re

from netcost.integers import BOUND
from netcost.record import Record
from netcost.source.problem import Suggestion
from netcost.wording import shortened

Plain = str | int | float | bool | None

TOO_LARGE = f"numbers must stay below 2^63 = {BOUND:,}"
DECIMAL = "write decimal digits alone, the first of them no zero"
MAX_DIGITS = 19  # of BOUND
MAX_SPELLING = 256  # of a number in the spelling of another language
MAX_CUT = 256  # of an expression that is put together again


class Refused(Record):
    """Why a spelling is not accepted, what to write, and a value to go on with."""

    message: str
    hint: str
    value: Plain


def resolve(text: str) -> Plain | Refused:
    """The value of a plain scalar: a number, a truth value, None, or else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return _switch(text) if text in _SWITCHES else text
    digits = text[text[0] in "+-" :]
    if digits.isascii() and digits.isdecimal():
        return _integer(text)
    if _is_plain_fraction(digits) or re.fullmatch(_FLOAT, text):
        value = float(text)
        return value if abs(value) < BOUND else _too_large(text)
    return _foreign_number(text)


def _is_plain_fraction(digits: str) -> bool:
    """Tell whether a text is digits with one point among them; most fractions are, and need no pattern."""
    return digits.isascii() and digits.replace(".", "", 1).isdecimal()


def is_open(text: str) -> bool:
    """Tell whether a text opens a parenthesis that it does not close."""
    return len(text) <= MAX_CUT and text.count("(") > text.count(")")


# Patterns are compiled when a number comes that may be one of them.
_FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
_OCTAL = r"[-+]?0[0-7]+"
_PREFIXED = r"[-+]?0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)"
_BASE_60 = r"[-+]?[0-9]+(:[0-5]?[0-9])+"
_NOT_FINITE = r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)"


def _integer(text: str) -> Plain | Refused:
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0":
        return _leading_zero(text)
    number = int(text) if len(digits) <= MAX_DIGITS else BOUND
    return number if abs(number) < BOUND else _too_large(text)


def _leading_zero(text: str) -> Refused:
    decimal = ("-" if text[0] == "-" else "") + (text.lstrip("+-").lstrip("0") or "0")
    value = resolve(decimal)
    if isinstance(value, Refused):
        return value
    octal = int(text, 8) if re.fullmatch(_OCTAL, text) else value
    other = f", or `{octal}` if octal was meant" if octal != value else ""
    message = f"`{shortened(text)}` starts with a zero, which some readers take for octal"
    return Refused(message, Suggestion(f"write `{decimal}`{other}", decimal, DECIMAL), value)


def _too_large(text: str) -> Refused:
    return Refused(f"the number `{shortened(text)}` is too large", TOO_LARGE, 1)


def _foreign_number(text: str) -> Plain | Refused:
    """Refuse what only YAML 1.1 or a programming language reads as a number; other text is just text."""
    if len(text) > MAX_SPELLING:
        # Patterns take a lot of memory for such a text.
        return text if text.strip("_:0123456789") else _too_large(text)
    if re.fullmatch(_PREFIXED, text):
        return _respelt(text, int(text, 0), "is not a decimal number")
    if re.fullmatch(_BASE_60, text):
        seconds = _from_base_60(text)
        return _respelt(text, seconds, "is read in base 60 by some readers", ", or quote it if it is text")
    if re.fullmatch(_NOT_FINITE, text):
        return Refused(f"`{text}` is not a number to count with", "write a finite number", 1)
    joined = text.replace("_", "")
    if joined != text and re.fullmatch(_FLOAT, joined):
        return _respelt(text, resolve(joined), "has underscores, which not every reader accepts")
    return text


def _respelt(text: str, value: Plain | Refused, reason: str, otherwise: str = "") -> Refused:
    """Refuse a spelling of a number and offer the decimal one, unless the number is refused in itself."""
    if isinstance(value, Refused):
        return value
    if isinstance(value, int) and abs(value) >= BOUND:
        return _too_large(text)
    hint = Suggestion(f"write `{value}`{otherwise}", str(value), DECIMAL)
    return Refused(f"`{shortened(text)}` {reason}", hint, value)


def _from_base_60(text: str) -> int:
    """The whole number that YAML 1.1 readers make of `1:30`; at BOUND it stops growing."""
    total = 0
    for part in text.lstrip("+-").split(":"):
        total = total * 60 + (int(part) if len(part) <= MAX_DIGITS else BOUND)
        if total >= BOUND:
            break
    return -total if text[0] == "-" else total


def _spellings(word: str) -> tuple[str, str, str]:
    return word, word.capitalize(), word.upper()


def _switch(text: str) -> Refused:
    """Refuse a word that YAML 1.1 takes for a truth value."""
    meant = _SWITCHES[text]
    word = "true" if meant else "false"
    otherwise = "quote it if the word is meant"
    hint = Suggestion(f"write `{word}`, or {otherwise}", word, otherwise)
    return Refused(f"`{text}` means {word} to some readers and a word to others", hint, meant)


_WORDS: dict[str, Plain] = {
    "": None,
    "~": None,
    **dict.fromkeys(_spellings("null")),
    **dict.fromkeys(_spellings("true"), True),
    **dict.fromkeys(_spellings("false"), False),
}
_SWITCHES = {
    **dict.fromkeys((*_spellings("yes"), *_spellings("on")), True),
    **dict.fromkeys((*_spellings("no"), *_spellings("off")), False),
}
