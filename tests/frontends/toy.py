"""A front end of a format that nothing else knows: a line for each layer, its name and its filters."""

from __future__ import annotations

from examples import make

from netcost.frontends import Source
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.shapes import Image

MARK = b"toy\n"


def recognises(source: Source) -> bool:
    return bytes(source.data).startswith(MARK)


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Read 3x3 convolutions over an image; `name filters [source]`."""
    del work
    network = Network("toy", source=source.path)
    network.input(Image((overrides.get("batch") or 1, 3, 8, 8)))
    for number, line in enumerate(bytes(source.data).decode().splitlines()[1:], 2):
        name, filters, *inputs = line.split()
        conv = make("conv", filters=int(filters), kernel=3)
        network.add(name, conv, inputs or None, Place(source.path, number, 1))
    return network
