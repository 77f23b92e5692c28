"""What `netcost memory` tells: the sum in parts, what is alive when most is, and the memory layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.number import AtLeast, Number, exactly, plain
from netcost.record import Record
from netcost.render.content import Cell, OneLine
from netcost.report.figures import FIGURES
from netcost.report.in_network import FIGURES_KEY
from netcost.report.memory import Fit, Memory

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet


class Memories(Record):
    """The memory of several networks.

    Args:
        memories: each of them.
        bars: whether tables have columns of bars beside their numbers.
    """

    command: ClassVar[str] = "memory"

    memories: Sequence[Memory]
    bars: bool = False

    def sheets(self) -> Iterator[Sheet]:
        """What several networks take together in one table, then the tables of each."""
        from netcost.render.memory.sheets import sheets, summary

        if len(self.memories) > 1:
            yield summary(self.memories)
        for each in self.memories:
            yield from sheets(each, bars=self.bars)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        return ("model", "peak_at", *FIGURES)

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each network, with every figure."""
        for each in self.memories:
            yield (each.report.name, each.peak_at, *(exactly(each.figures[name]) for name in FIGURES))

    def document(self) -> Mapping[str, Any]:
        """Every network with its figures, what is alive when most is, and its memory layer by layer."""
        from netcost import __version__
        from netcost.report.keys import FORMAT_VERSION

        return {
            "format_version": FORMAT_VERSION,
            "netcost": __version__,
            "convention": {
                name: OneLine({"unit": figure.unit, "help": figure.help}) for name, figure in FIGURES.items()
            },
            "models": map(_model, self.memories),
        }


def _model(memory: Memory) -> Mapping[str, Any]:
    from netcost.report.keys import members, model_keys

    told = [
        key
        for key in model_keys()
        if key.name in {"name", "source", "batch", "dtype", "overrides", "inputs", "outputs"}
    ]
    return {
        **{name: OneLine(value) for name, value in members(told, memory.report).items()},
        FIGURES_KEY: OneLine({name: exactly(value) for name, value in memory.figures.items()}),
        **_fit(memory.fit),
        "parts": [OneLine({"name": part.name, **_size("bytes", part.size)}) for part in memory.parts],
        "peak_at": memory.peak_at,
        "alive": [OneLine({"name": part.name, **_size("bytes", part.size)}) for part in memory.alive],
        "timeline": [OneLine({"name": step.name, "bytes": step.size}) for step in memory.timeline],
    }


def _size(name: str, size: Number) -> Mapping[str, Any]:
    """A number of bytes; beside a lower bound stands that it is one."""
    return {name: plain(size), **({"at_least": True} if isinstance(size, AtLeast) else {})}


def _fit(fit: Fit | None) -> Mapping[str, Any]:
    if fit is None:
        return {}
    rooms = [
        {
            "name": room.name,
            **_size("needed", room.needed),
            "there": room.there,
            "fits": None if room.in_doubt else room.fits,
        }
        for room in fit.rooms
    ]
    return {
        "device": OneLine(
            {"name": fit.device, "fits": fit.fits, "largest_batch": fit.largest_batch, "rooms": rooms}
        )
    }
