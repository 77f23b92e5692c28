"""What was overridden, in a JSON report: written and read by the table of overrides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netcost.overrides import COUNT, FLAG, LENGTHS, OVERRIDES, SETTINGS, in_order
from netcost.report.item import Item
from netcost.report.key import Json, Key, record


def _sizes(item: Item) -> object:
    """The lengths of the input, or of inputs by their names."""
    if isinstance(item.value, dict):
        return {name: each.lengths() for name, each in item.named().items()}
    return item.lengths()


TAKEN: Mapping[str, Callable[[Item], object]] = {
    COUNT.name: Item.length,
    LENGTHS.name: _sizes,
    FLAG.name: Item.flag,
    SETTINGS.name: Item.record,
}
"""How values of overrides are read back, by their kinds; those of others are texts."""


def overrides_key() -> Key:
    """What was changed about the network; left out where that is not known."""
    schemas = {name: {**each.kind.schema, "description": each.help} for name, each in OVERRIDES.items()}
    return Key(
        "overrides",
        {
            **record(schemas, optional=frozenset(schemas)),
            "description": "what the caller changed about the network",
        },
        lambda report: None if report.overrides is None else in_order(report.overrides),
        "overrides",
        _overrides,
        optional=True,
    )


def _overrides(model: Item) -> Json | None:
    """What was changed; what only later versions know of is kept as it is, so that it is compared and told."""
    found = model.get("overrides")
    if found is None:
        return None
    return {
        name: (TAKEN.get(OVERRIDES[name].kind.name, Item.text) if name in OVERRIDES else Item.plain)(item)
        for name, item in found.named().items()
    }
