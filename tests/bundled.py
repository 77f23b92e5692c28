"""The bundled networks, each read and analyzed once for all tests that ask."""

from __future__ import annotations

from functools import cache

import netcost


@cache
def network_of(name: str) -> netcost.Network:
    return netcost.load(name)


@cache
def report_of(name: str) -> netcost.Report:
    return netcost.analyze(network_of(name))
