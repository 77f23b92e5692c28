"""What a folder of parts belongs to: another sweep does not add to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from netcost.overrides import as_options, as_yaml
from netcost.sweeps.axes import Axis
from netcost.sweeps.limits import Limit
from netcost.sweeps.plan import Plan
from netcost.wording import shortened

LISTED = 1_000
"""Values of an axis that are written out; of more there is a digest."""

WORDS = {
    "netcost": "the version of netcost",
    "spec": "the spec or what it imports",
    "chunk": "the variants of a part",
    "format": "the format",
}


def manifest(plan: Plan, format_name: str) -> dict[str, Any]:
    """Everything that decides what rows there are and in which part each of them stands."""
    return {
        "netcost": plan.version,
        "spec": plan.model.digest,
        "overrides": as_options(plan.base),
        **{f"axis {name}": _values(axis) for name, axis in plan.labels.items()},
        "columns": plan.columns,
        "where": plan.where.text if plan.where else "",
        "limits": list(map(_limit, plan.held)),
        "sample": plan.sample,
        "seed": plan.seed if plan.sample is not None else None,
        "chunk": plan.chunk,
        "variants": plan.size,
        "format": format_name,
        "chart": list(plan.chart or ()),
    }


def _values(axis: Axis) -> str:
    if len(axis.values) <= LISTED:
        return ", ".join(map(as_yaml, axis.shown))
    digest = sha256("\n".join(map(as_yaml, axis.values)).encode()).hexdigest()
    return f"{len(axis.values)} values from {axis.shown[0]} to {axis.shown[-1]}, {digest}"


def _limit(limit: Limit) -> str:
    sides = [f"{side} {bound}" for side, _, bound in limit.sides]
    return ", ".join(sides)


def written(found: Mapping[str, Any]) -> bytes:
    """A manifest as a file."""
    return json.dumps(found, indent=2, ensure_ascii=False).encode() + b"\n"


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """What two manifests do not have in common, in words."""
    return [
        f"{WORDS.get(key, key)}: {_short(there.get(key))} there, {_short(here.get(key))} here"
        for key in dict.fromkeys([*there, *here])
        if here.get(key) != there.get(key)
    ]


def _short(value: Any) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), 80)
