"""What each operator makes of shapes and of numbers that are known: one table, by families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import TypeAlias, TypeVar

from netcost.frontends.onnx.values import Step, Value

Rule: TypeAlias = Callable[[Step], Sequence[Value]]
"""Makes the outputs of a step; an empty list stands for one like the first input."""

T = TypeVar("T", bound=Rule)

FAMILIES = (
    *(
        "windows",
        "elementwise",
        "products",
        "moves",
        "indices",
        "reductions",
        "recurrent",
        "attention",
        "signals",
    ),
)
"""Those first that most networks need."""

_found: dict[str, Rule] = {}

MICROSOFT = "com.microsoft:"
BLOCKED = "com.microsoft.nchwc:"


def rule(*ops: str) -> Callable[[T], T]:
    """Enter a function as the rule of operators."""

    def enter(function: T) -> T:
        _found.update(dict.fromkeys(ops, function))
        return function

    return enter


@cache
def rule_of(op: str) -> Rule | None:
    """The rule of an operator, if there is one; families are imported until it is found."""
    for family in FAMILIES:
        if op in _found:
            break
        import_module(f"{__name__}.{family}")
    return _found.get(op)


def operators() -> list[str]:
    """Every operator that has a rule."""
    rule_of("")
    return sorted(_found)
