"""What models were in a report that was written then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from netcost.budget.entry import Budget
from netcost.budget.quota import Quota
from netcost.budget.result import Note
from netcost.cli.before import Earlier
from netcost.cli.entries import Model
from netcost.overrides import as_options
from netcost.place import portable
from netcost.record import Record
from netcost.report import Report
from netcost.report.assumptions import differing, told
from netcost.report.read import read_report
from netcost.source.files import read_file
from netcost.source.problem import MAX_MESSAGE
from netcost.wording import listed

MAX_BYTES = 64 * 2**20
"""Of a report: as much as 80,000 layers take."""


class ReportBefore(Record):
    """A report that an earlier `netcost analyze -o` wrote."""

    path: str
    reports: Sequence[Report]

    def __str__(self) -> str:
        return self.path

    def of(self, model: Model, report: Report, quota: Quota) -> Earlier:
        """Find the model by its name, its source and its overrides.

        Raises:
            click.ClickException: it is there for other overrides, or there are several of which it may be any.
        """
        del quota
        found = [each for each in self.reports if each.name == report.name]
        if not found:
            return Earlier("new", reason=f"the model is not in {self.path}")
        found = [each for each in found if each.source == portable(report.source)] or found
        alike = [each for each in found if not differing(each, report)]
        if not alike:
            raise self._held_otherwise(found[0], report, model)
        if len(alike) > 1:
            which = listed(list(dict.fromkeys(each.source for each in alike)))
            raise click.ClickException(
                f"{self.path} has {len(alike)} networks called {report.name}, in {which}; which of them was that "
                f"in {portable(report.source)}? Write a report of it alone"
            )
        return Earlier("known", alike[0], alike[0].source)

    def changes(self, budget: Budget, quota: Quota) -> Iterable[Note]:
        """A report does not tell what was demanded."""
        del budget, quota
        return ()

    def _held_otherwise(self, before: Report, report: Report, model: Model) -> click.ClickException:
        """Say how two reports were made that cannot be compared."""
        names = differing(before, report)
        held = [told(each, names) for each in (before, report)]
        then, now = (f"with {text}" if text else "as its spec has it" for text in held)
        asked = as_options(model.assume)
        return click.ClickException(
            f"{self.path} has {report.name} {then}, it is checked {now}; "
            f"write the report with {f'`{asked}`' if asked else 'no option that changes the spec'}"
        )


def read_baseline(path: str) -> ReportBefore:
    """Read a report.

    Raises:
        click.ClickException: the file is missing, or no report of a version that is known.
    """
    try:
        return ReportBefore(path, read_report(read_file(path, MAX_BYTES, stream=True)))
    except OSError as error:
        name = path.partition("#")[2]
        whole = f"; each network is compared with the one of its name: leave `#{name}` out" if name else ""
        raise click.ClickException(f"cannot read {path}: {error.strerror}{whole}") from None
    except ValueError as error:
        raise click.ClickException(
            f"{path} is no report to compare with: {str(error)[:MAX_MESSAGE]}"
        ) from None
