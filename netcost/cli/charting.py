"""The options that ask for pictures: as SVG, or of characters in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from netcost.cli.choice import Choice
from netcost.cli.output import STANDARD_OUTPUT, Misuse
from netcost.cli.printing import Printing
from netcost.cli.targets import Target
from netcost.record import replace
from netcost.render.charts import CHARTS, spellings

SVG = "svg"
"""The format of pictures."""

Command = TypeVar("Command", bound=Callable[..., Any])


bars_option = click.option("--bars", is_flag=True, help="Draw a column of bars beside the numbers of tables.")


def chart_option(kinds: Sequence[str] = tuple(CHARTS)) -> Callable[[Command], Command]:
    """Give a command the option that asks for a picture; it receives its name as `chart`, or None."""
    return click.option(
        "--chart",
        type=Choice(list(dict.fromkeys([*spellings(kinds), *kinds]))),
        metavar="KIND[:METRIC]",
        help=f"Draw a picture as SVG: {', '.join(spellings(kinds))}.",
    )


def drawn(printing: Printing, chart: str | None) -> Printing:
    """How to print a picture, if one is asked for: as SVG, where nothing else is said.

    Raises:
        Misuse: no output is of the format of pictures.
    """
    printed = [Target(SVG, STANDARD_OUTPUT)]
    targets = printed if chart and printing.usual else printing.targets
    if chart and all(target.format != SVG for target in targets):
        raise Misuse(
            f"--chart draws a picture, and no output takes one; write -o {chart.replace(':', '_')}.svg."
        )
    return replace(printing, targets=targets)
