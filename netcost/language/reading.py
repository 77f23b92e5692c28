"""What the items of a file say, kept for other networks of the same file: its variants, and its parameters overridden."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from netcost.record import Record

if TYPE_CHECKING:
    from netcost.language.expression import Expression
    from netcost.language.items import Block, Body
    from netcost.layers.layer import Layer
    from netcost.source.document import Document


class Reading(Record, eq=False):
    """The items of a file, which say the same whatever its parameters are.

    Args:
        blocks: those that the file defines.
        body: its list of layers.
        units: the units of work that it took to read them.
        expressions: those among them, by their text.
        layers: those that need no names, by their type and the values of their fields.
    """

    blocks: dict[str, Block]
    body: Body
    units: int
    expressions: Mapping[str, Expression]
    layers: Mapping[Hashable, Layer]


KEPT: WeakKeyDictionary[Document, Reading] = WeakKeyDictionary()
"""What was found without a fault, as long as its file is kept."""
