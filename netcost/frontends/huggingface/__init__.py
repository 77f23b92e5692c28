"""Hugging Face: the config.json of a model, whose keys are the parameters of a template written as a spec.

A config says how large a network is and not what it is: that is decided by the code of its family. A family is a
template below `configs/huggingface`, and an entry in `families` that says what its keys mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.frontends import Source
from netcost.frontends.honoured import honoured
from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.family import family_of
from netcost.frontends.huggingface.template import Template
from netcost.frontends.huggingface.weights import compare
from netcost.language.load import load_document
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.fault import Placed
from netcost.source.problem import SpecError

HONOURED = ("batch", "dtype", "input", "set")


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network that a config describes.

    Raises:
        SpecError: the config is faulty, or of a family that is not known.
    """
    asked = honoured(source.path, overrides, HONOURED)
    sources: Mapping[str, Sequence[str]] = {}
    try:
        config = Config.read(bytes(source.data), source.path, asked.get("set", {}), work)
        sources = config.sources
        template = Template(family_of(config), config, asked, work)
        document = template.document()
    except Placed as stop:
        raise SpecError([stop.problem], sources) from None
    passed = {name: asked[name] for name in ("batch", "dtype") if name in asked}
    network = load_document(document, Overrides(**passed), work=work)
    network.name = config.name
    network.sources = {**network.sources, **config.sources}
    network.overrides = {**network.overrides, **template.changed}
    network.notes += template.notes if "decode" in overrides else [*template.notes, *template.lengths]
    compare(network, source, quantized="quantization_config" in config.root)
    return network
