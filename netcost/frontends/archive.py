"""What no zip file of a model has: members that lead out of it, and pickles, which could run code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netcost.frontends.honoured import refused
from netcost.place import Place

OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
"""Names from the root, with a drive, or that climb."""

PICKLE = (".pkl", ".pickle")


def check_members(names: Iterable[str], place: Place) -> None:
    """Refuse a file with such a member, though nothing is unpacked: it was not made by what it says it was.

    Raises:
        SpecError: there is one.
    """
    for name in names:
        if OUT.search(name):
            raise refused(place, f"the member `{name[:80]}` of this archive leads out of it")
        if name.lower().endswith(PICKLE):
            message = f"the member `{name[:80]}` of this archive is a pickle, which could run code"
            raise refused(place, message, "export the model anew")
