"""Every kind of rule, one file each: all that is known of a kind is in its class, and everything else asks this list."""

from __future__ import annotations

from netcost.budget.rule import Rule
from netcost.budget.rules.change import Change
from netcost.budget.rules.fits_device import FitsDevice
from netcost.budget.rules.layer_limit import LayerLimit
from netcost.budget.rules.layer_shape import LayerShape
from netcost.budget.rules.limit import Limit
from netcost.budget.rules.output_shape import OutputShape
from netcost.budget.rules.same_output import SameOutput

KINDS: list[type[Rule]] = [
    Limit,
    LayerLimit,
    OutputShape,
    LayerShape,
    Change,
    SameOutput,
    FitsDevice,
]
"""In the order of the sections of an entry."""


def sections() -> dict[str, list[type[Rule]]]:
    """The sections of an entry, each with the kinds that stand there."""
    found: dict[str, list[type[Rule]]] = {}
    for kind in KINDS:
        found.setdefault(kind.section, []).append(kind)
    return found


def keys_of(kinds: list[type[Rule]]) -> dict[str, type[Rule]]:
    """The keys of a section, each with the kind that has it."""
    return {key: kind for kind in kinds for key in kind.keys}


def kind_of(check: str) -> type[Rule]:
    """The kind of rule of which a `kind` of check comes."""
    return next((kind for kind in KINDS if check in kind.checks), Rule)
