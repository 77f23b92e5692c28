"""How much work a spec asks for, counted while it is read and built, so that every file ends soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netcost.source.fault import Exhausted

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from typing import Protocol

    from netcost.language.expression import Expression
    from netcost.layers.layer import Layer
    from netcost.place import Place

    class Somewhere(Protocol):
        """Whatever has a place in a file."""

        @property
        def place(self) -> Place:
            """Its spot."""
            ...


MAX_WORK = 200_000
"""Units of work that a spec and its imports may ask for, of four to eight microseconds each.

One for each run of an item, each further layer that it adds, each value, operand, binding and output of a block, and each
character of the expressions; three more for a layer that is like no earlier one. To read a file takes two for
an item, and one for every other node.
"""
NODES_A_UNIT = 2
FRAMES_A_UNIT = 4
"""Of the lists around an item, through which it looks for whose weights it shares."""
WORDS_A_UNIT = 16
"""Of the names of frozen weights."""
FOR_AN_ITEM = 2
FOR_A_NEW_LAYER = 3
FOR_A_CALL = 1
FOR_A_BLOCK = 5
FOR_AN_IMPORT = 50
FOR_A_GIVEN_VALUE = 25
ITEMS_PER_LAYER = 3
"""Items that add no layer may number so many for each layer, and a few more: enough for any use of conditions."""


class Work:
    """What one reading of a spec has done so far, and what it has made that it need not make again.

    Args:
        most: units of work that end the reading; the numbers of layers and of items that add none follow from it.
        left: units that end it too, if whoever reads many specs has no more for this one.
    """

    __slots__ = (
        "expressions",
        "items",
        "layers",
        "made",
        "max_idle",
        "max_layers",
        "most",
        "parsed",
        "refused",
        "spent",
    )

    def __init__(self, most: int = MAX_WORK, left: int | None = None) -> None:
        self.most = most if left is None else min(most, left)
        self.max_layers = most // 2
        self.max_idle = most // 10
        self.spent = 0
        self.parsed = 0
        """Those of them for expressions, which are parsed once."""
        self.refused = False
        """Whether it ended the reading that there were too many units."""
        self.items = 0
        """Items that have run."""
        self.expressions: dict[str, Expression] = {}
        """By their text."""
        self.layers: dict[Hashable, Layer] = {}
        """By their type and the values of their fields."""
        self.made: dict[Hashable, tuple[Layer, int]] = {}
        """The same by what asks for them and the values of its names, with the units that their lists count as."""

    def spend(self, units: int, at: Somewhere) -> None:
        """Count some work.

        Raises:
            Exhausted: it is more than a spec may ask for.
        """
        self.spent += units
        if self.spent > self.most:
            raise self._too_much(self.spent, at)

    def resume(
        self, units: int, expressions: Mapping[str, Expression], layers: Mapping[Hashable, Layer]
    ) -> None:
        """Count what an earlier reading has done as done again, and take over what it has made."""
        self.spent += units
        self.expressions.update(expressions)
        self.layers.update(layers)

    @property
    def again(self) -> int:
        """What would have been spent if all expressions had been there before."""
        return self.spent - self.parsed

    def undo(self, again: int) -> None:
        """Take back what was spent since there was so much of that; expressions stay as they are."""
        self.spent = again + self.parsed

    def run(self, units: int, at: Somewhere, layers: int) -> None:
        """Count the run of an item in a network that has so many layers.

        Raises:
            Exhausted: that is more than a spec may ask for, or hardly any item adds a layer.
        """
        self.spent += units
        if self.spent > self.most:
            raise self._too_much(self.spent, at)
        self.items += 1
        if self.items > self.max_idle + ITEMS_PER_LAYER * layers:
            message = f"after {self.items:,} items there are only {layers:,} layers"
            raise Exhausted(at.place, message, "most items of this spec add no layer")

    def foresee(self, units: int, layers: int, at: Somewhere) -> None:
        """Refuse what stands for too much when it is written out, before any of it is built.

        Raises:
            Exhausted: it takes more work or has more layers than a spec may ask for.
        """
        if layers > self.max_layers:
            message = f"written out, this is {layers:,} layers, more than the {self.max_layers:,} a network may have"
            raise Exhausted(at.place, message)
        if self.spent + units > self.most:
            raise self._too_much(self.spent + units, at)

    def _too_much(self, units: int, at: Somewhere) -> Exhausted:
        self.refused = True
        return Exhausted(
            at.place,
            f"this spec asks for more work than {self.most:,} units, {units:,} up to here",
            "fewer or more similar layers, shorter lists and expressions take less; `netcost.load(..., work=...)` allows more",
        )
