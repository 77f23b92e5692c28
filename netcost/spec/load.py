"""The earlier home of `load_network`, which scripts may still import; the door is `netcost.frontends` now."""

from __future__ import annotations

from collections.abc import Callable

from netcost.frontends import Source, load
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides


def load_network(
    data: bytes,
    path: str,
    overrides: Overrides = NO_OVERRIDES,
    *,
    read: Callable[[str], bytes] | None = None,
    work: Work | None = None,
) -> Network:
    """Read a network from its bytes, as if they stood at a path; `read` reads the files beside it.

    Raises:
        SpecError: the spec is faulty; it holds every fault that was found.
    """
    return load(Source(path, data, read), overrides, work=work)
