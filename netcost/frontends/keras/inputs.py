"""The lengths of a model's inputs: those of the file, and those that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.frontends.graph import sizes_of
from netcost.frontends.honoured import refused
from netcost.frontends.layouts import Dims, shown
from netcost.integers import BOUND
from netcost.network import Network
from netcost.place import Place
from netcost.source.fault import meant

OPTION = Place("--input", 0, 0)
EXAMPLES = {4: 224, 5: 32}
EXAMPLE = 128
IMAGE_AXES = 3


class Sizes:
    """What inputs are as long as.

    Args:
        taken: the overrides that count.
        network: where it is noted what was assumed.
    """

    def __init__(self, taken: Mapping[str, Any], network: Network) -> None:
        self.batch: int | None = taken.get("batch")
        self.asked = sizes_of(taken.get("input"))
        self.network = network
        self.changed = False
        """Whether an input is not as the file has it: what the file tells of later tensors no longer holds."""

    def lengths(self, name: str, shape: object, place: Place, *, channels_last: bool) -> Dims:
        """The lengths of an input, the batch first.

        Raises:
            SpecError: they are not known, or not those of the file where these count.
        """
        if not isinstance(shape, list) or not shape or not all(map(_is_length, shape)):
            message = "nothing tells the shape of what goes in"
            raise refused(
                place, message, "build the model before it is saved: `model.build((None, 224, 224, 3))`"
            )
        free = [axis for axis, length in enumerate(shape) if axis and length is None]
        asked = self.asked.get(name, self.asked.get(""))
        if asked is not None:
            return (self._batch(shape[0]), *self._asked(name, shape, asked, channels_last=channels_last))
        if free:
            example = EXAMPLES.get(len(shape), EXAMPLE)
            lengths = ",".join(str(example if each is None else each) for each in shape[1:])
            raise refused(
                place,
                f"{'an axis is' if len(free) == 1 else 'axes are'} free: the input is {shown(shape)}",
                f"give all lengths but the batch, in this order: `--input {name}={lengths}`",
            )
        return (self._batch(shape[0]), *shape[1:])

    def _asked(self, name: str, shape: list[Any], asked: Dims, *, channels_last: bool) -> Dims:
        if len(asked) != len(shape) - 1:
            message = f"input `{name}` is {shown(shape)}, {len(asked)} lengths are given"
            raise refused(OPTION, message, "all lengths but the batch, in the file's order")
        features = len(shape) - 1 if channels_last else 1
        fixed = shape[features]
        if len(shape) > IMAGE_AXES and fixed is not None and fixed != asked[features - 1]:
            where = "last" if channels_last else "first"
            message = (
                f"input `{name}` is {shown(shape)}, with {fixed} channels; {asked[features - 1]} are given"
            )
            raise refused(OPTION, message, f"this model has its channels {where}")
        self.changed |= any(old not in {None, new} for old, new in zip(shape[1:], asked, strict=True))
        self.changed |= None in shape[1:]
        return tuple(asked)

    def _batch(self, stated: int | None) -> int:
        if self.batch is not None:
            return self.batch
        note = "the batch is free and taken as 1"
        if stated is None and note not in self.network.notes:
            self.network.notes.append(note)
        return stated or 1

    def check(self) -> None:
        """Refuse sizes of inputs that there are not, and one size for several.

        Raises:
            SpecError: there is one.
        """
        names = [node.name for node in self.network.inputs]
        for name in self.asked:
            if name and name not in names:
                raise refused(OPTION, f"there is no input `{name[:60]}`", meant(name, names))
            if not name and len(names) > 1:
                message = f"one size is given for {len(names)} inputs"
                raise refused(OPTION, message, f"give each by its name: `--input {names[0]}=...`")


def _is_length(value: object) -> bool:
    return value is None or (type(value) is int and 0 < value < BOUND)
