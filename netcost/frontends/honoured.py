"""What front ends share of faults: overrides that a format has no regard to, errors without a place in a text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from netcost.overrides import OVERRIDES, Overrides
from netcost.place import Place
from netcost.source.problem import Problem, SpecError
from netcost.wording import listed

DAMAGED = "the file is cut off or damaged: fetch it again, or save it anew"
"""What to do about a file that ends too soon, or does not hold what its beginning says."""


def refused(place: Place, message: str, hint: str = "") -> SpecError:
    """The error about a model that cannot be read."""
    return SpecError([Problem(place, message, hint or None)])


def honoured(path: str, overrides: Overrides, names: Collection[str]) -> dict[str, Any]:
    """The overrides that a front end has regard to, which it tells of in its network.

    Those that change a network once it is read are seen to by the door.

    Raises:
        SpecError: there is another one.
    """
    taken: dict[str, Any] = {}
    for name, value in overrides.items():
        override = OVERRIDES[name]
        if override.apply or override.of_run:
            continue
        if name not in names:
            ways = listed([OVERRIDES[each].option for each in OVERRIDES if each in names], most=None)
            message = f"{path} cannot be changed by {override.option}"
            raise refused(Place(override.option, 0, 0), message, f"its format takes {ways}" if ways else "")
        taken[name] = value
    return taken
