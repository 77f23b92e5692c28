"""What models were as of a commit."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from netcost import frontends, zoo
from netcost.analysis.costs import analyze
from netcost.budget.entry import Budget
from netcost.budget.quota import Quota
from netcost.budget.result import History, Note
from netcost.cli.before import Earlier
from netcost.cli.entries import Model, own_rules
from netcost.cli.read_within import CHARACTER, read_within
from netcost.cli.specs import STANDARD_INPUT
from netcost.frontends.known import parted
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.record import Record
from netcost.report import Report
from netcost.source.problem import SpecError

if TYPE_CHECKING:
    from netcost.cli.past import Past, Then


class GitBefore(Record):
    """Specs as of a commit, analyzed now."""

    past: Past

    def __str__(self) -> str:
        return str(self.past)

    def of(self, model: Model, report: Report, quota: Quota) -> Earlier:
        """Read the spec and its imports as they were; a bundled one is what it is, if no file had its name.

        A new file whose name meant a bundled network to the budget is compared with that. One that cannot be
        read leaves unknown what changed, which is another thing than a model that is new.
        """
        untold = _why_not(model.spec)
        if untold:
            return Earlier("unreadable", reason=untold)
        if model.bundled and not self.past.holds(model.file):
            return Earlier("known", report)
        try:
            then = self.past.find(model.file)
        except FileNotFoundError:
            return Earlier("known", report) if model.bundled else self._without_file(model, quota)
        except OSError as error:
            return Earlier("unreadable", reason=f"{error}, as of {self.past}")
        try:
            network = self._network(then, model, quota, model.assume)
            rules = own_rules(network)
        except SpecError as error:
            if quota.exhausted:
                raise
            return self._faulty(then, model, quota, error)
        history: History = "known" if then.path == then.now else "renamed"
        return Earlier(history, analyze(network), then.path, rules=rules)

    def changes(self, budget: Budget, quota: Quota) -> Iterable[Note]:
        """Tell of models that were deleted and of limits that were raised or taken away."""
        from netcost.cli.changes import changes

        return changes(budget, self.past, quota)

    def _without_file(self, model: Model, quota: Quota) -> Earlier:
        """The bundled network that the name of a new file meant to the budget; if it meant none, the model is new.

        A budget that cannot be read as it was is told of where its limits are compared.
        """
        from netcost.cli.changes import budget_then

        for entry in model.entries:
            if "/" in entry.spec:
                continue
            try:
                bundled = zoo.find(entry.spec)
                then, budget = budget_then(entry.place.path, self.past)
                quota.spend(CHARACTER * len(then.data), model.place)
                if entry.spec in [each.spec for each in budget.entries]:
                    network = read_within(quota, partial(_load, bundled, model.assume), model.place)
                    return Earlier("known", analyze(network), network.source)
            except (OSError, SpecError):
                if quota.exhausted:
                    raise
        return Earlier("new", reason=f"the model is new since {self.past.ref}")

    def _network(
        self, then: Then, model: Model, quota: Quota, overrides: Overrides = NO_OVERRIDES
    ) -> Network:
        source = frontends.Source(then.path, then.data, self._reader(then.path))
        return read_within(quota, lambda work: frontends.load(source, overrides, work=work), model.place)

    def _faulty(self, then: Then, model: Model, quota: Quota, error: SpecError) -> Earlier:
        """What to say of a spec that was faulty; a variant that it did not have is a new model."""
        first = error.problems[0]
        fault = f"the spec was faulty as of {self.past}: {first.place}: {first.message}"
        if model.assume:
            with suppress(SpecError):
                rules = own_rules(self._network(then, model, quota))
                reason = f"the model is new since {self.past.ref}; with {model.assume}, {fault}"
                return Earlier("new", reason=reason, rules=rules)
        return Earlier("unreadable", reason=fault)

    def _reader(self, spec: str) -> Callable[[str], bytes]:
        folder = posixpath.dirname(spec)
        return lambda relative: self.past.tree.read(posixpath.join(folder, relative))


def _why_not(spec: str) -> str:
    """Why a model cannot be read as it was, whatever git has stored; empty if it can."""
    if spec == STANDARD_INPUT:
        return "git knows nothing of standard input"
    if parted(spec)[1]:
        return "code is not run as it was; hold an export of it to the budget, a .pt2 or an ONNX file"
    return ""


def _load(bundled: zoo.Bundled, overrides: Overrides, work: Work) -> Network:
    return bundled.load(overrides, work=work)
