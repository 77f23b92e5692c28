"""The bundled networks, each read and analyzed once for all tests that ask."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from running import run

import netcost
from netcost import zoo


@cache
def network_of(name: str) -> netcost.Network:
    return netcost.load(name)


@cache
def report_of(name: str) -> netcost.Report:
    return netcost.analyze(network_of(name))


class Read(NamedTuple):
    """A bundled network that has been read before."""

    name: str

    def load(self) -> netcost.Network:
        """Give it as it is."""
        return network_of(self.name)


@contextmanager
def read_before() -> Iterator[None]:
    """Let `netcost models` take all of them as they were read before."""
    read = {name: Read(name) for name in zoo.networks()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zoo, "networks", lambda: read)
        yield


@cache
def listed() -> Mapping[str, str]:
    """What a run of `netcost models` writes about all of them, by format; none is read anew for it."""
    with TemporaryDirectory() as folder, read_before():
        files = {form: Path(folder, form) for form in ("table", "csv", "json", "markdown")}
        ended = run(
            "models", "-q", *(word for form, path in files.items() for word in ("-o", f"{form}:{path}"))
        )
        assert ended == (0, "", "")
        return {form: path.read_bytes().decode() for form, path in files.items()}


LARGE = {
    *("conformer", "deeplabv3", "densenet", "detr", "efficientdet", "efficientnet", "efficientnet_v2"),
    *("googlenet", "hrnet", "inception_v3", "mnasnet", "mobilenet_v3", "resnet50_fpn", "resnext"),
    "stable_diffusion",
}
"""Specs of many layers; the others have layers, blocks and repetitions of each of their kinds."""


def each_network(slow: Container[str] = ()) -> list[Any]:
    """Their names, for a table of cases; a variant, which has the words of its file's own network, is a slow one.

    Args:
        slow: specs whose own networks are slow ones, too.
    """
    return [
        pytest.param(name, marks=pytest.mark.slow if each.variant or Path(each.path).stem in slow else ())
        for name, each in zoo.networks().items()
    ]
