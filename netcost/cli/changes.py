"""What happened to a budget and its models since a commit."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from netcost.budget.loosen import loosened
from netcost.budget.read import read_budget
from netcost.budget.result import Note
from netcost.budget.rules import Budget
from netcost.spec.document import parse_document
from netcost.spec.problem import SpecError

if TYPE_CHECKING:
    from netcost.cli.git import Past


def changes(budget: Budget, past: Past) -> Iterator[Note]:
    """Tell of models that were deleted and of limits that were raised or taken away."""
    path = past.inside(budget.path)
    old_path = past.old_names.get(path, path)
    now = _from_top(budget, posixpath.dirname(path))
    before = now
    try:
        before = read_budget(parse_document(past.read(old_path), old_path))
        before = _from_top(before, posixpath.dirname(old_path))
    except FileNotFoundError:
        yield Note("new", f"{budget.path} is new since {past.ref}")
    except SpecError as error:
        first = error.problems[0]
        yield Note("unreadable", f"{first.place}: {first.message}: the budget was faulty as of {past}")
    patterns = {entry.spec for entry in (*before.entries, *now.entries)}
    deleted = {path for path in past.deleted if any(covers(pattern, path) for pattern in patterns)}
    yield from (Note("deleted", f"{path} was deleted") for path in sorted(deleted))
    yield from loosened(before, now, {old: new for new, old in past.old_names.items()}, deleted)


def covers(pattern: str, path: str) -> bool:
    """Tell whether a path, or a glob with `**` for any folders, means a file."""
    return _covers(pattern.split("/"), path.split("/"))


def _covers(patterns: Sequence[str], parts: Sequence[str]) -> bool:
    if not patterns or not parts:
        return not patterns and not parts
    if patterns[0] == "**" and patterns[1:]:
        return _covers(patterns[1:], parts) or _covers(patterns, parts[1:])
    return fnmatchcase(parts[0], patterns[0]) and _covers(patterns[1:], parts[1:])


def _from_top(budget: Budget, folder: str) -> Budget:
    """The budget with the paths of its specs from the top of the repository."""
    entries = [
        entry._replace(spec=posixpath.normpath(posixpath.join(folder, entry.spec)))
        for entry in budget.entries
    ]
    return replace(budget, entries=tuple(entries))
