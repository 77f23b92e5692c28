"""How a budget is read whose faults are told all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NoReturn, TypeAlias, TypeVar

from netcost.place import Place
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault, Problems, TooManyProblems
from netcost.source.problem import Problem, nearest
from netcost.wording import shortened

MAX_RULES = 10_000
"""Limits, expected shapes and assumed parameters of a whole file."""

KeyValues: TypeAlias = Mapping[str, KeyValue]
Given = TypeVar("Given")
Read = TypeVar("Read")


class Reader:
    """Reads what it can and notes the rest in `problems`; it ends when there are too many, of rules too.

    Args:
        levels: where each key may stand, for the hint when it stands elsewhere.
    """

    def __init__(self, levels: Mapping[str, Collection[str]]) -> None:
        self.levels = levels
        self.problems = Problems()
        self.rules_read = 0

    def each(self, read: Callable[[Given], Read], given: Iterable[Given]) -> list[Read]:
        """What could be read of some parts of the file."""
        found = []
        for part in given:
            try:
                found.append(read(part))
            except Fault as fault:
                self.problems.append(fault.problem)
        return found

    def each_rule(self, read: Callable[[KeyValue], Read], given: Iterable[KeyValue]) -> list[Read]:
        """The same of rules, which are counted.

        Raises:
            TooManyProblems: there is one too many.
        """
        return self.each(read, map(self._counted, given))

    def _counted(self, pair: KeyValue) -> KeyValue:
        self.rules_read += 1
        if self.rules_read > MAX_RULES:
            self.refuse(pair[0].place, f"there are more than {MAX_RULES:,} rules in this file")
        return pair

    def refuse(self, place: Place, message: str) -> NoReturn:
        """End the reading at a bound.

        Raises:
            TooManyProblems: always.
        """
        self.problems.append(Problem(place, message, "split it into files, each with a check of its own"))
        raise TooManyProblems

    def mapping(self, node: YamlNode | None, what: str, keys: Collection[str]) -> KeyValues:
        """The entries of a mapping under known keys."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.problems.append(Problem(node.place, f"{what} must be a mapping", "write `key: value`"))
            return {}
        self.problems.extend(self._unknown_key(key, what, keys) for key, _ in node if key.text not in keys)
        return {key.text: (key, value) for key, value in node if key.text in keys}

    def items(self, node: YamlNode | None, what: str) -> list[YamlNode]:
        """The items of a list."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.problems.append(Problem(node.place, f"{what} must be a list", "begin each item with `- `"))
            return []
        return node.items

    def _unknown_key(self, key: Scalar, what: str, keys: Collection[str]) -> Problem:
        """Say where a key belongs, or which one was probably meant."""
        owner = next((level for level, known in self.levels.items() if key.text in known), "")
        hint = f"`{key.text}` belongs to {owner}" if owner else meant(key.text, keys)
        return Problem(key.place, f"unknown key `{shortened(key.text)}` in {what}", hint)


def meant(word: str, known: Collection[str]) -> str:
    """The hint for an unknown word."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else f"one of {quoted(known)}"


def quoted(words: Iterable[str]) -> str:
    """Words as a hint lists them."""
    return ", ".join(f"`{word}`" for word in words)
