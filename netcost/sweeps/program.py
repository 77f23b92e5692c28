"""Programs in Python's own words: what a group of variants costs, from the numbers that vary.

One text serves numbers and arrays; they differ in how some operations are written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from netcost.sweeps.groups import Group
from netcost.sweeps.tape import Node, Tape

SAME: Mapping[str, str] = {
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "neg": "(-{0})",
    "floordiv": "({0} // {1})",
    "truediv": "({0} / {1})",
    "mod": "({0} % {1})",
    "pow": "({0} ** {1})",
    "lt": "({0} < {1})",
    "eq": "({0} == {1})",
    "abs": "abs({0})",
    "gcd": "gcd({0}, {1})",
    "isqrt": "isqrt({0})",
    "trunc": "trunc({0})",
    "floor": "floor({0})",
    "ceil": "ceil({0})",
    "round": "round({0})",
}
"""How operations are written that read the same for numbers and for arrays."""

NUMBERS: Mapping[str, str] = {
    **SAME,
    "not": "(not {0})",
    "and": "({0} and {1})",
    "or": "({0} or {1})",
    "select": "({1} if {0} else {2})",
    "max": "({1} if {0} < {1} else {0})",
    "min": "({1} if {1} < {0} else {0})",
}
"""How operations are written for plain numbers."""

TWICE = frozenset({"max", "min"})
"""Those that read their operands twice, so that these need names."""

DEEPEST = 12
"""Operations in one expression, above which what is inside gets a name."""

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "gcd": math.gcd,
    "isqrt": math.isqrt,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
}


class Writer:
    """Writes a program, a line for each node that is needed in several places.

    Args:
        tape: the nodes.
        places: those that are asked about or asked for.
        words: how operations are written.
    """

    def __init__(self, tape: Tape, places: Sequence[int], words: Mapping[str, str]) -> None:
        self.tape = tape
        self.words = words
        self.lines: list[str] = []
        self._texts: dict[int, str] = {}
        self._depths: dict[int, int] = {}
        self._uses: dict[int, int] = {}
        for place in needed(tape, places):
            node = tape.nodes[place]
            for operand in operands_of(node):
                self._uses[operand] = self._uses.get(operand, 0) + (2 if node.operation in TWICE else 1)
        for place in places:
            self._uses[place] = self._uses.get(place, 0) + 1

    def text(self, wanted: int) -> str:
        """What stands for a node in the program; what it needs is written before."""
        pending = [wanted]
        while pending:
            place = pending[-1]
            missing = [each for each in operands_of(self.tape.nodes[place]) if each not in self._texts]
            pending += missing
            if not missing:
                pending.pop()
                if place not in self._texts:
                    self._write(place)
        return self._texts[wanted]

    def _write(self, place: int) -> None:
        node = self.tape.nodes[place]
        if node.operation == "argument":
            self._texts[place] = f"a{node.operands[0]}"
        elif node.operation == "constant":
            number = node.operands[0]
            self._texts[place] = f"({number!r})" if number < 0 else repr(number)
        else:
            text = self.words[node.operation].format(*(self._texts[each] for each in node.operands))
            depth = 1 + max(self._depths.get(each, 0) for each in node.operands)
            if self._uses.get(place, 0) > 1 or depth > DEEPEST:
                self.lines.append(f"n{place} = {text}")
                text, depth = f"n{place}", 0
            self._texts[place], self._depths[place] = text, depth


def operands_of(node: Node) -> tuple[int, ...]:
    """The nodes that a node is made of."""
    return () if node.operation in {"argument", "constant"} else node.operands


def needed(tape: Tape, places: Sequence[int]) -> Iterator[int]:
    """The nodes that some nodes are made of, those included, each once."""
    known: set[int] = set()
    pending = list(places)
    while pending:
        place = pending.pop()
        if place not in known:
            known.add(place)
            yield place
            pending += operands_of(tape.nodes[place])


def compiled(lines: Sequence[str], names: Mapping[str, Any]) -> Callable[..., Any]:
    """The function `run` that some lines of Python define."""
    scope = dict(names)
    exec(compile("\n".join(lines), "<sweep>", "exec"), scope)  # noqa: S102  the lines are made of a tape's own words
    found: Callable[..., Any] = scope["run"]
    return found


def on_numbers(group: Group) -> Callable[..., tuple[int, Any]]:
    """What works out one variant of a group.

    Returns:
        A function of the numbers that vary: -1 and the numbers that are asked for, or the position of the first
        question that the variant answers otherwise, and its answer.
    """
    writer = Writer(group.tape, group.places, NUMBERS)
    for position, (place, answer) in enumerate(group.path):
        text = writer.text(place)
        if isinstance(answer, bool):
            condition = f"not {text}" if answer else text
            writer.lines.append(f"if {condition}: return {position}, {not answer}")
        else:
            writer.lines.append(f"q = {text}")
            writer.lines.append(f"if q != {answer!r}: return {position}, q")
    made = "".join([f"{writer.text(place)}, " for place in group.made])
    arguments = ", ".join([f"a{place}" for place in range(count_of_arguments(group.tape))])
    lines = [f"def run({arguments}):", *(f"    {line}" for line in writer.lines), f"    return -1, ({made})"]
    return compiled(lines, FUNCTIONS)


def count_of_arguments(tape: Tape) -> int:
    """How many numbers vary."""
    return sum(node.operation == "argument" for node in tape.nodes)
