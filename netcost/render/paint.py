"""The colours of what is right and wrong, at a terminal: those of rustc, ruff and pytest."""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    **dict.fromkeys(("error", "fail", "mark"), "1;31"),
    **dict.fromkeys(("warning", "warn"), "1;33"),
    **dict.fromkeys(("gutter", "related"), "1;34"),
    **dict.fromkeys(("place", "bold"), "1"),
    "pass": "32",
    **dict.fromkeys(("skip", "note", "dim"), "2"),
}
"""For statuses of checks, the parts of an excerpt and of tables: bold red, yellow and blue, bold, green, dim."""


def painted(role: str, text: str) -> str:
    """Give a text the colour of its role."""
    return f"\x1b[{CODES[role]}m{text}\x1b[0m" if text else text


def unpainted(role: str, text: str) -> str:
    """Leave a text as it is."""
    del role
    return text
