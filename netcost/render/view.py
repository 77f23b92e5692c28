"""What a reader wants to see of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["alexnet", "lenet"]
Count = Literal["lecture", "macs", "flops"]
Sort = Literal["", "memory", "params", "flop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How tables are to look. CSV and JSON always hold everything and look at none of it.

    Args:
        style: which of the lecture's tables.
        count: what the flop column counts.
        sort: the column by which rows are ordered, largest first; the network's order where empty.
        top: how many rows are shown; all where None.
        width: the widest line; no limit where None.
        color: whether the text carries terminal colours.
        ascii: whether lines are drawn with ASCII characters.
    """

    style: Style = "alexnet"
    count: Count = "lecture"
    sort: Sort = ""
    top: int | None = None
    width: int | None = None
    color: bool = False
    ascii: bool = False
