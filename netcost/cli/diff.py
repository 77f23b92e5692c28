"""`netcost diff`: two networks side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from netcost.budget.compare import Comparison
from netcost.budget.quota import MOST, Quota
from netcost.cli.choice import metric_of
from netcost.cli.entries import Model, measure
from netcost.cli.output import Misuse
from netcost.cli.overriding import overriding_run, sided
from netcost.cli.printing import Printing, printing
from netcost.cli.specs import complete_ref, complete_spec, depth_option
from netcost.frontends import MAX_STREAMED
from netcost.frontends.known import HEAD
from netcost.overrides import Overrides, said
from netcost.render.diff import Diff
from netcost.report import MAIN_METRICS, METRICS, Report
from netcost.report.assumptions import differing, labels, told
from netcost.source.files import read_or_map
from netcost.source.read_document import unreadable
from netcost.wording import listed

CHANGED = 1
REPORT_SUFFIX = ".json"
REPORT_MARK = b'"format_version"'
"""What every report says at its start."""


@click.command(short_help="Compare two networks, layer by layer.")
@click.argument("specs", metavar="A [B]", nargs=-1, required=True, shell_complete=complete_spec)
@click.option(
    "--base",
    metavar="REF",
    shell_complete=complete_ref,
    help="Compare A with what it was at the merge base of REF and HEAD in git.",
)
@click.option("--fail-on-change", is_flag=True, help="End with exit code 1 if anything differs.")
@click.option("--all", "everything", is_flag=True, help="Show layers that are the same, too.")
@click.option(
    "--metric",
    "metrics",
    metavar="METRIC",
    type=metric_of(METRICS),
    multiple=True,
    default=MAIN_METRICS,
    help=f"What a table shows of each layer. Repeatable.  [default: {', '.join(MAIN_METRICS)}]",
)
@click.option(
    "--figures", is_flag=True, help="Compare figures of the networks as a whole, too: peaks, training, time."
)
@depth_option
@printing("diff")
@overriding_run
@sided
def command(
    *,
    specs: Sequence[str],
    base: str | None,
    fail_on_change: bool,
    everything: bool,
    metrics: Sequence[str],
    figures: bool,
    depth: int | None,
    printing: Printing,
    overrides: Overrides,
    sides: Sequence[Overrides],
) -> int:
    """Compare two networks: every metric, and the layers that were added, removed or changed.

    A and B are files, bundled networks, or JSON reports of `netcost analyze -o`; one of several networks in a
    report is named as report.json#name. Without B, two readings of A are compared.

    \b
    netcost diff resnet50 resnet101
    netcost diff net.yaml --set-b width=0.5
    netcost diff before.json net.yaml --fail-on-change
    netcost diff net.yaml --base origin/main
    netcost diff net.yaml --figures --train-a sgd --train-b adam
    """
    assumed = [overrides | own for own in sides]
    names, reports = zip(*(_since(specs, base, assumed) if base else _both(specs, assumed)), strict=True)
    if depth is not None:
        from netcost.analysis.depth import fold

        reports = tuple(fold(report, depth) for report in reports)
    comparison = Comparison(*reports)
    names = _told_of(names, reports)
    printing.write(
        Diff(comparison=comparison, names=names, metrics=metrics, everything=everything, figures=figures)
    )
    return CHANGED if fail_on_change and comparison.changed else 0


def _both(specs: Sequence[str], assumed: Sequence[Overrides]) -> list[tuple[str, Report]]:
    """The two networks that are named, or two readings of one."""
    if len(specs) == 1 and assumed[0] == assumed[1]:
        raise Misuse("Name two networks, or change one side: --variant-b, --set-b, --dtype-b, --base.")
    if len(specs) > len(assumed):
        raise Misuse(f"Two networks are compared, {len(specs)} are named.")
    return [_side(spec, assume) for spec, assume in zip((specs[0], specs[-1]), assumed, strict=True)]


def _since(specs: Sequence[str], ref: str, assumed: Sequence[Overrides]) -> list[tuple[str, Report]]:
    """A network as it was, and as it is."""
    if len(specs) > 1 or assumed[0] != assumed[1]:
        raise Misuse("With --base, one network is compared with itself: name one, read in one way.")
    from netcost.cli.at_commit import GitBefore
    from netcost.cli.past import merge_base

    past = GitBefore(merge_base(ref))
    model = Model(specs[0], assumed[0])
    name, report = _side(specs[0], assumed[0])
    earlier = past.of(model, report, Quota(2 * MOST))  # it has a bound of its own, as the model has
    if earlier.report is None:
        raise click.ClickException(f"{specs[0]} has nothing to be compared with: {earlier.reason}")
    before = _with(f"{earlier.source or specs[0]} as of {past}", str(assumed[0]))
    return [(before, earlier.report), (name, report)]


def _side(spec: str, assume: Overrides) -> tuple[str, Report]:
    """What a reader knows one side by, and its report."""
    path, _, name = spec.partition("#")
    if _is_report(path):
        if assume:
            raise Misuse(f"{path} is a report; options that change a spec cannot change it.")
        from netcost.cli.in_report import read_baseline

        report = _named(read_baseline(path).reports, path, name)
        return _with(spec, said(report.overrides or {})), report
    report = measure(Model(spec, assume))
    return _with(spec, str(assume)), report


def _is_report(path: str) -> bool:
    """Tell a report from a model that is written in JSON, too; what cannot be looked at twice is a report."""
    if not path.endswith(REPORT_SUFFIX) or not os.path.isfile(path):  # noqa: PTH113
        return path.endswith(REPORT_SUFFIX)
    try:
        return REPORT_MARK in read_or_map(path, MAX_STREAMED)[:HEAD]
    except OSError as error:
        raise unreadable(path, error) from None


def _with(spec: str, told: str) -> str:
    return f"{spec} ({told})" if told else spec


def _named(reports: Sequence[Report], path: str, name: str) -> Report:
    """The network of that name in a report, or the only one; of several of one name, as they are told apart."""
    named = list(zip(labels(reports), reports, strict=True))
    found = [report for label, report in named if name in {label, ""}]
    found = found or [report for report in reports if report.name == name]
    if len(found) == 1:
        return found[0]
    names = listed([f"{path}#{label}" for label, _ in named], word="or")
    if not found:
        raise click.ClickException(f"{path} holds no network `{name}`; name {names}")
    raise click.ClickException(f"{path} holds {len(reports):,} networks; name one: {names}")


def _told_of(names: Sequence[str], reports: Sequence[Report]) -> tuple[str, str]:
    """The names, with what differs of which an older report does not say whether it was overridden."""
    if all(report.overrides is not None for report in reports):
        return names[0], names[1]
    differs = differing(*reports)
    before, after = (
        _with(name, ", ".join(filter(None, (_beside(report, differs), _untold(report)))))
        for name, report in zip(names, reports, strict=True)
    )
    return before, after


def _beside(report: Report, differs: Sequence[str]) -> str:
    """What differs, beside what its name tells already."""
    return told(report, [each for each in differs if each not in (report.overrides or {})])


def _untold(report: Report) -> str:
    return "overrides unknown" if report.overrides is None else ""
