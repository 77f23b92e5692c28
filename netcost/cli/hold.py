"""Hold models to their rules, one by one; a faulty spec does not keep the others from being checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from netcost.analysis.costs import analyze
from netcost.budget.check import check, unmatched
from netcost.budget.entry import Budget, Entry, Rules
from netcost.budget.evidence import Evidence
from netcost.budget.quota import ALIGNED, CHARACTER, DEVICE, Quota
from netcost.budget.result import ModelResult, Note
from netcost.budget.rules.limit import Limit
from netcost.cli.before import Before, Earlier
from netcost.cli.entries import Model, by_entry, network_of, own_rules
from netcost.cli.read_within import read_within
from netcost.network import Network
from netcost.overrides import OVERRIDES
from netcost.place import Place
from netcost.record import replace
from netcost.report import Report
from netcost.report.assumptions import told_apart
from netcost.source.fault import MAX_PROBLEMS, Problems, TooManyProblems
from netcost.source.problem import Problem, SpecError

if TYPE_CHECKING:
    from netcost.budget.compare import Comparison

MEND = "mend it there, or compare with another commit, or with a report: --baseline report.json"
"""What to do about a base that cannot be read."""


class Held:
    """What came of all models."""

    def __init__(self) -> None:
        self.results: list[ModelResult] = []
        self.evidence: dict[Model, Evidence] = {}
        self.notes: list[Note] = []
        self.errors: list[SpecError] = []


def hold(
    models: Sequence[Model],
    limits: tuple[Limit, ...],
    before: Before,
    quota: Quota,
    *,
    require_baseline: bool,
) -> Held:
    """Check every model, up to the first that is too much work.

    Args:
        models: the models and the entries of the budget about each.
        limits: what else every model must keep.
        before: where to look up what they were.
        quota: what is counted, and how much of it there may be.
        require_baseline: whether a rule about a change must have something to be compared with.
    """
    held = Held()
    for model in models:
        try:
            network, report = measured(model, quota)
            own = own_rules(network)
            earlier = _earlier(model, report, before, quota)
            rules = [
                each for each in (*(entry.rules for entry in model.entries), own, Rules(limits)) if each.rules
            ]
            _refuse(model, rules)
            evidence = Evidence(report, _comparison(report, earlier), quota)
            _refuse_own(own, evidence, network)
            if require_baseline or earlier.history == "unreadable":
                _require(model, rules, earlier)
            result = _result(model, rules, evidence, earlier)
        except SpecError as error:
            # A new error, as this one would keep all that it went through.
            held.errors.append(SpecError(error.problems, error.sources))
            held.results.append(_flawed(model, error))
            if quota.exhausted:
                break
            continue
        held.evidence[model] = evidence
        held.results.append(result)
        if result.status == "fail":
            from netcost.cli.remedy import remedy

            held.notes += remedy(model, rules, result, report, quota)
        held.notes += [
            *_assumed(report),
            *_loosened_spec(model.spec, earlier, own),
            *_untold(earlier, before),
        ]
    held.results = list(_distinct(held.results))
    held.notes = list(dict.fromkeys(held.notes))
    return held


def measured(model: Model, quota: Quota) -> tuple[Network, Report]:
    """Read and analyze a model, and count that.

    Raises:
        SpecError: the spec is faulty, there is none, or it is too much work.
    """
    quota.spend(DEVICE * sum(OVERRIDES[name].below is not None for name in model.assume), model.place)
    network = read_within(quota, partial(network_of, model), model.place)
    return network, analyze(network)


def _earlier(model: Model, report: Report, before: Before, quota: Quota) -> Earlier:
    """Look up what a model was, and count that.

    Raises:
        SpecError: it is too much work.
    """
    earlier = before.of(model, report, quota)
    if earlier.report and earlier.report is not report:
        quota.spend((len(report) + len(earlier.report)) * ALIGNED, model.place)
    return earlier


def refuse_unmatched(budget: Budget, models: Sequence[Model], evidence: Mapping[Model, Evidence]) -> None:
    """Refuse rules about layers that no model of their entry has; entries are left out that were checked in part.

    Raises:
        SpecError: there are such rules.
    """
    problems = Problems()
    about = by_entry(models)
    try:
        for entry in budget.entries:
            if all(model in evidence for model in about[entry.place]):
                problems.extend(unmatched(entry.rules, [evidence[model] for model in about[entry.place]]))
    except TooManyProblems:
        pass  # they are raised below
    if problems:
        raise SpecError(problems, budget.sources)


def _assumed(report: Report) -> Iterator[Note]:
    """What was assumed about a model when it was read."""
    if report.notes:
        yield Note("assumed", f"{report.name}: assumed: {'; '.join(report.notes)}")


def _comparison(report: Report, earlier: Earlier) -> Comparison | None:
    if earlier.report is None:
        return None
    from netcost.budget.compare import Comparison

    return Comparison(earlier.report, report)


def _result(model: Model, rules: Sequence[Rules], evidence: Evidence, earlier: Earlier) -> ModelResult:
    report, name = evidence.report, model.named(evidence.report)
    checks = tuple(found for each in rules for found in check(evidence, each, earlier.reason))
    evidence.quota.spend(CHARACTER * len(name) * len(checks), model.place)
    return ModelResult(
        name=name,
        source=report.source,
        checks=checks,
        report=report,
        comparison=evidence.comparison,
        history=earlier.history,
        base_source=earlier.source,
        bundled=model.bundled,
    )


def _flawed(model: Model, error: SpecError) -> ModelResult:
    return ModelResult(
        name=model.spec,
        source=model.spec,
        flaws=error.problems,
        sources=error.sources,
        bundled=model.bundled,
    )


def _refuse(model: Model, rules: Sequence[Rules]) -> None:
    """Refuse a model of which nothing is demanded.

    Raises:
        SpecError: it is such a model.
    """
    if not rules:
        hint = "add an entry to the budget file, `budget:` to the spec, or --limit"
        raise SpecError([Problem(Place(model.spec, 0, 0), "nothing is demanded of this model", hint)])


def _refuse_own(own: Rules, evidence: Evidence, network: Network) -> None:
    """Refuse rules of a spec about layers that it has not.

    Raises:
        SpecError: there are such rules.
    """
    problems = list(islice(unmatched(own, [evidence]), MAX_PROBLEMS))
    if problems:
        raise SpecError(problems, network.sources)


def _require(model: Model, rules: Sequence[Rules], earlier: Earlier) -> None:
    """Refuse a model of which changes are limited, and that has nothing to be compared with.

    Raises:
        SpecError: it is such a model.
    """
    if earlier.report is None and any(each.needs_base for each in rules):
        message = f"there is nothing to compare this model with: {earlier.reason}"
        hint = MEND if earlier.history == "unreadable" else None
        raise SpecError([Problem(Place(model.spec, 0, 0), message, hint)])


def _untold(earlier: Earlier, before: Before) -> Iterator[Note]:
    """Say so where nobody can tell whether a report was made under the same overrides."""
    if earlier.report and earlier.report.overrides is None:
        text = (
            f"{before} does not say what was changed about its networks, as later reports do; write it anew"
        )
        yield Note("untold", text)


def _loosened_spec(spec: str, earlier: Earlier, now: Rules) -> Iterator[Note]:
    """Compare what a spec demands itself with what it did."""
    place = Place(spec, 0, 0)
    if earlier.history == "unreadable":
        told = "so it cannot be told what it demanded then"
        yield Note("unreadable", f"{spec}: {earlier.reason}, {told}", "warn", place)
    if not earlier.rules.rules:
        return
    from netcost.budget.loosen import loosened

    old, new = (Budget(spec, (Entry(spec, place, rules),)) for rules in (earlier.rules, now))
    yield from loosened(old, new, renamed={}, deleted=frozenset())


def _distinct(results: Sequence[ModelResult]) -> Iterator[ModelResult]:
    """Add the file to names that are not the only one of their kind."""
    names = told_apart([(result.name, result.source) for result in results])
    for name, result in zip(names, results, strict=True):
        yield replace(result, name=name) if name != result.name else result
