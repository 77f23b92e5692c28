"""Networks from the bytes of a model."""

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
    """Read a model as if it stood at a path, with `read` for the files beside it."""
    return load(Source(path, data, read), overrides, work=work)
