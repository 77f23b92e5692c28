"""Weights that stretches of items share as a whole."""

from __future__ import annotations

from netcost.convert.items import Item, within
from netcost.convert.steps import Step


def shared_with_first(stretches: list[list[Item]]) -> list[bool] | None:
    """For each item of several stretches, inside ones too, whether the others share its weights with the first.

    None where they share in another way.
    """
    found: list[bool] = []
    for row in zip(*(within(stretch) for stretch in stretches), strict=False):
        first, *others = row
        own = next(iter(first.steps), None)
        shared = [own is not None and item.keys.get("share") is own for item in others]
        lent = any(item.keys.get("share") and not same for item, same in zip(others, shared, strict=True))
        if lent or first.keys.get("share") or any(shared) != all(shared) or _lend(others):
            return None
        borrowers = {step for item in others for step in item.steps} if all(shared) else set()
        if any(not step.borrowers <= borrowers for step in first.steps):
            return None
        found.append(all(shared))
    return found


def lender_of(stretch: list[Item]) -> Step | None:
    """The first layer whose weights the items of a stretch share with others."""
    for item in within(stretch):
        share = item.keys.get("share")
        if isinstance(share, Step):
            return share
        lending = next((step for step in item.steps if step.lends), None)
        if lending is not None:
            return lending
    return None


def _lend(items: list[Item]) -> bool:
    """Tell whether layers outside share the weights of items."""
    return any(step.lends for item in items for step in item.steps)
