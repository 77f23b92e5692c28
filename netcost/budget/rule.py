"""A kind of rule is one class: where it stands in a budget, and all that is asked of it.

Its file is in `rules/`, and `rules/__init__.py` lists it; everything else goes through that list.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from netcost.budget.bound import LOWER_KINDS, Bound
from netcost.budget.evidence import Evidence
from netcost.budget.result import Check
from netcost.budget.selector import Layers
from netcost.place import Place
from netcost.record import Record
from netcost.source.document import KeyValue

if TYPE_CHECKING:
    from netcost.amounts import Amount
    from netcost.budget.fragments import Json
    from netcost.budget.reader import Reader
    from netcost.budget.tighten import Edit


class Demand(Record):
    """One thing that a rule demands: what two versions of a budget are compared by."""

    name: str
    """What it is about, the same in every version."""
    said: str
    """What is demanded, as it was written."""
    place: Place
    bound: Bound | None = None
    """The demand as a bound, if it is one; any other is looser as soon as it is not the same."""

    def looser_than(self, other: Demand) -> bool:
        """Tell whether it may allow what another of its name does not."""
        if self.bound and other.bound:
            return self.bound.looser_than(other.bound)
        return self.said != other.said


class Rule(ABC):
    """What a budget demands of a network in one respect; it remembers where it is written."""

    __slots__ = ()

    section: ClassVar[str]
    """The key of an entry under which it stands."""
    keys: ClassVar[Collection[str]] = ()
    """The keys of the section that are its own; without any, the whole section is."""
    inner_keys: ClassVar[Mapping[str, Collection[str]]] = {}
    """Further keys that it has, by where they belong: for the hint when one stands elsewhere."""
    help: ClassVar[str] = ""
    """What its section is for."""
    checks: ClassVar[Collection[str]]
    """The `kind` of each check that comes of it."""
    needs_base: ClassVar[bool] = False
    """It is about a change: without something to be compared with, it is skipped."""

    # -- read

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader, pair: KeyValue) -> Iterable[Rule]:
        """The rules of one of its keys, or of its section; each is counted by `reader.each_rule`.

        Raises:
            Fault: nothing can be made of it.
        """

    @classmethod
    @abstractmethod
    def schema(cls) -> Mapping[str, Json]:
        """The JSON Schema of what may stand under each of its keys, or under its section."""

    # -- check

    @property
    @abstractmethod
    def place(self) -> Place:
        """Where it is written."""

    @property
    def about(self) -> Layers | None:
        """The layers that it is about, of which there must be some; None if it is about the network."""
        return None

    @abstractmethod
    def check(self, evidence: Evidence) -> Iterable[Check]:
        """What comes of it; a rule that needs a base may rely on `evidence.since`.

        Raises:
            SpecError: there is too much to find out.
        """

    def skipped(self, reason: str) -> Check:
        """What comes of it where it has nothing to be compared with."""
        raise NotImplementedError(f"{type(self).__name__} needs no base, so that it is not skipped: {reason}")

    # -- between two versions of a budget, and against today's numbers

    @abstractmethod
    def demands(self) -> Iterable[Demand]:
        """What it demands."""

    def tightened(self, evidence: Sequence[Evidence], slack: Amount) -> Iterable[Edit]:
        """How to lower what is looser than today's numbers and some slack; most kinds are left as they are."""
        del evidence, slack
        return ()

    # -- what formats say of its checks

    @classmethod
    def demanded(cls, check: Check) -> str:
        """What was demanded, as the budget has it: `max 63M`."""
        return f"{check.kind} {check.amount}"

    @classmethod
    def allowance(cls, check: Check) -> str:
        """What a limit comes from that is not an absolute one: `65% of 1,000`."""
        del check
        return ""

    @classmethod
    def is_lower(cls, check: Check) -> bool:
        """Tell whether smaller numbers break it, rather than larger ones."""
        return check.kind in LOWER_KINDS

    @classmethod
    def title(cls, check: Check) -> str:
        """What sets it apart from other checks of its subject."""
        return check.kind
