"""A model as it travels: the text of its file and of those that it imports, so that any process can read it anew."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from errno import ENOENT
from functools import cached_property
from hashlib import sha256
from mmap import mmap

from netcost import frontends, zoo
from netcost.frontends import Source
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError
from netcost.sweeps.fault import SweepError
from netcost.units import byte_text

MOST_TO_SEND = 64 * 2**20
"""Bytes of a model that other processes are sent."""


@dataclass(frozen=True)
class Model:
    """A file that holds a network, and what lies beside it.

    Args:
        path: what messages call it.
        data: its bytes, mapped where there are many.
        beside: the files that it imports, by the paths that it names them by.
        member: what is meant in a file of code.
        file: where the file of code is.
        name: what a person calls it.
        variant: the variant that a bundled name stands for; empty where it is the file as it stands.
        origin: where it was found, in this process alone.
    """

    path: str
    data: bytes | mmap = field(repr=False)
    beside: Mapping[str, bytes | mmap] = field(default_factory=dict, repr=False)
    member: str = ""
    file: str = ""
    name: str = ""
    variant: str = ""
    origin: Source | None = field(default=None, repr=False, compare=False)

    @cached_property
    def source(self) -> Source:
        """The model as front ends read it."""
        return Source(self.path, self.data, self._read, self.member, self.file)

    def _read(self, path: str) -> bytes | mmap:
        """A file beside it: one that was read before, or, in the process that found the model, any."""
        if path in self.beside:
            return self.beside[path]
        if self.origin is None or self.origin.beside is None:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
        return self.origin.beside(path)

    def __getstate__(self) -> dict[str, object]:
        """What travels to other processes: texts.

        Raises:
            SweepError: the files are too large for that.
        """
        size = len(self.data) + sum(map(len, self.beside.values()))
        if size > MOST_TO_SEND:
            raise SweepError(
                f"{self.path} has {byte_text(size)}, and to other processes goes {byte_text(MOST_TO_SEND)} at most; "
                f"write it as a spec: netcost convert {self.path} -o net.yaml"
            )
        beside = {path: bytes(data) for path, data in self.beside.items()}
        own = {name: value for name, value in vars(self).items() if name != "source"}
        return {**own, "data": bytes(self.data), "beside": beside, "origin": None}

    def load(self, overrides: Overrides = NO_OVERRIDES) -> Network:
        """Read the network.

        Raises:
            SpecError: the model is faulty, or the overrides do not fit it.
        """
        return frontends.load(self.source, overrides)

    @property
    def digest(self) -> str:
        """The same for the same bytes of the file and of all that it imports."""
        found = sha256(self.data)
        for path in sorted(self.beside):
            found.update(f"\0{path}\0{len(self.beside[path])}\0".encode())
            found.update(self.beside[path])
        return found.hexdigest()


def read_model(spec: str, overrides: Overrides = NO_OVERRIDES, *, run_code: bool = False) -> Model:
    """Take a model with everything that is read for it.

    Args:
        spec: a file, or the name of a bundled network.
        overrides: how it is read to see what it imports; where that fails, it imports what it had read until then.
        run_code: whether a file of code may be run.

    Raises:
        SpecError: there is none, or it cannot be read.
    """
    if zoo.is_path(spec):
        return model_of(frontends.source_at(spec, spec, stream=True, run_code=run_code), overrides)
    bundled = zoo.find(spec)
    source = frontends.source_at(bundled.path, os.path.basename(bundled.path))  # noqa: PTH119
    found = model_of(source, overrides)
    return replace(found, name=spec, variant=bundled.variant)


def model_of(source: Source, overrides: Overrides = NO_OVERRIDES) -> Model:
    """The same of a model that was found elsewhere, as on standard input."""
    beside: dict[str, bytes | mmap] = {}

    def noted(path: str) -> bytes | mmap:
        if source.beside is None:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
        beside[path] = source.beside(path)
        return beside[path]

    with suppress(SpecError):  # whoever asks for its variants is told; what it imports is read before that
        frontends.load(Source(source.path, source.data, noted, source.member, source.file), overrides)
    return Model(source.path, source.data, beside, source.member, source.file, origin=source)
