"""`netcost check`: budgets for CI."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from netcost.amounts import AmountError
from netcost.budget.quota import Quota
from netcost.budget.result import CheckResult
from netcost.budget.rules.limit import Limit, read_limit
from netcost.cli import FAULTY
from netcost.cli.before import Before, NoBefore
from netcost.cli.entries import BUDGET_FILE, asked_for, find_budget, models_of
from netcost.cli.hold import hold, refuse_unmatched
from netcost.cli.output import A_FILE, STANDARD_OUTPUT, Misuse, place_of
from netcost.cli.overriding import overriding_run
from netcost.cli.printing import TEXT, Printing, printing
from netcost.cli.specs import complete_ref, complete_spec, raise_all, run_code_option
from netcost.overrides import Overrides
from netcost.render.check import Checked
from netcost.report import SHORT_WORDS
from netcost.report.numbers import NUMBERS
from netcost.source.files import reason

BROKEN = 1


def limit(text: str) -> Limit:
    """Read a metric and what it may be, `params=63M`.

    Raises:
        click.BadParameter: the text is not of this form; the message says what to write.
    """
    try:
        return read_limit(text)
    except AmountError as error:
        raise click.BadParameter(f"{error.message}; {error.hint}") from None


def complete_limit(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the metrics that a network as a whole has."""
    del ctx, param
    names = [*(name for name, each in NUMBERS.items() if each.has_total), *SHORT_WORDS]
    return [f"{name}=" for name in names if name.startswith(incomplete)]


@click.command
@click.argument("specs", metavar="[SPEC]...", nargs=-1, shell_complete=complete_spec)
@click.option(
    "--budget",
    "budget_path",
    type=A_FILE,
    metavar="PATH",
    default="",
    help=f"The budget file.  [default: {BUDGET_FILE}]",
)
@click.option(
    "--limit",
    "limits",
    type=limit,
    metavar="METRIC=AMOUNT",
    multiple=True,
    shell_complete=complete_limit,
    help="Hold every model to this maximum too: params=63M, weight_bytes=250MiB. Repeatable.",
)
@click.option(
    "--base",
    metavar="REF",
    shell_complete=complete_ref,
    help="Compare with the merge base of REF and HEAD in git.",
)
@click.option(
    "--baseline",
    type=A_FILE,
    metavar="REPORT",
    help="Compare with a JSON report of an earlier `netcost analyze -o`.",
)
@click.option(
    "--require-baseline", is_flag=True, help="Fail if a model has nothing to be compared with (exit code 2)."
)
@click.option(
    "--exit-zero", is_flag=True, help="Exit with 0 also where a limit is broken; what cannot be told stays 2."
)
@overriding_run
@run_code_option
@click.option("--strict", is_flag=True, help="Take warnings as failures.")
@printing("check", TEXT)
def command(
    *,
    specs: Sequence[str],
    budget_path: str,
    limits: Sequence[Limit],
    base: str | None,
    baseline: str | None,
    require_baseline: bool,
    exit_zero: bool,
    run_code: bool,
    strict: bool,
    overrides: Overrides,
    printing: Printing,
) -> int:
    """Hold networks to a budget.

    Without SPEC, every model of the budget file is checked; limits may also stand in a spec, under `budget:`.
    Options that change a model change all of them, whatever the budget assumes. The exit code is 0 if all is well, 1 if a limit is broken, 2 if that cannot be told.

    \b
    netcost check
    netcost check --base origin/main
    netcost check net.yaml --limit params=63M --limit weight_bytes=250MiB
    netcost check net.onnx --dim batch=1 --limit macs=2G
    netcost check -o github:- -o junit:report.xml -o "markdown:$GITHUB_STEP_SUMMARY"
    """
    before = _before(base, baseline)
    budget = find_budget(budget_path)
    listed = models_of(budget, run_code=run_code)
    models = asked_for(specs, listed, overrides)
    if not models:
        hint = f"name a SPEC with --limit, or write {BUDGET_FILE} with `netcost budget init SPEC`"
        raise click.ClickException(f"There is nothing to check: {hint}.")
    quota = Quota()
    held = hold(models, tuple(limits), before, quota, require_baseline=require_baseline)
    if budget:
        refuse_unmatched(budget, listed, held.evidence)
    since = before.changes(budget, quota) if budget and not quota.exhausted else ()
    notes = [*since, *held.notes]
    result = CheckResult(held.results, notes, str(before), _folder())
    result = result.strict() if strict else result
    printing.write(Checked(result), append=_is_summary)
    if not printing.shows(TEXT):  # which tells errors in full
        raise_all(held.errors)
    return {"error": FAULTY, "fail": 0 if exit_zero else BROKEN}.get(result.status, 0)


def _before(base: str | None, baseline: str | None) -> Before:
    """Where to look up what models were."""
    if base and baseline:
        raise Misuse("--base and --baseline both say what to compare with; give one of them.")
    if baseline:
        from netcost.cli.in_report import read_baseline

        return read_baseline(baseline)
    if base:
        from netcost.cli.at_commit import GitBefore
        from netcost.cli.past import merge_base

        return GitBefore(merge_base(base))
    return NoBefore()


def _folder() -> str:
    """The working folder, seen from the top of the repository that GitHub checked out."""
    top = os.environ.get("GITHUB_WORKSPACE")
    if not top:
        return ""
    from pathlib import Path

    try:
        here, above = Path(os.path.realpath(".")), Path(os.path.realpath(top, strict=True))
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise click.ClickException(f"GITHUB_WORKSPACE names no folder: {reason(error)}") from None
    return here.relative_to(above).as_posix() if here.is_relative_to(above) else ""


def _is_summary(path: str) -> bool:
    """Tell whether a file is the one to which every step of a GitHub job adds."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    return path != STANDARD_OUTPUT and bool(summary) and place_of(path) == place_of(summary)
