"""What a neural network costs, from a short YAML file: shapes, memory, parameters and operations."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

TYPE_CHECKING = (
    False  # as in typing, which would take longer to import than all else that the command needs first
)
if TYPE_CHECKING:
    from typing import Any

    from netcost.network import Network
    from netcost.report import Report
    from netcost.source.problem import SpecError

__version__ = "0.1.0"
__all__ = ["Network", "Report", "SpecError", "analyze", "load"]

HOMES: Mapping[str, str] = {
    "Network": "netcost.network",
    "Report": "netcost.report",
    "SpecError": "netcost.source.problem",
}
"""Where the public classes are defined; each is imported when it is first asked for."""


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, *(name for name in globals() if name.startswith("__"))]


def load(
    spec: str | PathLike[str],
    *,
    work: int | None = None,
    run_code: bool = False,
    **overrides: Any,
) -> Network:
    """Read a network from a spec, or from a model in another format: `netcost formats` lists them.

    Args:
        spec: a file, or the name of a bundled network; a file of that name wins.
        run_code: run the file of `net.py:Net`, which is refused where this is not said.
        work: units of work that the spec may ask for, 200,000 where left out; it may have half as many layers.
        overrides: what to change about it, by the keywords of `netcost.overrides.OVERRIDES`: `batch=8`,
            `input=(3, 192, 192)`, `dtype="int8/float16"`, `params={"width": 0.5, "depths": [3, 4, 6, 3]}`. A text
            is a parameter's value as `--set` has it, an expression.

    Raises:
        SpecError: the spec is faulty, or there is none; it holds every fault that was found.
        TypeError: there is no such override.
    """
    from os import fspath

    from netcost import zoo
    from netcost.language.work import MAX_WORK, Work
    from netcost.overrides import Overrides

    limit = Work(MAX_WORK if work is None else work)
    return zoo.load(fspath(spec), Overrides(**overrides), run_code=run_code, work=limit)


def analyze(network: Network | str | PathLike[str], **overrides: Any) -> Report:
    """Report what a network costs, layer by layer and in all.

    Args:
        network: a network, or what `load` reads one from.
        overrides: what to change about a spec while it is read, as `load` takes it.

    Raises:
        SpecError: the spec is faulty, or there is none.
        TypeError: there is no such override, or the network has been read.
    """
    from netcost.analysis import costs

    if isinstance(network, (str, PathLike)):
        return costs.analyze(load(network, **overrides))
    if overrides:
        raise TypeError("overrides change how a spec is read, and this network has been; give them to `load`")
    return costs.analyze(network)
