"""A model as it travels: the text of its file and of those that it imports, so that any process can read it anew."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from errno import ENOENT
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from netcost import frontends, zoo
from netcost.frontends import Source
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError


@dataclass(frozen=True)
class Model:
    """A file that holds a network, and what lies beside it.

    Args:
        path: what messages call it.
        data: its bytes.
        beside: the files that it imports, by the paths that it names them by.
        member: what is meant in a file of code.
        file: where the file of code is.
        name: what a person calls it.
        variant: the variant that a bundled name stands for; empty where it is the file as it stands.
    """

    path: str
    data: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    member: str = ""
    file: str = ""
    name: str = ""
    variant: str = ""

    @cached_property
    def source(self) -> Source:
        """The model as front ends read it."""
        return Source(self.path, self.data, self._read, self.member, self.file)

    def _read(self, path: str) -> bytes:
        if path not in self.beside:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
        return self.beside[path]

    def __getstate__(self) -> dict[str, object]:
        """What travels: all but what can be made of it."""
        return {name: value for name, value in vars(self).items() if name != "source"}

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
            found.update(
                b"\0".join([b"", path.encode(), str(len(self.beside[path])).encode(), self.beside[path]])
            )
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
        return model_of(frontends.source_at(Path(spec), spec, stream=True, run_code=run_code), overrides)
    bundled = zoo.find(spec)
    found = model_of(frontends.source_at(bundled.path, bundled.path.name), overrides)
    return replace(found, name=spec, variant=bundled.variant)


def model_of(source: Source, overrides: Overrides = NO_OVERRIDES) -> Model:
    """The same of a model that was found elsewhere, as on standard input."""
    beside: dict[str, bytes] = {}

    def noted(path: str) -> bytes:
        if source.beside is None:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
        beside[path] = bytes(source.beside(path))
        return beside[path]

    with suppress(SpecError):  # whoever asks for its variants is told; what it imports is read before that
        frontends.load(replace(source, beside=noted), overrides)
    return Model(source.path, bytes(source.data), beside, source.member, source.file)
