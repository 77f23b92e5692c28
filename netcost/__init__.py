"""What a neural network costs, from a short YAML file: shapes, memory, parameters and operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike

TYPE_CHECKING = (
    False  # as in typing, which would take longer to import than all else that the command needs first
)
if TYPE_CHECKING:
    from typing import Any

    from netcost.network import Network
    from netcost.report import Report
    from netcost.source.problem import SpecError
    from netcost.sweeps.api import Sweep
    from netcost.sweeps.fault import SweepError
    from netcost.sweeps.solve import Solution

__version__ = "0.1.0"
__all__ = ["Network", "Report", "SpecError", "SweepError", "analyze", "load", "solve", "sweep"]

HOMES: Mapping[str, str] = {
    "Network": "netcost.network",
    "Report": "netcost.report",
    "SpecError": "netcost.source.problem",
    "SweepError": "netcost.sweeps.fault",
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


def sweep(
    spec: str | PathLike[str],
    *,
    metrics: Sequence[str] = (),
    where: str = "",
    limit: Mapping[str, object] | None = None,
    near: str = "",
    sort: str = "",
    pareto: str = "",
    top: int = 0,
    sample: int | None = None,
    seed: int = 0,
    chunk: int = 0,
    jobs: int = 1,
    dask: str = "",
    run_code: bool = False,
    **overrides: Any,
) -> Sweep:
    """Work out many variants of a network, as `netcost sweep` does.

    Iterate over the result for chunks of columns; `.best()` are the best rows, `.to_dataframe()` all of them.

    Args:
        spec: a file, or the name of a bundled network.
        metrics: what is told of each variant, parameters and multiply-accumulates where left out: `"layer1.macs"`.
        where: a condition on what varies: `"dim % heads == 0"`.
        limit: the most that numbers may be: `{"macs": "300M"}`.
        near: what to come near to: `"params=1e9:2%"`.
        sort: the order of the best: `"-macs"`.
        pareto: what no other variant may excel in: `"macs,params,-width"`.
        top: how many of the best, 10 where left out.
        sample: how many variants are looked at, spread over all.
        seed: which sample.
        chunk: variants of a chunk.
        jobs: processes that work at once.
        dask: the address of a Dask scheduler.
        run_code: run the file of `net.py:Net`.
        overrides: what varies, and what does not, by the keywords of `load`: a text is a range or a list as on the
            command line, a list or a range are values: `params={"width": "0.25..2:0.05"}, batch=range(1, 9)`.

    Raises:
        SpecError: the spec is faulty, or there is none.
        SweepError: what is asked for cannot be.
        TypeError: there is no such override.
    """
    from os import fspath

    from netcost.sweeps import api

    return api.sweep(
        fspath(spec),
        overrides,
        metrics=metrics,
        where=where,
        limit=limit or {},
        near=near,
        sort=sort,
        pareto=pareto,
        top=top,
        sample=sample,
        seed=seed,
        chunk=chunk,
        jobs=jobs,
        dask=dask,
        run_code=run_code,
    )


def solve(
    spec: str | PathLike[str],
    *,
    max: Mapping[str, object],  # noqa: A002  as the option is called
    limit: Mapping[str, object],
    metrics: Sequence[str] = (),
    where: str = "",
    run_code: bool = False,
    **overrides: Any,
) -> Solution:
    """Find the largest value of a parameter within limits, as `netcost solve` does.

    Args:
        spec: a file, or the name of a bundled network.
        max: the parameter and its candidates: `{"width": "0.05..4:0.01"}`.
        limit: the most that numbers may be: `{"macs": "300M"}`.
        metrics: what else is told.
        where: a condition on what varies.
        run_code: run the file of `net.py:Net`.
        overrides: what else varies, and what does not, as `sweep` takes it.

    Raises:
        SpecError: the spec is faulty, or there is none.
        SweepError: what is asked for cannot be.
        TypeError: there is no such override.
    """
    from os import fspath

    from netcost.sweeps import api

    return api.solve(
        fspath(spec),
        overrides,
        largest_of=max,
        metrics=metrics,
        limit=limit,
        where=where,
        run_code=run_code,
    )
