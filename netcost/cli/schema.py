"""`netcost schema`: the JSON Schema of a file that netcost reads or writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

from netcost.cli.choice import Choice
from netcost.cli.printing import Printing, printing_to

Json = dict[str, object]


def _spec() -> Json:
    from netcost.language.schema import spec_schema

    return spec_schema()


def _budget() -> Json:
    from netcost.budget.schema import budget_schema

    return budget_schema()


def _report() -> Json:
    from netcost.report.schema import report_schema

    return report_schema()


SCHEMAS: Mapping[str, Callable[[], Json]] = {"spec": _spec, "budget": _budget, "report": _report}


@click.command(short_help="Print a JSON Schema.")
@click.argument("which", type=Choice(list(SCHEMAS)))
@printing_to()
def command(which: str, *, printing: Printing) -> None:
    """Print the JSON Schema of a spec, a budget file or a JSON report.

    An editor with YAML support completes and checks a spec that starts with the line

    \b
        # yaml-language-server: $schema=netcost.schema.json

    after `netcost schema spec -o netcost.schema.json`.
    """
    import json

    printing.write_text(f"{json.dumps(SCHEMAS[which](), indent=2)}\n")
