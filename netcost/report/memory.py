"""What the memory of a network is made of, when it is run in one way or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.number import Number, Value, is_exact, known_part
from netcost.record import Record
from netcost.report.row import Report


class Part(Record):
    """One part of a sum.

    Args:
        name: what it is.
        size: bytes.
        what: more about it, in a phrase.
    """

    name: str
    size: Number
    what: str = ""


class Step(Record):
    """One moment of a run: the layer that runs, and the bytes that are alive."""

    name: str
    size: int


class Course(Record):
    """What is alive when, in a run of a trained network or in a step of training.

    Args:
        training: it is a step of training.
        peak_at: the layer that runs when most is alive; empty if none does, or if that is not known.
        alive: what is alive then, the largest first; in training, what each layer keeps.
        timeline: the bytes that are alive, layer by layer; none where that is not known.
    """

    training: bool
    peak_at: str
    alive: Sequence[Part]
    timeline: Sequence[Step]


class Room(Record):
    """What must fit into one kind of memory of a device, in bytes."""

    name: str
    needed: Number
    there: int
    what: str

    @property
    def fits(self) -> bool:
        """True if it does; what is not known in full may not."""
        return isinstance(self.needed, int) and self.needed <= self.there

    @property
    def in_doubt(self) -> bool:
        """True if what is known of it fits, and there is more that is not known."""
        return not is_exact(self.needed) and known_part(self.needed) <= self.there


class Fit(Record):
    """How a network fits a device.

    Args:
        device: the device.
        rooms: what must fit where.
        largest_batch: the most samples at once that fit; 0 if not even one does, None if that is not known.
        one_more: what one sample more would need; nothing if that is not known.
    """

    device: str
    rooms: Sequence[Room]
    largest_batch: int | None
    one_more: Sequence[Room]

    @property
    def fits(self) -> bool | None:
        """True if everything does, None if that is not known."""
        if all(room.fits or room.in_doubt for room in self.rooms):
            return None if any(room.in_doubt for room in self.rooms) else True
        return False


class Memory(Record):
    """The memory of a network.

    Args:
        report: what its numbers hold for; without rows.
        training: it is trained, rather than run.
        parts: what the sum is made of.
        total: the sum.
        figures: every figure of the network by name; None where it has no such number.
        peak_at: the layer that runs when most is alive; empty if none does.
        alive: what is alive then, the largest first; in training, what each layer keeps.
        timeline: the bytes that are alive, layer by layer.
        notes: what was assumed, and what is left out.
        fit: how it fits the device that is asked for; None without one.
    """

    report: Report
    training: bool
    parts: Sequence[Part]
    total: Number
    figures: Mapping[str, Value]
    peak_at: str
    alive: Sequence[Part]
    timeline: Sequence[Step]
    notes: Sequence[str]
    fit: Fit | None = None

    @property
    def course(self) -> Course:
        """What is alive when."""
        return Course(self.training, self.peak_at, self.alive, self.timeline)
