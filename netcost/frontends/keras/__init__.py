"""Keras: a `.keras` file, or the JSON of `model.to_json()`, of Keras 3 and, as far as it is alike, of Keras 2.

Weights are never opened; a Lambda is never run. Layers are called as Keras calls them, those of nested models behind
a dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from netcost.frontends.honoured import honoured, refused
from netcost.frontends.keras.call import Described
from netcost.frontends.keras.file import read_config
from netcost.frontends.keras.inputs import Sizes
from netcost.frontends.keras.policy import network_format
from netcost.frontends.keras.reader import MODELS, Reader, empty_call
from netcost.network import Network
from netcost.place import Place
from netcost.source.fault import Placed
from netcost.source.problem import SpecError

if TYPE_CHECKING:
    from netcost.frontends import Source
    from netcost.language.work import Work
    from netcost.overrides import Overrides


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of a Keras model.

    Raises:
        SpecError: the file cannot be read, or the model is faulty.
    """
    taken = honoured(source.path, overrides, {"batch", "dtype", "input"})
    entry = read_config(source)
    kind, config = entry.get("class_name"), entry.get("config")
    if isinstance(config, list):  # as the first Keras wrote a Sequential
        config = {"layers": config}
    if kind not in MODELS or not isinstance(config, Mapping) or "layers" not in config:
        message = (
            f"`{str(kind)[:60]}` is neither a Sequential nor a functional model: its layers are made by code"
        )
        raise refused(Place(source.path, 0, 0), message, "export it to TFLite or ONNX: `model.export(...)`")
    network = Network(_name(config, source), source=source.path)
    network.precision = network_format(config, str(taken.get("dtype", "")))
    network.overrides = taken
    sizes = Sizes(taken, network)
    last = next(_data_formats(config), "channels_last") != "channels_first"
    reader = Reader(source.path, network, work, sizes, last=last, one_format="dtype" in taken)
    try:
        call = empty_call(reader, Described("", str(kind), "", config))
        outputs = reader.model(call.layer, None, call)
    except Placed as fault:
        raise SpecError([fault.problem]) from None
    sizes.check()
    network.outputs = tuple(dict.fromkeys(each.node for each in outputs))
    return network


def _name(config: Mapping[str, Any], source: Source) -> str:
    """What the model calls itself, else what its file is called."""
    name = config.get("name")
    return name[:255] if isinstance(name, str) and name else PurePath(source.path).stem


def _data_formats(value: object) -> Iterator[str]:
    """What layers say about the place of the channels, in their order."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            told = each.get("data_format")
            if isinstance(told, str):
                yield told
            waiting.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            waiting.extend(reversed(each))
