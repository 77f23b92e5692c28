"""Whether a class or a function of a file of code takes the arguments that are given for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from inspect import Parameter, signature
from typing import Any

from netcost.frontends.honoured import refused
from netcost.place import Place
from netcost.source.problem import nearest
from netcost.wording import listed

NAMED = {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}


def check_arguments(make: Callable[..., Any], member: str, given: Collection[str], place: Place) -> None:
    """Refuse what a class or a function does not take, and what it lacks.

    Args:
        make: the class or the function; one that does not say what it takes is believed.
        member: what it is called.
        given: the names of the arguments.
        place: where it is named.

    Raises:
        SpecError: they do not fit.
    """
    try:
        taken = signature(make).parameters
    except (TypeError, ValueError):
        return
    names = [name for name, each in taken.items() if each.kind in NAMED]
    if not any(each.kind is Parameter.VAR_KEYWORD for each in taken.values()):
        for name in given:
            if name not in names:
                near = nearest(name, names)
                hint = (
                    f"did you mean `{near}`?"
                    if near
                    else f"it takes {listed(names)}"
                    if names
                    else "leave it out"
                )
                raise refused(Place("--arg", 0, 0), f"`{member}` takes no argument `{name}`", hint)
    missing = [name for name in names if taken[name].default is Parameter.empty and name not in given]
    if missing:
        ways = " ".join(f"--arg {name}=VALUE" for name in missing)
        raise refused(place, f"`{member}` is not made without {listed(missing, most=None)}", f"add `{ways}`")
