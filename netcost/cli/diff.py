"""`netcost diff`: two networks side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import click

from netcost.budget.compare import Comparison
from netcost.budget.rules import NOTHING_ASSUMED, Assumptions
from netcost.cli.before import GitBefore, read_baseline
from netcost.cli.entries import Model, measure
from netcost.cli.output import output_option, parse_targets, write_all
from netcost.cli.specs import complete_dtype, complete_spec, depth_option, lengths, overriding, setting
from netcost.cli.terminal import TABLE, Color, color_option, viewed, width_option
from netcost.render import View
from netcost.render.diff import FORMATS, Diff, render
from netcost.report import MAIN_METRICS, METRICS, Report
from netcost.spec.load import Overrides
from netcost.wording import listed

SUFFIXES = {name: each.suffixes for name, each in FORMATS.items()}
CHANGED = 1
REPORT_SUFFIX = ".json"

Command = TypeVar("Command", bound=Callable[..., Any])

ONE_SIDED: Mapping[str, Mapping[str, Any]] = {
    "variant": {"metavar": "NAME", "default": ""},
    "set": {"metavar": "NAME=VALUE", "type": setting, "multiple": True},
    "input": {"metavar": "3,192,192", "type": lengths},
    "batch": {"metavar": "N", "type": click.IntRange(min=1)},
    "dtype": {"metavar": "DTYPE", "default": "", "shell_complete": complete_dtype},
}
"""The options that change what a spec says, each of which there is for A and for B alone."""


def sided(command: Command) -> Command:
    """Give a command the options that hold for one side; it receives them as `variant_a`, `set_b` and so on."""
    for side in ("b", "a"):
        for name, facts in reversed(list(ONE_SIDED.items())):
            help_text = f"As --{name}, for {side.upper()} alone."
            command = click.option(f"--{name}-{side}", help=help_text, **facts)(command)
    return command


@click.command(short_help="Compare two networks, layer by layer.")
@click.argument("specs", metavar="A [B]", nargs=-1, required=True, shell_complete=complete_spec)
@click.option(
    "--base", metavar="REF", help="Compare A with what it was at the merge base of REF and HEAD in git."
)
@click.option("--fail-on-change", is_flag=True, help="End with exit code 1 if anything differs.")
@click.option("--all", "everything", is_flag=True, help="Show layers that are the same, too.")
@click.option(
    "--metric",
    "metrics",
    type=click.Choice(list(METRICS)),
    multiple=True,
    default=MAIN_METRICS,
    help=f"What a table shows of each layer. Repeatable.  [default: {', '.join(MAIN_METRICS)}]",
)
@depth_option
@click.option("--format", "asked", type=click.Choice(list(FORMATS)), help="Format.  [default: table]")
@output_option()
@width_option
@color_option
@overriding
@sided
def command(
    *,
    specs: Sequence[str],
    base: str | None,
    fail_on_change: bool,
    everything: bool,
    metrics: Sequence[str],
    depth: int | None,
    asked: str | None,
    outputs: Sequence[str],
    asked_width: int | None,
    color: Color,
    overrides: Overrides,
    **sides: Any,
) -> int:
    """Compare two networks: every metric, and the layers that were added, removed or changed.

    A and B are files, bundled networks, or JSON reports of `netcost analyze -o`; one of several networks in a
    report is named as report.json#name. Without B, two readings of A are compared.

    \b
    netcost diff resnet50 resnet101
    netcost diff net.yaml --set-b width=0.5
    netcost diff before.json net.yaml --fail-on-change
    netcost diff net.yaml --base origin/main
    """
    targets = parse_targets(outputs, SUFFIXES, asked or "", TABLE)
    assumed = [_assumed(overrides, sides, side) for side in ("a", "b")]
    names, reports = zip(*(_since(specs, base, assumed) if base else _both(specs, assumed)), strict=True)
    if depth is not None:
        from netcost.analysis.depth import fold

        reports = tuple(fold(report, depth) for report in reports)
    comparison = Comparison(*reports)
    diff = Diff(comparison=comparison, names=names, metrics=metrics, everything=everything)
    view = View(width=asked_width)
    write_all(viewed(target, partial(_rendered, diff, target.format), view, color) for target in targets)
    return CHANGED if fail_on_change and comparison.changed else 0


def _assumed(both: Overrides, sides: Mapping[str, Any], side: str) -> Assumptions:
    """How one side is read: what its own options say, and else those of both."""
    own = {name: sides[f"{name}_{side}"] for name in ONE_SIDED}
    return Assumptions(
        batch=own["batch"] or both.batch,
        dtype=own["dtype"] or both.dtype,
        input=own["input"] or both.input,
        variant=own["variant"] or both.variant,
        params=tuple((dict(both.params) | dict(own["set"])).items()),
    )


def _both(specs: Sequence[str], assumed: Sequence[Assumptions]) -> list[tuple[str, Report]]:
    """The two networks that are named, or two readings of one."""
    if len(specs) == 1 and assumed[0] == assumed[1]:
        raise click.UsageError(
            "Name two networks, or change one side: --variant-b, --set-b, --dtype-b, --base."
        )
    if len(specs) > len(assumed):
        raise click.UsageError(f"Two networks are compared, {len(specs)} are named.")
    return [_side(spec, assume) for spec, assume in zip((specs[0], specs[-1]), assumed, strict=True)]


def _since(specs: Sequence[str], ref: str, assumed: Sequence[Assumptions]) -> list[tuple[str, Report]]:
    """A network as it was, and as it is."""
    if len(specs) > 1 or assumed[0] != assumed[1]:
        raise click.UsageError("With --base, one network is compared with itself: name one, read in one way.")
    from netcost.cli.past import merge_base

    past = GitBefore(merge_base(ref))
    model = Model(specs[0], assumed[0])
    name, report = _side(specs[0], assumed[0])
    earlier = past.of(model, report)
    if earlier.report is None:
        raise click.ClickException(f"{specs[0]} has nothing to be compared with: {earlier.reason}")
    return [(f"{earlier.source or specs[0]} as of {past}", earlier.report), (name, report)]


def _side(spec: str, assume: Assumptions) -> tuple[str, Report]:
    """What a reader knows one side by, and its report."""
    path, _, name = spec.partition("#")
    if path.endswith(REPORT_SUFFIX):
        if assume != NOTHING_ASSUMED:
            raise click.UsageError(f"{path} is a report; options that change a spec cannot change it.")
        return spec, _named(read_baseline(path).reports, path, name)
    _, report = measure(Model(spec, assume))
    return f"{spec} ({assume})" if str(assume) else spec, report


def _named(reports: Sequence[Report], path: str, name: str) -> Report:
    """The network of that name in a report, or the only one."""
    found = [report for report in reports if name in {report.name, ""}]
    if len(found) != 1:
        names = listed([f"{path}#{report.name}" for report in reports], word="or")
        raise click.UsageError(f"{path} holds {len(reports):,} networks; name one: {names}")
    return found[0]


def _rendered(diff: Diff, name: str, view: View) -> Iterator[str]:
    return render(replace(diff, view=view), name)
