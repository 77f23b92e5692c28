"""What `netcost models` tells: the bundled networks with their totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from netcost.render.content import Cell, Lines
from netcost.render.sheet import Column, Sheet
from netcost.report import METRICS, Totals
from netcost.shapes import Shape
from netcost.units import number_text
from netcost.wording import times

SHOWN = tuple(METRICS[name] for name in ("params", "macs", "activation_bytes"))
"""The metrics of tables, which have no room for all."""

COLUMNS = (
    Column("Network", left=True),
    Column("input", left=True, weight=1),
    *(Column(metric.title, weight=len(SHOWN) - index + 1) for index, metric in enumerate(SHOWN)),
)


class BundledNetwork(NamedTuple):
    """A bundled network, for one sample in its own number format."""

    name: str
    inputs: Mapping[str, Shape]
    totals: Totals


@dataclass(frozen=True)
class BundledNetworks:
    """A list of bundled networks."""

    command: ClassVar[str] = "models"

    networks: Sequence[BundledNetwork]

    def sheets(self) -> Iterator[Sheet]:
        """One table with a row for each network."""
        rows = []
        for network in self.networks:
            texts = [number_text(network.totals[metric.name], metric.unit) for metric in SHOWN]
            rows.append((network.name, ", ".join(map(str, network.inputs.values())), *texts))
        yield Sheet(f"{len(self.networks)} bundled networks, for one sample", COLUMNS, rows)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        return ("model", "input_shape", *METRICS)

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each network, with every metric."""
        from netcost.render.reports.records import numbers

        for network in self.networks:
            shapes = ";".join(map(times, network.inputs.values()))
            yield (network.name, shapes, *numbers(network.totals, tuple(METRICS)))

    def document(self) -> Mapping[str, Any]:
        """All networks, a line each, with every metric."""
        from netcost.report.keys import FORMAT_VERSION

        return {"format_version": FORMAT_VERSION, "models": Lines(map(_parts, self.networks))}


def _parts(network: BundledNetwork) -> Sequence[Mapping[str, Any]]:
    from netcost.report.keys import completeness_keys, members, plain_totals

    return (
        {"name": network.name, "inputs": network.inputs},
        members(completeness_keys(), network),
        {"totals": plain_totals(network.totals)},
    )
