"""How a budget is read whose faults are told all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NoReturn, TypeAlias, TypeVar

from netcost.place import Place
from netcost.report import SHORT_WORDS
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, word_at
from netcost.source.fault import Fault, Problems, TooManyProblems
from netcost.source.problem import Problem, nearest, neighbours, one_of
from netcost.wording import shortened

MAX_RULES = 10_000
"""Limits, expected shapes and assumed parameters of a whole file."""

OTHER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("path", "file", "model", "network", "net", "config", "yaml"), "spec"),
    **dict.fromkeys(("layer", "name", "pattern", "glob", "layers"), "match"),
    **dict.fromkeys(("budget", "budgets", "maximum", "max", "thresholds"), "limits"),
    **dict.fromkeys(("layer_limits", "by_layer", "per-layer"), "per_layer"),
    **dict.fromkeys(("options", "overrides", "settings", "with"), "assume"),
    **dict.fromkeys(("note", "reason", "comment", "description"), "message"),
    "parameters": "params",
    "activations": "activation_bytes",
    **dict.fromkeys(("size", "weight_size", "model_size"), "weight_bytes"),
    **dict.fromkeys(("increase", "max_growth"), "max_increase"),
    **dict.fromkeys(("share", "max_percent"), "max_share"),
}
"""What keys of a budget are called by those who guess."""

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
        """The entries of a mapping under known keys, those of metrics also under their short words."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.problems.append(Problem(node.place, f"{what} must be a mapping", "write `key: value`"))
            return {}
        found = {key.text: (key, value) for key, value in node if key.text in keys}
        for key, value in node:
            metric = SHORT_WORDS.get(key.text, "")
            if key.text not in keys and metric in keys:
                if metric in found:
                    message = f"`{key.text}` and `{metric}` are one metric"
                    self.problems.append(Problem(key.place, message, "leave one of them out"))
                found.setdefault(metric, (word_at(key, metric), value))
            elif key.text not in keys:
                self.problems.append(self._unknown_key(key, what, keys))
                name = "" if self._owner(key) else _meant_key(key.text, keys)
                if name and name not in found:  # what stands under it is looked at as well
                    found[name] = (word_at(key, name), value)
        return found

    def items(self, node: YamlNode | None, what: str, key: str) -> list[YamlNode]:
        """The items of a list, in which each begins with a key."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.problems.append(Problem(node.place, f"{what} must be a list", self._listed(node, key)))
            return []
        return node.items

    def _listed(self, node: YamlNode, key: str) -> str:
        """The hint to make a list of what stands alone, or under a name."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return f"write `- {key}: {shortened(node.text)}`"
        name = next((each for each, _ in node), None) if isinstance(node, MappingNode) else None
        if name is None or self._owner(name):
            return "begin each item with `- `"
        return f"write `- {{{key}: {shortened(name.text)}, ...}}`"

    def _owner(self, key: Scalar) -> str:
        """Where a key may stand; empty if it may nowhere."""
        return next((level for level, known in self.levels.items() if key.text in known), "")

    def _unknown_key(self, key: Scalar, what: str, keys: Collection[str]) -> Problem:
        """Say where a key belongs, or which one was probably meant."""
        owner = self._owner(key)
        other = OTHER_WORDS.get(key.text, "")
        hint = f"`{key.text}` belongs to {owner}" if owner else meant(key.text, keys)
        if other in keys:
            hint = one_of([other], hint)
        return Problem(key.place, f"unknown key `{shortened(key.text)}` in {what}", hint)


def meant(word: str, known: Collection[str]) -> str:
    """The hint for an unknown word."""
    return one_of(neighbours(word, known, most=1), f"one of {quoted(known)}")


def _meant_key(word: str, keys: Collection[str]) -> str:
    """The key that was probably meant by another word; empty if there is none."""
    other = OTHER_WORDS.get(word, "")
    return other if other in keys else nearest(word, keys) or ""


def quoted(words: Iterable[str]) -> str:
    """Words as a hint lists them."""
    return ", ".join(f"`{word}`" for word in words)
