"""`netcost budget`: write a budget file from today's numbers, and tighten it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from netcost import escape
from netcost.amounts import Amount, AmountError, read_percent
from netcost.budget.edit import budget_text, carried_out, edited, tightened
from netcost.budget.entry import Budget
from netcost.budget.evidence import Evidence
from netcost.budget.quota import Quota
from netcost.budget.read import read_budget
from netcost.budget.selector import WILD
from netcost.budget.tighten import Edit
from netcost.cli.choice import metric_of
from netcost.cli.entries import BUDGET_FILE, Model, by_entry, find_budget, models_of
from netcost.cli.hold import measured
from netcost.cli.output import A_FILE, STANDARD_OUTPUT, write
from netcost.cli.overriding import overriding_run
from netcost.cli.printing import YAML, Printing, force_option, printing_to, telling
from netcost.cli.specs import complete_spec, run_code_option
from netcost.overrides import OVERRIDES, Overrides
from netcost.render import Screen
from netcost.report import METRICS
from netcost.source.files import read_file
from netcost.source.read_document import MAX_BYTES, parse_document, unreadable
from netcost.wording import counted, wrapped

LIMITED = ("params", "weight_bytes", "activation_bytes", "macs")


def percentage(text: str) -> Amount:
    """Read a percentage, `5%`.

    Raises:
        click.BadParameter: it is none; the message says what to write.
    """
    try:
        return read_percent(text)
    except AmountError as error:
        raise click.BadParameter(f"{error.message}; {error.hint}") from None


slack_option = click.option(
    "--slack",
    type=percentage,
    metavar="PERCENT",
    default="5%",
    show_default=True,
    help="How much more than today's numbers is allowed.",
)


class BudgetCommands(click.Group):
    """Commands of a group, with the one that was probably meant for another word."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called.

        Raises:
            click.UsageError: there is none of that name; the message names the one that was likely meant.
        """
        if args[0] in self.commands or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from netcost.cli.words import no_command

        raise no_command(args[0], self.commands, "netcost budget", ctx)


@click.group(cls=BudgetCommands)
def command() -> None:
    """Write or tighten a budget file."""


@command.command(short_help="Write a budget from today's numbers.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=complete_spec)
@slack_option
@click.option(
    "--metric",
    "metrics",
    metavar="METRIC",
    type=metric_of(name for name, metric in METRICS.items() if metric.has_total),
    multiple=True,
    default=LIMITED,
    help=f"What to limit. Repeatable.  [default: {', '.join(LIMITED)}]",
)
@printing_to(BUDGET_FILE)
@force_option
@overriding_run
def init(
    *,
    specs: Sequence[str],
    slack: Amount,
    metrics: Sequence[str],
    printing: Printing,
    force: bool,
    overrides: Overrides,
) -> None:
    """Write a budget file that allows today's numbers and some slack.

    Options that change a model are written into it, as what it assumes.

    \b
    netcost budget init configs/*.yaml
    netcost budget init net.yaml --slack 0% --metric params --metric macs
    """
    output = printing.new_path(YAML, force=force, instead="tighten it with `netcost budget update --tighten`")
    folder = "" if output == STANDARD_OUTPUT else os.path.dirname(output)  # noqa: PTH120
    models, quota = [Model(spec, overrides, asked=overrides) for spec in specs], Quota()
    reports = [(_from(folder, model), measured(model, quota)[1]) for model in models]
    try:
        text = budget_text(reports, metrics, slack, _assumed(overrides, folder))
    except ValueError as error:
        raise click.ClickException(f"{error}; name other metrics with --metric") from None
    # No file is begun that a check would refuse.
    models_of(read_budget(parse_document(text.encode(), output)))
    write(output, text)
    if output != STANDARD_OUTPUT:
        printing.remark(f"{output} holds {counted(len(models), 'model')}")


@command.command(short_help="Lower the limits that have become loose.")
@click.option("--tighten", is_flag=True, required=True, help="Lower limits; none is ever raised.")
@slack_option
@click.option(
    "--budget",
    "path",
    type=A_FILE,
    metavar="PATH",
    default="",
    help=f"The budget file.  [default: {BUDGET_FILE}]",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be lowered, and change nothing.")
@run_code_option
@telling
def update(
    *, tighten: bool, slack: Amount, path: str, dry_run: bool, run_code: bool, printing: Printing
) -> None:
    """Lower the maxima that today's numbers and some slack stay below.

    Everything else in the file stays as it is, comments too. Minima and limits of changes are left alone.
    """
    del tighten
    budget = find_budget(path)
    if budget is None:
        raise click.ClickException(
            f"There is no {BUDGET_FILE} here; write one with `netcost budget init SPEC`."
        )
    edits = list(_edits(budget, slack, run_code=run_code))
    if edits and not dry_run:
        _carry_out(budget, edits)
    said = [f"{budget.path}:{edit.place.line} {edit.about} {edit.before} -> {edit.after}" for edit in edits]
    if not edits and not printing.quiet:
        said = [f"{budget.path}: no limit has become loose"]
    printing.write_page(lambda screen: "".join(f"{line}\n" for line in _wrapped(said, screen)))


def _wrapped(texts: Sequence[str], screen: Screen) -> Iterator[str]:
    """Texts as lines of a terminal."""
    for text in texts:
        yield from map(escape.log, wrapped(escape.terminal(text), screen.width, rest="  "))


def _edits(budget: Budget, slack: Amount, *, run_code: bool) -> Iterator[Edit]:
    """What is to be lowered."""
    models, quota = models_of(budget, run_code=run_code), Quota()
    evidence = {model: Evidence(measured(model, quota)[1], quota=quota) for model in models}
    about = by_entry(models)
    for entry in budget.entries:
        yield from tightened(entry.rules, [evidence[model] for model in about[entry.place]], slack)


def _carry_out(budget: Budget, edits: Sequence[Edit]) -> None:
    """Rewrite the file, after a check that the outcome is what was meant.

    Raises:
        click.ClickException: it is not, or the file is another one now; it stays as it is.
    """
    try:
        data = read_file(budget.path, MAX_BYTES)
    except OSError as error:
        raise unreadable(budget.path, error) from None
    if read_budget(parse_document(data, budget.path)) != budget:
        raise click.ClickException(f"{budget.path} has changed since it was read; it stays as it is")
    text = edited(data.decode("utf-8-sig"), edits)
    if not carried_out(budget, read_budget(parse_document(text.encode(), budget.path)), edits):
        lines = ", ".join(str(edit.place.line) for edit in edits)
        raise click.ClickException(
            f"{budget.path}: limits of lines {lines} share an amount by an anchor; lower them by hand"
        )
    write(budget.path, text)


def _assumed(overrides: Overrides, folder: str) -> Mapping[str, Any]:
    """What a budget in a folder assumes; files are named from there."""
    named = {
        name: Path(os.path.relpath(value, folder or ".")).as_posix()
        for name, value in overrides.items()
        if OVERRIDES[name].below and os.path.isfile(value)  # noqa: PTH113
    }
    return {**overrides, **named}


def _from(folder: str, model: Model) -> str:
    """A spec as a budget in a folder names it: a file by a pattern that means it alone."""
    if model.bundled:
        return model.spec
    path = Path(os.path.relpath(model.spec, folder or ".")).as_posix()
    return "".join(f"[{each}]" if each in WILD else each for each in path)
