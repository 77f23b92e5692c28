"""GGUF, what llama.cpp runs: exact bytes and parameters by tensor, and for families that are known the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from netcost.frontends import Source
from netcost.frontends.gguf_config import config_of
from netcost.frontends.gguf_file import FORMATS, GgufFile, gguf_file
from netcost.frontends.gguf_network import Misfit, with_tensors
from netcost.frontends.honoured import honoured
from netcost.frontends.weights_only import network_of
from netcost.language.work import Work
from netcost.layers.values import MAX_TEXT
from netcost.network import Network
from netcost.overrides import OVERRIDES, Overrides
from netcost.source.problem import SpecError

HONOURED = ("batch", "input")


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Read the network of a file whose architecture is known; else tell what it stores.

    Raises:
        SpecError: the file is faulty, or has no such thing as an override asks for.
    """
    file = gguf_file(source.data, source.path)
    config = config_of(file)
    network, why = _network(source, file, config, overrides, work) if config else (None, "")
    if network is None:
        stored = file.tensors.items()
        network = network_of(source, overrides, work, stored, FORMATS, _name(file))
        if why:
            network.notes.append(f"its metadata are not those of its tensors: {why}")
    network.notes += _notes(file)
    return network


def _network(
    source: Source, file: GgufFile, config: Mapping[str, Any], overrides: Overrides, work: Work
) -> tuple[Network | None, str]:
    """The network of the metadata; none, and why, where that is not what is stored.

    Raises:
        SpecError: an override is at fault.
    """
    from netcost.frontends import huggingface

    asked = Overrides.named(honoured(source.path, overrides, HONOURED))
    made = Source(source.path, json.dumps(config).encode())
    try:
        network = huggingface.read(made, asked, work)
        network = with_tensors(network, file.tensors, source.path)
    except Misfit as misfit:
        return None, str(misfit)
    except SpecError as error:
        options = {override.option for override in OVERRIDES.values()}
        if any(problem.place.path in options for problem in error.problems):
            raise
        return None, error.problems[0].message
    network.name = _name(file) or network.name
    return network, ""


def _name(file: GgufFile) -> str:
    name = file.metadata.get("general.name")
    return name[:MAX_TEXT] if isinstance(name, str) else ""


def _notes(file: GgufFile) -> list[str]:
    """What the metadata say of the file as a whole."""
    parts = file.metadata.get("split.count")
    if type(parts) is int and parts > 1:
        return [f"this is one of {parts} files, and tells of itself alone"]
    return []
