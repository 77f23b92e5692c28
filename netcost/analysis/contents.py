"""What a network consists of, in short: its layers and blocks, with what comes out of them."""

from __future__ import annotations

from netcost.analysis.costs import analyze
from netcost.analysis.depth import fold
from netcost.derivation import Entry
from netcost.network import Network
from netcost.report import Report, Row
from netcost.wording import counted


def contents(network: Network, depth: int | None = None) -> list[Entry]:
    """List layers, those of blocks as one.

    Args:
        network: the network.
        depth: how many levels of names are told apart; where left out the fewest that tell several.
    """
    report = analyze(network)
    folded = fold(report, depth) if depth else _fewest(report)
    return [Entry(row.name, _what(row), row.output) for row in folded.rows]


def _fewest(report: Report) -> Report:
    most = max((row.name.count(".") for row in report.rows), default=0) + 1
    found = report
    for depth in range(1, most + 1):
        found = fold(report, depth)
        if len(found.rows) > 1:
            break
    return found


def _what(row: Row) -> str:
    return f"block of {counted(row.layers, 'layer')}" if row.type == "block" else row.label.partition(" (")[0]
