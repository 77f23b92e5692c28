"""How pages of help are set: between the margins, and never broken within a word."""

from __future__ import annotations

from collections.abc import Iterable

import click

UNBROKEN = "\u2011"
"""The hyphen at which no line ends; it stands for the usual one until a page is finished."""


class Formatter(click.HelpFormatter):
    """Breaks lines between words; `netcost-budget.yaml` is one."""

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(text.replace("-", UNBROKEN))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms, each with what it means."""
        unbroken = [(term, meaning.replace("-", UNBROKEN)) for term, meaning in rows]
        super().write_dl(unbroken, col_max, col_spacing)

    def getvalue(self) -> str:
        """The page."""
        return super().getvalue().replace(UNBROKEN, "-")
