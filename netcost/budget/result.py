"""What a check found: plain data for renderers and exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from netcost.number import Value, is_exact, known_part, magnitude
from netcost.place import Place
from netcost.record import Record, replace
from netcost.report import Report
from netcost.source.problem import Problem

if TYPE_CHECKING:
    from netcost.budget.compare import Comparison

Status: TypeAlias = Literal["error", "fail", "warn", "skip", "pass"]
History: TypeAlias = Literal["unknown", "known", "renamed", "new", "unreadable"]
Outcome: TypeAlias = Value | tuple[int, ...]
"""A number or a shape."""

NoteKind: TypeAlias = Literal["new", "deleted", "loosened", "unreadable", "untold", "assumed", "solved"]

STATUSES: tuple[Status, ...] = ("error", "fail", "warn", "skip", "pass")
"""From the worst on."""


class Culprit(Record):
    """A layer that has a part in a broken rule."""

    name: str
    value: Value
    """What the layer costs, or how much that grew."""
    place: Place | None = None
    grew: bool = False


class Check(Record):
    """One rule held against a network, or against one of its layers."""

    status: Status
    kind: str
    """The bound, as the budget calls it; `shape` or `unchanged` for shapes."""
    subject: str
    """A metric, or `output_shape`."""
    place: Place
    """Where the rule is written."""
    layers: str = ""
    """The layers that the rule is about, as the budget has them."""
    layer: str = ""
    """The one of them that this is about."""
    value: Outcome = None
    limit: Outcome = None
    amount: str = ""
    """The limit as it was written."""
    whole: Value = None
    """What a share is of."""
    base: Outcome = None
    """What the number or shape was before."""
    culprits: tuple[Culprit, ...] = ()
    more_culprits: int = 0
    declared: tuple[str, ...] = ()
    """Layers whose costs are their author's word and count towards the value."""
    undecided: bool = False
    """Too little is known to tell whether the rule is kept; that does not pass."""
    unknown: tuple[str, ...] = ()
    """Layers whose costs are not known and count towards the value, or towards what it was."""
    reason: str = ""
    """Why the rule could not be held against anything."""
    message: str = ""
    """What the budget says to whoever breaks it."""

    @property
    def excess(self) -> float:
        """How far the value is beyond its limit, in parts of the limit: the order of gravity."""
        if self.undecided or not is_exact(self.limit) or isinstance(self.value, tuple):
            return float("inf")
        return float(magnitude(known_part(self.value) - self.limit) / max(self.limit, 1))

    @property
    def culprit_place(self) -> Place | None:
        """Where the layer stands that has the largest part in it."""
        return self.culprits[0].place if self.culprits else None


class ModelResult(Record, kw_only=True):
    """Everything that was found about one model."""

    name: str
    source: str = ""
    checks: tuple[Check, ...] = ()
    report: Report | None = None
    comparison: Comparison | None = None
    history: History = "unknown"
    base_source: str = ""
    """The file that it was read from before, if that was another one."""
    bundled: bool = False
    """The spec comes with netcost; it is no file of the user's."""
    flaws: tuple[Problem, ...] = ()
    """Why it could not be checked."""
    sources: Mapping[str, Sequence[str]] = {}
    """The lines of the files of those."""

    @property
    def status(self) -> Status:
        """The worst of its checks, those apart that were skipped; an error if it could not be checked."""
        if self.flaws:
            return "error"
        return worst(check.status for check in self.checks if check.status != "skip")


class Note(Record):
    """Something about the budget or the set of models that a reviewer should see."""

    kind: NoteKind
    text: str
    status: Status = "pass"
    place: Place | None = None


class CheckResult(Record):
    """Everything that was found in one run."""

    models: Sequence[ModelResult]
    notes: Sequence[Note] = ()
    base: str = ""
    """What the models were compared with; empty if with nothing."""
    folder: str = ""
    """Where paths start from, seen from the top of the repository."""

    @property
    def status(self) -> Status:
        """The worst of all."""
        return worst([*(model.status for model in self.models), *(note.status for note in self.notes)])

    @property
    def broken(self) -> list[tuple[ModelResult, Check]]:
        """The checks that failed or warn, the gravest first."""
        found = [
            (model, check)
            for model in self.models
            for check in model.checks
            if check.status in {"fail", "warn"}
        ]
        return sorted(found, key=lambda each: (STATUSES.index(each[1].status), -each[1].excess))

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many models there are of each status."""
        statuses = [model.status for model in self.models]
        return {status: statuses.count(status) for status in STATUSES}

    def strict(self) -> CheckResult:
        """The same with every warning as a failure."""
        models = [replace(model, checks=tuple(map(_graver, model.checks))) for model in self.models]
        return replace(self, models=models, notes=list(map(_graver, self.notes)))


def worst(statuses: Iterable[Status]) -> Status:
    """The gravest of some statuses; nothing found is nothing wrong."""
    return min(statuses, key=STATUSES.index, default="pass")


Found = TypeVar("Found", Check, Note)


def _graver(found: Found) -> Found:
    return replace(found, status="fail") if found.status == "warn" else found
