"""What a neural network costs, from a short YAML file: shapes, memory, parameters and operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike

TYPE_CHECKING = (
    False  # as in typing, which would take longer to import than all else that the command needs first
)
if TYPE_CHECKING:
    from netcost.analysis.costs import analyze
    from netcost.network import Network
    from netcost.report import Report
    from netcost.spec.problem import SpecError

__version__ = "0.1.0"
__all__ = ["Network", "Report", "SpecError", "analyze", "load"]

HOMES: Mapping[str, str] = {
    "Network": "netcost.network",
    "Report": "netcost.report",
    "SpecError": "netcost.spec.problem",
    "analyze": "netcost.analysis.costs",
}
"""Where each public name is defined; it is imported when it is first asked for."""


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)


def load(
    spec: str | PathLike[str],
    *,
    variant: str = "",
    batch: int | None = None,
    input: Sequence[int] = (),  # noqa: A002
    dtype: str = "",
    params: Mapping[str, object] | None = None,
    work: int | None = None,
) -> Network:
    """Read a network from a spec.

    Args:
        spec: a file, or the name of a bundled network; a file of that name wins.
        variant: a name of the spec's `variants:`.
        batch: samples that pass through at once.
        input: axis lengths of one sample, in place of the spec's.
        dtype: number format, or `weights/activations`.
        params: values for the spec's `params:`.
        work: units of work that the spec may ask for, 200,000 where left out; it may have half as many layers.

    Raises:
        SpecError: the spec is faulty, or there is none; it holds every fault that was found.
    """
    from os import fspath

    from netcost import zoo
    from netcost.spec.load import Overrides
    from netcost.spec.work import MAX_WORK, Work
    from netcost.wording import shown

    texts = {
        name: value if isinstance(value, str) else shown(value) for name, value in (params or {}).items()
    }
    overrides = Overrides(texts, variant, tuple(input), batch, dtype)
    return zoo.load(fspath(spec), overrides, work=Work(MAX_WORK if work is None else work))
