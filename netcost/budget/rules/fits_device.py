"""That a network fits a device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from netcost.budget.evidence import Evidence
from netcost.budget.reader import Reader
from netcost.budget.result import Check
from netcost.budget.rule import Demand, Rule
from netcost.budget.values import device_of
from netcost.place import Place
from netcost.source.document import KeyValue
from netcost.units import number_text

if TYPE_CHECKING:
    from netcost.budget.fragments import Json

FITS = "fits"


class FitsDevice(NamedTuple("FitsDevice", [("device", str), ("place", Place)]), Rule):
    """That a network fits a device: its weights and its tensors, each where they must go."""

    __slots__ = ()

    section: ClassVar = "device"
    help: ClassVar = (
        "the device that the network fits: weights in its flash, tensors in one piece of its memory"
    )
    checks: ClassVar = (FITS,)

    @classmethod
    def read(cls, reader: Reader, pair: KeyValue) -> list[FitsDevice]:
        """A bundled device's name, or a file below the folder of the budget."""
        return reader.each_rule(lambda pair: cls(device_of(pair), pair[1].place), [pair])

    @classmethod
    def schema(cls) -> dict[str, Json]:
        """A text."""
        from netcost.budget.fragments import TEXT

        return {cls.section: TEXT}

    def check(self, evidence: Evidence) -> Iterator[Check]:
        """Hold each kind of memory to what must go there."""
        name, rooms = evidence.rooms(self.device, self.place)
        if not rooms:
            yield Check("fail", FITS, name, self.place, reason=f"{name} does not tell how much memory it has")
        for room in rooms:
            yield Check(
                status="pass" if room.fits else "fail",
                kind=FITS,
                subject=f"{room.name} of {name}",
                place=self.place,
                value=room.needed,
                limit=room.there,
                amount=number_text(room.there, "bytes"),
                undecided=room.in_doubt,
                unknown=_unknown(evidence) if room.in_doubt else (),
            )

    def demands(self) -> list[Demand]:
        """The device."""
        return [Demand(self.section, self.device, self.place)]

    @classmethod
    def allowance(cls, check: Check) -> str:
        """Both numbers in units that a device is sold by."""
        value = None if isinstance(check.value, tuple) else check.value
        return f"{number_text(value, 'bytes')} of {check.amount}"


def _unknown(evidence: Evidence) -> tuple[str, ...]:
    """The layers whose weights are not known, or what they keep."""
    return (*evidence.report.unknown, *(row.name for row in evidence.unknown("kept_bytes")))
