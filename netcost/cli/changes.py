"""What happened to a budget and its models since a commit."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from netcost.budget.entry import Budget
from netcost.budget.loosen import loosened
from netcost.budget.quota import Quota, matching
from netcost.budget.read import read_budget
from netcost.budget.result import Note
from netcost.budget.selector import WILD
from netcost.cli.paths import glob_of
from netcost.place import Place
from netcost.record import replace
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import parse_document

if TYPE_CHECKING:
    from netcost.cli.past import Past, Then


def changes(budget: Budget, past: Past, quota: Quota) -> Iterator[Note]:
    """Tell of models that were deleted and of limits that were raised or taken away.

    Raises:
        SpecError: the budget limits changes, and cannot be read as it was; its globs and the deleted files are
            too much work to compare.
    """
    before = now = _from_top(budget, past.path(budget.path))
    try:
        then, earlier = budget_then(budget.path, past)
        before = _from_top(earlier, then.path)
        now = _from_top(budget, then.now)
    except FileNotFoundError:
        yield Note("new", f"{budget.path} is new since {past.ref}")
    except OSError as error:
        yield _unreadable(budget, SpecError([Problem(Place(budget.path, 0, 0), str(error))]), past)
    except SpecError as error:
        yield _unreadable(budget, error, past)
    names = {entry.spec for entry in (*before.entries, *now.entries)}
    globs = [name for name in names if WILD & set(name)]
    quota.spend(sum(matching(glob, past.deleted) for glob in globs), Place(budget.path, 0, 0))
    deleted = names.intersection(past.deleted).union(
        *(filter(glob_of(glob).covers, past.deleted) for glob in globs)
    )
    yield from (Note("deleted", f"{path} was deleted") for path in sorted(deleted))
    yield from loosened(before, now, {old: new for new, old in past.old_names.items()}, deleted)


def budget_then(path: str, past: Past) -> tuple[Then, Budget]:
    """A budget file as it was.

    Raises:
        FileNotFoundError: there was none.
        UnreadableError: what was there cannot be read.
        SpecError: it was faulty.
    """
    then = past.find(path)
    return then, read_budget(parse_document(then.data, then.path))


def _unreadable(budget: Budget, error: SpecError, past: Past) -> Note:
    """Warn that nobody can tell what was loosened.

    Raises:
        SpecError: the budget limits changes, so that this is no side matter.
    """
    told = f"as of {past}, so that nobody can tell which limits were loosened since"
    problems = [replace(each, message=f"{told}: {each.message}") for each in error.problems]
    if any(entry.rules.needs_base for entry in budget.entries):
        raise SpecError(problems, error.sources)
    return Note("unreadable", f"{problems[0].place}: {problems[0].message}", "warn", Place(budget.path, 0, 0))


def _from_top(budget: Budget, path: str) -> Budget:
    """The budget at a path from the top of the repository, with the paths of its specs from there, too."""
    folder = posixpath.dirname(path)
    entries = [
        replace(entry, spec=posixpath.normpath(posixpath.join(folder, entry.spec)))
        for entry in budget.entries
    ]
    return replace(budget, entries=tuple(entries))
