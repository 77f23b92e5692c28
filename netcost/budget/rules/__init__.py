"""Every kind of rule, one file each: all that is known of a kind is in its class, and everything else asks this list."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from netcost.budget.rule import Rule

KINDS: dict[str, str] = {
    "Limit": "netcost.budget.rules.limit",
    "LayerLimit": "netcost.budget.rules.layer_limit",
    "OutputShape": "netcost.budget.rules.output_shape",
    "LayerShape": "netcost.budget.rules.layer_shape",
    "Change": "netcost.budget.rules.change",
    "SameOutput": "netcost.budget.rules.same_output",
    "FitsDevice": "netcost.budget.rules.fits_device",
}
"""The class of each kind and its module, in the order of the sections of an entry."""


def kinds() -> Iterator[type[Rule]]:
    """Every kind, in that order; each is imported when its turn comes."""
    return (getattr(import_module(module), name) for name, module in KINDS.items())


def sections() -> dict[str, list[type[Rule]]]:
    """The sections of an entry, each with the kinds that stand there."""
    found: dict[str, list[type[Rule]]] = {}
    for kind in kinds():
        found.setdefault(kind.section, []).append(kind)
    return found


def keys_of(kinds: list[type[Rule]]) -> dict[str, type[Rule]]:
    """The keys of a section, each with the kind that has it."""
    return {key: kind for kind in kinds for key in kind.keys}


def kind_of(check: str) -> type[Rule]:
    """The kind of rule of which a `kind` of check comes."""
    return next((kind for kind in kinds() if check in kind.checks), Rule)
