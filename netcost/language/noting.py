"""Noting faults while reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from netcost.source.fault import Fault, Problems

Read = TypeVar("Read")
Given = ParamSpec("Given")


class Noting:
    """Whatever notes the faults of what it reads.

    Args:
        problems: where faults are noted.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self._sound = True
        """No fault of the item that is being read has been noted; those of items inside it are their own."""

    def _note(self, fault: Fault) -> None:
        self.problems.append(fault.problem)
        self._sound = False

    def _noting(self, read: Callable[Given, Read], *args: Given.args, **kwargs: Given.kwargs) -> Read | None:
        """What a function reads, or nothing after a fault, which is noted."""
        try:
            return read(*args, **kwargs)
        except Fault as fault:
            self._note(fault)
            return None

    def _note_all(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._note(fault)
