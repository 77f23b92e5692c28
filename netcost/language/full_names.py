"""The full names of layers: those that are given, and those that are made of a word and a number."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.language.frame import Frame
from netcost.language.items import Item, LayerItem
from netcost.language.work import Work
from netcost.layers.values import MAX_TEXT
from netcost.source.document import Scalar
from netcost.source.fault import Fault


class FullNames:
    """Which full names are taken, and the next number of each word.

    Args:
        inputs: the names that the file gives to inputs.
        work: what the reading has done so far.
    """

    def __init__(self, inputs: Mapping[str, Scalar], work: Work) -> None:
        self._claimed = dict(inputs)
        self._counters: dict[str, int] = {}
        self._work = work

    def claim(self, name: Scalar, path: str) -> None:
        """Refuse a second item of the same full name."""
        first = self._claimed.setdefault(path, name)
        if first is not name:
            related = ((first.place, "first used here"),)
            raise Fault(name.place, f"the name `{name.text}` is used twice", "choose another name", related)

    def generate(self, frame: Frame, word: str, item: Item) -> str:
        """Name a layer by its type and a counter that runs under its prefix."""
        start = f"{frame.prefix}{word}"
        number = self._counters.get(start, 0) + 1
        while frame.reserves(f"{word}{number}"):
            self._work.spend(1, item)
            number += 1
        self._counters[start] = number
        return f"{start}{number}"


def check_length(path: str, item: Item) -> None:
    """Refuse a full name that is too long.

    Raises:
        Fault: it has more characters than a name may have.
    """
    if len(path) > MAX_TEXT:
        message = f"the full name of this has {len(path):,} characters, more than {MAX_TEXT}"
        raise Fault(item.place, message, "shorten the names of the items around it")


def word_of(item: Item) -> str:
    """What a generated name starts with."""
    if isinstance(item, LayerItem):
        return item.recipe.kind.type
    return item.head.text.rpartition(".")[2]
