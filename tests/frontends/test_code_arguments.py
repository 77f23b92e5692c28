"""Arguments for the class or the function of a file of code: what it takes, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netcost.frontends.torch_module.arguments import check_arguments
from netcost.place import Place
from netcost.source.problem import SpecError


class Net:
    """Something that is made of two numbers, one of which it can do without."""

    def __init__(self, width: int, depth: int = 2) -> None:
        self.size = width, depth


def make(*, width: int, kind: str) -> Net:
    """A function that names what it takes."""
    del kind
    return Net(width)


def anything(**options: int) -> Net:
    """One that takes whatever it gets."""
    return Net(**options)


@pytest.mark.parametrize(
    ("made", "given"),
    [
        (Net, {"width"}),
        (Net, {"width", "depth"}),
        (make, {"width", "kind"}),
        (anything, {"x"}),
        (anything, set()),
    ],
)
def test_what_is_taken_passes(made: Callable[..., Any], given: set[str]) -> None:
    """With and without what has a default."""
    check_arguments(made, "Net", given, Place("net.py:Net", 0, 0))


@pytest.mark.parametrize(
    ("made", "given", "place", "told", "hint"),
    [
        (Net, set(), "net.py:Net", "`Net` is not made without width", "add `--arg width=VALUE`"),
        (Net, {"depth"}, "net.py:Net", "`Net` is not made without width", "add `--arg width=VALUE`"),
        (
            make,
            set(),
            "net.py:Net",
            "`Net` is not made without width and kind",
            "add `--arg width=VALUE --arg kind=VALUE`",
        ),
        (Net, {"width", "dpth"}, "--arg", "`Net` takes no argument `dpth`", "did you mean `depth`?"),
        (Net, {"width", "x"}, "--arg", "`Net` takes no argument `x`", "it takes width and depth"),
    ],
)
def test_what_does_not_fit_is_told_in_words_of_options(
    made: Callable[..., Any], given: set[str], place: str, told: str, hint: str
) -> None:
    """Before it is called."""
    with pytest.raises(SpecError) as caught:
        check_arguments(made, "Net", given, Place("net.py:Net", 0, 0))
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.message, problem.hint) == (place, told, hint)
