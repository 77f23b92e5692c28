"""Options that take one of several words."""

from __future__ import annotations

from typing import Any

import click


class Choice(click.Choice[str]):
    """One of several words; another gets the one that was probably meant, and all there are."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a word of the list, in small letters or in capitals."""
        text = str(value)
        found = next((each for each in self.choices if text.lower() == each.lower()), "")
        if not found:
            from netcost.cli.words import no_choice

            self.fail(no_choice(text, list(self.choices)), param, ctx)
        return found
