"""Several networks side by side, with bars."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.escape import markup
from netcost.number import known_part
from netcost.render.html.table import COLUMNS, Numbers, barred
from netcost.report import Report
from netcost.report.assumptions import labels
from netcost.units import number_text


def summary(reports: Sequence[Report]) -> str:
    """A row for each network, with the numbers that layers have, too."""
    heads = "".join(f'<th scope="col">{column.title}</th>' for column in COLUMNS)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{markup(label)}</bdi></th><td>{markup(", ".join(map(str, report.inputs.values())))}</td><td>{len(report.rows):,}</td>'
        f"{''.join(_cell(report, column, reports) for column in COLUMNS)}</tr>"
        for label, report in zip(labels(reports), reports, strict=True)
    )
    return (
        '<div class="wide" role="region" aria-label="Summary" tabindex="0"><table class="bars summary"><thead><tr><th scope="col">Network</th>'
        f'<th scope="col">Input</th><th scope="col">Layers</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _cell(report: Report, column: Numbers, reports: Sequence[Report]) -> str:
    most = max(known_part(each.totals[column.metric]) for each in reports)
    value = report.totals[column.metric]
    return barred(value, number_text(value), column, most)
