"""Inputs whose channels seem to stand last, as Keras has them."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.shapes import Map, Shape

FEW = (1, 3, 4)
"""Channels of a picture: of grey, of colours, of colours and how much they cover."""

MANY = 16
"""A picture has no so many channels, and is no smaller than that."""

MANY_SAMPLES = 1_000
"""A signal has no so many channels."""


def seem_last(shape: Shape) -> bool:
    """Tell whether the last length of a map is one that channels have, and the first is none."""
    return isinstance(shape, Map) and _stand_last(shape.sample)


def channels_first(lengths: Sequence[str]) -> Sequence[str]:
    """Lengths of one sample as they are written, with the channels first if they seem to stand last."""
    written = all(each.isdecimal() and len(each) <= DIGITS for each in lengths)
    if len(lengths) > 1 and written and _stand_last([*map(int, lengths)]):
        return [lengths[-1], *lengths[:-1]]
    return lengths


def _stand_last(lengths: Sequence[int]) -> bool:
    channels, *size = lengths
    if len(size) == 1:
        return channels >= MANY_SAMPLES and size[0] in FEW
    return size[-1] in FEW and min(channels, *size[:-1]) >= MANY


DIGITS = 9
"""No length that is meant has more."""

FORMS = {1: "{signal: [%s]}", 2: "[%s]", 3: "{volume: [%s]}"}
"""How an input of so many lengths beside its channels is written."""


def warning(shape: Shape, *, overridden: bool = False) -> str:
    """What is said of it: what it is taken for, and what was probably meant, in the file or after the option."""
    channels, *size = shape.sample
    lengths = list(map(str, (size[-1], channels, *size[:-1])))
    meant = ",".join(lengths) if overridden else FORMS[len(size)] % ", ".join(lengths)
    taken = " x ".join(map(str, size))
    return f"this input has {channels:,} channels of {taken}; channels come first: did you mean `{meant}`?"
