"""What a reader wants to see of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["alexnet", "lenet"]
Count = Literal["lecture", "macs", "flops"]
Sort = Literal["", "memory", "params", "flop"]


@dataclass(frozen=True, kw_only=True)
class View:
    """What tables show. Records and documents always hold everything and look at none of it.

    Args:
        style: which of the lecture's tables.
        count: what the flop column counts.
        sort: the column by which rows are ordered, largest first; the network's order where empty.
        top: how many rows are shown; all where None.
    """

    style: Style = "alexnet"
    count: Count = "lecture"
    sort: Sort = ""
    top: int | None = None
