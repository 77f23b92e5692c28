"""Fields that most items of a layer type have in common, and how a field is written beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from netcost.convert import yaml
from netcost.convert.formats import plain
from netcost.convert.items import Item, within
from netcost.convert.likeness import Expression, default_of
from netcost.layers import HEADS, find

COMMON = 3
"""Items that share a field from which on it is a default."""

REQUIRED = {"custom": ("params", "macs_per_sample")}

OWN_FIELDS = ("repeat", "if", "shortcut_if", "index", "kind", "shape", "size", "axis", "start", "stop")
"""What each item says itself, even where many say the same."""

KEPT = object()
"""Where a default changes nothing."""


def written_follower(item: Item, defaults: Mapping[str, Mapping[str, Any]]) -> Any:
    """A norm or an activation as it stands beside a layer."""
    own = defaults.get(item.head, {})
    values = {
        name: plain(value)
        for name, value in item.values.items()
        if name not in own or own[name] != plain(value)
    }
    for name in own:
        if name not in item.values:
            values[name] = undone(item, name)
    primary = values.pop(item.primary, None)
    if not values:
        return item.head if primary is None else {item.head: primary}
    return {item.head: values if primary is None else {item.primary: primary, **values}}


def fields_of(item: Item) -> dict[str, Any]:
    """The fields as they are written: a norm makes `bias` false."""
    values = dict(item.values)
    if item.norm is not None and item.head in HEADS and "bias" in find(item.head)[0].fields:
        if values.get("bias") is False:
            del values["bias"]
        else:
            values.setdefault("bias", True)
    return values


def undone(item: Item, name: str) -> Any:
    """What an item says that does not have a default."""
    if name in {"norm", "act"}:
        return "none"
    if name == "bias" and item.norm is not None:
        return KEPT
    default = default_of(item, name)
    return "none" if default is None else default


def defaults_of(lists: Iterable[list[Item]]) -> dict[str, dict[str, Any]]:
    """Fields that most items of a layer type have in common."""
    items: dict[str, list[Item]] = {}
    for each in lists:
        for item in within(each):
            if item.head in HEADS:
                items.setdefault(item.head, []).append(item)
            followers = [each for each in (item.norm, item.act) if each is not None]
            for follower in followers:
                items.setdefault(follower.head, []).append(follower)
    found: dict[str, dict[str, Any]] = {}
    # What follows others comes first: its defaults decide how it is written beside them.
    for head, own in sorted(items.items(), key=lambda each: find(each[0])[0].followable):
        chosen = _common(head, own, [_candidates(item, found) for item in own])
        if chosen:
            found[head] = chosen
    return found


def _common(head: str, items: list[Item], fields: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields of most items of one type; there must be fewer that have to cancel one."""
    counted: Counter[tuple[str, str]] = Counter()
    values: dict[tuple[str, str], Any] = {}
    for own in fields:
        for name, value in own.items():
            key = (name, yaml.flow(value))
            counted[key] += 1
            values[key] = value
    chosen: dict[str, Any] = {}
    for (name, text), times in counted.most_common():
        lacking = sum(
            name not in own and not (name == "bias" and item.norm)
            for item, own in zip(items, fields, strict=True)
        )
        most = times // (2 if name in {"norm", "act", "bias"} else 4)
        needed = name in REQUIRED.get(head, ())
        if times >= COMMON and (needed or lacking <= most) and name not in chosen:
            chosen[name] = values[name, text]
    return chosen


def _candidates(item: Item, known: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item that may be defaults."""
    fields = {
        name: plain(value)
        for name, value in fields_of(item).items()
        if name not in {item.primary, *OWN_FIELDS}
        and not isinstance(value, Expression)
        and not (name == "bias" and value is True)
    }
    for name, follower in (("norm", item.norm), ("act", item.act)):
        if follower is not None and isinstance(written_follower(follower, known), str):
            fields[name] = follower.head
    return fields
