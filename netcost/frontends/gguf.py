"""GGUF, what llama.cpp runs: exact bytes and parameters by tensor, and for families that are known the network."""

from __future__ import annotations

from netcost.frontends import Source
from netcost.frontends.gguf_file import FORMATS, gguf_file
from netcost.frontends.weights_only import network_of
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Tell what a file stores.

    Raises:
        SpecError: the file is faulty, or has no such thing as an override asks for.
    """
    found = gguf_file(source.data, source.path)
    name = found.metadata.get("general.name")
    return network_of(
        source, overrides, work, found.tensors.items(), FORMATS, name if isinstance(name, str) else ""
    )
