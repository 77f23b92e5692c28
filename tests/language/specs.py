"""Small specs, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from netcost.analysis.costs import analyze
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.report import Report
from netcost.source.problem import SpecError
from netcost.spec.load import load_network

PATH = "net.yaml"
INPUT = re.compile("^inputs?:", re.MULTILINE)
Rows = Mapping[str, str]
Case = tuple[str, Rows]


def read(text: str, work: Work | None = None, **overrides: Any) -> Network:
    """The network of a spec; of one that names no input, over an image 3 x 8 x 8. `work` counts what it asks for."""
    whole = text if INPUT.search(text) else f"input: [3, 8, 8]\n{text}"
    return load_network(whole.encode(), PATH, Overrides(**overrides), work=work)


def report(text: str, **overrides: Any) -> Report:
    return analyze(read(text, **overrides))


def rows(text: str) -> list[tuple[str, str]]:
    """Each layer with its output."""
    return [(node.name, str(node.output)) for node in read(text).nodes]


def errors(text: str, work: Work | None = None, **overrides: Any) -> list[str]:
    """Each error as it is printed first, with its hint."""
    with pytest.raises(SpecError) as raised:
        read(text, work, **overrides)
    return [
        f"{each.place} {each.message}" + (f" -> {each.hint}" if each.hint else "")
        for each in raised.value.problems
    ]


def cases(table: Mapping[str, Case]) -> pytest.MarkDecorator:
    """Parametrise over specs and the layers that they stand for."""
    return pytest.mark.parametrize(("text", "layers"), list(table.values()), ids=list(table))
