"""Values of a JSON document that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import inf
from typing import Any

from netcost.integers import BOUND
from netcost.number import Exact
from netcost.record import Record

MOST_COUNT = 2**256 - 1
"""Beyond what can be counted of tensors of less than 2^63 elements, however many they are."""

MOST_LENGTH = BOUND - 1

MOST_DEPTH = 16
"""Of lists and objects in one another, where anything may stand; a parameter of a spec has 8."""

MAX_SHOWN = 40
"""Characters of a value that is not what it should be."""


class Item(Record):
    """A value of the document with the way to it, as in `models[0].layers[3].macs`."""

    value: Any
    path: str

    def __getitem__(self, key: str) -> Item:
        """Take a value out of an object.

        Raises:
            ValueError: this is no object, or has no such key.
        """
        found = self.get(key)
        if found is None:
            raise ValueError(f"{self.path or 'the report'} has no `{key}`")
        return found

    def get(self, key: str) -> Item | None:
        """Take a value out of an object that an earlier version may have written without it.

        Raises:
            ValueError: this is no object.
        """
        members = self._of(dict, "an object")
        return Item(members[key], f"{self.path}.{key}" if self.path else key) if key in members else None

    def items(self) -> Iterator[Item]:
        """Go through a list."""
        for index, value in enumerate(self._of(list, "a list")):
            yield Item(value, f"{self.path}[{index}]")

    def members(self) -> dict[str, Item]:
        """Return an object's values by name."""
        return {name: self[name] for name in self._of(dict, "an object")}

    def text(self) -> str:
        """Return a text; an escape of half a character, which JSON allows, is none."""
        found = str(self._of(str, "a text"))
        if not found.isascii() and any("\ud800" <= character <= "\udfff" for character in found):
            raise self._refusal("a text of whole characters")
        return found

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        """Return true or false."""
        return bool(self._of(bool, "true or false"))

    def count(self, least: int = 0, most: int = MOST_COUNT) -> int:
        """Return a whole number within bounds, written as one: 3.0 and true are none."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self._refusal(f"a whole number of at least {least}")
        if self.value > most:
            raise self._refusal(f"a number below 2^{most.bit_length()}")
        return self.value

    def length(self) -> int:
        """Return the length of an axis, or a number of layers or samples."""
        return self.count(1, MOST_LENGTH)

    def lengths(self) -> tuple[int, ...]:
        """Return a list of the lengths of axes."""
        return tuple(item.length() for item in self.items())

    def plain(self, depth: int = MOST_DEPTH) -> Any:
        """Return whatever stands here, lists as tuples; texts and numbers are held to what they may be."""
        if isinstance(self.value, dict | list) and not depth:
            raise self._refusal(f"a value at most {MOST_DEPTH} deep")
        if isinstance(self.value, dict):
            return self.record(depth)
        if isinstance(self.value, list):
            return tuple(item.plain(depth - 1) for item in self.items())
        if isinstance(self.value, float) and not -inf < self.value < inf:
            raise self._refusal("a number")
        return self.text() if isinstance(self.value, str) else self.value

    def record(self, depth: int = MOST_DEPTH) -> dict[str, Any]:
        """Return an object with whatever stands in it."""
        return {name: item.plain(depth - 1) for name, item in self.named().items()}

    def named(self) -> dict[str, Item]:
        """Return an object's values by names that are texts."""
        return {Item(name, self.path).text(): item for name, item in self.members().items()}

    def number(self) -> Exact:
        """Return a number of at least 0, as exactly as it is written."""
        if not isinstance(self.value, float):
            return self.count()
        if not 0 <= self.value < inf:
            raise self._refusal("a number of at least 0")
        from fractions import Fraction

        return Fraction(str(self.value))

    def _of(self, kind: type, described: str) -> Any:
        if not isinstance(self.value, kind):
            raise self._refusal(described)
        return self.value

    def _refusal(self, described: str) -> ValueError:
        from json import JSONEncoder

        # As much of it as is shown: what stands there may be as large as the document.
        found = "".join(islice(JSONEncoder().iterencode(self.value), MAX_SHOWN + 1))
        shown = found if len(found) <= MAX_SHOWN else f"{found[: MAX_SHOWN - 3]}..."
        return ValueError(f"{self.path or 'the report'} should be {described}, it is {shown}")
