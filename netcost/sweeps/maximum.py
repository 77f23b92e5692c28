"""The sweep that finds what is as large as possible within limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from netcost.overrides import OVERRIDES, SETTINGS
from netcost.sweeps.axes import INPUT, SWEPT, varies
from netcost.sweeps.fault import SweepError
from netcost.sweeps.request import Request
from netcost.wording import shortened


def largest(request: Request, maxima: Sequence[str]) -> tuple[Request, list[str]]:
    """The sweep that finds what is as large as possible: by one parameter or expression, or the front of several.

    Returns:
        The request, and the labels or expressions that are to be large.

    Raises:
        SweepError: there are no candidates, or they have no order.
    """
    swept = {name: list(texts) for name, texts in request.swept.items()}
    names, rising = [], []
    for text in maxima:
        name, equals, values = text.partition("=")
        name = name.strip()
        if not equals or not re.fullmatch(r"[\w.]+", name):
            names.append(text.strip())
            continue
        override, dot, part = name.partition(".")
        if override in (INPUT, "dim") and dot:
            swept.setdefault(override, []).append(f"{part}={values}")
            rising.append(name)
        elif name in SWEPT and OVERRIDES[name].kind is not SETTINGS:
            swept.setdefault(name, []).append(values)
            rising.append(name)
        else:
            rising.append(f"set.{name.removeprefix('set.')}")
            swept.setdefault("set", []).append(f"{name.removeprefix('set.')}={values}")
        if not varies(values):
            raise SweepError(
                f"--max {shortened(text)} has one candidate; write a range, as in {name}=0.05..4:0.01"
            )
        names.append(name.removeprefix("set."))
    order = ",".join(f"-{name}" for name in names)
    if len(names) > 1:
        return replace(request, swept=swept, rising=rising, pareto=order), names
    tie = [text.partition("=")[0] for text in request.limits] or [limit.name for limit in request.budget]
    return replace(request, swept=swept, rising=rising, sort=f"{order},-{tie[0]}", top=1), names
