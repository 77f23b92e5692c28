"""Options that take one of several words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from netcost.report import SHORT_WORDS

if TYPE_CHECKING:
    OneOf = click.Choice[str]
    from click.shell_completion import CompletionItem
else:
    OneOf = click.Choice  # before click 8.2 it does not say of what


class Choice(OneOf):
    """One of several words; another gets the one that was probably meant, and all there are.

    Args:
        choices: the words.
        also: further words, and the ones that they stand for.
    """

    def __init__(self, choices: Iterable[str], also: Mapping[str, str] | None = None) -> None:
        super().__init__(list(choices))
        self.also = also or {}

    @property
    def words(self) -> Mapping[str, str]:
        """All that may be said, and the word of the list that it stands for."""
        return {**{each: each for each in self.choices}, **self.also}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a word, in small letters or in capitals."""
        text = str(value)
        found = next((each for word, each in self.words.items() if text.lower() == word.lower()), "")
        if not found:
            from netcost.cli.words import no_choice

            self.fail(no_choice(text, list(self.words)), param, ctx)
        return found

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete all that may be said."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(word) for word in self.words if word.startswith(incomplete.lower())]


def metric_of(names: Iterable[str], also: Mapping[str, str] | None = None) -> Choice:
    """One of some metrics: by its name in CSV, JSON and budgets, or by its short word.

    Args:
        names: the metrics.
        also: words that stand for something else here.
    """
    known = list(names)
    return Choice(
        known, {word: name for word, name in SHORT_WORDS.items() if name in known} | dict(also or {})
    )
