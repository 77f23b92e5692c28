"""The one door for models: whatever a file is written in, it comes out as a network.

A front end is a module of this package with `read(source, overrides, work) -> Network`, and an entry of `FORMATS`. It
calls `Network.add` and may let its errors through: they know their place. It is imported when a file of its format
is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from netcost.language.work import Work
from netcost.network import MisfitError, Network
from netcost.overrides import NO_OVERRIDES, Overrides, RefusedError, applied
from netcost.place import Place
from netcost.source.files import read_below, read_file
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import MAX_BYTES, unreadable


@dataclass(frozen=True, eq=False)
class Source:
    """A model as it was found.

    Args:
        path: what messages call it.
        data: the bytes of the file.
        beside: reads the file at a path relative to this one's folder; None where nothing lies beside it.
    """

    path: str
    data: bytes
    beside: Callable[[str], bytes] | None = None


class Format(NamedTuple):
    """What models can be written in: the module that reads it, and how a file of it is known."""

    name: str
    module: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    """Tells by the content; the suffix only breaks ties."""


FORMATS: list[Format] = [
    Format("spec", "netcost.frontends.spec", (".yaml", ".yml"), lambda _: True),
]
"""Every format; the first that recognises a file reads it, and the last takes what is left."""


def load(source: Source, overrides: Overrides = NO_OVERRIDES, *, work: Work | None = None) -> Network:
    """Read a network in whatever format it is written.

    Args:
        source: the file.
        overrides: what to change about it.
        work: counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the model is faulty; it holds every fault that was found.
    """
    found = next(each for each in FORMATS if each.recognises(source))
    try:
        network: Network = import_module(found.module).read(source, overrides, work or Work())
    except MisfitError as error:
        place = error.place or Place(source.path, 0, 0)
        raise SpecError([Problem(place, error.message, error.hint or None, error.related)]) from None
    network.warnings += [
        f"{node.place or node.name}: warning: nothing uses the output of `{node.name}`"
        for node in network.unused()
    ]
    try:
        return applied(network, overrides)
    except RefusedError as error:
        raise SpecError([Problem(Place(error.override.option, 0, 0), error.message)]) from None


def load_path(
    path: Path,
    overrides: Overrides = NO_OVERRIDES,
    name: str = "",
    *,
    stream: bool = False,
    work: Work | None = None,
) -> Network:
    """Read a network from a file; `name` is what messages call it, `stream` as for `read_file`.

    Raises:
        SpecError: the file cannot be read, or the model is faulty.
    """
    return load(source_at(path, name, stream=stream), overrides, work=work)


def source_at(path: Path, name: str = "", *, stream: bool = False) -> Source:
    """Read a file, once; files beside it are read from its folder and below.

    Raises:
        SpecError: it cannot be read.
    """
    shown = name or str(path)
    try:
        data = read_file(path, MAX_BYTES, stream=stream)
    except OSError as error:
        raise unreadable(shown, error) from None
    return Source(shown, data, lambda relative: read_below(path.parent, relative, MAX_BYTES))


def models_in(folder: str = ".") -> Sequence[str]:
    """The files of a folder that look like models by their suffix; none where it may not be listed."""
    suffixes = tuple(suffix for each in FORMATS for suffix in each.suffixes)
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(suffixes))  # noqa: PTH208
    except OSError:
        return []
